"""A case on paper: only what its reader may see, and of that only what is for the audience they chose."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tandem.cases.audience import Audience, readable_by
from tandem.cases.http import CaseView
from tandem.cases.models import Attachment, Case, Event, Message
from tandem.intake.models import Fact
from tandem.investigate.models import Attempt, Hypothesis
from tandem.queue.rows import place, turn

MOST = 2000
UP_TO = {
    Audience.CUSTOMER: [Audience.CUSTOMER],
    Audience.SUPPORT: [Audience.CUSTOMER, Audience.SUPPORT],
    Audience.RESTRICTED: list(Audience),
}


class PrintView(CaseView):
    """`?audience=` is for whom it is printed, at most the reader's own; `?history=1` adds the ledger."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        mine = readable_by(request.user)
        asked = request.GET.get("audience", Audience.SUPPORT)
        audience = Audience(asked if asked in mine else Audience.SUPPORT)
        context = {
            "case": self.case,
            "where": place(self.case),
            "audience": audience,
            "audiences": [Audience(each) for each in mine],
            "whole": "history" in request.GET,
            **_on_paper(self.case, request.user, audience, whole="history" in request.GET),
        }
        return render(request, "desk/print.html", context)


def _on_paper(case: Case, actor: Any, audience: Audience, *, whole: bool) -> dict[str, Any]:
    up_to = UP_TO[audience]
    messages = Message.objects.visible_to(actor).of(case).filter(audience__in=up_to).select_related("author")
    facts = Fact.objects.visible_to(actor).of(case).standing().newest().filter(audience__in=up_to)
    events = Event.objects.visible_to(actor).filter(case=case, audience__in=up_to).told_once()
    ours = _of_ours(case, actor) if audience != Audience.CUSTOMER else {}
    said = list(messages[:MOST])
    return {
        "messages": [(message, files) for message, files in _with_files(said)],
        "facts": [
            {"label": fact.label or fact.key, "value": fact.value, "source": fact.get_source_display()}
            for fact in facts
        ],
        "events": events.select_related("by").order_by("seq")[:MOST] if whole else [],
        **ours,
    }


def _of_ours(case: Case, actor: Any) -> dict[str, Any]:
    """What customers are never shown."""
    holder, team = case.ball_holder, case.ball_team
    return {
        "ball": turn(case.ball, case.reporter.name, holder.name if holder else None, team.name if team else None),
        "attempts": Attempt.objects.visible_to(actor).of(case).order_by("pk")[:MOST],
        "hypotheses": Hypothesis.objects.visible_to(actor).of(case).by_weight()[:MOST],
    }


def _with_files(messages: list[Message]) -> list[tuple[Message, list[str]]]:
    files: dict[int, list[str]] = {}
    for message, name in Attachment.objects.filter(message__in=messages).order_by("pk").values_list("message", "name"):
        files.setdefault(message, []).append(name)
    return [(message, files.get(message.pk, [])) for message in messages]
