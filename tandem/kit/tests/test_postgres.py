"""The cluster comes back from every death, with its data."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from tandem.kit.postgres import CannotStart, Cluster
from tandem.kit.waiting import comes_true


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("cluster") / "postgres"
    Cluster(home).start()
    with psycopg.connect(Cluster(home).url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS row")
    yield home
    Cluster(home).remove()


@pytest.fixture
def cluster(home):
    Cluster(home).stop()
    cluster = Cluster(home)
    cluster.start()
    return cluster


def rows(cluster: Cluster) -> int:
    with psycopg.connect(cluster.url) as connection:
        return connection.execute("SELECT count(*) FROM kept").fetchone()[0]


def servers_of(cluster: Cluster) -> list[int]:
    seen = subprocess.run(["ps", "-ww", "-eo", "pid=,args="], capture_output=True, text=True, check=True).stdout
    return [int(line.split()[0]) for line in seen.splitlines() if f"-D {cluster.data}" in line]


def test_it_promises_what_an_accepted_message_needs(cluster):
    with psycopg.connect(cluster.url) as connection:
        for promise in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
            assert connection.execute(f"SHOW {promise}").fetchone() == ("on",)


def test_starting_it_twice_leaves_one_server(cluster):
    Cluster(cluster.home).start()

    assert servers_of(cluster) == [cluster.server.pid]


def test_it_survives_the_death_of_its_server_while_a_query_still_runs(cluster):
    busy = psycopg.connect(cluster.url)
    backend = busy.info.backend_pid
    busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 1e12)")
    busy.pgconn.flush()
    cluster.server.kill()
    cluster.server.wait()

    cluster.start()

    assert rows(cluster) == 1
    assert servers_of(cluster) == [cluster.server.pid]
    assert not psutil.pid_exists(backend)


def test_it_does_not_believe_a_pid_that_another_program_has_by_now(cluster):
    cluster.server.kill()
    cluster.server.wait()
    pid_file = cluster.data / "postmaster.pid"
    with subprocess.Popen(["sleep", "60"]) as stranger:
        pid_file.write_text(pid_file.read_text().replace(str(cluster.server.pid), str(stranger.pid), 1))

        cluster.start()

        assert rows(cluster) == 1
        assert stranger.poll() is None
        stranger.kill()


def test_it_ends_with_the_process_that_started_it(cluster):
    cluster.stop()
    starter = (
        "import sys, os; from pathlib import Path; from tandem.kit.postgres import Cluster;"
        "Cluster(Path(sys.argv[1])).start(); os.kill(os.getpid(), 9)"
    )

    subprocess.run([sys.executable, "-c", starter, cluster.home], check=False, cwd=Path(__file__).parents[3])

    assert comes_true(lambda: servers_of(cluster) == [], 10)
    assert Cluster(cluster.home).start() == cluster.url


def test_a_path_too_long_for_a_socket_is_no_hindrance(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("deep") / ("x" * 100) / "postgres", fsync=False)
    try:
        with psycopg.connect(cluster.start()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        cluster.remove()


def test_what_it_cannot_do_it_says_in_one_sentence(cluster):
    cluster.stop()
    settings = cluster.data / "postgresql.conf"
    kept = settings.read_text()
    settings.write_text("shared_buffers = plenty")

    with pytest.raises(CannotStart, match=r"could not start: .*configuration file.* Its log is"):
        cluster.start()
    settings.write_text(kept)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has a home that others may not enter")
def test_roots_private_home_stays_private(tmp_path_factory):
    private = tmp_path_factory.mktemp("root")
    private.chmod(0o700)
    cluster = Cluster(private / "checkout" / "var" / "postgres", fsync=False)

    cluster.start()

    assert private.stat().st_mode & 0o777 == 0o700
    cluster.remove()
    assert not (private / "checkout" / "var" / "postgres").is_symlink()
