"""A real alert of a real Alertmanager becomes the state of a component on an open status page, and is over as quickly."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from tandem.config.tests.running import PATIENCE, ROOT, Running, environment, tandem
from tandem.kit.waiting import comes_true
from tests import migrated
from tests.integration.alertmanager import Alertmanager

EXPORTS = """
import django
django.setup()
from tandem.signals.models import Component, State
exports = Component.objects.create(name="Exports", slug="exports")
exports.effects.word(State.SLOW, by=None, sentence="Exports arrive up to 2 h late; nothing is lost.")
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[Running]:
    """A Tandem that really runs and knows of exports."""
    running = Running(tmp_path_factory.mktemp("serve") / "var")
    migrated.copy_to(running.data / "postgres")
    running.start()
    settings = environment(**running.settings, DJANGO_SETTINGS_MODULE="tandem.config.settings")
    subprocess.run([sys.executable, "-c", EXPORTS], env=settings, cwd=ROOT, check=True, timeout=PATIENCE)
    yield running
    running.remove()


@pytest.fixture(scope="module")
def site(running) -> str:
    return f"http://127.0.0.1:{running.settings['TANDEM_PORT']}"


@pytest.fixture(scope="module")
def alertmanager(running, site, tmp_path_factory) -> Iterator[Alertmanager]:
    """Tells our hook."""
    made = tandem("hook", "create", "--name", "prometheus", **running.settings, TANDEM_BASE_URL=site)
    assert made.returncode == 0, made.stderr
    with Alertmanager(tmp_path_factory.mktemp("alertmanager"), webhook=made.stdout.strip()) as alertmanager:
        yield alertmanager


def status(site: str) -> dict:
    with urllib.request.urlopen(f"{site}/status.json", timeout=PATIENCE) as answer:
        return json.load(answer)


class Page:
    """The status page, open in a browser: it asks again when its stream says so, and only then."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.stream = urllib.request.urlopen(f"{site}/live/?topic=components", timeout=PATIENCE)
        assert self.stream.readline().startswith(b"retry:")

    def after_the_next_word(self) -> dict:
        said = next(line for line in self.stream if line.startswith(b"data:"))
        assert json.loads(said.removeprefix(b"data:"))["panels"] == ["publication"]
        return status(self.site)

    def close(self) -> None:
        self.stream.close()


def test_an_alert_reaches_an_open_status_page_and_so_does_its_end(site, alertmanager):
    labels = {"alertname": "ExportQueueLags", "component": "exports", "severity": "warning"}
    annotations = {"summary": "The queue is 40 min long"}
    began = datetime.now(UTC)
    assert status(site)["sentence"] == "Everything works."

    with closing(Page(site)) as page:
        alertmanager.hear(labels, annotations, starts_at=began)
        shown = page.after_the_next_word()
        assert shown["components"][0]["state"] == "slow"
        assert shown["components"][0]["sentence"] == "Exports arrive up to 2 h late; nothing is lost."

        alertmanager.hear(labels, annotations, starts_at=began, ends_at=datetime.now(UTC))
        shown = page.after_the_next_word()
        assert shown["sentence"] == "Everything works."
        assert [word["state"] for word in shown["incidents"][0]["words"]] == ["slow", "ok"]


def test_what_alertmanager_told_while_we_were_away_arrives_when_we_are_back(site, running, alertmanager):
    labels = {"alertname": "ExportQueueStands", "component": "exports", "severity": "critical"}
    running.kill("web")
    alertmanager.hear(labels, {}, starts_at=datetime.now(UTC))

    assert comes_true(lambda: running.answers() and status(site)["state"] == "down", PATIENCE)
