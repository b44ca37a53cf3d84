"""What stands around the composer: who would get it, and what waits to leave. One query."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet
from django.template.defaultfilters import filesizeformat

from tandem.cases.models import Case, Participant
from tandem.communicate.models import PlannedUpdate, addressing
from tandem.kit import prepared
from tandem.kit.files import Stored
from tandem.people.models import User


class Person(NamedTuple):
    """Somebody who takes part, as one needs to know them to write to them."""

    pk: int
    user_id: int
    name: str
    address: str
    no_mail_since: str | None
    comes_back: str | None
    time_zone: str | None


class Waiting(NamedTuple):
    """An update that waits to leave."""

    pk: int
    name: str
    body: str
    files: list[dict[str, str]]
    leaves_at: datetime
    held_why: str
    is_overtaken: bool


def of(case: Case, actor: Any) -> dict[str, Any]:
    told = _around(actor.role, case=case.pk)
    people = sorted((Person(**row) for row in told["people"]), key=lambda one: one.user_id != case.reporter_id)
    zone = next((one.time_zone for one in people if one.user_id == case.reporter_id), "")
    return {
        "people": people,
        "places": addressing.places(case, [one for one in people if one.no_mail_since is None]),
        "zone": ZoneInfo(zone) if zone else None,
        "planned": [_waiting(row) for row in told["planned"]],
    }


@prepared.gathered
def _around(role: str, *, case: int) -> Mapping[str, QuerySet]:
    here = Case.objects.read_on(Case(pk=case)).values("pk")
    people = (
        Participant.objects.filter(case=case)
        .standing()
        .values(
            "pk",
            "user_id",
            "no_mail_since",
            name=F("user__name"),
            address=F("user__email"),
            comes_back=F("user__contact__no_mail_since"),
            time_zone=F("user__contact__time_zone"),
        )
    )
    planned = PlannedUpdate.objects.visible_to(User(role=role)).filter(case__in=here).waiting().with_news()
    names = ("pk", "body", "files", "leaves_at", "held_why", "is_overtaken")
    return {"people": people, "planned": planned.values(*names, name=F("planned_by__name"))}


def _waiting(row: dict[str, Any]) -> Waiting:
    files = [Stored(*told) for told in row.pop("files")]
    shown = [{"name": file.name, "size": filesizeformat(file.size)} for file in files]
    return Waiting(**row | {"files": shown, "leaves_at": datetime.fromisoformat(row["leaves_at"])})
