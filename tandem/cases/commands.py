import click
from django.utils import timezone

from tandem.cases import keeping
from tandem.cases.ledger import everybody
from tandem.cases.models import Case
from tandem.cases.sentences import sentence


@click.command()
def listeners() -> None:
    """Who reacts to what happens to a case."""
    for verb, name in everybody():
        click.echo(f"{verb:28} → {name}")


@click.command()
@click.argument("number", type=int)
def story(number: int) -> None:
    """The ledger of one case, readable."""
    case = Case.objects.filter(number=number).first()
    if case is None:
        raise click.ClickException(f"There is no case {number}.")
    click.echo(f"{case.number}  {case.title}")
    for event in case.events.select_related("by").order_by("seq"):
        at = timezone.localtime(event.at).strftime("%Y-%m-%d %H:%M")
        click.echo(f"{event.seq:4}  {at}  {event.by_whom or 'Tandem':20}  {sentence(event)}")


@click.command("check-files")
def check_files() -> None:
    """Read every attachment and compare it with what came."""
    damaged = keeping.compare(most=None)
    for attachment in damaged:
        click.echo(
            f"case {attachment.message.case.number}: {attachment.name} ({attachment.stored_as}) is damaged or gone"
        )
    if damaged:
        raise click.ClickException(f"{len(damaged)} files are not what came.")
    click.echo("Every file is what came.")


commands = [check_files, listeners, story]
