from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from tandem.cases.http import DeskView
from tandem.cases.models import Case
from tandem.measure import goals, process

MOST = 100


class ProcessView(DeskView):
    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "measure/process.html", {"boxes": process.boxes(), "arrows": process.arrows()})


class GoalsView(DeskView):
    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "measure/goals.html", {"tiles": goals.tiles()})


class GoalView(DeskView):
    """The cases behind a figure."""

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        goal = goals.FIND(name)
        if goal is None:
            raise Http404
        found = Case.objects.visible_to(request.user).with_people().in_bulk(goals.short_of(goal)[:MOST])
        return render(request, "measure/goal.html", {"goal": goal, "cases": list(found.values())})
