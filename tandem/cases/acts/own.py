"""What the shared record itself lets one do."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tandem.cases.acts.fields import OtherCase
from tandem.cases.acts.registry import AsItWas, ChangedSince, Undo, act, undoes
from tandem.cases.audience import Audience
from tandem.cases.models import Ball, Case, Link, Merge
from tandem.cases.models.link import LONGEST, LinkKind
from tandem.people.models import Team, User
from tandem.people.roles import Can


@act(
    "pass_ball",
    _("Pass the ball"),
    _("pass the ball to {to}"),
    needs=Can.WORK,
    asks={"to": forms.ChoiceField(label=_("To"), choices=Ball)},
)
def pass_ball(case: Case, *, by: Any, to: str) -> Undo:
    was = ball_of(case.lock())
    holder = {Ball.CUSTOMER: case.reporter, Ball.SUPPORT: case.customer_owner, Ball.ENGINEERING: case.technical_owner}
    case.pass_ball(to, by=by, holder=holder.get(Ball(to)))
    if ball_of(case) == was:
        raise AsItWas
    return {"was": was, "left": ball_of(case)}


@undoes("pass_ball")
def pass_ball_back(case: Case, *, by: Any, told: Undo) -> None:
    give_ball_back(case, told, by=by)


def ball_of(case: Case) -> dict[str, Any]:
    """Who has to move next, as plain words."""
    return {"ball": case.ball, "holder": case.ball_holder_id, "team": case.ball_team_id}


def give_ball_back(case: Case, told: Undo, *, by: Any) -> None:
    """To where it `was`, if it still is where it was `left`. Raises `ChangedSince`."""
    if ball_of(case.lock()) != told["left"]:
        raise ChangedSince
    was = told["was"]
    holder = User.objects.filter(pk=was["holder"]).first()
    team = Team.objects.filter(pk=was["team"]).first()
    case.pass_ball(was["ball"], by=by, holder=holder, team=team)


@act(
    "note",
    _("Write a note"),
    _("note for us: {text}"),
    needs=Can.WORK,
    asks={"text": forms.CharField(label=_("Note for support and engineering"), max_length=5000, widget=forms.Textarea)},
    stays=_("What was written is never changed."),
)
def note(case: Case, *, by: Any, text: str) -> None:
    case.messages.write(text, by=by, audience=Audience.SUPPORT)


@act(
    "link",
    _("Link to a case"),
    _("link it to case {other} ({kind})"),
    needs=Can.STEER,
    asks={
        "other": OtherCase(label=_("Case number")),
        "kind": forms.ChoiceField(label=_("This case is"), choices=LinkKind),
        "why": forms.CharField(label=_("Why"), max_length=LONGEST, required=False),
    },
)
def link(case: Case, *, by: Any, other: Case, kind: str, why: str = "") -> Undo:
    return {"link": case.links.link_to(other, kind=kind, why=why, by=by).pk}


@undoes("link")
def unlink(case: Case, *, by: Any, told: Undo) -> None:
    Link.objects.select_related("case", "other").get(pk=told["link"]).remove(by=by)


@act(
    "merge",
    _("Merge into a case"),
    _("merge it into case {into}"),
    needs=Can.STEER,
    asks={"into": OtherCase(label=_("Into case number"))},
)
def merge(case: Case, *, by: Any, into: Case) -> Undo:
    return {"merge": case.merges.join_to(into, by=by).pk}


@undoes("merge")
def take_apart(case: Case, *, by: Any, told: Undo) -> None:
    Merge.objects.select_related("case", "target").get(pk=told["merge"]).undo(by=by)
