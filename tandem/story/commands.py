import click

from tandem.story import seed as seeding


@click.command()
@click.option("--cases", type=click.IntRange(min=100), required=True, help="How many; the rest follows.")
def seed(cases: int) -> None:
    """Bulk data, for measuring."""
    seeding.seed(cases, say=click.echo)
    seeding.settle()
    click.echo(f"{cases} cases were added.")


commands = [seed]
