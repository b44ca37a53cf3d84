import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from tandem.automate import forms as acting
from tandem.cases.query import language, said
from tandem.kit.bounded import TooMuchToSearch
from tandem.kit.lists import Line
from tandem.people.http import DeskView
from tandem.people.roles import Can
from tandem.queue import among, bar, chips, columns, completion, counts, forms, groups
from tandem.queue.models import OwnLayout, SavedView
from tandem.queue.page import PAGE, Queue
from tandem.queue.rows import Here, Manner, Row, lines
from tandem.writing import panels as presence


class QueueView(DeskView):
    def get(self, request: HttpRequest) -> HttpResponse:
        queue = Queue(request.user, request.GET.dict())
        context = {
            "queue": queue,
            "known": said(),
            "chips": chips.of(queue),
            "heads": columns.heads(queue.columns),
            "doors": bar.doors(queue),
            "removed": _removed(request),
            "acts": acting.grouped(request.user),
            "merges": request.user.may(Can.STEER),
            **_read(queue),
            **_shaping(queue),
        }
        return render(request, "queue/index.html", context)


def _read(queue: Queue) -> dict[str, Any]:
    """A page with the address of the next, or the groups; and what we did not understand, or could not find in time."""
    manner = Manner("chosen", peeks=True, shows=queue.columns)
    try:
        if queue.grouping:
            shown, cut = groups.of(queue)
            here = presence.among((row.pk for group in shown for row in group.rows), queue.actor)
            grouped = [(group, _lines(queue, group.rows, manner, here, group.term)) for group in shown]
            is_part = cut > 0 or any(group.has_more for group in shown)
            told = {"cut": counts.spoken(cut) if cut else "", "most": groups.MOST}
            return {"parts": grouped, "is_part": is_part, "doubts": _doubts(queue), **told}
        found, later = queue.page()
        here = presence.among((row.pk for row in found), queue.actor)
        parts = [(None, _lines(queue, found, manner, here))] if found else []
        is_part = bool(later or queue.asked.get("after"))
        told = {"counted": _counted(queue, found, later) if parts else ""}
        return {"parts": parts, "later": later, "is_part": is_part, "doubts": _doubts(queue), **told}
    except TooMuchToSearch as refusal:
        return {"doubts": [refusal.sentence]}


def _counted(queue: Queue, found: list[Row], later: str | None) -> str:
    """Of what is built in the bar says it."""
    if queue.view:
        return ""
    count = queue.count(found, later)
    return _("more than {n} cases").format(n=PAGE) if count is None else counts.spoken(count)


def _doubts(queue: Queue) -> list[Markup]:
    """What was not understood; the word that was likely meant leads to the same query with it."""
    return [_leading(queue, doubt) for doubt in queue.meaning.doubts]


def _leading(queue: Queue, doubt: str) -> Markup:
    if not (meant := queue.meaning.meant):
        return escape(doubt)
    href = queue.beside(q=language.write(language.renamed(language.read(queue.text), meant)))
    words = "|".join(map(re.escape, meant.values()))
    link = Markup('<a href="{}">{}</a>')
    pieces = enumerate(re.split(rf"\b((?:{words}):)", doubt))
    return Markup("").join(link.format(href, piece) if n % 2 else piece for n, piece in pieces)


def _lines(queue: Queue, found: list[Row], manner: Manner, here: Mapping[int, Here], group: str = "") -> list[Line]:
    return among.led(found, lines(found, queue.actor, manner=manner, here=here), queue, group)


def _removed(request: HttpRequest) -> SavedView | None:
    """The view that was just deleted, to be brought back."""
    pk = request.GET.get("removed", "")
    if not pk.isdecimal() or len(pk) > 18:
        return None
    return SavedView.objects.visible_to(request.user).filter(pk=int(pk), removed_at__isnull=False).first()


def _shaping(queue: Queue) -> dict[str, Any]:
    """The menus with which a list is shaped and kept."""
    layout = {**queue.layout.layout, "columns": queue.columns}
    layout_form = forms.LayoutForm(initial=layout)
    layout_form.fields["order"].choices = [("", layout_form.fields["order"].choices[0][1]), *queue.orders]  # type: ignore[attr-defined]
    return {
        "layout_form": layout_form,
        "view_form": forms.SavedViewForm(initial={"text": queue.text}),
        "may_change": queue.saved and queue.saved.may_be_changed_by(queue.actor),
    }


class LayoutView(DeskView):
    """How this person has lists shown, or one saved view; back to the list."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        queue = Queue(request.user, {name: request.POST.get(name, "") for name in ("view", "q")})
        form = forms.LayoutForm(request.POST)
        if form.is_valid():
            OwnLayout.objects.keep(by=request.user, view=queue.saved, **form.cleaned_data)
        return redirect(queue.beside())


class ChoicesView(DeskView):
    """What else the term at this place of the query could say."""

    def get(self, request: HttpRequest, place: int) -> HttpResponse:
        choices = chips.more_choices(Queue(request.user, request.GET.dict()), place)
        return render(request, "queue/_choices.html", {"choices": choices})


class CompletionView(DeskView):
    """What may follow what was typed so far."""

    def get(self, request: HttpRequest) -> HttpResponse:
        offers = completion.offered(request.GET.get("q", "").replace("\x00", " "), request.user)
        return render(request, "queue/_offers.html", {"offers": offers})
