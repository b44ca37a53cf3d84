"""Less of what one is told, at once, from where one is told it; and the way back."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from tandem.cases.models import Case
from tandem.notify.models import Kind, Way


class Taken(NamedTuple):
    says: str
    back: str
    """“watch.1041”, “mute.1041”, “mute.1041.watched”, “kind.note.desk.mail”: what was so before."""


def take(what: str, *, by: Any, case: Case | None = None) -> Taken | None:
    """take("mute", by=sam, case=case), “watch” no more, or nothing of “kind.note”; None where there is none such."""
    if what.removeprefix("kind.") in Kind.values:
        return _no_kind(Kind(what.removeprefix("kind.")), by)
    if case and what == "watch":
        case.watches.end(by=by)
        return Taken(_("You watch {number} no more.").format(number=case.number), f"watch.{case.number}")
    return _mute(case, by) if case and what == "mute" else None


def _no_kind(kind: Kind, by: Any) -> Taken:
    preferences = by.notice_preferences
    wanted = [way for way, is_wanted in preferences.table()[kind].items() if is_wanted]
    for way in wanted:
        preferences.want(kind, way, wanted=False)
    says = _("You are told nothing of this any more: {kind}.").format(kind=kind.label)
    return Taken(says, ".".join(["kind", kind, *wanted]))


def _mute(case: Case, by: Any) -> Taken:
    watched = ".watched" if case.watches.standing().filter(watched_by=by).exists() else ""
    case.mutes.begin(by=by)
    return Taken(_("You muted {number}.").format(number=case.number), f"mute.{case.number}{watched}")


def give_back(back: str, *, by: Any) -> bool:
    """As it was before; False if that is no way back."""
    what, about, *rest = [*back.split("."), ""]
    if what == "kind" and about in Kind.values:
        for way in set(rest) & set(Way.values):
            by.notice_preferences.want(about, way, wanted=True)
        return True
    known = Case.objects.visible_to(by)
    case = known.filter(number=int(about)).first() if about.isascii() and about.isdigit() and len(about) < 19 else None
    if case is None or what not in ("watch", "mute"):
        return False
    if what == "mute":
        case.mutes.end(by=by)
    if what == "watch" or "watched" in rest:
        case.watches.resume(by=by)
    return True
