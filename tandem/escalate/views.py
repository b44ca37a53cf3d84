from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from tandem.cases.http import CaseView, PanelView
from tandem.escalate import forms, lists, package, panels
from tandem.escalate.models import Escalation
from tandem.people.http import DeskView
from tandem.people.roles import Can


class EscalationsView(DeskView):
    """Where engineers work: what waits for their team, what they have, and what they gave back."""

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = lists.EscalationList(request.user, request.GET.dict())
        found, later = asked.page()
        rows = lists.lines(found, request.user)
        return render(request, "escalate/escalation/index.html", {"asked": asked, "rows": rows, "later": later})


class RaiseView(CaseView):
    """Ask a team: first one sees what would travel and what is missing, then one asks."""

    needs = needs_to_read = Can.STEER

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.prepare(forms.to_raise(self.case))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.RaiseForm(request.POST)
        if not form.is_valid():
            return self.prepare(form, status=422)
        escalation = self.case.escalations.raise_to(by=request.user, **form.cleaned_data)
        return redirect("escalation", escalation.pk)

    def prepare(self, form: forms.RaiseForm, *, status: int = 200) -> HttpResponse:
        told = package.read(package.of(self.case))
        return render(
            self.request, "escalate/escalation/new.html", {"case": self.case, "form": form, "told": told}, status=status
        )


class EscalationPanelView(PanelView):
    panel = panels.escalation


class EscalationView(DeskView):
    """One page: the package, and what a team can answer to it."""

    needs = Can.SOLVE
    escalation: Escalation

    def find(self, **kwargs: Any) -> None:
        rows = Escalation.objects.visible_to(self.request.user).with_people()
        self.escalation = get_object_or_404(rows, pk=kwargs["pk"])

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show()

    def show(self, *, status: int = 200, **forms_told: Any) -> HttpResponse:
        words = panels.page(self.escalation, self.request.user) | forms_told
        return render(self.request, "escalate/escalation/page.html", words, status=status)


class AcceptanceView(EscalationView):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.escalation.accept(by=request.user)
        return redirect("escalation", self.escalation.pk)


class ReturnView(EscalationView):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.ReturnForm(request.POST, escalation=self.escalation)
        if not form.is_valid():
            return self.show(return_form=form, status=422)
        self.escalation.send_back(by=request.user, **form.told)
        return redirect("escalation", self.escalation.pk)


class AskView(EscalationView):
    needs = Can.WORK

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.AskForm(request.POST)
        if not form.is_valid():
            return self.show(ask_form=form, status=422)
        self.escalation.ask(form.cleaned_data["text"], by=request.user)
        return redirect("escalation", self.escalation.pk)


class HandBackView(EscalationView):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.HandBackForm(request.POST)
        if not form.is_valid():
            return self.show(hand_back_form=form, status=422)
        self.escalation.hand_back(by=request.user, **form.cleaned_data)
        return redirect("escalation", self.escalation.pk)


class OfCaseView(PanelView):
    """What support says to an escalation, from the case."""

    panel = panels.escalation
    escalation: Escalation

    def find(self, number: int, **kwargs: Any) -> None:
        super().find(number)
        rows = Escalation.objects.visible_to(self.request.user).filter(case=self.case)
        self.escalation = get_object_or_404(rows, pk=kwargs["pk"])


class AcknowledgmentView(OfCaseView):
    needs = Can.SPEAK

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.escalation.acknowledge_hand_back(by=request.user)
        return self.show()


class WithdrawalView(OfCaseView):
    needs = Can.STEER

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.escalation.withdraw(by=request.user)
        return self.show()
