from pathlib import Path
from typing import TextIO

import click

from tandem.kit import portable
from tandem.kit.errors import Refused
from tandem.people.models import User
from tandem.people.roles import Role


@click.group()
def settings() -> None:
    """Settings as one YAML file, out and in."""


@settings.command()
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
def export(file: str) -> None:
    """Write all settings that can be carried into FILE; “-” prints them."""
    text = portable.exported()
    if file == "-":
        click.echo(text, nl=False)
    else:
        Path(file).write_text(text, encoding="utf-8")


@settings.command("import")
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--check", is_flag=True, help="Only say what would change.")
@click.option("--as", "email", default="", help="The administrator who does it; without, the first there is.")
def take(file: TextIO, check: bool, email: str) -> None:
    """Make the settings as FILE says, all or nothing, and say what changed."""
    people = User.objects.active().filter(role=Role.ADMINISTRATOR).order_by("pk")
    by = (people.filter(email=email.lower()) if email else people).first()
    if by is None:
        raise click.ClickException("There is no such administrator. Name one with --as.")
    try:
        told = (portable.check if check else portable.take)(file.read(), by=by)
    except Refused as refusal:
        raise click.ClickException(refusal.sentence) from None
    click.echo("\n".join(told) or "All is so already.")


commands = [settings]
