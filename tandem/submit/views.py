from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tandem.cases.http import PanelView
from tandem.kit import jsonapi
from tandem.people.http import DeskView
from tandem.people.roles import Can
from tandem.submit import forms, panels
from tandem.submit.models import Submission

PAGE = 50


class SubmissionView(PanelView):
    panel = panels.submission


class QuarantineView(DeskView):
    """Mail that waits until a person has looked."""

    needs = needs_to_read = Can.SORT_MAIL

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Submission.objects.visible_to(request.user).quarantined()
        found = jsonapi.page(rows, cursor=request.GET.get("after"), limit=PAGE)
        template = "submit/quarantine/_list.html" if "HX-Request" in request.headers else "submit/quarantine/index.html"
        context = {
            "submissions": found["items"],
            "later": found["next"],
            "may_administer": request.user.may(Can.ADMINISTER),
        }
        return render(request, template, context)


class SortView(DeskView):
    """One act on one mail in quarantine."""

    needs = needs_to_read = Can.SORT_MAIL
    submission: Submission

    def find(self, pk: int) -> None:
        self.submission = get_object_or_404(Submission.objects.visible_to(self.request.user), pk=pk)


class ReleaseView(SortView):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.ReleaseForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Say for which address the case is to be opened."))
            return redirect("quarantine")
        self.submission.release(by=request.user, contact=form.cleaned_data["contact"])
        messages.success(request, _("It becomes a case in a moment."))
        return redirect("quarantine")


class RejectionView(SortView):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.submission.reject(by=request.user)
        return redirect("quarantine")


class RawView(SortView):
    """The mail as it came, always as a download."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not self.submission.raw:
            raise Http404
        response = HttpResponse(bytes(self.submission.raw), content_type="application/octet-stream")
        response.headers["Content-Disposition"] = f'attachment; filename="mail-{self.submission.pk}.eml"'
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response
