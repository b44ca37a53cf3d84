from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from tandem.cases.http import PanelView
from tandem.communicate.models import Kind
from tandem.people.roles import Can
from tandem.triage import forms, panels


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
        self.case.assignments.arrange(**form.cleaned_data, by=request.user)
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
