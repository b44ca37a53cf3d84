"""A child does one thing to hostile bytes, within limits, and whatever happens to it the next one is well."""

import os
import select
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import tandem
from tandem.kit import limited

MISDEEDS = "tandem.kit.tests.misdeeds"


def run(misdeed: str, data: bytes = b"", **limits):
    return limited.run(f"{MISDEEDS}:{misdeed}", data, **limits)


def test_it_returns_what_the_function_says():
    assert run("length", b"x" * 3_000_000) == 3_000_000
    assert run("length") == 0


def test_one_child_reads_many(monkeypatch):
    monkeypatch.setattr(limited, "_pool", limited._Pool(1))  # the others may have done enough

    assert len({run("who") for _ in range(20)}) == 1


def test_a_child_that_has_done_enough_is_replaced(monkeypatch):
    monkeypatch.setattr(limited, "ENOUGH", 2)

    assert len({run("who") for _ in range(20)}) >= 10


@pytest.mark.parametrize(
    ("misdeed", "limits", "error", "reason"),
    [
        (
            "spin",
            {"cpu_seconds": 1},
            limited.LimitExceeded,
            "It took more computing time than it may, so it was stopped.",
        ),
        ("hang", {"wall_seconds": 0.5}, limited.Hindered, "The machine gave it too little time, so it was stopped."),
        ("killed", {}, limited.Hindered, "The program that reads it was ended from outside."),
        ("grow", {}, limited.LimitExceeded, "It took more memory than it may, so it was stopped."),
        ("crash", {}, limited.ChildFailed, "The program that reads it broke."),
        ("stumble", {}, limited.ChildFailed, "The program that reads it made a mistake."),
    ],
)
def test_a_misdeed_ends_only_the_child(misdeed, limits, error, reason):
    with pytest.raises(error) as told:
        run(misdeed, **limits)

    assert str(told.value) == reason
    assert run("length", b"next") == 4


def test_computing_time_is_counted_for_each_work_anew(monkeypatch):
    monkeypatch.setattr(limited, "_pool", limited._Pool(1))
    child = run("who")

    for _ in range(5):
        run("toil", b"0.6", cpu_seconds=1)

    assert run("who") == child


def test_what_a_library_prints_is_no_answer():
    assert run("chatter") == "the answer"


def test_it_writes_no_files(tmp_path):
    with pytest.raises(limited.ChildFailed):
        run("write", str(tmp_path / "loot").encode())

    assert not (tmp_path / "loot").exists() or (tmp_path / "loot").stat().st_size == 0


def test_it_inherits_no_secrets_no_files_and_no_django(monkeypatch, tmp_path):
    monkeypatch.setenv("TANDEM_SECRET_KEY", "only-for-tests")
    monkeypatch.setattr(limited, "_pool", limited._Pool(1))

    with (tmp_path / "open").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        seen = run("surroundings")

    assert set(seen["environment"]) <= {"LC_ALL", "LC_CTYPE", "PYTHONPATH"}
    assert seen["descriptors"] == 4  # in, out, error, and the answers
    assert not seen["django"]
    assert seen["folder"] == "/"


def test_where_no_process_can_start_it_says_so_and_recovers(monkeypatch):
    monkeypatch.setattr(limited, "_pool", limited._Pool(1))
    with monkeypatch.context() as full, pytest.raises(limited.NotStarted, match="No process could be started"):
        full.setattr(limited.sys, "executable", "/nowhere/at/all")
        run("length")

    assert run("length", b"next") == 4


def test_many_threads_may_ask_at_once():
    with ThreadPoolExecutor(12) as threads:
        lengths = list(threads.map(lambda n: run("length", b"x" * n), range(200)))

    assert lengths == list(range(200))


def test_a_child_outlives_the_thread_that_first_asked():
    with ThreadPoolExecutor(1) as thread:
        first = thread.submit(run, "who").result()

    assert run("who") == first


def test_a_child_killed_while_it_waits_is_replaced():
    os.kill(run("who"), signal.SIGKILL)
    with ThreadPoolExecutor(1) as thread:  # until the death is seen, an answer or a refusal, never a wait
        outcome = thread.submit(run, "length", b"next").exception(timeout=30)

    assert outcome is None or isinstance(outcome, limited.Hindered)
    assert run("length", b"next") == 4


def test_children_die_with_their_parent():
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"from tandem.kit import limited; print(limited.run('{MISDEEDS}:who', b''), flush=True); input()",
        ],
        env=os.environ | {"PYTHONPATH": str(Path(tandem.__file__).parents[1])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    child = os.pidfd_open(int(parent.stdout.readline()))

    parent.kill()
    parent.communicate()

    assert select.select([child], [], [], 30)[0], "the child still runs"
    os.close(child)


def test_a_forked_process_has_children_of_its_own():
    ours = run("who")
    reading, writing = os.pipe()
    if (fork := os.fork()) == 0:
        os.write(writing, str(run("who")).encode())
        os._exit(0)
    os.waitpid(fork, 0)

    assert int(os.read(reading, 20)) != ours
    assert run("who") == ours
    os.close(reading)
    os.close(writing)
