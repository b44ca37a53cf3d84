from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from tandem.cases.http import DeskView, PanelView
from tandem.cases.models import Case
from tandem.measure import goals, panels, process
from tandem.measure.forms import CorrectionForm
from tandem.measure.models import TimeCorrection

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
        goal = goals.find(name)
        if goal is None:
            raise Http404
        short = goals.short_of(goal)[:MOST]
        found = Case.objects.visible_to(request.user).with_people().in_bulk([pk for pk, _took in short])
        cases = [(found[pk], took) for pk, took in short if pk in found]
        return render(request, "measure/goal.html", {"goal": goal, "cases": cases})


class TimeView(PanelView):
    """How long it was open, worked on and waiting; POST corrects one's own time."""

    panel = panels.time

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = CorrectionForm(request.POST)
        if not form.is_valid():
            return self.show(form=form, status=422)
        self.case.time_corrections.correct(request.user, **form.cleaned_data, by=request.user)
        return self.show()


class TimeWithdrawalView(PanelView):
    panel = panels.time
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        get_object_or_404(TimeCorrection.objects.filter(case=self.case), pk=pk).withdraw(by=request.user)
        return self.show()
