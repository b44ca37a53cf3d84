from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from tandem.automate import acting, forms
from tandem.automate.models import FEW, Run
from tandem.cases import acts
from tandem.kit.errors import Invalid
from tandem.people.http import DeskView

PAGE = 50


class RunsView(DeskView):
    """What was done at one stroke, the newest first; and doing it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Run.objects.visible_to(request.user).with_counts().select_related("by")
        before = request.GET.get("before", "")
        if before.isascii() and before.isdigit() and len(before) < 19:
            rows = rows.filter(pk__lt=int(before))
        found = list(rows.order_by("-pk")[: PAGE + 1])
        later = found[PAGE - 1].pk if len(found) > PAGE else None
        return render(request, "automate/run/index.html", {"runs": found[:PAGE], "later": later})

    def post(self, request: HttpRequest) -> HttpResponse:
        """`cases` and an `act` with what it asks for; with `preview` it is only said what would become of it."""
        cases = forms.chosen(request.POST.getlist("cases"), by=request.user)
        try:
            doings = [forms.doing(request.POST, by=request.user)]
            if request.POST.get("preview"):
                return self._preview(cases, doings)
            run = Run.objects.do(cases, doings, by=request.user)
        except Invalid as wrong:
            return _choosing(request, cases, wrong=wrong.sentence)
        if "HX-Request" in request.headers:
            return _shown(request, run)
        return redirect("run", run.pk)

    def _preview(self, cases: list[Any], doings: list[dict[str, Any]]) -> HttpResponse:
        actor: Any = self.request.user
        tried = Run.objects.preview(cases, doings, by=actor)
        context = {
            "cases": cases,
            "doing": doings[0],
            "says": acting.sentences(doings, by=actor),
            "act": acts.get(doings[0]["act"]),
            "tried": tried,
            "refused": [(case, told[-1]) for case, told in tried if told[-1].outcome in ("refused", "failed")],
            "untried": max(len(cases) - FEW, 0),
        }
        return render(self.request, _name(self.request, "preview"), context)


class NewRunView(DeskView):
    """Cases were chosen: what is to be done with them. With `act`, what that act asks for."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return _choosing(request, forms.chosen(request.GET.getlist("cases"), by=request.user), told=request.GET)


class RunView(DeskView):
    run: Run

    def find(self, pk: int, **kwargs: Any) -> None:
        rows = Run.objects.visible_to(self.request.user).select_related("by", "undo_asked_by")
        self.run = get_object_or_404(rows, pk=pk)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return _shown(request, self.run)


class RunUndoView(RunView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.run.undo(by=request.user)
        return _shown(request, self.run) if "HX-Request" in request.headers else redirect("run", self.run.pk)


def _choosing(request: HttpRequest, cases: list[Any], *, told: Any = None, wrong: str = "") -> HttpResponse:
    actor: Any = request.user
    posted = told or request.POST
    name = posted.get("act", "")
    act = acts.ACTS.get(name)
    context = {
        "cases": cases,
        "choice": forms.ActChoice(initial={"act": name}, by=actor),
        "act": act,
        "form": act and act.form(initial={field: posted.get(field, "") for field in act.asks}, by=actor),
        "wrong": wrong,
    }
    return render(request, _name(request, "new"), context, status=422 if wrong else 200)


def _shown(request: HttpRequest, run: Run) -> HttpResponse:
    steps = run.steps.select_related("case", "undone_by").order_by("pk")[: FEW * 50]
    context = {"run": run, "steps": steps, "says": acting.known(run.acts, by=run.by)}
    return render(request, _name(request, "page"), context)


def _name(request: HttpRequest, name: str) -> str:
    """The piece alone for htmx, but not for a page that keeps itself true: that finds its piece by its id."""
    alone = "HX-Request" in request.headers and "X-Background" not in request.headers
    return f"automate/run/_{name}.html" if alone else f"automate/run/{name}.html"
