"""Our report form on a customer's own product page: a script, a frame from us, and the page on which Ada makes keys.

In the frame nobody is signed in, whatever cookies come along: a person is known by the word their host signed, or not
at all. So nothing there can be done in somebody's name from elsewhere, and no token against that is needed.
"""

import json
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from tandem.customers.models import Account, Environment
from tandem.kit import headers
from tandem.kit.errors import Refused
from tandem.kit.text import one_line
from tandem.people.http import DeskView
from tandem.people.models import User
from tandem.people.roles import Can
from tandem.submit import passes
from tandem.submit.anonymous import AnonymousReportForm, take
from tandem.submit.models import Submission, WidgetKey
from tandem.submit.reporters import program_of

WINDOW = {"language": 40, "viewport": 20, "page": 500}  # what the visitor's browser tells of itself


class ScriptView(View):
    """The one script a host puts on its page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        with open(str(finders.find("kit/js/widget.js")), "rb") as script:
            response = HttpResponse(script.read(), content_type="text/javascript; charset=utf-8")
        response.headers["Cache-Control"] = "public, max-age=3600"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response


class KnownReportForm(AnonymousReportForm):
    """For a person whom the host told of."""

    skips = ("files", "environment")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["mail"], self.fields["website"]


@method_decorator(csrf_exempt, name="dispatch")
class FrameView(View):
    """The form in the frame. Only the key's own hosts may put it on a page."""

    key: WidgetKey
    told: passes.Told | None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.key = get_object_or_404(WidgetKey.objects.standing().select_related("account"), public=kwargs["public"])
        self.told = self.key.believe(request.POST.get("context", ""))
        try:
            response = super().dispatch(request, *args, **kwargs)
        except Refused as refusal:  # said here, where the host may show it
            words = {"sentence": refusal.sentence, "back": request.path}
            response = render(request, "kit/refusal.html", words, status=refusal.status)
        headers.let_frame(request, response, self.key.hosts)
        response.headers["Cache-Control"] = "no-store"
        return response

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show(self.form(None))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if form.asks_more:
            return self.show(self.form(None, draft=form.begun))
        if not form.is_valid():
            return self.show(form, status=422)
        if not self.told:
            take(form, request, reason=self.reason(), **_window(request))
            return render(request, "submit/widget/done.html", {"mail": form.cleaned_data["mail"]})
        submission = self.report(form, self.key.use(self.told), self.told)
        return render(request, "submit/widget/done.html", {"submission": submission})

    def report(self, form: AnonymousReportForm, person: User, told: passes.Told) -> Submission:
        said = form.told()
        said["facts"] = _window(self.request) | said["facts"]
        theirs = Environment.objects.filter(account=self.key.account, account__contacts__user=person)
        said["environment"] = theirs.filter(name=told.environment).first()
        seen = {"app_build": told.app_build, "page": told.url}
        measured = program_of(self.request) | {name: value for name, value in seen.items() if value}
        return Submission.objects.report(person, **said, measured=measured, reason=self.reason())

    def form(self, data: Any, **more: Any) -> AnonymousReportForm:
        kind = KnownReportForm if self.told else AnonymousReportForm
        return kind(data, actor=None, **more)

    def reason(self) -> str:
        host = _("Reported on a page of {account} ({name}).").format(account=self.key.account.name, name=self.key.name)
        signed = _("Their page signed that it is {mail}.").format(mail=self.told.mail) if self.told else ""
        return f"{host} {signed}".strip()

    def show(self, form: AnonymousReportForm, *, status: int = 200) -> HttpResponse:
        words = {"form": form, "key": self.key, "told": self.told, "window": self.request.POST.get("window", "")}
        words["context"] = self.request.POST.get("context", "") if self.told else ""
        template = "submit/widget/_form.html" if "HX-Request" in self.request.headers else "submit/widget/page.html"
        return render(self.request, template, words, status=status)


class FrameQuestionsView(FrameView):
    """The form drawn again: for who it is, and for what was answered."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show(self.form(None, draft=self.form(request.POST).begun))


def _window(request: HttpRequest) -> dict[str, str]:
    """What the browser told of itself; nobody signed it."""
    try:
        told = json.loads(request.POST.get("window", "")[:4000])
    except ValueError:
        return {}
    if not isinstance(told, dict):
        return {}
    values = {name: one_line(str(told.get(name, "")), most=most) for name, most in WINDOW.items()}
    return {name: value for name, value in values.items() if value}


class WidgetKeyForm(forms.Form):
    account = forms.ModelChoiceField(
        Account.objects.all(), label=gettext_lazy("Account"), empty_label=gettext_lazy("choose …")
    )
    name = forms.CharField(label=gettext_lazy("What it is for"), max_length=80)
    hosts = forms.CharField(
        label=gettext_lazy("Its pages"),
        max_length=1000,
        help_text=gettext_lazy("Origins, each on a line: https://app.example.com. Only they may show the form."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_hosts(self) -> list[str]:
        return self.cleaned_data["hosts"].split()


class WidgetKeysView(DeskView):
    """The keys of accounts. A secret is shown once, in the answer to making it."""

    needs = needs_to_read = Can.ADMINISTER

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(WidgetKeyForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = WidgetKeyForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        issued = WidgetKey.objects.issue(**form.cleaned_data, by=request.user)
        return self.show(WidgetKeyForm(), issued=issued, status=201)

    def show(self, form: WidgetKeyForm, *, status: int = 200, **more: Any) -> HttpResponse:
        keys = WidgetKey.objects.visible_to(self.request.user).select_related("account")
        return render(
            self.request,
            "submit/widget/keys.html",
            {"form": form, "keys": keys, "base_url": settings.BASE_URL, **more},
            status=status,
        )


class WidgetKeyRevokeView(DeskView):
    needs = Can.ADMINISTER

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        key = get_object_or_404(WidgetKey.objects.visible_to(request.user).standing(), pk=pk)
        key.revoke()
        messages.success(request, _("“{name}” is closed from now on.").format(name=key.name))
        return redirect("widget_keys")
