"""Where administrators set up the mailboxes we fetch, and see how they do."""

import hmac
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tandem.kit import tokens
from tandem.kit.errors import Refused
from tandem.people.http import DeskView
from tandem.people.roles import Can
from tandem.submit import mailbox_forms as forms
from tandem.submit.mailboxes import oauth
from tandem.submit.models import Mailbox

CONSENT = "mailbox_consent"  # in the session: which mailbox, and the words that must come back


class MailboxesView(DeskView):
    needs = needs_to_read = Can.ADMINISTER

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Mailbox.objects.visible_to(request.user).select_related("paused_by", "removed_by")
        context = {"mailboxes": rows.filter(removed_at=None), "removed": rows.exclude(removed_at=None)}
        return render(request, "submit/mailbox/index.html", context)


class MailboxView(DeskView):
    """Set one up, or change it."""

    needs = needs_to_read = Can.ADMINISTER
    mailbox: Mailbox | None = None

    def find(self, pk: int | None = None, **kwargs: Any) -> None:
        if pk is not None:
            self.mailbox = get_object_or_404(Mailbox.objects.visible_to(self.request.user), pk=pk)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show(forms.MailboxForm(instance=self.mailbox))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.MailboxForm(request.POST, instance=self.mailbox)
        if form.is_valid():
            try:
                return self.save(form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, refusal.sentence)
        return self.show(form, status=422)

    def save(self, told: dict[str, Any]) -> HttpResponse:
        by: Any = self.request.user
        if self.mailbox:
            mailbox = Mailbox.objects.get(pk=self.mailbox.pk)  # the form has written into ours
            mailbox.change(by=by, **told)
        else:
            mailbox = Mailbox.objects.set_up(by=by, **told)
        if mailbox.needs_consent:
            messages.success(self.request, _("Saved. Now somebody has to consent over there."))
            return redirect("mailbox", mailbox.pk)
        mailbox.try_out()
        return redirect("mailboxes")

    def show(self, form: forms.MailboxForm, *, status: int = 200) -> HttpResponse:
        saved = self.mailbox and Mailbox.objects.get(pk=self.mailbox.pk)
        context = {"form": form, "mailbox": saved, "removal_form": forms.RemovalForm()}
        return render(self.request, "submit/mailbox/page.html", context, status=status)


class ActView(DeskView):
    """One act on one mailbox, then back to all of them."""

    needs = needs_to_read = Can.ADMINISTER
    mailbox: Mailbox

    def find(self, pk: int) -> None:
        self.mailbox = get_object_or_404(Mailbox.objects.visible_to(self.request.user), pk=pk)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.act(request)
        return redirect("mailboxes")

    def act(self, request: HttpRequest) -> None:
        raise NotImplementedError


class TrialView(ActView):
    def act(self, request: HttpRequest) -> None:
        self.mailbox.try_out()


class PauseView(ActView):
    def act(self, request: HttpRequest) -> None:
        self.mailbox.pause(by=request.user)


class ResumptionView(ActView):
    def act(self, request: HttpRequest) -> None:
        self.mailbox.resume(by=request.user)


class RemovalView(ActView):
    def act(self, request: HttpRequest) -> None:
        self.mailbox.remove(by=request.user, address=request.POST.get("address", ""))
        messages.success(request, _("It is not fetched any more. For thirty days you can bring it back."))


class RestorationView(ActView):
    def act(self, request: HttpRequest) -> None:
        self.mailbox.restore(by=request.user)
        messages.success(request, _("It is back, and paused: look at it, then let it go on."))


class ConsentView(ActView):
    """The way to the provider: a link, for our pages send no form anywhere else."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        state, verifier = tokens.fresh(), tokens.fresh()
        request.session[CONSENT] = {"mailbox": self.mailbox.pk, "state": state, "verifier": verifier}
        href = oauth.consent_url(self.mailbox, state=state, verifier=verifier)
        context = {"mailbox": self.mailbox, "href": href, "redirect_uri": oauth.redirect_uri()}
        return render(request, "submit/mailbox/consent.html", context)


class ConsentedView(DeskView):
    """Where the provider sends them back to. Reading this address changes nothing; the button on it does."""

    needs = needs_to_read = Can.ADMINISTER

    def get(self, request: HttpRequest) -> HttpResponse:
        words = {name: request.GET.get(name, "") for name in ("code", "state", "error", "error_description")}
        return render(request, "submit/mailbox/consented.html", words)

    def post(self, request: HttpRequest) -> HttpResponse:
        asked = request.session.get(CONSENT) or {}
        if not asked or not hmac.compare_digest(asked["state"].encode(), request.POST.get("state", "").encode()):
            messages.error(request, _("This consent was not asked for here, or it was used already: ask once more."))
            return redirect("mailboxes")
        del request.session[CONSENT]
        mailbox = get_object_or_404(Mailbox.objects.visible_to(request.user), pk=asked["mailbox"])
        mailbox.take_consent(code=request.POST.get("code", ""), verifier=asked["verifier"])
        return redirect("mailboxes")
