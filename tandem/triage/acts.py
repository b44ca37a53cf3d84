"""What one may do by name while judging a case and giving it to people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tandem.cases.acts import AsItWas, ChangedSince, Undo, act, ball_of, give_ball_back, undoes
from tandem.cases.acts.fields import Person, TeamOf, Word
from tandem.cases.journey import Stage
from tandem.cases.models import Case
from tandem.intake import realms
from tandem.kit.errors import Refused
from tandem.people.models import Team, User
from tandem.people.roles import Can
from tandem.triage.models import Assessment, HandOff, Part
from tandem.triage.priority import Priority
from tandem.triage.scoring import Impact, Urgency


class NotJudgedYet(Refused):
    """Nobody has judged this case yet: judge it first."""


class RealmOf(Word):
    """A realm by its short name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Realm"), **kwargs})

    def known(self) -> list[tuple[str, str]]:
        return [(realm.slug, str(realm.label)) for realm in realms.all()]

    def meant(self, word: str) -> str | None:
        return word.lower() if realms.get(word.lower()) else None


@act(
    "give_to",
    _("Give to a customer owner"),
    _("give it to {to}"),
    needs=Can.STEER,
    asks={"to": Person(able=Can.SPEAK)},
)
def give_to(case: Case, *, by: Any, to: Any) -> Undo:
    return _given(case, Part.CUSTOMER, to=to, by=by)


@act(
    "give_to_engineer",
    _("Give to a technical owner"),
    _("make {to} its technical owner"),
    needs=Can.STEER,
    asks={"to": Person(able=Can.WORK)},
)
def give_to_engineer(case: Case, *, by: Any, to: Any) -> Undo:
    return _given(case, Part.TECHNICAL, to=to, by=by)


def _given(case: Case, part: Part, *, to: Any, by: Any) -> Undo:
    before, ball = _owner(case.lock(), part), ball_of(case)
    if before == to.pk:
        raise AsItWas
    case.assignments.give(part, to=to, by=by)
    return {"part": part.value, "before": before, "to": to.pk, "was": ball, "left": ball_of(case)}


@act(
    "take_off",
    _("Take an owner off"),
    _("take it off its {part}"),
    needs=Can.STEER,
    asks={"part": forms.ChoiceField(label=_("Which"), choices=Part.choices)},
)
def take_off(case: Case, *, by: Any, part: str) -> Undo:
    before, ball = _owner(case.lock(), part), ball_of(case)
    if before is None:
        raise AsItWas
    case.assignments.end(part, by=by)
    return {"part": part, "before": before, "to": None, "was": ball, "left": ball_of(case)}


def _owner(case: Case, part: str) -> int | None:
    return getattr(case, f"{part}_owner_id")


@undoes("give_to")
@undoes("give_to_engineer")
@undoes("take_off")
def give_back(case: Case, *, by: Any, told: Undo) -> None:
    part = Part(told["part"])
    if _owner(case.lock(), part) != told["to"]:
        raise ChangedSince
    stood = ball_of(case)
    if before := User.objects.colleagues().filter(pk=told["before"]).first():
        case.assignments.give(part, to=before, by=by)
    else:
        case.assignments.end(part, by=by)
    _restore_ball(case, told, stood=stood, by=by)


def _restore_ball(case: Case, told: Undo, *, stood: Undo, by: Any) -> None:
    """To whom it was with; if it was moved since, it stays as it `stood` before the undo."""
    was = told["was"] if stood == told["left"] else stood
    give_ball_back(case, {"was": was, "left": ball_of(case.lock())}, by=by)


def _judged(case: Case, *, by: Any, **told: Any) -> Undo:
    before = case.lock().assessments.standing().first()
    made = case.assessments.judge(by=by, **told)
    return {"made": made.pk, "before": before and before.pk}


@act(
    "judge",
    _("Judge"),
    _("judge it: impact {impact}, urgency {urgency}"),
    needs=Can.STEER,
    asks={
        "impact": forms.TypedChoiceField(label=_("Impact"), choices=[(n, n) for n in Impact.values], coerce=int),
        "urgency": forms.TypedChoiceField(label=_("Urgency"), choices=[(n, n) for n in Urgency.values], coerce=int),
        "realm": RealmOf(required=False),
    },
)
def judge(case: Case, *, by: Any, impact: int, urgency: int, realm: str | None = None) -> Undo:
    return _judged(case, by=by, impact=impact, urgency=urgency, realm=realm or "")


@act(
    "set_priority",
    _("Set the priority"),
    _("set its priority to {priority}: {why}"),
    needs=Can.STEER,
    asks={
        "priority": forms.TypedChoiceField(label=_("Priority"), choices=Priority, coerce=int),
        "why": forms.CharField(label=_("Why"), max_length=200),
    },
)
def set_priority(case: Case, *, by: Any, priority: int, why: str) -> Undo:
    standing = _standing(case)
    if standing.priority == priority:
        raise AsItWas
    return _judged(
        case, by=by, impact=standing.impact, urgency=standing.urgency, priority=priority, why=why, realm=standing.realm
    )


@act("set_realm", _("Set the realm"), _("set its realm to {realm}"), needs=Can.STEER, asks={"realm": RealmOf()})
def set_realm(case: Case, *, by: Any, realm: str) -> Undo:
    standing = _standing(case)
    if case.realm == realm:
        raise AsItWas
    return _judged(case, by=by, realm=realm, **_judgement(standing))


def _standing(case: Case) -> Assessment:
    standing: Assessment | None = case.lock().assessments.standing().first()
    if standing is None:
        raise NotJudgedYet
    return standing


def _judgement(row: Assessment) -> dict[str, Any]:
    """As it was judged, to be judged the same again."""
    override = {"priority": row.priority, "why": row.why} if row.is_overridden else {}
    return {"impact": row.impact, "urgency": row.urgency, **override}


@undoes("judge")
@undoes("set_priority")
@undoes("set_realm")
def judge_as_before(case: Case, *, by: Any, told: Undo) -> None:
    standing = case.lock().assessments.standing().first()
    if standing is None or standing.pk != told["made"]:
        raise ChangedSince
    before = case.assessments.filter(pk=told["before"]).first()
    if before is None:
        case.assessments.take_back(by=by)
        return
    case.reflect(realm=before.realm)
    case.assessments.judge(by=by, realm=before.realm, **_judgement(before))


@act(
    "hand_off",
    _("Hand off to a team"),
    _("hand it off to {team}: {reason}"),
    needs=Can.STEER,
    asks={
        "team": TeamOf(Team.Kind.SUPPORT, Team.Kind.OTHER),
        "reason": forms.CharField(label=_("Why it is theirs"), max_length=500),
    },
)
def hand_off(case: Case, *, by: Any, team: Team, reason: str) -> Undo:
    ball = ball_of(case.lock())
    made = case.handoffs.hand_to(team, reason=reason, by=by)
    return {"handoff": made.pk, "was": ball, "left": ball_of(case)}


@undoes("hand_off")
def take_hand_off_back(case: Case, *, by: Any, told: Undo) -> None:
    handoff: HandOff = case.handoffs.select_related("handed_by", "to_team", "case").get(pk=told["handoff"])
    stood = ball_of(case.lock())
    handoff.take_back(why=str(_("It was handed off by mistake.")), by=by)
    _restore_ball(case, told, stood=stood, by=by)


@act("begin_investigation", _("Begin the investigation"), _("begin the investigation"), needs=Can.STEER)
def begin_investigation(case: Case, *, by: Any) -> Undo:
    was = case.lock().stage
    if was == Stage.INVESTIGATE:
        raise AsItWas
    case.assignments.begin_investigation(by=by)
    return {"was": was}


@undoes("begin_investigation")
def leave_investigation(case: Case, *, by: Any, told: Undo) -> None:
    if case.lock().stage != Stage.INVESTIGATE:
        raise ChangedSince
    case.enter(told["was"] if told["was"] != Stage.SUBMIT else Stage.TRIAGE, by=by)
