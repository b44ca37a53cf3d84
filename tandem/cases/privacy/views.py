from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tandem.cases.http import PanelView
from tandem.cases.models import Case, Secret
from tandem.cases.privacy import forms, panels
from tandem.kit.sending import send_pieces
from tandem.people.http import DeskView
from tandem.people.roles import Can


class HiddenView(PanelView):
    """What was hidden on this case, and what was erased."""

    panel = panels.hidden
    needs = Can.STEER

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.ErasureForm(request.POST)
        if not form.is_valid():
            return self.show(form=form, status=422)
        self.case.erasures.erase(form.cleaned_data["text"], by=request.user, why=form.cleaned_data["why"])
        return self.show()


class SecretView(DeskView):
    """One secret: who saw it and why; shown to whoever says why, in this one answer."""

    secret: Secret

    def find(self, pk: int) -> None:
        secrets = Secret.objects.visible_to(self.request.user)
        secrets = secrets.filter(case__in=Case.objects.visible_to(self.request.user))
        self.secret = get_object_or_404(secrets.select_related("case", "message__author", "attachment"), pk=pk)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.ReasonForm(request.POST)
        if not form.is_valid():
            return self.show(form=form, status=422)
        if self.secret.is_file:
            return self.download(form.cleaned_data["why"])
        return self.show(shown=self.secret.show(to=request.user, why=form.cleaned_data["why"]))

    def download(self, why: str) -> Any:
        """A file comes as a download, and nowhere else."""
        try:
            return send_pieces(self.secret.show_file(to=self.request.user, why=why), name=self.secret.attachment.name)  # type: ignore[union-attr]
        except FileNotFoundError:
            raise Http404 from None

    def show(self, *, status: int = 200, **extra: Any) -> HttpResponse:
        context = {
            "secret": self.secret,
            "case": self.secret.case,
            "disclosures": self.secret.disclosures.select_related("shown_to")[:50],
            "form": forms.ReasonForm(),
            "may_steer": self.request.user.may(Can.STEER),
            **extra,
        }
        response = render(self.request, "cases/secret/page.html", context, status=status)
        response.headers["Cache-Control"] = "no-store"
        return response


class SecretUncoveringView(SecretView):
    """It is none: give the file as it came."""

    needs = Can.STEER
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.secret.uncover(by=request.user)
        messages.success(request, _("The file is given as it came."))
        return redirect("case", self.secret.case.number)


class SecretErasureView(SecretView):
    """Erase it everywhere."""

    needs = Can.STEER
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.ReasonForm(request.POST)
        if not form.is_valid():
            return self.show(erasure_form=form, status=422)
        case = self.secret.case
        case.erasures.erase_secret(self.secret, by=request.user, why=form.cleaned_data["why"])
        messages.success(request, _("It is erased everywhere."))
        return redirect("case", case.number)
