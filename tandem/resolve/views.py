from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from tandem.cases.http import PanelView, PortalCaseView
from tandem.people.roles import Can
from tandem.resolve import asked, forms, panels
from tandem.resolve.models import Resolution, Via, Workaround


class WorkaroundsView(PanelView):
    """Offer the customer a way to go on."""

    panel = panels.workaround
    needs = Can.SPEAK

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.WorkaroundForm(request.POST)
        if not form.is_valid():
            return self.show(form=form, status=422)
        self.case.workarounds.offer(by=request.user, **form.offer)
        return self.show()


class WorkaroundEndView(PanelView):
    panel = panels.workaround
    needs = Can.SPEAK

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        workaround = get_object_or_404(Workaround.objects.visible_to(request.user).filter(case=self.case), pk=pk)
        workaround.end(by=request.user, why=request.POST.get("why", ""))
        return self.show()


class ResolutionView(PanelView):
    """What happened and what we changed."""

    panel = panels.resolution

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.ResolutionForm(request.POST)
        if not form.is_valid():
            return self.show(form=form, status=422)
        self.case.resolutions.propose(by=request.user, **form.cleaned_data)
        return self.show()

    @property
    def standing(self) -> Resolution:
        rows = Resolution.objects.visible_to(self.request.user).filter(case=self.case)
        resolution = get_object_or_404(rows.standing())
        resolution.case = self.case
        return resolution


class CheckView(ResolutionView):
    """Our own verification."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.CheckForm(request.POST)
        if not form.is_valid():
            return self.show(check_form=form, status=422)
        self.standing.verify_ours(by=request.user, **form.cleaned_data)
        return self.show()


class QuestionView(ResolutionView):
    """Ask the customer whether it works."""

    needs = Can.SPEAK

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.standing.ask_customer(by=request.user)
        return self.show()


class AnswerView(ResolutionView):
    """What the customer told one of us, written down."""

    needs = Can.SPEAK

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.RecordedAnswerForm(panels.people_of(self.case), request.POST)
        if not form.is_valid():
            return self.show(answer_form=form, status=422)
        self.standing.verify_customer(recorded_by=request.user, **form.cleaned_data)
        return self.show()


class WithdrawalView(ResolutionView):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.standing.withdraw(by=request.user, why=request.POST.get("why", ""))
        return self.show()


class NeededView(ResolutionView):
    """Whether attempts that did not help are also required."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.NeededForm(panels.in_question(self.case, request.user), request.POST)
        if not form.is_valid():
            return self.show(needed_form=form, status=422)
        with transaction.atomic():
            for attempt, needed in form.answers():
                attempt.settle(needed=needed, by=request.user)
        return self.show()


class VerifyView(PortalCaseView):
    """The customer says whether it works: signed in, or behind the link of their mail."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show(forms.AnswerForm())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.AnswerForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        resolution = get_object_or_404(
            Resolution.objects.visible_to(self.actor).filter(case=self.case), pk=self.shown["pk"]
        )
        resolution.verify_customer(by=self.actor, via=Via.PAGE, **form.cleaned_data)
        return redirect(request.path)

    @property
    def shown(self) -> dict:
        return asked.of(self.case, self.actor, pk=self.of) or {}

    def show(self, form: forms.AnswerForm, *, status: int = 200) -> HttpResponse:
        context = {"case": self.case, "asked": self.shown, "form": form, "action": self.request.path}
        return render(self.request, "resolve/verification/page.html", context, status=status)
