"""Which words there are to ask with. Each is written down here, or in the `queries.py` of the room that knows it."""

from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.journey import Stage
from tandem.cases.models import Ball
from tandem.cases.query.times import NotATime, moment
from tandem.customers.models import Account
from tandem.kit import clock
from tandem.kit.errors import Invalid
from tandem.people.models import User
from tandem.people.roles import Role

Clause = Callable[[str, Any], Q]
Suggest = Callable[[str, Any], list[tuple[str, str]]]


class NotUnderstood(Invalid):
    """Some words of what was asked for are not understood."""


class Word(NamedTuple):
    """`owner:me`. `values` are those one may choose from, where there are few; of many, `suggest` knows some.

    `suggest("no", actor)` → [("northwind", "Northwind Analytics")]: values, and what they are, that the actor may know of.
    """

    name: str
    says: Any
    values: tuple[str, ...]
    clause: Clause
    suggest: Suggest | None = None


WORDS: dict[str, Word] = {}
TEXT: list[Clause] = []
"""What finds words of the text: among all cases, and on one that is at hand. The room that searches says how."""


def word(
    name: str, says: Any, values: Iterable[str] = (), suggest: Suggest | None = None
) -> Callable[[Clause], Clause]:
    """`@word("realm", _("the technical area"))` above `def realm(value, actor) -> Q`, which may raise `NotUnderstood`."""

    def keep(clause: Clause) -> Clause:
        WORDS[name] = Word(name, says, tuple(values), clause, suggest)
        return clause

    return keep


def text(among_all: Clause, on_one: Clause) -> None:
    TEXT[:] = [among_all, on_one]


def said() -> list[Word]:
    """All words there are, for whoever wants to learn them."""
    return list(WORDS.values())


def chosen(value: str, values: Iterable[str], name: str) -> str:
    """Raises `NotUnderstood` for what cannot be chosen."""
    if (lowered := value.lower()) not in (known := list(values)):
        told = _("“{name}:{value}” is not understood: it may be {values}.")
        raise NotUnderstood(told.format(name=name, value=value, values=", ".join(known)))
    return lowered


MOST_NAMED = 200
MOST_SUGGESTED = 8

ARE = {
    "open": Q(in_queue=True),
    "closed": Q(stage=Stage.CLOSE),
    "merged": Q(merged_into__isnull=False),
    "snoozed": Q(snoozed_until__isnull=False),
    "any": ~Q(pk__in=[]),  # not Q(): that is no clause, and “not” and “or” pass it over
}


ARE_NOW: dict[str, Callable[[], Q]] = {"late": lambda: Q(next_update_at__isnull=False, next_update_at__lt=clock.now())}
"""What one has to look for; a room that knows more of how a case stands adds its own."""


@word(
    "is",
    gettext_lazy("how it stands; late: its promise is broken, breached: a clock of its was not met in time"),
    [*ARE, *ARE_NOW],
)
def state(value: str, actor: Any) -> Q:
    asked = chosen(value, [*ARE, *ARE_NOW], "is")
    return ARE_NOW[asked]() if asked in ARE_NOW else ARE[asked]


def also_is(value: str) -> Callable[[Callable[[], Q]], Callable[[], Q]]:
    """`@also_is("breached")` above `def breached() -> Q`, in the room that knows."""

    def keep(clause: Callable[[], Q]) -> Callable[[], Q]:
        ARE_NOW[value] = clause
        WORDS["is"] = WORDS["is"]._replace(values=(*ARE, *ARE_NOW))
        return clause

    return keep


def colleagues(begun: str, actor: Any) -> list[tuple[str, str]]:
    """By name or address."""
    named = Q(name__icontains=begun) | Q(email__istartswith=begun)
    found = User.objects.visible_to(actor).colleagues().filter(named)
    return list(found.values_list("email", "name")[:MOST_SUGGESTED])


def accounts(begun: str, actor: Any) -> list[tuple[str, str]]:
    named = Q(slug__startswith=begun.lower()) | Q(name__istartswith=begun)
    found = Account.objects.visible_to(actor).filter(named).order_by("name", "pk")
    return list(found.values_list("slug", "name")[:MOST_SUGGESTED])


def reporters(begun: str, actor: Any) -> list[tuple[str, str]]:
    """By the begin of their address alone: it has an index."""
    if not begun:
        return []
    found = User.objects.visible_to(actor).filter(email__startswith=begun.lower(), role=Role.CONTACT)
    return list(found.order_by("email").values_list("email", "name")[:MOST_SUGGESTED])


WHO = gettext_lazy("who keeps the promise or drives the cause; a name or an address, too")


@word("owner", WHO, ["me", "none"], colleagues)
def owner(value: str, actor: Any) -> Q:
    return _is(["customer_owner", "technical_owner"], value, actor, "owner")


@word("support", gettext_lazy("who keeps the promise; a name or an address, too"), ["me", "none"], colleagues)
def support(value: str, actor: Any) -> Q:
    return _is(["customer_owner"], value, actor, "support")


@word("engineer", gettext_lazy("who drives the cause; a name or an address, too"), ["me", "none"], colleagues)
def engineer(value: str, actor: Any) -> Q:
    return _is(["technical_owner"], value, actor, "engineer")


@word("ball", gettext_lazy("who must move next: a side, or a person by their address"), ["me", *Ball.values])
def ball(value: str, actor: Any) -> Q:
    if "@" in value:
        return _is(["ball_with"], value, actor, "ball")
    side = chosen(value, ["me", *Ball.values], "ball")
    return Q(ball_with=actor.pk) if side == "me" else Q(ball=side)


@word("stage", gettext_lazy("where on its road it is"), Stage.values)
def stage(value: str, actor: Any) -> Q:
    return Q(stage=chosen(value, Stage.values, "stage"))


@word("account", gettext_lazy("the customer, by name or by the short name in addresses"), ["none"], accounts)
def account(value: str, actor: Any) -> Q:
    must_be_told(value, "account")
    if value.lower() == "none":
        return Q(account=None)
    keys = _keys(Account.objects.filter(slug=value.lower())) or _keys(Account.objects.filter(name__iexact=value))
    return _one_of(
        "account", keys, _("There is no customer “{name}”: write the name, in quotes, or the short name."), value
    )


@word("reporter", gettext_lazy("who reported it, by their address"), suggest=reporters)
def reporter(value: str, actor: Any) -> Q:
    must_be_told(value, "reporter")
    keys = _keys(User.objects.filter(email=value.lower()))
    return _one_of("reporter", keys, _("We know nobody with the address “{name}”."), value)


@word(
    "promise",
    gettext_lazy("when they hear from us next: <2h is sooner, >1d later than that"),
    ["none", "late"],
)
def promise(value: str, actor: Any) -> Q:
    if value.lower() == "none":
        return Q(next_update_at=None)
    if value.lower() == "late":
        return state("late", actor)
    return Q(next_update_at__isnull=False) & when("next_update_at", value, "promise", ahead=True)


@word("opened", gettext_lazy("when it was opened: <7d within the last seven days, >30d before; or >2026-01-31"))
def opened(value: str, actor: Any) -> Q:
    return when("opened_at", value, "opened", ahead=False)


@word(
    "active", gettext_lazy("when anything happened last: <7d within the last seven days, >30d before; or >2026-01-31")
)
def active(value: str, actor: Any) -> Q:
    return when("active_at", value, "active", ahead=False)


def _is(columns: Iterable[str], value: str, actor: Any, name: str) -> Q:
    """This colleague stands in one of these columns; none: nobody does in any."""
    must_be_told(value, name)
    match value.lower():
        case "none":
            return Q(**dict.fromkeys(columns))
        case "me":
            return reduce(or_, (Q(**{column: actor.pk}) for column in columns))
    keys = _keys(User.objects.of_the_house().filter(Q(email=value.lower()) | Q(name__icontains=value)))
    unknown = _("Nobody here is called “{name}”: write a name or an address.")
    return reduce(or_, (_one_of(column, keys, unknown, value) for column in columns))


def _keys(named: QuerySet) -> list[int]:
    """Not a query within the query: that one would be asked of each case, past the index over the column."""
    return list(named.values_list("pk", flat=True)[:MOST_NAMED])


def _one_of(column: str, keys: list[int], unknown: str, value: str) -> Q:
    """What nothing is called like is said: else who mistyped it would believe that there is no such case."""
    if not keys:
        raise NotUnderstood(unknown.format(name=value))
    return Q(**{f"{column}__in": keys})


def must_be_told(value: str, name: str) -> None:
    if not value:
        raise NotUnderstood(_("“{name}:” wants a word behind it, without a space.").format(name=name))


def when(column: str, value: str, name: str, *, ahead: bool) -> Q:
    """Of a length of time (<2h), counted from now; of a day (>2026-01-31), from its beginning or end."""
    try:
        is_later, at = moment(value, ahead=ahead)
    except NotATime:
        told = _("“{name}:{value}” is no time: write <30m, <2h, >3d or >1w, or a day as in >2026-01-31.")
        raise NotUnderstood(told.format(name=name, value=value)) from None
    return Q(**{f"{column}__{'gte' if is_later else 'lt'}": at})
