"""Who is on a case now, as its page tells it: whoever has it open, whoever writes, whoever has begun to."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from tandem.cases.audience import Audience
from tandem.cases.http import Panel
from tandem.cases.models import Case
from tandem.kit import clock, prepared, say
from tandem.people.roles import Role
from tandem.writing.models import Draft, Presence
from tandem.writing.models.draft import A_MOMENT

MOST = 20
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
    side = "engineering" if row["role"] == Role.ENGINEER else "support"
    return Person(row["name"], side, does, writes)


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
    return {"people": people, "again": again}


presence = Panel("presence", "writing/presence/_panel.html", _presence)
