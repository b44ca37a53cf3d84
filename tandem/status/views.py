from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views import View

from tandem.cases.http import PanelView
from tandem.kit import clock
from tandem.people.http import DeskView
from tandem.people.roles import Can
from tandem.status import panels, public
from tandem.status.board import board
from tandem.status.forms import PublicationForm
from tandem.status.models import Publication


class StatusView(View):
    """For everybody, without signing in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        lines = public.lines()
        state, sentence = public.overall(lines)
        context = {"lines": lines, "state": state, "sentence": sentence, "incidents": public.incidents()}
        return render(request, "status/public/index.html", context)


class StatusJsonView(View):
    """The same for programs of whoever wants to know."""

    def get(self, request: HttpRequest) -> HttpResponse:
        lines = public.lines()
        state, sentence = public.overall(lines)
        told = {
            "updated_at": clock.now(),
            "state": state,
            "sentence": sentence,
            "components": [_line(line) for line in lines],
            "incidents": [_incident(incident) for incident in public.incidents()],
        }
        return JsonResponse(told, headers={"Access-Control-Allow-Origin": "*"})


def _line(line: public.Line) -> dict[str, Any]:
    return {
        "slug": line.slug,
        "name": line.name,
        "state": line.state,
        "sentence": line.words,
        "since": line.since,
    }


def _incident(incident: public.Incident) -> dict[str, Any]:
    words = [{"at": word.at, "state": word.state, "sentence": word.words} for word in incident.words]
    return {"name": incident.name, "over": incident.is_over, "words": words}


class BoardView(DeskView):
    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "status/board/index.html", board())


class PublicationView(DeskView):
    """A proposal: publish it, in its words or better ones, or set it aside."""

    needs = Can.SPEAK
    proposal: Publication

    def find(self, pk: int, **kwargs: Any) -> None:
        self.proposal = get_object_or_404(Publication.objects.visible_to(self.request.user), pk=pk)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = PublicationForm(request.POST)
        if not form.is_valid():
            context = {"proposal": self.proposal, "form": form}
            return render(request, "status/publication/page.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        self.proposal.publish(by=request.user, words=form.cleaned_data["words"])
        return redirect("components")


class PublicationAsideView(PublicationView):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.proposal.set_aside(by=request.user)
        return redirect("components")


class AroundView(PanelView):
    panel = panels.around
