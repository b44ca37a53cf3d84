from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tandem.cases.http import CaseView, PanelView
from tandem.cases.journey import Stage
from tandem.cases.models import Case, Message
from tandem.communicate.models import Kind
from tandem.people.http import DeskView
from tandem.people.roles import Can
from tandem.triage import forms, panels
from tandem.triage.models import HandOff

FIRST_MESSAGES = 3
WATCHED = 10
COUNTED = 100


class AssessmentView(PanelView):
    panel = panels.assessment
    needs = Can.STEER

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.AssessmentForm(request.POST)
        if not form.is_valid():
            return self.show(form=form, status=422)
        self.case.assessments.judge(**form.cleaned_data, by=request.user)
        return self.show()


class OwnersView(PanelView):
    panel = panels.owners
    needs = Can.STEER

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.OwnersForm(request.POST, colleagues=panels.colleagues())
        if not form.is_valid():
            return self.show(form=form, status=422)
        self.case.assignments.give_both(**form.cleaned_data, by=request.user)
        return self.show()


class InvestigationView(PanelView):
    """Begin it."""

    panel = panels.owners
    needs = Can.STEER

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.case.assignments.begin_investigation(by=request.user)
        return self.show()


class HandOffView(PanelView):
    panel = panels.handoff
    needs = Can.STEER

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.HandOffForm(request.POST)
        if not form.is_valid():
            return self.show(form=form, status=422)
        self.case.handoffs.hand_to(form.cleaned_data["team"], reason=form.cleaned_data["reason"], by=request.user)
        return self.show()


class AcceptanceView(PanelView):
    panel = panels.handoff

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        get_object_or_404(self.case.handoffs.waiting()).accept(by=request.user)
        return self.show()


class DeclineView(PanelView):
    panel = panels.handoff

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.DeclineForm(request.POST)
        if not form.is_valid():
            return self.show(decline_form=form, status=422)
        get_object_or_404(self.case.handoffs.waiting()).decline(**form.cleaned_data, by=request.user)
        return self.show()


class AcknowledgmentView(PanelView):
    panel = panels.acknowledgment
    needs = Can.SPEAK

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.AcknowledgmentForm(request.POST)
        if not form.is_valid():
            return self.show(form=form, status=422)
        told = form.cleaned_data
        self.case.updates.send(told["text"], by=request.user, promise_at=told["promise_at"], kind=Kind.ACKNOWLEDGMENT)
        return self.show()


class TriageView(DeskView):
    """One case at a time, the oldest nobody has judged or handed off; `?after=` leaves some for later."""

    def get(self, request: HttpRequest) -> HttpResponse:
        unjudged = Case.objects.visible_to(request.user).open().filter(priority=0, stage__in=BEFORE)
        unjudged = unjudged.exclude(pk__in=HandOff.objects.not_declined().values("case"))
        waiting = unjudged.filter(number__gt=_number(request.GET.get("after", ""))).order_by("number")
        case = waiting.with_people().first()
        return page_of(request, case, count=unjudged[:COUNTED].count(), skipped="after" in request.GET)


class TriageCaseView(CaseView):
    """This case, to be judged; then on to the next."""

    needs = Can.STEER

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return page_of(request, self.case)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.AssessmentForm(request.POST, keys=True)
        if not form.is_valid():
            return page_of(request, self.case, form=form, status=422)
        judged = self.case.assessments.judge(**form.cleaned_data, by=request.user)
        said = _("Case {number} is {word}.").format(number=self.case.number, word=judged.get_priority_display())
        messages.success(request, said)
        return redirect("triage")


BEFORE = [Stage.SUBMIT, Stage.INTAKE, Stage.TRIAGE]


def page_of(request: HttpRequest, case: Case | None, *, status: int = 200, **more: Any) -> HttpResponse:
    """The triage page; `more` may bring the form with what is wrong in it."""
    watched = HandOff.objects.on_watch_of(request.user).select_related("case", "to_team")[:WATCHED]
    context = {"case": case, "watched": watched, **(_about(case) if case else {}), **more}
    return render(request, "triage/page.html", context, status=status)


def _about(case: Case) -> dict[str, Any]:
    said = Message.objects.of(case).from_customer().select_related("author").order_by("pk")[:FIRST_MESSAGES]
    standing = case.assessments.standing().first()
    return {
        "said": said,
        "facts": case.facts.table().rows,
        "form": forms.AssessmentForm.of(case, standing, keys=True),
    }


def _number(told: str) -> int:
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else 0
