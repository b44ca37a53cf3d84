from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from tandem.cases.api import find_case
from tandem.kit.errors import NotAllowed
from tandem.notify import colleagues, listing
from tandem.notify.models import Notice
from tandem.people.models import User
from tandem.people.roles import Can

router = Router(tags=["notify"])
MOST = 100


class NoticeOut(Schema):
    id: int
    case: int
    what: str
    by: str | None
    why: str
    kind: str
    at: datetime
    read_at: datetime | None
    put_off_until: datetime | None


class ReadingIn(Schema):
    case: int | None = None
    notices: list[int] | None = Field(None, max_length=1000)


class WatcherOut(Schema):
    name: str
    why: str
    since: datetime


class TellingIn(Schema):
    who: str
    """The address of a colleague."""
    words: str = Field("", max_length=colleagues.LONGEST)


class PreferenceIn(Schema):
    kind: str
    way: str
    wanted: bool


@router.get("/notices", response=list[NoticeOut], operation_id="list_notices")
def notices(request: HttpRequest, read: bool = False, before: int | None = None) -> list[dict[str, Any]]:
    """What you are told, the newest first; with `read` also what you have read. Ask on with `before`, the last id."""
    mine = Notice.objects.visible_to(_colleague(request))
    rows = listing.whole(mine.filter(desk=True) if read else mine.unread())
    return [_out(row) for row in (rows.filter(pk__lt=before) if before else rows).order_by("-pk")[:MOST]]


def _out(row: Any) -> dict[str, Any]:
    [group] = listing.groups([row])
    [line] = group.lines
    told = {"id": row.pk, "case": group.case.number, "what": line.says, "by": line.by or None, "why": line.why}
    return told | {name: getattr(row, name) for name in ("kind", "at", "read_at", "put_off_until")}


@router.post("/notices/reading", response={204: None}, operation_id="read_notices")
def read(request: HttpRequest, reading: ReadingIn) -> Status[None]:
    """Those of a case, some of them, or all."""
    case = find_case(request, reading.case) if reading.case else None
    _colleague(request).notices.read(case=case, keys=reading.notices)
    return Status(204, None)


@router.get("/notices/preferences", response=dict[str, dict[str, bool]], operation_id="list_notice_preferences")
def preferences(request: HttpRequest) -> dict[str, dict[str, bool]]:
    """Each kind, and by which ways you are told of it."""
    table = _colleague(request).notice_preferences.table()
    return {str(kind): {str(way): wanted for way, wanted in ways.items()} for kind, ways in table.items()}


@router.post("/notices/preferences", response={204: None}, operation_id="want_notices")
def want(request: HttpRequest, preference: PreferenceIn) -> Status[None]:
    _colleague(request).notice_preferences.want(preference.kind, preference.way, wanted=preference.wanted)
    return Status(204, None)


@router.get("/cases/{number}/watchers", response=list[WatcherOut], operation_id="list_watchers")
def watchers(request: HttpRequest, number: int) -> list[dict[str, Any]]:
    rows = find_case(request, number, needs=Can.WORK).watches.standing().select_related("watched_by")[:MOST]
    return [{"name": row.watched_by.name, "why": row.why, "since": row.began_at} for row in rows]


@router.put("/cases/{number}/watch", response={204: None}, operation_id="watch_case")
def watch(request: HttpRequest, number: int) -> Status[None]:
    find_case(request, number, needs=Can.WORK).watches.begin(by=request.user)
    return Status(204, None)


@router.delete("/cases/{number}/watch", response={204: None}, operation_id="watch_case_no_more")
def watch_no_more(request: HttpRequest, number: int) -> Status[None]:
    find_case(request, number, needs=Can.WORK).watches.end(by=request.user)
    return Status(204, None)


@router.put("/cases/{number}/mute", response={204: None}, operation_id="mute_case")
def mute(request: HttpRequest, number: int) -> Status[None]:
    find_case(request, number, needs=Can.WORK).mutes.begin(by=request.user)
    return Status(204, None)


@router.delete("/cases/{number}/mute", response={204: None}, operation_id="mute_case_no_more")
def mute_no_more(request: HttpRequest, number: int) -> Status[None]:
    find_case(request, number, needs=Can.WORK).mutes.end(by=request.user)
    return Status(204, None)


@router.post("/cases/{number}/tellings", response={204: None}, operation_id="tell_colleague")
def tell(request: HttpRequest, number: int, telling: TellingIn) -> Status[None]:
    """Say to a colleague that they should know of this case; it stands in its history."""
    case = find_case(request, number, needs=Can.WORK)
    person = User.objects.colleagues().get(email=telling.who.strip().lower())
    colleagues.tell(case, person, by=request.user, words=telling.words)
    return Status(204, None)


def _colleague(request: HttpRequest) -> Any:
    user: Any = request.user
    if not user.is_colleague:
        raise NotAllowed
    return user
