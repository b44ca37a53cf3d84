"""The house keeps its shape, and its keepers are awake: each rule is shown to catch a breach."""

import shutil
import subprocess
import sys
from importlib.util import find_spec

import pytest

from tandem.cases.journey import Stage
from tandem.kit.files.fields import StoredAs, StoredFiles
from tests import house

ROOMS = sorted(path.parent.name for path in house.PACKAGE.glob("*/__init__.py"))


def sources(room: str):
    for path in sorted((house.PACKAGE / room).rglob("*.py")):
        if "migrations" not in path.parts and "tests" not in path.parts:
            yield path


def lint(folder) -> subprocess.CompletedProcess:
    program = shutil.which("lint-imports", path=str(house.Path(sys.executable).parent))
    return subprocess.run([program, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_reaches_ahead_through_a_relation(room):
    found = [
        f"{path.relative_to(house.ROOT)} {sentence}"
        for path in sources(room)
        for sentence in house.reaching_ahead(path.read_text(), room)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "breach",
    [
        "def f(case):\n    return case.articles.all()\n",
        "def f(cases):\n    return cases.filter(articles__slug='x')\n",
        "def f(cases):\n    return cases.prefetch_related('articles')\n",
    ],
)
def test_the_relation_rule_catches_triage_reading_articles(breach):
    found = house.reaching_ahead(breach, "triage")

    assert found == ["line 2: triage reaches ahead to learn through “articles”"]


def test_every_room_of_the_package_has_its_floor():
    assert set(ROOMS) == set(house.floors())


def test_no_two_rooms_bring_a_relation_of_the_same_name():
    brought: dict[str, set[str]] = {}
    for relation in house.relations():
        brought.setdefault(relation.name, set()).add(relation.room)
    assert not {name: rooms for name, rooms in brought.items() if len(rooms) > 1}


def test_a_row_names_its_files_so_that_the_sweeper_knows():
    """What it does not know of, it sweeps away."""
    from django.apps import apps

    fields = [field for model in apps.get_models() for field in model._meta.concrete_fields]
    plain = [str(field) for field in fields if field.name == "stored_as" and not isinstance(field, StoredAs)]
    lists = [str(field) for field in fields if field.name == "files" and not isinstance(field, StoredFiles)]
    assert not plain + lists


def test_imports_only_look_back():
    done = lint(house.ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("place", "line", "sentence"),
    [
        (
            "tandem/triage/planted.py",
            "from tandem.learn import models",
            "tandem.triage is not allowed to import tandem.learn",
        ),
        ("tandem/escalate/planted.py", "import httpx", "tandem.escalate is not allowed to import httpx"),
        ("tandem/misc/__init__.py", "", "misc"),
    ],
)
def test_the_contracts_catch_a_planted_breach(tmp_path, place, line, sentence):
    shutil.copytree(house.PACKAGE, tmp_path / "tandem", ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(house.ROOT / ".importlinter", tmp_path)
    planted = tmp_path / place
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(f"{line}\n")

    done = lint(tmp_path)

    assert done.returncode == 1
    assert sentence in " ".join((done.stdout + done.stderr).split())


CALLS_OUT = {
    "kit/fetch.py": "is the one that does",
    "config/serve.py": "asks our own web process, on this machine, whether it answers",
}


def test_only_the_one_fetcher_calls_out():
    found = {
        str(path.relative_to(house.PACKAGE))
        for room in ROOMS
        for path in sources(room)
        if house.clients_in(path.read_text())
    }
    assert found == CALLS_OUT.keys()


@pytest.mark.parametrize(
    "breach",
    [
        "import httpx",
        "from urllib import request",
        "def f():\n    import http.client as h\n",
        "from requests.api import get",
    ],
)
def test_the_rule_catches_another_way_out(breach):
    assert house.clients_in(breach)


def test_every_stage_has_a_room():
    assert all(find_spec(f"tandem.{stage}") for stage in Stage)
