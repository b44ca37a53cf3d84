from functools import partial
from typing import Any

from django.db.models import Q

from tandem.cases.audience import Audience
from tandem.cases.forms import MoveForm
from tandem.cases.http import Panel
from tandem.cases.models import Case, Message
from tandem.communicate import composer, inserting
from tandem.communicate import conversation as told
from tandem.communicate.beneath import LAID
from tandem.communicate.forms import LEAVES, NOTHING, WHEN, CallForm, ReplyForm, UpdateForm, WhenForm
from tandem.communicate.models import Template, addressing
from tandem.people.roles import Can

PAST_PROMISES = 20


def _conversation(case: Case, actor: Any, *, before: int | None = None, draft: int = 0) -> dict:
    read = told.of(case, actor, before=before)
    shown = {
        "shown": partial(told.words, actor=actor, for_us=True),
        "failures": told.failures,
        "laid": [*LAID.values()],
        "speaks": actor.may(Can.SPEAK),
    }
    around = _composer(case, actor, draft) if before is None else {}
    around |= {"move_form": MoveForm(case=case, actor=actor) if actor.may(Can.STEER) else None}
    return {
        "moments": read.moments,
        "earlier": read.earlier,
        "is_cut": read.is_cut,
        "before": before,
        **shown,
        **around,
    }


def _composer(case: Case, actor: Any, draft: int) -> dict:
    return {
        "form": UpdateForm(actor=actor, initial={"audience": first_audience(actor)}),
        "whens": [*WHEN, NOTHING],
        "leaves": LEAVES,
        "usual": inserting.usual(case),
        **composer.of(case, actor, draft=draft),
    }


def first_audience(actor: Any) -> str:
    return Audience.CUSTOMER if actor.may(Can.SPEAK) else Audience.SUPPORT


def _conversation_card(case: Case, actor: Any, *, before: int | None = None) -> dict:
    """Only what is for customers, asked for by name although they could see nothing else.

    What was written here and is read elsewhere by now leaves a line with the way there.
    """
    rows = Message.objects.visible_to(actor).filter(audience=Audience.CUSTOMER).select_related("stands_on")
    rows = rows.filter(Q(stands_on__in=Case.objects.read_on(case)) | Q(case=case))
    messages, earlier = told.said(rows, before=before)
    shown = {"form": ReplyForm(), "shown": partial(told.words, actor=actor), "went_to": partial(_went_to, case)}
    return {"messages": messages, "earlier": earlier, "before": before, **shown}


def _went_to(case: Case, message: Message) -> int | None:
    """The number of the case this message is read on, if that is another."""
    there = message.stands_on
    return None if case.pk in (there.pk, there.merged_into_id) else there.number


def _call(case: Case, actor: Any) -> dict:
    people, speaks = addressing.taking_part(case), actor.may(Can.SPEAK)
    return {
        "calls": case.logged_calls.select_related("message__author"),
        "form": CallForm(people=people, speaks=speaks),
    }


def _templates(case: Case, actor: Any) -> dict:
    offered = Template.objects.offered_to(actor).select_related("team")
    told = {"audience": first_audience(actor)}
    return {"templates": [(template, inserting.inserted(template, case, told, by=actor)[0]) for template in offered]}


def _promise(case: Case, actor: Any) -> dict:
    promises = list(case.promises.select_related("owner")[:PAST_PROMISES])
    standing = next((promise for promise in promises if promise.state in ("standing", "broken")), None)
    return {"standing": standing, "past": [promise for promise in promises if promise != standing], "form": WhenForm()}


def conversation_before(message: int) -> Panel:
    """The conversation as far as that message."""
    context = partial(_conversation, before=message)
    return Panel(conversation.name, conversation.template, context, hears=conversation.hears)


def conversation_with(draft: int) -> Panel:
    """The conversation with a draft that somebody shares in the composer."""
    context = partial(_conversation, draft=draft)
    return Panel(conversation.name, conversation.template, context, hears=conversation.hears)


def conversation_card_before(message: int) -> Panel:
    return Panel(conversation_card.name, conversation_card.template, partial(_conversation_card, before=message))


HEARD = (
    *("message", "attachment", "call", "update", "delivery", "case", "ball", "participant", "promise"),
    *("assignment", "handoff", "escalation", "resolution", "verification", "workaround", "closure"),
)
conversation = Panel("conversation", "communicate/conversation/_panel.html", _conversation, hears=HEARD)
conversation_card = Panel("message", "communicate/conversation/_card.html", _conversation_card)
call = Panel("call", "communicate/call/_panel.html", _call)
templates = Panel("templates", "communicate/template/_panel.html", _templates)
promise = Panel("promise", "communicate/promise/_panel.html", _promise, hears=("update",))
