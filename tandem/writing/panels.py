"""Who is on a case now, as its page tells it: whoever has it open, whoever writes, whoever has begun to."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import F, QuerySet, Value
from django.utils.translation import gettext as _

from tandem.cases.audience import Audience
from tandem.cases.http import Panel
from tandem.cases.models import Case
from tandem.kit import clock, prepared, say
from tandem.people.roles import Role
from tandem.writing.models import Draft, Presence
from tandem.writing.models.draft import A_MOMENT

MOST, FEW = 20, 3
LATELY = timedelta(days=7)


class Person(NamedTuple):
    """`does` is a sentence without its subject; `writes` while they type."""

    name: str
    side: str
    does: str
    writes: bool = False


def of(case: Case, actor: Any) -> list[Person]:
    """Everybody but the one who asks; those who write first. One query."""
    now = clock.now()
    told = _read(case=case.pk, me=actor.pk, now=now, moment=now - A_MOMENT, lately=now - LATELY)
    found: dict[int, Person] = {}
    for row in told["writing"]:
        found[row["user_id"]] = _person(row, _writes(row["audience"], case), writes=True)
    for row in told["here"]:
        found.setdefault(row["user_id"], _person(row, _("is here")))
    for row in told["begun"]:
        since = say.moment(datetime.fromisoformat(row["saved_at"]))
        found.setdefault(row["user_id"], _person(row, _("has begun to write, {at}").format(at=since)))
    return list(found.values())


def among(cases: Iterable[int], actor: Any) -> dict[int, tuple[tuple[str, str, bool], ...]]:
    """Who else is on each of these cases now, for a page of rows: name, side, whether they write. One query."""
    now, keys = clock.now(), list(cases)
    here = Presence.objects.visible_to(actor).here().filter(case__in=keys).exclude(user=actor.pk).order_by()
    drafts = (
        Draft.objects.begun().filter(case__in=keys, saved_at__gt=now - A_MOMENT).exclude(author=actor.pk).order_by()
    )
    both = here.values_list("case", "user__name", "user__role", Value(False)).union(
        drafts.values_list("case", "author__name", "author__role", Value(True))
    )
    found: dict[int, dict[str, tuple[str, str, bool]]] = {}
    for case, name, role, writes in both.order_by("user__name")[: MOST * len(keys)]:
        people = found.setdefault(case, {})
        people[name] = (name, _side(role), writes or people.get(name, ("", "", False))[2])
    return {case: tuple(people.values())[:FEW] for case, people in found.items()}


@prepared.gathered
def _read(*, case: int, me: int, now: datetime, moment: datetime, lately: datetime) -> Mapping[str, QuerySet]:
    it = Case.objects.read_on(Case(pk=case)).values("pk")
    here = Presence.objects.filter(case=case, until__gt=now).exclude(user=me)
    drafts = Draft.objects.begun().filter(case__in=it).exclude(author=me)
    by: dict[str, Any] = {"user_id": F("author_id"), "name": F("author__name"), "role": F("author__role")}
    names = ("user_id", "name", "role")
    return {
        "here": here.values("user_id", name=F("user__name"), role=F("user__role")).order_by("name").distinct()[:MOST],
        "writing": drafts.filter(saved_at__gt=moment).annotate(**by).values(*names, "audience")[:MOST],
        "begun": drafts.filter(saved_at__gt=lately).annotate(**by).values(*names, "saved_at")[:MOST],
    }


def _person(row: dict[str, Any], does: str, *, writes: bool = False) -> Person:
    return Person(row["name"], _side(row["role"]), does, writes)


def _side(role: str) -> str:
    return "engineering" if role == Role.ENGINEER else "support"


def _writes(audience: str, case: Case) -> str:
    match audience:
        case Audience.CUSTOMER:
            return _("writes to {name}").format(name=case.reporter.first_name)
        case Audience.SUPPORT:
            return _("writes a note")
    return _("writes")


def _presence(case: Case, actor: Any) -> dict[str, Any]:
    people = of(case, actor)
    again = int(A_MOMENT.total_seconds()) + 1 if any(one.writes for one in people) else None
    shown = people if len(people) <= FEW + 1 else people[:FEW]
    return {"people": shown, "others": [one.name for one in people[len(shown) :]], "again": again}


presence = Panel("presence", "writing/presence/_panel.html", _presence)
