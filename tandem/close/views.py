from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from tandem.cases.http import PanelView, PortalCaseView
from tandem.close import forms, panels
from tandem.close.models import Closure
from tandem.people.roles import Can


class ClosureView(PanelView):
    """Close the case."""

    panel = panels.closure
    needs = Can.STEER

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.ClosureForm(request.POST)
        if not form.is_valid():
            return self.show(form=form, status=422)
        self.case.closures.close(by=request.user, **form.cleaned_data)
        return self.show()


class ReopeningView(PanelView):
    panel = panels.closure
    needs = Can.STEER

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rows = Closure.objects.visible_to(request.user).standing().filter(case=self.case)
        closure = get_object_or_404(rows)
        closure.case = self.case
        closure.reopen(by=request.user, why=request.POST.get("why", ""))
        return self.show()


class RateView(PortalCaseView):
    """The customer says how it went: signed in, or behind the link of their mail."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show(forms.RatingForm())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.RatingForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        rows = Closure.objects.visible_to(self.actor).standing().filter(case=self.case)
        closure = get_object_or_404(rows.filter(pk=self.of) if self.of else rows)
        closure.ratings.give(by=self.actor, **form.cleaned_data)
        return redirect(request.path)

    def show(self, form: forms.RatingForm, *, status: int = 200) -> HttpResponse:
        closure = panels.rated_by(self.case, self.actor, pk=self.of)
        context = {"case": self.case, "closure": closure, "form": form, "action": self.request.path}
        return render(self.request, "close/rating/page.html", context, status=status)
