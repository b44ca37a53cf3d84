"""What each panel of a case says of itself in one line while it is folded, all of them in one query."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tandem.cases.models import Case
from tandem.clocks import glances as clocks
from tandem.close.models.closure import Reason
from tandem.communicate.models import Kind
from tandem.customers.models import Environment
from tandem.escalate.models import Escalation
from tandem.escalate.models.state import EscalationState as Asked
from tandem.intake import compare, realms
from tandem.intake.models import Collected, Fact, Hold, Question, ReadBack, RemedyFirst
from tandem.investigate.models import Attempt, Hypothesis
from tandem.investigate.models.hypothesis import HypothesisState as Held
from tandem.kit import clock, prepared, say
from tandem.learn.models import Article
from tandem.organize import glances as organize
from tandem.people.models import User
from tandem.signals.models import State as Health
from tandem.signals.models import components_of
from tandem.triage.priority import word_of

MOST = 100


class Line(NamedTuple):
    """`tone` is "broken", "warn" or nothing."""

    says: str
    tone: str = ""


Told = dict[str, list[dict[str, Any]]]


def read(case: Case, actor: Any) -> Told:
    """The rows the lines are made of, each list by its name."""
    environment = {"environment": case.environment_id} if case.environment_id else {}
    return _read(actor.role, case=case.pk, **environment)


@prepared.gathered
def _read(role: str, *, case: int, environment: int | None = None) -> dict[str, QuerySet]:
    it, actor = Case(pk=case), User(role=role)
    runs_in = Environment(pk=environment) if environment else None

    def seen(model: Any) -> Any:
        return model.objects.visible_to(actor)

    hypotheses = seen(Hypothesis).of(it).standing().by_weight()
    escalations = seen(Escalation).filter(case=it).annotate(to=F("team__name"), by=F("accepted_by__name"))
    handoffs = it.handoffs.waiting().annotate(to=F("to_team__name"))
    return {
        "facts": seen(Fact).of(it).standing().newest().values("key", "source", "value")[:MOST],
        "readbacks": seen(ReadBack).of(it).order_by("-shared_at", "-pk").values("shared_at", "answered_at")[:1],
        "questions": seen(Question).of(it).waiting().values("pk")[:MOST],
        "collections": it.collections.of_each().values("state", "collector__name")[:MOST],
        "readings": it.readings.waiting().values("pk")[:MOST],
        "holds": seen(Hold).of(it).standing().values("until")[:1],
        "remedies_first": seen(RemedyFirst).of(it).values("pk")[:1],
        "troubled": components_of(runs_in).troubled().values("name", "state")[:MOST],
        "attempts": seen(Attempt).of(it).values("outcome")[:MOST],
        "hypotheses": hypotheses.values("text", "state")[:1],
        "escalations": escalations.values("state", "to", "by")[:1],
        "workarounds": it.workarounds.standing().order_by("-expires_at").values("expires_at")[:1],
        "proposed": it.resolutions.standing().values("asked_at")[:1],
        "confirmed": it.resolutions.confirmed().values("pk")[:1],
        "closures": it.closures.standing().values("reason", "closed_at")[:1],
        "articles": seen(Article).filter(case=it).standing().values("published_at", "submitted_at")[:1],
        "acknowledged": it.updates.filter(kind=Kind.ACKNOWLEDGMENT).values("sent_at")[:1],
        "handoffs": handoffs.values("to")[:1],
        "watches": it.watches.standing().values("watched_by", name=F("watched_by__name"))[:MOST],
        "participants": it.participants.standing().values("pk")[:MOST],
        **organize.rows(it, actor),
        **clocks.rows(it, actor),
    }


def lines(case: Case, told: Told) -> dict[str, Line]:
    """By the name of the panel."""
    own = {name: says(case, told) for name, says in LINES.items()}
    return own | {name: Line(*says(case, told)) for name, says in (organize.LINES | clocks.LINES).items()}


def think(told: Told) -> str:
    """What we think the cause is, or nothing."""
    return told["hypotheses"][0]["text"] if told["hypotheses"] else ""


def _promise(case: Case, told: Told) -> Line:
    if case.next_update_at is None:
        return Line(_("nothing promised"))
    return Line(say.by(case.next_update_at), "broken" if case.next_update_at < clock.now() else "")


def _assessment(case: Case, told: Told) -> Line:
    realm = realms.get(case.realm)
    return Line(
        ", ".join(filter(None, [word_of(case.priority), str(realm.label) if realm else None])) or _("not judged yet")
    )


def _owners(case: Case, told: Told) -> Line:
    names = [owner.first_name for owner in (case.customer_owner, case.technical_owner) if owner]
    return Line(_(" and ").join(dict.fromkeys(names)) or _("nobody yet"))


def _acknowledgment(case: Case, told: Told) -> Line:
    if told["acknowledged"]:
        return Line(_("sent {at}").format(at=_moment(told["acknowledged"][0]["sent_at"])))
    return Line(_("{name} has no answer yet").format(name=case.reporter.first_name))


def _time(case: Case, told: Told) -> Line:
    until = clock.now() if case.is_open else case.stage_since
    return Line(_("{span} open").format(span=say.duration(until - case.opened_at)))


def _facts(case: Case, told: Told) -> Line:
    by_key: dict[str, dict[str, str]] = defaultdict(dict)
    for fact in told["facts"]:
        by_key[fact["key"]][fact["source"]] = fact["value"]
    differ = sum(_differ(case, key, values) for key, values in by_key.items())
    known = ngettext("{n} known", "{n} known", len(by_key)).format(n=len(by_key)) if by_key else _("none known")
    return Line(_("{known}, {n} contradicted").format(known=known, n=differ), "warn") if differ else Line(known)


def _differ(case: Case, key: str, values: dict[str, str]) -> bool:
    line = realms.line(case.realm, key)
    return len(values) == 2 and compare.differ(values["told"], values["measured"], line.kind if line else "text")


def _readback(case: Case, told: Told) -> Line:
    if not told["readbacks"]:
        return Line(_("not shared yet"))
    newest = told["readbacks"][0]
    if newest["answered_at"]:
        return Line(_("answered {at}").format(at=_moment(newest["answered_at"])))
    return Line(_("waits for an answer since {at}").format(at=_moment(newest["shared_at"])))


def _questions(case: Case, told: Told) -> Line:
    waiting = len(told["questions"])
    return Line(_("{n} waiting").format(n=waiting) if waiting else _("none waiting"))


def _collections(case: Case, told: Told) -> Line:
    by_state: dict[str, list[str]] = defaultdict(list)
    for asked in told["collections"]:
        by_state[asked["state"]].append(asked["collector__name"])
    if failed := by_state[Collected.FAILED]:
        return Line(_("{names} could not be asked").format(names=", ".join(failed)), "warn")
    if waiting := by_state[Collected.WAITING]:
        return Line(_("{names} is being asked").format(names=", ".join(waiting)))
    found = len(by_state[Collected.FOUND])
    return Line(ngettext("{n} answered", "{n} answered", found).format(n=found) if told["collections"] else _("none"))


def _readings(case: Case, told: Told) -> Line:
    waiting = len(told["readings"])
    return Line(_("{n} to accept").format(n=waiting), "warn") if waiting else Line(_("none to accept"))


def _evidence(case: Case, told: Told) -> Line:
    if told["holds"]:
        until = _moment(told["holds"][0]["until"])
        return Line(_("they hold still until {at}").format(at=until), "warn")
    if told["remedies_first"]:
        return Line(_("remedy first"))
    known = {fact["key"] for fact in told["facts"]}
    missing = sum(line.evidence and line.key not in known for line in realms.lines(case.realm))
    return Line(_("{n} to be looked at").format(n=missing) if missing else _("enough is known"))


def _around(case: Case, told: Told) -> Line:
    troubled = [f"{row['name']}: {Health(row['state']).label}" for row in told["troubled"]]
    return Line("; ".join(troubled), "warn") if troubled else Line(_("all works now") if case.environment_id else "")


def _attempts(case: Case, told: Told) -> Line:
    tried = len(told["attempts"])
    helped = sum(row["outcome"] == "helped" for row in told["attempts"])
    if not tried:
        return Line(_("nothing yet"))
    return Line(_("{n}, {helped} helped").format(n=tried, helped=helped or _("none")))


def _board(case: Case, told: Told) -> Line:
    if not told["hypotheses"]:
        return Line(_("no idea yet"))
    first = told["hypotheses"][0]
    return Line(f"{Held(first['state']).label}: {first['text']}")


def _escalation(case: Case, told: Told) -> Line:
    if not told["escalations"]:
        return Line(_("not asked"))
    newest = told["escalations"][0]
    who = f"{newest['to']}, {newest['by']}" if newest["by"] and newest["state"] == Asked.ACTIVE else newest["to"]
    return Line(f"{who}: {Asked(newest['state']).label}", "warn" if newest["state"] == Asked.RETURNED else "")


def _workaround(case: Case, told: Told) -> Line:
    if not told["workarounds"]:
        return Line(_("none"))
    until = datetime.fromisoformat(told["workarounds"][0]["expires_at"])
    if until < clock.now():
        return Line(_("expired {at}").format(at=say.moment(until)), "warn")
    return Line(_("holds until {at}").format(at=say.moment(until)))


def _resolution(case: Case, told: Told) -> Line:
    if told["confirmed"]:
        return Line(_("{name} says it works").format(name=case.reporter.first_name))
    if not told["proposed"]:
        return Line(_("none proposed"))
    asked = told["proposed"][0]["asked_at"]
    return Line(_("asked {at}, no answer").format(at=_moment(asked)) if asked else _("proposed, not asked yet"))


def _closure(case: Case, told: Told) -> Line:
    if not told["closures"]:
        return Line(_("open"))
    closed = told["closures"][0]
    return Line(f"{Reason(closed['reason']).label}, {_moment(closed['closed_at'])}")


def _article(case: Case, told: Told) -> Line:
    if not told["articles"]:
        return Line(_("none yet"))
    article = told["articles"][0]
    return Line(
        _("published") if article["published_at"] else _("in review") if article["submitted_at"] else _("draft")
    )


def _handoff(case: Case, told: Told) -> Line:
    return Line(_("waits for {team}").format(team=told["handoffs"][0]["to"]) if told["handoffs"] else "")


def _participants(case: Case, told: Told) -> Line:
    return Line(str(len(told["participants"])))


def _moment(told: str) -> str:
    return say.moment(datetime.fromisoformat(told))


def _watch(case: Case, told: Told) -> Line:
    names = [watch["name"].split()[0] for watch in told["watches"]]
    return Line(", ".join(names[:3]) + (f" +{len(names) - 3}" if len(names) > 3 else "") if names else _("nobody"))


LINES: dict[str, Callable[[Case, Told], Line]] = {
    "promise": _promise,
    "assessment": _assessment,
    "owners": _owners,
    "acknowledgment": _acknowledgment,
    "facts": _facts,
    "readback": _readback,
    "questions": _questions,
    "collections": _collections,
    "readings": _readings,
    "evidence": _evidence,
    "around": _around,
    "attempts": _attempts,
    "board": _board,
    "escalation": _escalation,
    "workaround": _workaround,
    "resolution": _resolution,
    "closure": _closure,
    "article": _article,
    "handoff": _handoff,
    "participants": _participants,
    "watch": _watch,
    "time": _time,
}
