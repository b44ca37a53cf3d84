import sys

import click
from django.conf import settings

from tandem.submit.models import Submission

BAD_DATA = 65  # EX_DATAERR of sysexits.h: the mail server gives it back to its sender


@click.group()
def mail() -> None:
    """Incoming mail."""


@mail.command()
@click.option("--to", "recipients", multiple=True, metavar="ADDRESS", help="Whom it was sent to, by the envelope.")
@click.option("--from", "sender", default="", metavar="ADDRESS", help="Who sent it, by the envelope.")
def deliver(recipients: tuple[str, ...], sender: str) -> None:
    """Take in one message from standard input. Exit 0: kept for good; 75: try again; 65: empty or too large."""
    raw = sys.stdin.buffer.read(settings.MAIL_LIMIT + 1)
    if not raw.strip():
        _give_back("There is no message on standard input.")
    if len(raw) > settings.MAIL_LIMIT:
        _give_back(f"The message is larger than {settings.MAIL_LIMIT} bytes.")
    Submission.objects.accept_mail(raw, sender=sender, recipients=recipients, checked_by=settings.AUTHSERV_ID)


def _give_back(sentence: str) -> None:
    click.echo(sentence, err=True)
    raise click.exceptions.Exit(BAD_DATA)


commands = [mail]
