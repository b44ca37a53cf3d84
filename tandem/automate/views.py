from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from tandem.automate import acting, forms
from tandem.automate.acting import Outcome
from tandem.automate.models import FEW, Macro, Run
from tandem.cases import acts
from tandem.kit.bounded import TooMuchToSearch
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
        """`cases`, or all that match `q`, and an `act` with what it asks for; with `preview` it is only said what would become of it."""
        cases: list[Any] = []
        try:
            cases = forms.wanted(request.POST, by=request.user)
            macro = forms.macro(request.POST, by=request.user)
            doings = macro.acts if macro else [forms.doing(request.POST, by=request.user)]
            if request.POST.get("preview"):
                return self._preview(cases, doings, macro)
            run = macro.use(cases, by=request.user) if macro else Run.objects.do(cases, doings, by=request.user)
        except (Invalid, TooMuchToSearch) as wrong:
            return _choosing(request, cases, wrong=wrong.sentence)
        if "HX-Request" in request.headers:
            return _shown(request, run)
        return redirect("run", run.pk)

    def _preview(self, cases: list[Any], doings: list[dict[str, Any]], macro: Macro | None) -> HttpResponse:
        actor: Any = self.request.user
        tried = Run.objects.preview(cases, doings, by=actor)
        known = [acts.get(doing["act"]) for doing in doings]
        context = {
            "cases": cases,
            "posted": {"act": f"{forms.MACRO}{macro.pk}"} if macro else {"act": doings[0]["act"], **doings[0]["with"]},
            "says": acting.sentences(doings, by=actor),
            "speaks": any(act.speaks for act in known),
            "stays": [str(act.stays) for act in known if act.stays],
            "tried": tried,
            "unchanged": [case for case, told in tried if all(one.outcome != Outcome.DONE for one in told)],
            "untried": max(len(cases) - FEW, 0),
        }
        return render(self.request, _name(self.request, "preview"), context)


class NewRunView(DeskView):
    """Cases were chosen: what is to be done with them. With `act`, what that act asks for."""

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            return _choosing(request, forms.wanted(request.GET, by=request.user), told=request.GET)
        except (Invalid, TooMuchToSearch) as wrong:
            return _choosing(request, [], told=request.GET, wrong=wrong.sentence)


class RunView(DeskView):
    run: Run

    def find(self, pk: int, **kwargs: Any) -> None:
        rows = Run.objects.visible_to(self.request.user).select_related(
            "by", "undo_asked_by", "rule_version", "macro_version", "event__case"
        )
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
    act, macro = acts.ACTS.get(name), None if wrong else forms.macro(posted, by=actor)
    context = {
        "cases": cases,
        "q": posted.get("q", ""),
        "choice": forms.ActChoice(initial={"act": name}, by=actor),
        "act": act,
        "macro": macro,
        "says": acting.known(macro.acts, by=actor) if macro else (),
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
