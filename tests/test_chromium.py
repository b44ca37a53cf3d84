import pytest

from tests import chromium


@pytest.fixture
def program(tmp_path):
    """A program that can be asked for its version: `program("chromium")`."""

    def write(name: str, *, works: bool = True) -> str:
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\nexit {0 if works else 1}\n")
        path.chmod(0o755)
        return str(path)

    return write


def test_the_one_we_are_told_comes_first(program, monkeypatch):
    monkeypatch.setenv("TANDEM_CHROMIUM", told := program("mine"))

    assert chromium.find() == told


def test_the_systems_comes_before_playwrights(program, monkeypatch, tmp_path):
    monkeypatch.delenv("TANDEM_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "_playwrights_own", lambda: program("playwrights"))
    systems = program("google-chrome")

    assert chromium.find() == systems


def test_one_that_does_not_run_is_none(program, monkeypatch, tmp_path):
    monkeypatch.delenv("TANDEM_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    program("chromium", works=False)
    monkeypatch.setattr(chromium, "_playwrights_own", lambda: program("playwrights"))

    assert chromium.find() == str(tmp_path / "playwrights")


def test_it_says_what_it_could_not_get_and_installs_nothing_when_told_which(monkeypatch, capsys):
    monkeypatch.setenv("TANDEM_CHROMIUM", "/nowhere/chromium")
    monkeypatch.setattr(chromium, "_try", lambda command: pytest.fail(f"tried {command}"))

    assert chromium.main() == 1
    assert "TANDEM_CHROMIUM" in capsys.readouterr().err
