import click
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tandem.kit.addresses import url
from tandem.people.models import Token, User
from tandem.people.models.user import OUR_ROLES

ROLE = click.Choice(OUR_ROLES)


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


@click.group()
def person() -> None:
    """Colleagues: the first administrator, and whoever has no page to hand."""


@person.command()
@click.argument("email")
@click.option("--name", required=True, help="First and last name.")
@click.option("--role", required=True, type=ROLE)
@click.option("--password", is_flag=True, help="Ask for a password, for where no mail leaves yet.")
def welcome(email: str, name: str, role: str, password: bool) -> None:
    """Make a colleague, who is sent a mail with the way in."""
    chosen = _password(User(email=email, name=name)) if password else None
    user = User.objects.invite(email, name=name, role=role, by=None, password=chosen)
    door = url("account_login" if password else "account_request_login_code")
    how = "with the password" if password else f"with a code that is sent to {user.email}"
    click.echo(f"{user.name} comes in as {user.get_role_display()} at {settings.BASE_URL}{door} {how}.")


@person.command("list")
def people() -> None:
    """All colleagues, those who retired last."""
    for user in User.objects.of_the_house().order_by("-is_active", "name", "pk"):
        click.echo(f"{user.email}\t{user.name}\t{user.role}{'' if user.is_active else ', retired'}")


@person.command()
@click.argument("email")
@click.argument("role", type=ROLE)
def role(email: str, role: str) -> None:
    """Give somebody another role."""
    user = _colleague(email)
    user.take_role(role)
    click.echo(f"{user.name}: {user.get_role_display()}.")


@person.command()
@click.argument("email")
def retire(email: str) -> None:
    """Let somebody in no more."""
    user = _colleague(email)
    user.retire()
    click.echo(f"{user.name} comes in no more.")


def _person(told: str) -> User:
    found = list(
        User.objects.active().filter(email=told.lower()) or User.objects.active().filter(name__istartswith=told)
    )
    if len(found) != 1:
        raise click.ClickException(f"{len(found)} people are called “{told}”; tell the e-mail address.")
    return found[0]


def _colleague(told: str) -> User:
    if not (user := _person(told)).is_colleague:
        raise click.ClickException(f"{user.name} is a customer.")
    return user


def _password(user: User) -> str:
    chosen: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    try:
        validate_password(chosen, user)
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from None
    return chosen


commands = [token, person]
