"""All of Tandem in one command: the database, then web, worker, mail-in, mail-read and, where there are mailboxes, mail-fetch, kept running."""

import contextlib
import http.client
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psycopg

from tandem.config import claims
from tandem.config.claims import CannotServe
from tandem.config.post import AskedToStop, Post
from tandem.config.processes import Child, Database, Wanted
from tandem.kit.postgres import Cluster

WEB = "web"
READERS = ("mail-read", "mail-read-2")  # a processor each: 100 mails a second are more than one can read
OLDEST = 15  # of the PostgreSQL versions we work with


def serve(*, prepare: list[str] | None = None, greeting: str = "", fsync: bool = True) -> None:
    """Run everything until asked to stop. `prepare` is a `tandem` command to run before anything answers.

    Raises CannotServe and CannotStart.
    """
    from tandem.config import settings

    post = Post()
    with claims.data_directory(settings.DATA, settings.BASE_URL):
        claims.port(settings.HOST, settings.PORT, "TANDEM")
        claims.port(settings.MAIL_HOST, settings.MAIL_PORT, "TANDEM_MAIL")
        with contextlib.suppress(AskedToStop), _database(post, settings.DATABASE_URL, settings.DATA, fsync) as kept:
            if prepare:
                Child("prepare", post, *prepare).see_through()
            with _children(post, kept.cluster.url if kept else settings.DATABASE_URL) as children:
                _keep_running(post, kept, children, greeting or f"Tandem is ready at {settings.BASE_URL}/")


@contextlib.contextmanager
def _database(post: Post, url: str, data: Path, fsync: bool) -> Iterator[Database | None]:
    """Yours, which we leave alone, or ours. What still runs there is a leftover, for we hold the directory."""
    if url:
        require_recent(url)
        yield None
        return
    cluster = Cluster(data / "postgres", fsync=fsync)
    try:
        cluster.stop()
        cluster.launch()
        while not cluster.is_ready():
            post.wait(0.05)
        cluster.make_database()
        yield Database(post, cluster)
    finally:
        post.stopping = True
        cluster.stop(patience=5 if post.requests_to_stop > 1 else 30)


def require_recent(url: str) -> None:
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version // 10000
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[-1]
        raise CannotServe(f"The database of TANDEM_DATABASE_URL cannot be reached: {reason}") from None
    if version < OLDEST:
        raise CannotServe(
            f"The database of TANDEM_DATABASE_URL is PostgreSQL {version}, but Tandem needs {OLDEST} or newer."
        )


@contextlib.contextmanager
def _children(post: Post, database: str) -> Iterator[list[Child]]:
    """In the order they stop: first what lets work in, last what does it."""
    children = [
        Child("mail-in", post, "mail-in"),
        Wanted("mail-fetch", post, "mail-fetch", wanted=partial(_there_are_mailboxes, database), grace=25),
        Child(WEB, post, "web", "--live", "--migrate"),
        *(Child(name, post, "mail-read", grace=25) for name in READERS),
        Child("worker", post, "worker", grace=30),
    ]
    try:
        yield children
    finally:
        post.stopping = True
        for child in children:
            child.stop()


def _there_are_mailboxes(database: str) -> bool:
    """To be fetched now."""
    asked = "SELECT EXISTS (SELECT FROM submit_mailbox WHERE removed_at IS NULL AND paused_at IS NULL)"
    try:
        with psycopg.connect(database, connect_timeout=5) as connection:
            return bool((connection.execute(asked).fetchone() or [False])[0])
    except psycopg.Error:
        return False


def _keep_running(post: Post, database: Database | None, children: list[Child], greeting: str) -> None:
    """Until somebody asks us to stop. While the database is away, nobody new is started.

    First web alone: it brings the database to this version, and people wait for it.
    """
    is_ready = False
    while True:
        if database:
            database.tend()
        can_start = not database or database.answers()
        if can_start:
            for child in children:
                if is_ready or child.name == WEB:
                    child.tend()
        if not is_ready and _web_answers():
            is_ready = True
            post.announce(greeting)
        post.wait(1 if is_ready and can_start else 0.1)


def _web_answers() -> bool:
    """Whatever it says."""
    from tandem.config import settings

    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.HOST, settings.HOST)  # noqa: S104
    connection = http.client.HTTPConnection(host, settings.PORT, timeout=1)
    try:
        connection.request("GET", "/healthz")
        return bool(connection.getresponse().status)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
