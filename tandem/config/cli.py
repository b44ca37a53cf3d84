"""The command `tandem`."""

from pathlib import Path

import click

from tandem.config.rooms import Rooms


@click.group(cls=Rooms, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """One case that customer, support and engineering share.

    Settings are environment variables TANDEM_…; docs/settings.md has them all.
    """


@main.command()
def serve() -> None:
    """Run everything on this machine: database, web, worker, incoming mail."""
    from tandem.config.serve import serve

    serve()


@main.command()
@click.option("--keep", type=click.Path(path_type=Path), help="Keep the data in this directory, and find it again.")
def demo(keep: Path | None) -> None:
    """Run everything with a story already told, and throw it away afterwards."""
    from tandem.config.demo import demo

    demo(keep)


@main.command()
@click.option("--live", is_flag=True, help="Serve the live streams, too, on the same port.")
@click.option("--migrate", is_flag=True, help="First bring the database to this version.")
def web(live: bool, migrate: bool) -> None:
    """Answer web requests, without the live streams."""
    from tandem.config import roles

    roles.web(live=live, migrate=migrate)


@main.command()
def live() -> None:
    """Serve the live streams only."""
    from tandem.config import roles

    roles.live()


@main.command()
def worker() -> None:
    """Do the jobs that wait."""
    from tandem.config import roles

    roles.worker()


@main.command("mail-in")
def mail_in() -> None:
    """Take in mail by SMTP and LMTP."""
    from tandem.config import roles

    roles.mail_in()


@main.command("mail-read")
def mail_read() -> None:
    """Read the mail that was taken in, and bring it to its cases."""
    from tandem.config import roles

    roles.mail_read()


@main.command("mail-fetch")
def mail_fetch() -> None:
    """Fetch mail from the mailboxes that were set up, by IMAP."""
    from tandem.config import roles

    roles.mail_fetch()


@main.command()
@click.option("--tell", is_flag=True, hidden=True)
def migrate(tell: bool) -> None:
    """Bring the database to this version. Safe to call at any time, from several machines at once."""
    from tandem.config.migrate import migrate, tell_the_story

    migrate()
    if tell:
        click.echo("Telling thirty days of the story, which takes a moment.")
        tell_the_story()


if __name__ == "__main__":
    main()
