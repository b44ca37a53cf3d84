"""What was said and what happened on a case, in one line of time."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tandem.cases.audience import Audience
from tandem.cases.ledger import BY_RULE
from tandem.cases.models import Attachment, Case, Event, Message, Preview, Secret
from tandem.cases.models.attachment import Scan, Search
from tandem.cases.models.event import RULED
from tandem.cases.models.message import Channel
from tandem.cases.models.preview import Side
from tandem.cases.sentences import points_to, sentence
from tandem.communicate.beneath import LAID
from tandem.communicate.models import Call, Delivery, Direction, Place, State
from tandem.kit import prepared, say
from tandem.people.models import User
from tandem.people.roles import Role

MESSAGES = 50
EVENTS = 200
# These stand there as messages, or only repeat what is seen elsewhere on the page.
NOT_AGAIN = [
    "case.opened",
    "message.received",
    "message.written",
    "message.set_aside",
    "call.logged",
    "update.sent",
    "update.planned",
    "update.prepared",
    "update.withdrawn",
    "promise.kept",
    "fact.noted",
    "submission.landed",
]
RULED_WORD = RULED & Q(verb="message.written")
# These follow from what somebody did, and stand in the strip.
ECHOES = ("case.entered_", "ball.", "promise.made", "participant.")
LEAD = 3
A_WHILE = timedelta(minutes=5)
OUR_PAGES = (Channel.PORTAL, Channel.DESK, Channel.API)
SAID, STEP, ELSEWHERE = "said", "step", "elsewhere"
# What a reader of a file had better know of the search for passwords in it.
SEARCHED = {found: found.label for found in (Search.WAITING, Search.COVERED, Search.CLOSED, Search.ERASED)}
LINE, PICTURE_HIGH, LEAST_HIGH, MOST_HIGH = 80, 240, 160, 640


class Moment(NamedTuple):
    """A message, or what happened between two of them: the steps taken, and what was sent by itself."""

    message: Message | None = None
    steps: list[Event | Message] = []

    @property
    def lead(self) -> str:
        """The steps in one line: what somebody did, rather than what followed from it."""
        steps = [step for step in self.steps if isinstance(step, Event)]
        done = [step for step in steps if not step.verb.startswith(ECHOES)] or steps
        if done:
            return "; ".join(sentence(step).rstrip(".") for step in done[:LEAD])
        return ngettext("{n} automatic line", "{n} automatic lines", len(self.steps)).format(n=len(self.steps))

    @property
    def at(self) -> datetime:
        return _at(self.steps[-1] if self.steps else self.message)


class Conversation(NamedTuple):
    """`earlier` is the message to ask before for more; `is_cut`: not all steps are here, the history has them."""

    moments: list[Moment]
    earlier: int | None
    is_cut: bool = False


def of(case: Case, actor: Any, *, before: int | None = None) -> Conversation:
    """The last MESSAGES messages (before that one) and what happened meanwhile: two queries, however long it is."""
    if before is None:
        messages, earlier = _page(_newest_seen(actor.role, me=actor.pk, case=case.pk))
    else:
        messages, earlier = said(_seen(case, actor), before=before)
    events = _named_rules(messages, list(_happened(case, actor, messages, before, earlier)))
    return Conversation([*_told(messages, events)], earlier, len(events) == EVENTS)


@prepared.found
def _newest_seen(role: str, *, me: int, case: int) -> QuerySet[Message]:
    return _newest(_seen(Case(pk=case), User(pk=me, role=role)))


def _seen(case: Case, actor: Any) -> QuerySet[Message]:
    ours, passed_on = Q(update__message=OuterRef("pk")), Q(relayed=OuterRef("pk"))
    rows = Message.objects.visible_to(actor).of(case)
    laid = {name: beneath.told() for name, beneath in LAID.items()}
    return rows.annotate(sendings=_sendings(ours), relayings=_sendings(passed_on), **laid)


def said(rows: QuerySet[Message], *, before: int | None = None) -> tuple[list[Any], int | None]:
    """The last of these messages, oldest first, and which one to ask before for more. One query."""
    return _page(list(_newest(rows.filter(pk__lt=before) if before else rows)))


def _newest(rows: QuerySet[Message]) -> QuerySet[Message]:
    has_html = ExpressionWrapper(~Q(html=""), output_field=BooleanField())
    return (
        rows.select_related("author")
        .annotate(files=_files(), has_html=has_html, spoken=_spoken())
        .order_by("-pk")[: MESSAGES + 1]
    )


def _page(found: list[Any]) -> tuple[list[Any], int | None]:
    return found[:MESSAGES][::-1], found[MESSAGES - 1].pk if len(found) > MESSAGES else None


def _files() -> ArraySubquery:
    drawn = Preview.objects.filter(attachment=OuterRef("pk"), side=Side.SMALL)
    small = Subquery(drawn.values(told=JSONObject(width="width", height="height")))
    sealed = Subquery(Secret.objects.of_files().filter(attachment=OuterRef("pk")).order_by().values("pk")[:1])
    told = JSONObject(key="key", name="name", size="size", scan="scan", search="search", small=small, sealed=sealed)
    return ArraySubquery(Attachment.objects.filter(message=OuterRef("pk")).order_by("pk").values(told=told))


def _spoken() -> ArraySubquery:
    told = JSONObject(name="name", direction="direction", minutes="minutes", began_at="began_at", link="link")
    return ArraySubquery(Call.objects.filter(message=OuterRef("pk")).order_by().values(told=told))


def _sendings(of: Q) -> ArraySubquery:
    told = JSONObject(
        state="state",
        error="error",
        attempts="attempts",
        sent_at="sent_at",
        name="participant__user__name",
        place="place",
        doubts="doubts",
    )
    return ArraySubquery(Delivery.objects.filter(of).order_by("pk").values(told=told))


def _happened(
    case: Case, actor: Any, messages: list[Message], before: int | None, earlier: int | None
) -> Iterable[Event]:
    if not earlier and not before:
        return _all_events(actor.role, case=case.pk)
    events = _events(case, actor)
    if earlier:
        events = events.filter(at__gte=messages[0].created_at)
    if before and messages:
        events = events.filter(at__lte=messages[-1].created_at)
    return events[:EVENTS]


@prepared.found
def _all_events(role: str, *, case: int) -> QuerySet[Event]:
    return _events(Case(pk=case), User(role=role))[:EVENTS]


def _events(case: Case, actor: Any) -> QuerySet[Event]:
    events = Event.objects.visible_to(actor).filter(case=case).exclude(Q(verb__in=NOT_AGAIN) & ~RULED_WORD)
    events = events.exclude(Q(verb="participant.joined", by=F("case__reporter")))
    return events.select_related("by").order_by("-seq")


def _named_rules(messages: list[Any], events: list[Event]) -> list[Event]:
    """The messages that a rule wrote say so; the lines that know it do not stand there again."""
    rules = {event.facts["message"]: event.facts for event in events if event.verb == "message.written"}
    for message in messages:
        message.ruled = rules.get(message.pk)
    return [event for event in events if event.verb not in NOT_AGAIN]


def _told(messages: list[Message], events: Iterable[Event]) -> Iterator[Moment]:
    in_time: list[Any] = sorted([*messages, *reversed([*events])], key=_at)
    for kind, rows in groupby(in_time, key=_kind):
        if kind == STEP:
            yield Moment(steps=list(rows))
        else:
            yield from (Moment(message=row) if kind == SAID else Moment(steps=[row]) for row in rows)


def _at(row: Any) -> datetime:
    at: datetime = row.at if isinstance(row, Event) else row.created_at
    return at


def _kind(row: Any) -> str:
    """A step with the way to another case is never folded away with the others, nor what did not arrive."""
    if not isinstance(row, Event):
        return STEP if is_automatic(row) and not failures(row) else SAID
    return ELSEWHERE if points_to(row) else STEP


def is_automatic(message: Any) -> bool:
    """Nobody wrote it: a receipt, and the like."""
    return message.author_id is None and message.verified and message.audience == Audience.CUSTOMER


def words(message: Any, *, actor: Any, for_us: bool = False) -> dict[str, Any]:
    """What the macro `message` wants to know of it; `for_us` with what customers need not see."""
    return {
        "author": _author(message),
        "at": message.created_at,
        "audience": message.audience,
        "side": _side(message.author),
        "to": _recipients(message) if for_us else None,
        "via": (for_us and _delivery(message)) or _call(message) or _channel(message, for_us),
        "quoted": message.quoted,
        "attachments": [_file(file, for_us) for file in message.files] + (_recordings(message) if for_us else []),
        "id": f"message-{message.pk}",
        "as_sent": {"src": message.frame_for(actor), "height": _height(message)} if message.has_html else None,
        "rule": _rule(message) if for_us else None,
        "tags": _doubts(message) if for_us else [],
    }


def failures(message: Any) -> list[str]:
    """Whom it did not reach, or not yet though it was tried again, and why, each a sentence."""
    return [_failure(sending) for sending in [*message.sendings, *message.relayings] if _fails(sending)]


def _fails(sending: dict[str, Any]) -> bool:
    if sending["state"] == State.QUEUED:  # a first refusal means little: many servers want to be asked twice
        return bool(sending["error"]) and sending["attempts"] > 1
    return sending["state"] != State.SENT


def _failure(sending: dict[str, Any]) -> str:
    tried, ended = _("To {name}: tried {n} times, and again later. {error}"), _("To {name}: {state}. {error}")
    state = State(sending["state"])
    told = tried if state == State.QUEUED else ended
    return told.format(name=sending["name"], state=state.label, n=sending["attempts"], error=sending["error"])


def _recipients(message: Any) -> str:
    """Who was written to, where that was more than one."""
    told = [(sending["name"], Place(sending["place"])) for sending in message.sendings]
    names = [name if place == Place.TO else f"{place.label} {name}" for name, place in told]
    return ", ".join(names) if len(names) > 1 else ""


def _rule(message: Any) -> dict[str, str] | None:
    """The rule that wrote it, and where one reads why."""
    if (ruled := getattr(message, "ruled", None)) is None:
        return None
    return {"says": _("by the rule “{name}”").format(name=ruled[BY_RULE]), "href": reverse("run", args=[ruled["run"]])}


def _doubts(message: Any) -> list[str]:
    """What one had better know before one relies on it."""
    doubtful = [s["name"] for s in message.sendings if s["state"] == State.SENT and s["doubts"]]
    twice = [_("{name} may have it twice").format(name=name) for name in doubtful]
    return ([] if message.verified else [_("unverified sender")]) + twice


def _author(message: Message) -> str:
    if message.author:
        return message.author.name
    return settings.COMPANY if message.verified else _("Unknown sender")


def _side(author: Any) -> str:
    if author is None:
        return "system"
    return {Role.CONTACT: "customer", Role.ENGINEER: "engineering"}.get(author.role, "support")


def _delivery(message: Any) -> str:
    """“sent”, with the time if it took a while, or “on its way”; "" for what is not sent by mail."""
    if any(sending["state"] == State.QUEUED for sending in message.sendings):
        return _("on its way")
    sent = [datetime.fromisoformat(sending["sent_at"]) for sending in message.sendings if sending["sent_at"]]
    if sent and max(sent) - message.created_at > A_WHILE:
        return _("sent {when}").format(when=say.moment(max(sent)))
    return _("sent") if sent else ""


def _channel(message: Any, for_us: bool) -> str:
    """For customers only where it came from elsewhere: that we sit at a desk is no news to them."""
    return message.get_channel_display() if for_us or message.channel not in OUR_PAGES else ""


def _call(message: Any) -> str:
    """“phone, Ana Lima called us, Tue 14:00, 12 min”; without the time where it is that of the message."""
    for call in message.spoken:
        who = _("{name} called us") if call["direction"] == Direction.IN else _("we called {name}")
        began, written = say.moment(datetime.fromisoformat(call["began_at"])), say.moment(message.created_at)
        when = [began] if began != written else []
        lasted = [_("{n} min").format(n=call["minutes"])] if call["minutes"] is not None else []
        return ", ".join([message.get_channel_display(), who.format(name=call["name"]), *when, *lasted])
    return ""


def _recordings(message: Any) -> list[dict[str, str]]:
    return [{"name": _("Recording or transcript"), "href": call["link"]} for call in message.spoken if call["link"]]


def _file(file: dict[str, Any], for_us: bool) -> dict[str, Any]:
    scan, search = Scan(file["scan"]), Search(file["search"])
    is_gone = scan == Scan.INFECTED or search in (Search.CLOSED, Search.ERASED)
    href = None if is_gone else reverse("attachment", args=[file["key"]])
    note = scan.label if scan in (Scan.WAITING, Scan.INFECTED) else SEARCHED.get(search)
    size = filesizeformat(file["size"]) if search != Search.ERASED else None
    original = reverse("secret", args=[file["sealed"]]) if for_us and file["sealed"] else None
    told = {"name": file["name"], "href": href, "size": size, "note": note, "original": original}
    return told | {"picture": _picture(file)}


def _picture(file: dict[str, Any]) -> dict[str, Any] | None:
    """How the page shows it, once it is drawn; the sizes keep its place, so that nothing jumps."""
    if not file["small"]:
        return None
    small, large = (reverse("preview", args=[file["key"], side]) for side in (Side.SMALL, Side.LARGE))
    return {"src": small, "href": large, **file["small"]}


def _height(message: Any) -> int:
    """About how high it will be, in pixels: nobody can look into the frame and measure."""
    lines = sum(1 + len(line) // LINE for line in f"{message.body}\n{message.quoted}".split("\n"))
    return min(max(LEAST_HIGH, 60 + 24 * lines + PICTURE_HIGH * len(message.files)), MOST_HIGH)
