from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tandem.cases.http import CaseView, PanelView
from tandem.cases.models import Message
from tandem.cases.privacy.forms import ReasonForm
from tandem.people.http import DeskView
from tandem.people.roles import Can
from tandem.submit import forms, panels, sorting
from tandem.submit.models import MailingList, Submission, Vouch


class SubmissionView(PanelView):
    panel = panels.submission


class QuarantineView(DeskView):
    """Mail that waits until a person has looked; and what asked for nothing, or was turned away, to bring back."""

    needs = needs_to_read = Can.SORT_MAIL

    def get(self, request: HttpRequest) -> HttpResponse:
        template = "submit/quarantine/_list.html" if "HX-Request" in request.headers else "submit/quarantine/index.html"
        context = sorting.page(request.user, request.GET)
        return render(request, template, context | {"may_administer": request.user.may(Can.ADMINISTER)})


class SortView(DeskView):
    """One act on one mail in quarantine."""

    needs = needs_to_read = Can.SORT_MAIL
    submission: Submission

    def find(self, pk: int) -> None:
        self.submission = get_object_or_404(Submission.objects.visible_to(self.request.user), pk=pk)


class ReleaseView(SortView):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.ReleaseForm(request.POST, actor=request.user)
        if not form.is_valid():
            messages.error(request, _("Say by whom it is, and the number of a case if it belongs to one."))
            return redirect("quarantine")
        self.submission.release(by=request.user, **form.cleaned_data)
        messages.success(request, _("It lands in a moment."))
        return redirect("quarantine")


class ReadingView(SortView):
    """Read it again: what kept it from being read may be over."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.submission.read_again(by=request.user)
        messages.success(request, _("It is read again in a moment."))
        return redirect("quarantine")


class RejectionView(SortView):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.submission.reject(by=request.user)
        return redirect("quarantine")


class ReturnView(SortView):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.submission.bring_back(by=request.user)
        messages.success(request, _("It waits for you again."))
        return redirect("quarantine")


class ListView(SortView):
    """Let a mailing list in, by a mail of it."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        found = MailingList.objects.let_in(self.submission, by=request.user)
        messages.success(request, _("What people write to {name} comes in from now on.").format(name=found.list_id))
        return redirect("quarantine")


class ListEndView(DeskView):
    needs = needs_to_read = Can.SORT_MAIL

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = get_object_or_404(MailingList.objects.visible_to(request.user).standing(), pk=pk)
        found.end(by=request.user)
        messages.success(request, _("Mails of {name} wait here again.").format(name=found.list_id))
        return redirect("quarantine")


class RejectionsView(DeskView):
    """Turn away all that waits of one sender."""

    needs = needs_to_read = Can.SORT_MAIL

    def post(self, request: HttpRequest) -> HttpResponse:
        n = Submission.objects.reject_all_of(request.POST.get("author", ""), by=request.user)
        messages.success(request, ngettext("One mail was turned away.", "{n} mails were turned away.", n).format(n=n))
        return redirect("quarantine")


class OriginView(CaseView):
    """A mail on its case, and what was wrong about how it landed there."""

    needs = Can.SPEAK

    def mail(self, pk: int) -> Submission:
        rows = Submission.objects.visible_to(self.request.user)
        rows = rows.filter(message__in=Message.objects.of(self.case))
        return get_object_or_404(rows.select_related("message__stands_on", "message__author"), pk=pk)


class VouchView(OriginView):
    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        vouch = Vouch.objects.give(self.mail(pk), by=request.user, why=request.POST.get("why", ""))
        messages.success(request, _("It is the word of {name} now.").format(name=vouch.speaks_for.name))
        return redirect(f"{reverse('case', args=[self.case.number])}#message-{vouch.message_id}")


class OwnCaseView(OriginView):
    """It is a case of its own."""

    needs = Can.STEER

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        case = self.mail(pk).belongs_alone(by=request.user)
        messages.success(request, _("It is case {number} now.").format(number=case.number))
        return redirect("case", case.number)


class OtherCaseView(OriginView):
    """It belongs to another case."""

    needs = Can.STEER

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        form = forms.WhereForm(request.POST, actor=request.user)
        if not form.is_valid():
            messages.error(request, _("There is no case with this number."))
            return redirect("case", self.case.number)
        case = form.cleaned_data["into"]
        self.mail(pk).belongs_to(case, by=request.user)
        messages.success(request, _("It is read on case {number} now.").format(number=case.number))
        return redirect("case", case.number)


class RawView(SortView):
    """The mail as it came, always as a download; for a reason, if something is hidden that stands in it."""

    def find(self, pk: int) -> None:
        super().find(pk)
        if not self.submission.raw:
            raise Http404

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.submission.opens_for_a_reason:
            return self.ask(ReasonForm())
        return self.download(bytes(self.submission.raw))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = ReasonForm(request.POST)
        if not self.submission.opens_for_a_reason:
            return self.get(request)
        if not form.is_valid():
            return self.ask(form, status=422)
        return self.download(self.submission.show_raw(to=request.user, why=form.cleaned_data["why"]))

    def ask(self, form: ReasonForm, *, status: int = 200) -> HttpResponse:
        context = {"submission": self.submission, "case": self.submission.became.case, "form": form}  # type: ignore[union-attr]
        return render(self.request, "submit/submission/raw.html", context, status=status)

    def download(self, raw: bytes) -> HttpResponse:
        response = HttpResponse(raw, content_type="application/octet-stream")
        response.headers["Content-Disposition"] = f'attachment; filename="mail-{self.submission.pk}.eml"'
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response.headers["Cache-Control"] = "no-store"
        return response
