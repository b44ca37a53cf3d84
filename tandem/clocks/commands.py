import click

from tandem.cases.models import Case
from tandem.clocks import keeping


@click.command()
@click.argument("number", type=int, required=False)
def clocks(number: int | None) -> None:
    """Replay the clocks of all open cases, or of one, and name every row that says something else."""
    cases = Case.objects.filter(number=number) if number else Case.objects.filter(in_queue=True)
    wrong = checked = 0
    for case in cases.order_by("pk").iterator():
        differences = keeping.differences(case)
        checked, wrong = checked + 1, wrong + len(differences)
        for told in differences:
            click.echo(f"case {case.number}: {told}")
    if wrong:
        raise click.ClickException(f"{wrong} clocks say something else than the ledger.")
    click.echo(f"The clocks of {checked} cases say what the ledger says, to the second.")


commands = [clocks]
