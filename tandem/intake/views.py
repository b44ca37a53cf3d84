from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from tandem.cases.http import SAFE, Panel, PanelView, PortalCaseView
from tandem.intake import forms, panels, realms
from tandem.intake.models import Question
from tandem.people.roles import Can


class FactsView(PanelView):
    panel = panels.facts

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.FactForm(request.POST, lines=realms.lines(self.case.realm))
        if not form.is_valid():
            return self.show(form=form, status=422)
        self.case.facts.note(**form.cleaned_data, by=request.user)
        return self.show()


class MeasurementView(PanelView):
    """Read again what the account and the environment say, or say first where it happens."""

    panel = panels.facts

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if "environment" not in request.POST:
            self.case.facts.measure(by=request.user)
            return self.show()
        form = forms.MeasurementForm(request.POST, case=self.case)
        if not form.is_valid():
            return self.show(measurement_form=form, status=422)
        self.case.facts.measure(by=request.user, **form.cleaned_data)
        return self.show()


class QuestionsView(PanelView):
    panel = panels.questions

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        waiting = list(self.case.questions.visible_to(request.user).waiting())
        form = forms.AskForm(request.POST, missing=panels.missing(self.case, waiting))
        if not form.is_valid():
            return self.show(form=form, status=422)
        self.case.questions.ask_together(**form.cleaned_data, by=request.user)
        return self.show()


class QuestionView(PanelView):
    """One question of the case."""

    panel = panels.questions
    question: Question

    def find(self, number: int, **kwargs: Any) -> None:
        super().find(number)
        self.question = get_object_or_404(Question.objects.visible_to(self.request.user).of(self.case), pk=kwargs["pk"])


class AnswerView(QuestionView):
    """What somebody said on the phone, or a colleague knows."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.question.answer(request.POST.get(f"answer_{self.question.pk}", ""), by=request.user)
        return self.show()


class WithdrawalView(QuestionView):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.question.withdraw(by=request.user)
        return self.show()


class ReadBackView(PanelView):
    panel = panels.readback
    needs = Can.SPEAK

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.case.readbacks.share(by=request.user)
        return self.show()


class CardView(PortalCaseView):
    """One card of the customer's case page as a page of its own, signed in or behind a signed link."""

    card: Panel

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show()

    def show(self, *, status: int = 200, **extra: Any) -> HttpResponse:
        request = self.request
        if "HX-Request" not in request.headers and request.method not in SAFE and status == 200:
            return redirect(request.path)
        words = self.card.words(self.case, self.actor, here=request.path, **extra)
        template = self.card.template if "HX-Request" in request.headers else "intake/card_page.html"
        return render(request, template, words, status=status)


class CustomerQuestionsView(CardView):
    card = panels.questions_card

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        waiting = self.case.questions.visible_to(self.actor).waiting()
        form = forms.AnswersForm(request.POST, questions=waiting, realm=self.case.realm)
        if not form.is_valid():
            return self.show(form=form, status=422)
        self.case.questions.take_answers(form.answers(), by=self.actor)
        return self.show()


class CustomerReadBackView(CardView):
    card = panels.readback_card

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        shared = self.case.readbacks.visible_to(self.actor).prefetch_related("lines")
        readback = get_object_or_404(shared, version=_number(request.POST.get("version", "")))
        form = forms.ReadBackForm(request.POST, readback.lines.all())
        if readback.is_waiting and not form.is_valid():
            readback.read_lines = form.lines
            return self.show(**panels.readback_to_confirm(readback, form), status=422)
        readback.answer(form.verdicts, by=self.actor)
        return self.show()


def _number(told: str) -> int:
    return int(told) if told.isascii() and told.isdigit() and len(told) < 9 else 0
