"""Less of what one is told, at once, from where one is told it; and the way back."""

from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from tandem.cases.models import Case
from tandem.kit import clock
from tandem.notify.models import Kind, Way


class Taken(NamedTuple):
    says: str
    back: str
    """“kind.note.desk.mail” of what was wanted before, or “case.2026-03-09T15:00:00+00:00” when it was changed; or nothing was."""


def take(what: str, *, by: Any, case: Case | None = None) -> Taken | None:
    """take("mute", by=sam, case=case), “watch” no more, or nothing of “kind.note”; None where there is none such."""
    if what.removeprefix("kind.") in Kind.values:
        return _no_kind(Kind(what.removeprefix("kind.")), by)
    if case and what == "watch":
        return _watch_no_more(case, by)
    return _mute(case, by) if case and what == "mute" else None


def _no_kind(kind: Kind, by: Any) -> Taken:
    preferences = by.notice_preferences
    wanted = [way for way, is_wanted in preferences.table()[kind].items() if is_wanted]
    for way in wanted:
        preferences.want(kind, way, wanted=False)
    says = _("You are told nothing of this any more: {kind}.").format(kind=kind.label)
    return Taken(says, ".".join(["kind", kind, *wanted]) if wanted else "")


def _watch_no_more(case: Case, by: Any) -> Taken:
    at = clock.now()
    case.watches.end(by=by, at=at)
    if by.watching.filter(ended_at=at).exists():
        return Taken(_("You watch {number} no more.").format(number=case.number), f"case.{at.isoformat()}")
    return Taken(_("You do not watch {number}.").format(number=case.number), "")


def _mute(case: Case, by: Any) -> Taken:
    at = clock.now()
    case.mutes.begin(by=by, at=at)
    if by.muting.filter(began_at=at).exists() or by.watching.filter(ended_at=at).exists():
        return Taken(_("You muted {number}.").format(number=case.number), f"case.{at.isoformat()}")
    return Taken(_("You had muted {number} already.").format(number=case.number), "")


def give_back(back: str, *, by: Any) -> bool:
    """As it was before, of what was changed then and by them alone; False if that is no way back."""
    what, _dot, rest = back.partition(".")
    if what == "case" and (at := _moment(rest)):
        by.muting.take_back(began_at=at)
        by.watching.resume(ended_at=at)
        return True
    kind, *ways = rest.split(".")
    if what == "kind" and kind in Kind.values:
        for way in set(ways) & set(Way.values):
            by.notice_preferences.want(kind, way, wanted=True)
        return True
    return False


def _moment(word: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(word)
    except ValueError:
        return None
    return at if at.tzinfo else None
