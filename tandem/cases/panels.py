from typing import Any

from tandem.cases import recent
from tandem.cases.forms import LinkForm, MergeForm, MoveForm, ParticipantForm
from tandem.cases.http import Panel
from tandem.cases.models import Case, Event, Link, Merge, Message, Move, Proposal
from tandem.people.roles import Can

HISTORY_LINES = 200
MOST = 50


def _others(case: Case, actor: Any) -> dict:
    """The other cases this one is read with, messages went to or came from, and those it is linked to."""
    people = ("case", "target", "merged_by")
    merges = Merge.objects.visible_to(actor).standing().filter(target__in=Case.objects.read_on(case))
    links = Link.objects.visible_to(actor).standing().of(case)[:MOST]
    return {
        "into": case.merges.standing().select_related(*people).first(),
        "merges": merges.select_related(*people)[:MOST],
        "recent": recent.cases(case, actor),
        "moves": Move.objects.visible_to(actor).standing().between(case)[:MOST],
        "links": [{"row": link, "words": link.words_on(case), "case": link.seen_from(case)} for link in links],
        "form": MergeForm(case=case, actor=actor),
        "link_form": LinkForm(case=case, actor=actor),
    }


def _move(case: Case, actor: Any) -> dict:
    messages = Message.objects.visible_to(actor).of(case).select_related("author").order_by("-pk")[:MOST]
    return {"messages": reversed(messages), "form": MoveForm(case=case, actor=actor)}


def _participants(case: Case, actor: Any) -> dict:
    proposals = Proposal.objects.visible_to(actor).waiting().read_on(case).select_related("message__author")
    return {
        "participants": case.participants.standing().select_related("user__contact"),
        "proposals": proposals[:MOST],
        "form": ParticipantForm(),
        "speaks": actor.may(Can.SPEAK),
    }


def _history(case: Case, actor: Any) -> dict:
    events = Event.objects.visible_to(actor).filter(case=case).told_once().select_related("by").order_by("-seq")
    return {"events": events[:HISTORY_LINES]}


others = Panel("merge", "cases/merge/_panel.html", _others, hears=("case", "message"))
move = Panel("move", "cases/move/_panel.html", _move)
participants = Panel(
    "participants", "cases/participant/_panel.html", _participants, hears=("participant", "proposal", "contact")
)
history = Panel("history", "cases/event/_panel.html", _history)
