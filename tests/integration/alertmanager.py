"""A real Prometheus Alertmanager on this machine, for as long as a test lasts."""

import json
import shutil
import subprocess
import urllib.request
from datetime import datetime
from pathlib import Path

import pytest

from tandem.config.tests.running import PATIENCE, free_port
from tandem.kit.waiting import comes_true

NAMES = ("prometheus-alertmanager", "alertmanager")
# Tells of news at once, and of nothing twice.
CONFIGURATION = """
route: {receiver: tandem, group_by: [alertname], group_wait: 10ms, group_interval: 100ms, repeat_interval: 1h}
receivers:
- name: tandem
  webhook_configs:
  - url: %s
"""


class Alertmanager:
    """Posts to `webhook` what it is told."""

    def __init__(self, folder: Path, webhook: str) -> None:
        self.address = f"http://127.0.0.1:{free_port()}"
        self.output = folder / "output"
        self.configuration = folder / "alertmanager.yml"
        self.configuration.write_text(CONFIGURATION % webhook)
        self.folder = folder

    def __enter__(self) -> "Alertmanager":
        options = {
            "config.file": self.configuration,
            "storage.path": self.folder / "storage",
            "web.listen-address": self.address.removeprefix("http://"),
            "cluster.listen-address": "",
        }
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [_program(), *(f"--{name}={value}" for name, value in options.items())], stdout=output, stderr=output
            )
        assert comes_true(self._is_ready, PATIENCE), self.output.read_text()
        return self

    def __exit__(self, *told: object) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)

    def _is_ready(self) -> bool:
        assert self.process.poll() is None, self.output.read_text()
        try:
            return urllib.request.urlopen(f"{self.address}/-/ready", timeout=5).status == 200
        except OSError:
            return False

    def hear(self, labels: dict, annotations: dict, *, starts_at: datetime, ends_at: datetime | None = None) -> None:
        """As Prometheus would tell it."""
        alert = {"labels": labels, "annotations": annotations, "startsAt": starts_at.isoformat()}
        if ends_at:
            alert["endsAt"] = ends_at.isoformat()
        request = urllib.request.Request(
            f"{self.address}/api/v2/alerts", json.dumps([alert]).encode(), {"Content-Type": "application/json"}
        )
        assert urllib.request.urlopen(request, timeout=PATIENCE).status == 200


def _program() -> str:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or pytest.fail("Prometheus Alertmanager is not installed: run bin/testkit, which says what to do.")
