"""Why somebody is told of an event, and why not, in sentences: the rules of `models/telling.py`, said of one person."""

from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from tandem.cases.audience import Audience, readable_by
from tandem.cases.models import Case, Event
from tandem.cases.sentences import sentence
from tandem.kit import say
from tandem.notify import letters
from tandem.notify.models import Calm, Kind, Mute, Notice, Way
from tandem.notify.models.kinds import KIND_OF, ONLY_NAMED
from tandem.people.models import User

MOST = 30


class Answer(NamedTuple):
    at: Any
    says: str
    told: bool
    why: str


def about(case: Case, person: User) -> list[Answer]:
    """Of the newest events of a case one may see: whether this person was told, and why or why not. Three queries."""
    mine = Notice.objects.filter(user=person, event=OuterRef("pk"))
    seen = Event.objects.visible_to(person).filter(case__in=Case.objects.read_on(case).values("pk"))
    events = seen.filter(verb__in=KIND_OF).select_related("by").annotate(is_told=Exists(mine)).order_by("-pk")[:MOST]
    told = {row.event_id: row for row in _notices(person, case)}
    muted = Mute.objects.standing().read_with(case).filter(muted_by=person).exists()
    table = person.notice_preferences.table()  # type: ignore[attr-defined]
    return [
        Answer(event.at, sentence(event), event.pk in told, _why(event, told.get(event.pk), person, muted, table))
        for event in events
    ]


def _notices(person: User, case: Case) -> Any:
    rows = Notice.objects.visible_to(person).about(case).select_related("event__by", "team")
    return rows.order_by("-pk")[: MOST * 2]


def _why(event: Event, notice: Notice | None, person: User, muted: bool, table: dict[Kind, dict[Way, bool]]) -> str:
    if notice:
        return notice.why
    if event.is_told:  # type: ignore[attr-defined]
        return _("You were told, and may not see it any more, or it was moved to another case.")
    if event.by_id == person.pk and not event.is_ruled:
        return _("You did it yourself.")
    if event.audience == Audience.RESTRICTED and event.audience not in readable_by(person):
        return _("It is restricted.")
    if not any(table[KIND_OF[event.verb]].values()):
        return _("You want to be told nothing of this kind: {kind}.").format(kind=KIND_OF[event.verb].label)
    if muted:
        return _("You muted this case.")
    if event.verb in ONLY_NAMED:
        return _("Of this only those hear whom it concerns.")
    return _("When it happened you neither owned nor watched this case, and were not mentioned.")


def ways(notice: Notice) -> list[dict[str, Any]]:
    """By which ways this person was told, each in a sentence."""
    told = {Way.DESK: _desk(notice), Way.PUSH: _push(notice), Way.MAIL: _mail(notice)}
    return [{"label": way.label, "value": sentence_of} for way, sentence_of in told.items()]


def _desk(notice: Notice) -> str:
    if not notice.desk:
        return _("You do not want this kind here.")
    if notice.read_at:
        return _("You read it {at}.").format(at=say.moment(notice.read_at))
    if notice.put_off_until:
        return _("You put it off until {at}.").format(at=say.moment(notice.put_off_until))
    return _("It stands here.")


def _push(notice: Notice) -> str:
    match notice.push:
        case Notice.Push.SENT:
            return _("Your browsers were told.")
        case Notice.Push.READ:
            return _("You had read it before we would have disturbed you.")
        case Notice.Push.NOBODY:
            return _("None of your browsers is told anything.")
        case Notice.Push.WAITS:
            return _waits(notice)
    return _("You do not want this kind there.")


def _waits(notice: Notice) -> str:
    calm = Calm.objects.of(notice.user)
    if calm.is_for_ever:
        return _("It disturbs you never: you ticked no day on which you may be disturbed.")
    if quiet := calm.is_quiet_until:
        return _("It waits until your quiet hours end, {at}.").format(at=say.moment(quiet))
    return _("It waits a moment, or until this hour's interruptions, {n} at most, are over.").format(n=calm.budget)


def _mail(notice: Notice) -> str:
    if not notice.mail:
        return _("You do not want this kind by mail.")
    if notice.mailed_at:
        return _("It was mailed {at}.").format(at=say.moment(notice.mailed_at))
    if notice.read_at:
        return _("You read it before a mail would have left.")
    if notice.kind == Kind.PROMISE:
        return _mail_of_promise(notice)
    if Calm.objects.of(notice.user).digest == Calm.Digest.NEVER:
        return _("You want no mail.")
    return _("It is in your next mail, unless you read it before.")


def _mail_of_promise(notice: Notice) -> str:
    if notice not in letters.waiting(notice.user):
        return _("The customer heard from us before a mail would have left.")
    calm = Calm.objects.of(notice.user)
    if not calm.is_for_ever:
        return _waits(notice)
    if calm.digest == Calm.Digest.NEVER:
        return _("You ticked no day on which you may be disturbed, and want no other mail.")
    return _("You ticked no day on which you may be disturbed, so it is in your next mail, unless you read it before.")
