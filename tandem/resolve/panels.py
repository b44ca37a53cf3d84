from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from tandem.cases.audience import Audience
from tandem.cases.http import Panel
from tandem.cases.models import Case, Message, Participant
from tandem.investigate.models import Attempt
from tandem.kit import clock, prepared
from tandem.kit.say import moment
from tandem.people.models import User
from tandem.resolve import asked, forms
from tandem.resolve.models import Resolution, Verdict, Verification, Via, Workaround

AT_MOST = 10


def _workaround(case: Case, actor: Any) -> dict:
    rows = _workarounds(actor.role, case=case.pk)
    for row in rows:
        row.why_form = forms.WhyForm(auto_id=f"workaround-{row.pk}-%s")
    return {
        "standing": [row for row in rows if row.ended_at is None],
        "ended": [row for row in rows if row.ended_at],
        "form": forms.WorkaroundForm(),
    }


@prepared.found
def _workarounds(role: str, *, case: int) -> QuerySet[Workaround]:
    rows = Workaround.objects.visible_to(User(role=role)).filter(case=Case(pk=case))
    return rows.select_related("offered_by", "ended_by")[:AT_MOST]


def _resolution(case: Case, actor: Any) -> dict:
    """Two queries: resolutions with what was said about each, and the attempts still in question."""
    rows = _resolutions(actor.role, case=case.pk)
    standing = next((row for row in rows if row.withdrawn_at is None), None)
    reply = standing and standing.reply
    return {
        "resolution": standing,
        "replied_at": reply and datetime.fromisoformat(reply["at"]),
        "ticks": _ticks(standing) if standing else [],
        "gate": _gate(standing) if standing else None,
        "withdrawn": [row for row in rows if row.withdrawn_at],
        "form": forms.ResolutionForm(),
        "check_form": forms.CheckForm(),
        "answer_form": forms.RecordedAnswerForm(
            standing.people if standing else [],
            initial={"via": Via.REPLY, "by": reply["id"]} if reply else {"via": Via.PHONE, "by": case.reporter_id},
        ),
        "needed_form": forms.NeededForm(in_question(case, actor) if standing else []),
        "why_form": forms.WhyForm(),
    }


@prepared.found
def _resolutions(role: str, *, case: int) -> QuerySet[Resolution]:
    return _with_words(Resolution.objects.visible_to(User(role=role)).filter(case=Case(pk=case)))[:AT_MOST]


def in_question(case: Case, actor: Any) -> QuerySet:
    """Attempts that did not help and may still be in place: are they also required?"""
    return Attempt.objects.visible_to(actor).of(case).in_question()[:AT_MOST]


def people_of(case: Case) -> list[dict]:
    return [row["told"] for row in _people(case)]


def _people(case: Any) -> QuerySet:
    return Participant.objects.filter(case=case).standing().values(told=JSONObject(id="user_id", name="user__name"))


def _with_words(resolutions: QuerySet) -> QuerySet:
    """With our newest verdict, the customer's, and what the customer wrote since we asked, each as a dict or None."""
    since = Message.objects.from_customer().filter(stands_on=OuterRef("case"), audience=Audience.CUSTOMER)
    reply = since.filter(created_at__gt=OuterRef("asked_at")).order_by("-created_at", "-pk")
    return resolutions.select_related("proposed_by", "asked_by").annotate(
        ours=_newest(Verification.Stage.OURS),
        customers=_newest(Verification.Stage.CUSTOMER),
        people=ArraySubquery(_people(OuterRef("case"))),
        reply=Subquery(reply.values(told=JSONObject(id="author_id", name="author__name", at="created_at"))[:1]),
    )


def _newest(stage: str) -> Subquery:
    rows = Verification.objects.filter(resolution=OuterRef("pk"), stage=stage).order_by("-verified_at", "-pk")
    told = JSONObject(
        verdict="verdict",
        note="note",
        via="via",
        at="verified_at",
        by="verified_by__name",
        recorded_by="recorded_by__name",
    )
    return Subquery(rows.values(told=told)[:1])


def _ticks(resolution: Any) -> list[dict]:
    """The two rows: our check, then the customer's."""
    question = (
        _("The customer was asked {moment}")
        if resolution.asked_at
        else _("The customer is asked when our check is green")
    )
    return [
        _tick(resolution.ours, _("We checked: {verdict}"), _("We check it ourselves first")),
        _tick(
            resolution.customers,
            _("The customer checked: {verdict}"),
            question.format(moment=moment(resolution.asked_at)),
        ),
    ]


def _tick(told: dict | None, done: str, to_do: str) -> dict:
    if told is None:
        return {"text": to_do, "done": False, "by": "", "note": ""}
    by = _("{name}, written down by {recorder}") if told["recorded_by"] else "{name}"
    return {
        "text": done.format(verdict=Verdict(told["verdict"]).label),
        "done": told["verdict"] == Verdict.WORKS,
        "by": by.format(name=told["by"], recorder=told["recorded_by"]),
        "note": told["note"],
    }


def _gate(resolution: Any) -> str:
    """How far the proof is: `ours` to do, `ask`, `waiting`, `replied`, `confirmed`."""
    if resolution.ours is None or resolution.ours["verdict"] != Verdict.WORKS:
        return "ours"
    if resolution.asked_at is None:
        return "ask"
    if resolution.customers and datetime.fromisoformat(resolution.customers["at"]) >= resolution.asked_at:
        return "confirmed"
    return "replied" if resolution.reply else "waiting"


def _workaround_card(case: Case, actor: Any) -> dict:
    rows = Workaround.objects.visible_to(actor).filter(case=case).standing()
    fields = ("steps", "applies_if", "risk", "runner", "expires_at")
    return {"workarounds": rows.filter(expires_at__gt=clock.now()).values(*fields)[:AT_MOST]}


def _verification_card(case: Case, actor: Any) -> dict:
    return {"asked": asked.of(case, actor), "form": forms.AnswerForm()}


workaround = Panel("workaround", "resolve/workaround/_panel.html", _workaround)
resolution = Panel(
    "resolution",
    "resolve/resolution/_panel.html",
    _resolution,
    hears=("verification", "attempt", "message", "closure"),
)
workaround_card = Panel("workaround_card", "resolve/workaround/_card.html", _workaround_card, hears=("workaround",))
verification_card = Panel(
    "verification_card", "resolve/verification/_card.html", _verification_card, hears=("resolution", "verification")
)
