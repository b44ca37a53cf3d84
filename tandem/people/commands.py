import click

from tandem.people.models import Token, User


@click.group()
def token() -> None:
    """API tokens."""


@token.command()
@click.option(
    "--user", "email", required=True, metavar="NAME", help="E-mail address, or the name if it is the only one."
)
@click.option("--name", default="command line", help="What the token is for.")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(Token.Scope.values), help="Both, unless told.")
def create(email: str, name: str, scopes: tuple[str, ...]) -> None:
    """Make a token and print it, once."""
    user = _person(email)
    _row, secret = user.tokens.issue(name=name, scopes=list(scopes or Token.Scope.values))
    click.echo(secret)


def _person(told: str) -> User:
    found = list(
        User.objects.active().filter(email=told.lower()) or User.objects.active().filter(name__istartswith=told)
    )
    if len(found) != 1:
        raise click.ClickException(f"{len(found)} people are called “{told}”; tell the e-mail address.")
    return found[0]


commands = [token]
