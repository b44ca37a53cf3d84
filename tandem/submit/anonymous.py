"""Reporting without signing in: nothing is sent to anybody, and no case opened, until the address has confirmed it."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from tandem.kit.mailbox import is_address
from tandem.submit.models import Unconfirmed
from tandem.submit.report_form import ReportForm
from tandem.submit.reporters import program_of


class AnonymousReportForm(ReportForm):
    """Without what only a known person has. `website` is no question: people do not see it, machines fill it in."""

    skips = ("files", "environment")

    mail = forms.EmailField(
        label=gettext_lazy("Your mail address"),
        max_length=254,
        help_text=gettext_lazy("We ask there whether it was you before anybody reads this."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    website = forms.CharField(
        required=False, max_length=500, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )

    def clean_mail(self) -> str:
        mail = self.cleaned_data["mail"].strip().lower()
        if not (is_address(mail) and mail.isascii()):
            raise forms.ValidationError(_("We cannot write to this address; take another."))
        return mail

    def clean_website(self) -> str:
        """A browser may have filled it in for a person, who is told so, and sends it again."""
        if self.cleaned_data["website"]:
            self.data = data = self.data.copy()  # type: ignore[attr-defined]
            data["website"] = ""
            told = _("A field that nobody sees was filled in, perhaps by your browser. It is empty now: send it again.")
            self.add_error(None, told)
        return ""


class AnonymousReportView(View):
    """Where somebody reports a problem whom we do not know."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.user.is_customer:
            return redirect("report")
        return self.show(AnonymousReportForm(actor=None))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AnonymousReportForm(request.POST, actor=None)
        if form.asks_more:
            return self.show(AnonymousReportForm(actor=None, draft=form.begun), asks_more=True)
        if not form.is_valid():
            return self.show(form, status=422)
        take(form, request, reason=_("Reported without signing in."))
        return render(request, "submit/report/asked.html", {"mail": form.cleaned_data["mail"]})

    def show(self, form: AnonymousReportForm, *, status: int = 200, **more: Any) -> HttpResponse:
        return render(self.request, "submit/report/anonymous.html", {"form": form, **more}, status=status)


class AnonymousQuestionsView(View):
    """What the answers so far call for."""

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AnonymousReportForm(actor=None, draft=AnonymousReportForm(request.POST, actor=None).begun)
        return render(request, "submit/report/_questions.html", {"form": form})


class ConfirmationView(View):
    """Behind the link of the mail: a page with a button; only the button does something."""

    row: Unconfirmed

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.row = Unconfirmed.objects.opening(kwargs["token"])
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return render(request, "submit/report/confirm.html", {"row": self.row})

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.POST.get("step") == "not-me":
            self.row.delete()
            return render(request, "submit/report/confirmed.html", {"submission": None})
        return render(request, "submit/report/confirmed.html", {"submission": self.row.confirm()})


def take(form: AnonymousReportForm, request: HttpRequest, *, reason: str, **facts: str) -> None:
    """The same for every address and every visitor."""
    told = form.told()
    told |= {"facts": facts | told["facts"], "measured": program_of(request)}
    peer = get_adapter().get_client_ip(request)
    Unconfirmed.objects.take(form.cleaned_data["mail"], peer=peer, told=told, reason=reason)
