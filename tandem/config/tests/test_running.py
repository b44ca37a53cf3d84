"""`tandem serve` heals what dies, keeps what it was told, refuses in one sentence, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
from importlib import import_module

import pytest

from tandem.config import serve
from tandem.config.claims import CannotServe
from tandem.config.rooms import COMMANDS
from tandem.config.tests.running import PATIENCE, ROOT, Running, environment, free_port, nobody_of, tandem
from tandem.kit.waiting import comes_true


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    running = Running(tmp_path_factory.mktemp("serve") / "var")
    running.start()
    running.remember("before")
    yield running
    running.remove()


def test_a_bad_setting_is_named_in_one_sentence(tmp_path):
    refused = tandem("serve", TANDEM_DATA=tmp_path, TANDEM_PORT="http")

    assert refused.returncode == 2
    assert refused.stderr == "TANDEM_PORT is “http”, but it should be a whole number of at least 1.\n"


@pytest.mark.parametrize("setting", ["TANDEM_PORT", "TANDEM_MAIL_PORT"])
def test_a_taken_port_is_named_with_its_setting(tmp_path, setting):
    ports = {"TANDEM_PORT": free_port(), "TANDEM_MAIL_PORT": free_port()}
    with socket.create_server(("127.0.0.1", ports[setting])):
        refused = tandem("serve", TANDEM_DATA=tmp_path, **ports)

    assert refused.returncode == 1
    assert f"Port {ports[setting]} on 127.0.0.1 is taken" in refused.stderr
    assert f"set {setting} to another" in refused.stderr


def test_a_directory_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()

    refused = tandem("serve", TANDEM_DATA=tmp_path / "file" / "var")

    assert refused.returncode == 1
    assert "TANDEM_DATA" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_database_that_is_away_is_said_to_be(tmp_path):
    refused = tandem(
        "serve",
        TANDEM_DATA=tmp_path,
        TANDEM_PORT=free_port(),
        TANDEM_MAIL_PORT=free_port(),
        TANDEM_DATABASE_URL=f"postgresql://127.0.0.1:{free_port()}/tandem",
    )

    assert refused.returncode == 1
    assert refused.stderr.startswith("The database of TANDEM_DATABASE_URL cannot be reached: ")


def test_a_database_that_is_too_old_is_refused(monkeypatch, db):
    monkeypatch.setattr(serve, "OLDEST", 99)

    with pytest.raises(CannotServe, match=r"is PostgreSQL \d+, but Tandem needs 99 or newer"):
        serve.require_recent(os.environ["TANDEM_DATABASE_URL"])


def test_a_command_that_finds_no_database_asks_its_caller_to_try_again(tmp_path):
    away = tandem("story", "1", TANDEM_DATA=tmp_path)

    assert away.returncode == 75
    assert "is `tandem serve` running?" in away.stderr


def test_a_second_start_leaves_the_first_alone(running):
    refused = tandem("serve", **running.settings)

    assert refused.returncode == 1
    assert f"already runs on {running.data}: process {running.supervisor.pid}" in refused.stderr
    assert running.is_complete()


def test_a_command_finds_the_database_of_the_tandem_that_runs(running):
    told = tandem("story", "1", **running.settings)

    assert told.stderr == "Error: There is no case 1.\n"


@pytest.mark.parametrize("role", ["web", "worker", "mail-in", "mail-read", "postgres"])
def test_what_is_killed_comes_back(running, role):
    killed = running.kill(role)

    assert comes_true(lambda: nobody_of(killed) and running.is_complete(), PATIENCE)
    assert running.remembers() == ["before"]


def test_when_all_is_killed_nothing_lives_on_and_nothing_is_lost(running):
    running.remember("during")
    everyone = running.processes()
    running.supervisor.kill()
    running.supervisor.wait()

    assert comes_true(lambda: nobody_of(everyone), PATIENCE)
    running.start()
    assert running.remembers() == ["before", "during"]


def test_it_stops_when_asked_ends_the_streams_of_open_pages_and_leaves_nobody_behind(running):
    everyone = running.processes()
    with running.open("/live/?topic=components") as stream:
        assert stream.readline().startswith(b"retry:")

        running.supervisor.send_signal(signal.SIGTERM)

        assert stream.read().strip() == b""
    assert running.supervisor.wait(PATIENCE) == 0
    assert nobody_of(everyone)
    assert "refused to" not in running.output.read_text()


def test_help_needs_no_django():
    script = "import sys; from tandem.config import cli; cli.main(['--help'], standalone_mode=False);"
    script += "sys.exit('django' in sys.modules)"

    subprocess.run([sys.executable, "-c", script], env=environment(), cwd=ROOT, capture_output=True, check=True)


def test_every_command_of_a_room_is_in_the_list_with_its_own_words():
    modules = [f"tandem.{file.parent.name}.commands" for file in ROOT.glob("tandem/*/commands.py")]
    brought = {command.name: (module, command) for module in modules for command in import_module(module).commands}

    assert set(brought) == {name for name, told in COMMANDS.items() if told.module in modules}
    for name, (module, command) in brought.items():
        assert COMMANDS[name][:2] == (module, command.get_short_help_str(200))
