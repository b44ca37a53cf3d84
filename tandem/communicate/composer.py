"""What stands in the composer and around it: what is begun, what came since, who would get it, what waits to leave.

One query.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import F, IntegerField, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from tandem.cases.models import Case, Participant
from tandem.communicate.models import PlannedUpdate, addressing
from tandem.kit import prepared, zones
from tandem.kit.files import Stored
from tandem.people.models import User
from tandem.writing import hints, news
from tandem.writing.forms import as_typed_here
from tandem.writing.models import Draft

MOST_SHARED = 10


class Person(NamedTuple):
    """Somebody who takes part, as one needs to know them to write to them."""

    pk: int
    user_id: int
    name: str
    address: str
    no_mail_since: str | None
    comes_back: str | None
    time_zone: str


class Waiting(NamedTuple):
    """An update that waits to leave."""

    pk: int
    by: int
    name: str
    body: str
    files: list[dict[str, str]]
    planned_at: datetime
    leaves_at: datetime
    prepared_at: datetime | None
    held_why: str
    overtaken_by: news.News | None

    @property
    def is_just_sent(self) -> bool:
        """It waits only for second thoughts."""
        wait = self.leaves_at - self.planned_at
        return not (self.prepared_at or self.held_why) and wait <= timedelta(seconds=settings.UNDO_SECONDS)


class Begun(NamedTuple):
    """A draft: one's own, or one a colleague shares."""

    pk: int
    author_id: int
    name: str
    audience: str
    body: str
    told: dict[str, str]
    files: list[Stored]
    based_on: int
    shared_at: str | None
    saved_at: datetime

    @property
    def fields(self) -> dict[str, str]:
        return {**as_typed_here(self.told), "audience": self.audience, "body": self.body}


def of(case: Case, actor: Any, *, draft: int = 0) -> dict[str, Any]:
    """`draft` is the one to go on with, if not one's own."""
    told = _around(actor.role, case=case.pk, me=actor.pk, draft=draft)
    begun = [_begun(row) for row in told["begun"]]
    here = next((one for one in begun if one.pk == draft), None)
    here = here or next((one for one in begun if one.author_id == actor.pk), None)
    people = sorted((Person(**row) for row in told["people"]), key=lambda one: one.user_id != case.reporter_id)
    there = zones.named(next((one.time_zone for one in people if one.user_id == case.reporter_id), ""))
    return {
        "people": people,
        "places": addressing.places(case, [one for one in people if one.no_mail_since is None]),
        "zone": there if there != timezone.get_current_timezone() else None,
        "planned": [_waiting(row) for row in told["planned"]],
        "draft": here,
        "others": [one for one in begun if one != here and (one.body or one.files)],
        "news": news.read(told["news"]),
        "hints": hints.read(told),
    }


@prepared.gathered
def _around(role: str, *, case: int, me: int, draft: int) -> Mapping[str, QuerySet]:
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
            time_zone=F("user__time_zone"),
        )
    )
    planned = PlannedUpdate.objects.visible_to(User(role=role)).filter(case__in=here).waiting().with_news()
    names = ("pk", "body", "files", "planned_at", "leaves_at", "prepared_at", "held_why", "overtaken_by")
    drafts = Draft.objects.visible_to(User(pk=me, role=role)).filter(case__in=here).open()
    seen = Coalesce(
        Subquery(drafts.filter(pk=draft).values("based_on")[:1]),
        Subquery(drafts.filter(author=me).order_by("-saved_at").values("based_on")[:1]),
        output_field=IntegerField(),
    )
    begun = ("pk", "author_id", "audience", "body", "told", "files", "based_on", "shared_at", "saved_at")
    return {
        "people": people,
        "planned": planned.values(*names, by=F("planned_by"), name=F("planned_by__name")),
        "begun": drafts.values(*begun, name=F("author__name"))[:MOST_SHARED],
        "news": news.rows(case, me=me, role=role, seq=seen).values(*news.COLUMNS),
        **hints.rows(role, here, me),
    }


def _begun(row: dict[str, Any]) -> Begun:
    told = {"files": [Stored(*told) for told in row["files"]], "saved_at": datetime.fromisoformat(row["saved_at"])}
    return Begun(**row | told)


def _waiting(row: dict[str, Any]) -> Waiting:
    files = [Stored(*told) for told in row.pop("files")]
    shown = [{"name": file.name, "size": filesizeformat(file.size)} for file in files]
    since = news.said(**row.pop("overtaken_by")) if row["overtaken_by"] else None
    prepared_at = datetime.fromisoformat(row["prepared_at"]) if row["prepared_at"] else None
    times = {name: datetime.fromisoformat(row[name]) for name in ("planned_at", "leaves_at")}
    told = {"files": shown, **times, "prepared_at": prepared_at, "overtaken_by": since}
    return Waiting(**row | told)
