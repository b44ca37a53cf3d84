"""The pages on which a customer reports a problem, and what keeps their words until they send them."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tandem.cases.http import PortalView
from tandem.kit import uploads
from tandem.submit.forms import ReportForm
from tandem.submit.models import Draft, DraftFile, Submission
from tandem.submit.reporters import program_of


class ReportView(PortalView):
    """Where a customer tells us of a problem. Whatever is sent here stands in the draft before anything else."""

    def get(self, request: HttpRequest) -> HttpResponse:
        draft = _draft_of(self.actor)
        return self.show(ReportForm(actor=self.actor, draft=_begun(draft, request)), draft)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ReportForm(request.POST, request.FILES, actor=self.actor)
        good = form.is_valid()
        draft = Draft.objects.keep(form.begun, by=self.actor, attached=uploads.keep(form.attached))
        if request.POST.get("step") == "later":
            messages.success(request, _("We keep it for 30 days. Go on wherever you sign in."))
            return redirect("portal")
        if form.asks_more:
            return self.show(ReportForm(actor=self.actor, draft=form.begun), draft, asks_more=True)
        return self.send(form, draft) if good else self.show(form, draft, status=422)

    @transaction.atomic
    def send(self, form: ReportForm, draft: Draft | None) -> HttpResponse:
        files = [file.stored for file in draft.draft_files.all()] if draft else []
        submission: Any = Submission.objects.report(
            self.actor, **form.told(), files=files, measured=program_of(self.request)
        )
        if draft:
            draft.sent()
        messages.success(self.request, _("We have it. Here you see how far it is."))
        return redirect("portal_case", submission.case.number)

    def show(self, form: ReportForm, draft: Draft | None, *, status: int = 200, **more: Any) -> HttpResponse:
        words = {"form": form, "draft": draft, **more}
        return render(self.request, "submit/report/page.html", words, status=status)


class QuestionsView(PortalView):
    """What the answers so far call for."""

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ReportForm(actor=self.actor, draft=ReportForm(request.POST, actor=self.actor).begun)
        return render(request, "submit/report/_questions.html", {"form": form})


class DraftView(PortalView):
    """Keeps what was typed so far, every few seconds and on leaving the page."""

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ReportForm(request.POST, request.FILES, actor=self.actor)
        form.is_valid()
        draft = Draft.objects.keep(form.begun, by=self.actor, attached=uploads.keep(form.attached))
        wrong = [*form.errors.get("files", [])] if request.FILES else []
        if "HX-Request" not in request.headers:
            return redirect("report")
        return render(request, "submit/report/_draft.html", {"draft": draft, "wrong": wrong})


class DiscardView(PortalView):
    def post(self, request: HttpRequest) -> HttpResponse:
        if draft := Draft.objects.visible_to(self.actor).first():
            draft.discard()
        messages.success(request, _("Your draft is gone."))
        return redirect("portal")


class FileRemovalView(PortalView):
    """A file of the draft that is not to be sent after all."""

    file: DraftFile

    def find(self, pk: int, **kwargs: Any) -> None:
        self.file = get_object_or_404(DraftFile, draft__in=Draft.objects.visible_to(self.actor), pk=pk)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        draft = self.file.draft
        self.file.remove()
        if "HX-Request" not in request.headers:
            return redirect("report")
        return render(request, "submit/report/_draft.html", {"draft": draft})


def _draft_of(person: Any) -> Draft | None:
    return Draft.objects.visible_to(person).standing().prefetch_related("draft_files").first()


def _begun(draft: Draft | None, request: HttpRequest) -> dict[str, Any]:
    """What was begun, and the realm a link asks for."""
    begun = dict(draft.told) if draft else {}
    return begun | {"realm": realm} if (realm := request.GET.get("realm")) else begun
