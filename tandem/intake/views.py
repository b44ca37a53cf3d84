from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from tandem.cases.http import SAFE, CaseView, Panel, PanelView, PortalCaseView
from tandem.intake import forms, panels, realms
from tandem.intake.models import Collection, Collector, Question, ReadBack
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
            self.case.collections.begin(by=request.user, anew=True)
            return self.show()
        form = forms.MeasurementForm(request.POST, case=self.case)
        if not form.is_valid():
            return self.show(measurement_form=form, status=422)
        self.case.facts.measure(by=request.user, **form.cleaned_data)
        return self.show()


class CollectionsView(PanelView):
    """Which systems of ours were asked, and what became of it."""

    panel = panels.collections


class CollectionView(CollectionsView):
    """Ask one of them again."""

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        collector = get_object_or_404(Collector.objects.visible_to(request.user).on(), pk=pk)
        self.case.collections.begin(by=request.user, only=[collector], anew=True)
        return self.show()


class EvidenceView(PanelView):
    """The fork before a remedy."""

    panel = panels.evidence


class RemedyFirstView(EvidenceView):
    """They are blocked now: the remedy comes first, and what is lost by it is written down."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.RemedyFirstForm(request.POST)
        if not form.is_valid():
            return self.show(remedy_form=form, status=422)
        self.case.remedies_first.choose(by=request.user, **form.cleaned_data)
        return self.show()


class HoldsView(EvidenceView):
    """Look first: ask the customer to hold still."""

    needs = Can.SPEAK

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.HoldForm(request.POST)
        if not form.is_valid():
            return self.show(hold_form=form, status=422)
        self.case.holds.ask(by=request.user, **form.cleaned_data)
        return self.show()


class HoldView(PanelView):
    """The bar of the hold that stands."""

    panel = panels.hold
    needs = Can.SPEAK

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        holds = self.case.holds.asked().visible_to(request.user).standing()
        hold = get_object_or_404(holds.select_related("case")[:1])
        hold.release(by=request.user, words=request.POST.get("words", ""))
        return self.show()


class SnapshotView(CaseView):
    """What a snapshot kept, byte by byte, so that anybody can compute its hash again."""

    def get(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        rows = Collection.objects.visible_to(request.user).of(self.case).exclude(hold=None).exclude(digest="")
        snapshot = get_object_or_404(rows, pk=pk)
        name = f"case-{self.case.number}-snapshot-{snapshot.pk}.json"
        answer = HttpResponse(bytes(snapshot.kept), content_type="application/octet-stream")
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


class QuestionsView(PanelView):
    panel = panels.questions

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        asked = Question.objects.visible_to(request.user).of(self.case).filter(withdrawn_at=None)
        form = forms.AskForm(request.POST, **panels.to_ask(self.case, list(asked)), speaks=request.user.may(Can.SPEAK))
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


class PhoneView(CaseView):
    """The read-back as a script: read out line by line, three keys for what they say."""

    needs = needs_to_read = Can.SPEAK

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        lines = self.case.readbacks.lines_to_read_out()
        return self.show(forms.PhoneForm(case=self.case, lines=lines), lines, {})

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        lines = self.case.readbacks.lines_to_read_out()
        form = forms.PhoneForm(request.POST, case=self.case, lines=lines)
        if not form.is_valid() or not form.is_complete:
            return self.show(form, lines, form.said, incomplete=not form.is_complete, status=422)
        self.case.readbacks.read_out(form.said, told_by=form.cleaned_data["told_by"], by=request.user)
        return redirect(f"{reverse('case', args=[self.case.number])}?open=readback#panel-readback")

    def show(self, form: Any, lines: Any, said: Any, *, status: int = 200, **more: Any) -> HttpResponse:
        context = {"case": self.case, "form": form, "rows": panels.phone_script(lines, said), **more}
        return render(self.request, "intake/readback/phone.html", context, status=status)


class ReadingsView(PanelView):
    """What was read from replies."""

    panel = panels.readings


class ReadingView(ReadingsView):
    """Accept what was read from one, or put it aside."""

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        reading = get_object_or_404(self.case.readings.visible_to(request.user), pk=pk)
        reading.case = self.case
        verb = reading.take if request.POST.get("verb") == "take" else reading.dismiss
        verb(by=request.user)
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
        waiting = Question.objects.visible_to(self.actor).of(self.case).waiting()
        form = forms.AnswersForm(request.POST, questions=waiting, realm=self.case.realm)
        if not form.is_valid():
            return self.show(form=form, status=422)
        self.case.questions.take_answers(form.answers(), by=self.actor)
        return self.show()


class CustomerReadBackView(CardView):
    card = panels.readback_card

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        shared = ReadBack.objects.visible_to(self.actor).of(self.case).select_related("case").prefetch_related("lines")
        version = _number(request.POST.get("version", ""))
        readback = get_object_or_404(shared.filter(version=version).order_by("-shared_at")[:1])
        form = forms.ReadBackForm(request.POST, readback.lines.all())
        if readback.is_waiting and not form.is_valid():
            readback.read_lines = form.lines
            return self.show(**panels.readback_to_confirm(readback, form), status=422)
        readback.answer(form.verdicts, by=self.actor)
        return self.show()


def _number(told: str) -> int:
    return int(told) if told.isascii() and told.isdigit() and len(told) < 9 else 0


class CustomerHoldView(CardView):
    card = panels.hold_card
