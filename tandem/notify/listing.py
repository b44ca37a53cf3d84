"""Notices as they stand on a page: grouped by the case they are read on, the newest first."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import F

from tandem.cases.models import Case
from tandem.cases.sentences import sentence
from tandem.notify.models import Kind, Reason
from tandem.notify.models.notice import NoticeQuerySet

PAGE = 100
EXCERPT = 160
WATCHED = (Reason.WATCHING, Reason.ONCE_MENTIONED, Reason.TOOK_PART)


class Line(NamedTuple):
    pk: int
    says: str
    by: str
    why: str
    kind: str
    excerpt: str
    at: Any
    is_unread: bool
    put_off_until: Any
    reason: str


class Group(NamedTuple):
    """What is told of one case."""

    case: Case
    lines: list[Line]

    @property
    def unread(self) -> int:
        return sum(line.is_unread for line in self.lines)

    @property
    def kinds(self) -> list[Kind]:
        return [Kind(kind) for kind in dict.fromkeys(line.kind for line in self.lines)]

    @property
    def is_watched(self) -> bool:
        return any(line.reason in WATCHED for line in self.lines)


def page(rows: NoticeQuerySet, *, before: int | None = None) -> tuple[list[Group], int | None]:
    """Of the newest (before that one), and which to ask before for more. One query."""
    wanted = rows.filter(pk__lt=before) if before else rows
    found = list(whole(wanted).order_by("-pk")[: PAGE + 1])
    return groups(found[:PAGE]), found[PAGE - 1].pk if len(found) > PAGE else None


def whole(rows: NoticeQuerySet) -> NoticeQuerySet:
    """With all that is said of each."""
    told = rows.select_related("case__merged_into", "event__by", "team")
    return told.annotate(body=F("message__body"))


def groups(rows: Iterable[Any]) -> list[Group]:
    found: dict[int, Group] = {}
    for row in rows:
        case = row.case.read_on
        found.setdefault(case.pk, Group(case, [])).lines.append(_line(row))
    return list(found.values())


def _line(row: Any) -> Line:
    return Line(
        row.pk,
        sentence(row.event),
        row.event.by_whom,
        row.why,
        row.kind,
        _excerpt(row.body),
        row.at,
        row.read_at is None,
        row.put_off_until,
        row.reason,
    )


def _excerpt(body: str | None) -> str:
    words = " ".join((body or "").split())
    return words if len(words) <= EXCERPT else f"{words[:EXCERPT]}…"
