"""The command `tandem`."""

import errno
import os
import sys
from pathlib import Path

import click

from tandem.config.rooms import Rooms

CONFIGURATION = 2
TEMPORARY_FAILURE = 75  # EX_TEMPFAIL of sysexits.h: a mail server keeps the message and tries again


def main() -> None:
    """Run the command. What stops it is one sentence: exit 2 for a bad setting, 75 while the database is away."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tandem.config.settings")
    try:
        tandem()
    except Exception as error:
        sentence, code = _what_stopped_us(error)
        click.echo(sentence, err=True)
        sys.exit(code)


@click.group(cls=Rooms, context_settings={"help_option_names": ["-h", "--help"]})
def tandem() -> None:
    """One case that customer, support and engineering share.

    Settings are environment variables TANDEM_…; docs/settings.md has them all.
    """


@tandem.command()
def serve() -> None:
    """Run everything on this machine: database, web, worker, incoming mail."""
    from tandem.config.serve import serve

    serve()


@tandem.command()
@click.option("--keep", type=click.Path(path_type=Path), help="Keep the data in this directory, and find it again.")
def demo(keep: Path | None) -> None:
    """Run everything with a story already told, and throw it away afterwards."""
    from tandem.config.demo import demo

    demo(keep)


@tandem.command()
@click.option("--live", is_flag=True, help="Serve the live streams, too, on the same port.")
@click.option("--migrate", is_flag=True, help="First bring the database to this version.")
def web(live: bool, migrate: bool) -> None:
    """Answer web requests, without the live streams."""
    from tandem.config import roles

    roles.web(live=live, migrate=migrate)


@tandem.command()
def live() -> None:
    """Serve the live streams only."""
    from tandem.config import roles

    roles.live()


@tandem.command()
def worker() -> None:
    """Do the jobs that wait."""
    from tandem.config import roles

    roles.worker()


@tandem.command("mail-in")
def mail_in() -> None:
    """Take in mail by SMTP."""
    from tandem.config import roles

    roles.mail_in()


@tandem.command()
@click.option("--tell", is_flag=True, hidden=True)
def migrate(tell: bool) -> None:
    """Bring the database to this version. Safe to call at any time, from several machines at once."""
    from tandem.config.migrate import migrate, tell_the_story

    migrate()
    if tell:
        tell_the_story()


def _what_stopped_us(error: Exception) -> tuple[str, int]:
    from django.db import OperationalError

    from tandem.config.claims import CannotServe
    from tandem.kit.env import BadSetting
    from tandem.kit.errors import Refused
    from tandem.kit.postgres import CannotStart

    match error:
        case BadSetting():
            return str(error), CONFIGURATION
        case CannotServe() | CannotStart() | Refused():
            return str(error), 1
        case OperationalError():
            return f"The database does not answer; is `tandem serve` running? {_first_line(error)}", TEMPORARY_FAILURE
        case OSError(errno=errno.ENOSPC):
            return "The disk is full: make room, then start again.", 1
        case OSError(filename=str(name)):
            return f"{name}: {error.strerror}. TANDEM_DATA must be a directory that Tandem may write.", 1
    raise error


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]


if __name__ == "__main__":
    main()
