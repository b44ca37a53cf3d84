from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from tandem.cases.http import PanelView
from tandem.investigate import forms, panels
from tandem.investigate.models import Attempt, Hypothesis


class AttemptsView(PanelView):
    """What was tried; `?only=failed` shows what did not help."""

    panel = panels.attempts

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        only_failed = request.GET.get("only") == "failed"
        return self.show(**panels.attempts_on(self.case, request.user, only_failed=only_failed))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.AttemptForm(request.POST, case=self.case, actor=request.user)
        if not form.is_valid():
            return self.show(form=form, status=422)
        self.case.attempts.note(by=request.user, **form.cleaned_data)
        return self.show()


class AttemptView(PanelView):
    """One of them: each address below it is something said of it later."""

    panel = panels.attempts
    attempt: Attempt

    def find(self, number: int, **kwargs: Any) -> None:
        super().find(number)
        rows = Attempt.objects.visible_to(self.request.user).of(self.case)
        self.attempt = get_object_or_404(rows, pk=kwargs["pk"])


class NeedView(AttemptView):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.NeededForm(request.POST)
        if form.is_valid():
            self.attempt.settle(needed=form.cleaned_data["needed"], by=request.user)
        return self.show(status=200 if form.is_valid() else 422)


class OutcomeView(AttemptView):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.OutcomeForm(request.POST)
        if form.is_valid():
            self.attempt.judge(form.cleaned_data["outcome"], by=request.user)
        return self.show(status=200 if form.is_valid() else 422)


class UndoneView(AttemptView):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.attempt.undo(by=request.user)
        return self.show()


class BoardView(PanelView):
    panel = panels.board


class HypothesesView(BoardView):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.HypothesisForm(request.POST)
        if not form.is_valid():
            return self.show(hypothesis_form=form, status=422)
        self.case.hypotheses.propose(form.cleaned_data["text"], by=request.user)
        return self.show()


class HypothesisView(BoardView):
    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        hypothesis = get_object_or_404(Hypothesis.objects.visible_to(request.user).of(self.case), pk=pk)
        form = forms.SettleForm(request.POST)
        if form.is_valid():
            hypothesis.settle(by=request.user, **form.cleaned_data)
        return self.show(status=200 if form.is_valid() else 422)


class EvidenceView(BoardView):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.EvidenceForm(request.POST, case=self.case)
        if not form.is_valid():
            return self.show(evidence_form=form, status=422)
        self.case.evidence.note(by=request.user, **form.cleaned_data)
        return self.show()


class OpenQuestionsView(BoardView):
    """Ask a colleague, who then owns the answer."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.QuestionForm(request.POST, case=self.case, actor=request.user)
        if not form.is_valid():
            return self.show(question_form=form, status=422)
        self.case.questions.ask(by=request.user, **form.cleaned_data)
        return self.show()
