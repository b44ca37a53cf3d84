"""What others did on a case since somebody began to write: what they had better know before they send."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, F, OuterRef, Q, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Left
from django.utils.translation import gettext as _

from tandem.cases.models import Case, Event, Message
from tandem.cases.models.event import RULED, who_did
from tandem.cases.sentences import sentence
from tandem.kit import say
from tandem.kit.errors import Refused
from tandem.people.models import User

MOST = 5
SHOWN = 160
# What was said, by whomever; and what a person did, not what follows from it or what our programs noted.
SAID = ("message.received", "message.written")
DONE = (
    "call.",
    "case.entered_",
    "case.merged",
    "case.took_in",
    "assignment.",
    "handoff.",
    "escalation.",
    "resolution.",
    "verification.",
    "workaround.",
    "closure.",
    "update.planned",
    "update.prepared",
    "hold.",
)


class News(NamedTuple):
    """`who` is empty for what we cannot put a name to; `message` leads to what was said."""

    at: datetime
    who: str
    what: str
    words: str = ""
    message: int | None = None

    @property
    def line(self) -> str:
        if self.message:
            told = _("{who} wrote at {at}: “{words}”") if self.words else _("{who} wrote at {at}")
        else:
            told = _("{who}, {at}: {what}") if self.who else _("{at}: {what}")
        words = self.words if len(self.words) < SHOWN else f"{self.words.rsplit(' ', 1)[0]} …"
        return told.format(who=self.who or _("Somebody"), at=say.moment(self.at), what=self.what, words=words)


class SomethingNew(Refused):
    """Something new was said or done since you began. Read it, then send."""

    def __init__(self, news: Sequence[News]) -> None:
        lines = "; ".join(one.line for one in news)
        super().__init__(_("Something is new since you began. {lines}. Read it, then send.").format(lines=lines))


def must_be_seen(case: Case, seq: int | None, *, by: Any) -> None:
    """Within the transaction that sends. Holds the case, so that of two who send at once the second one hears of it.

    `seq` is the last line of the ledger they have seen; None asks for no check. Raises `SomethingNew`.
    """
    if seq is None:
        return
    case.lock()
    if news := since(case, seq, actor=by):
        raise SomethingNew(news)


def since(case: Case, seq: int, *, actor: Any) -> list[News]:
    """The newest first, MOST of them: what others did on this case after that line of its ledger."""
    return read(rows(case.pk, me=actor.pk, role=actor.role, seq=seq).values(*COLUMNS))


COLUMNS = ("verb", "facts", "at", "who", "message", "words")


def rows(case: int, *, me: int, role: str, seq: Any) -> Any:
    """As rows of COLUMNS, to be gathered with others. `seq` may be an expression."""
    seen = Event.objects.filter(case=case, seq=seq).values("pk")
    it = Case.objects.filter(Q(pk=case) | Q(merged_into=case)).order_by().values("pk")
    done = Q(verb__in=SAID) | Q(by__isnull=False, verb__regex=f"^({'|'.join(DONE)})".replace(".", r"\."))
    said = Message.objects.filter(pk=OuterRef("message"))
    return (
        Event.objects.visible_to(User(pk=me, role=role))
        .filter(done, case__in=it, pk__gt=Subquery(seen))
        .exclude(Q(by=me) & ~RULED)
        .annotate(who=F("by__name"), message=Cast(KT("facts__message"), BigIntegerField()))
        .annotate(words=Left(Subquery(said.values("body")), SHOWN))
        .order_by("-pk")[:MOST]
    )


def read(told: Any) -> list[News]:
    return [_news(row) for row in told]


def said(message: int, at: datetime | str, who: str | None, words: str | None) -> News:
    """A message, as news."""
    return News(_moment(at), who or "", "", " ".join((words or "").split()), message)


def _news(row: dict[str, Any]) -> News:
    who = who_did(row["facts"], row["who"] or "")
    if row["verb"] in SAID:
        return said(row["message"], row["at"], who, row["words"])
    what = sentence(Event(verb=row["verb"], facts=row["facts"]))
    return News(_moment(row["at"]), who, what)


def _moment(at: datetime | str) -> datetime:
    return at if isinstance(at, datetime) else datetime.fromisoformat(at)
