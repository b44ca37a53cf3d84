from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from tandem.cases.audience import Audience
from tandem.cases.http import SAFE, Panel, PanelView, PortalCaseView
from tandem.cases.models import Ball, Case, Channel, Participant
from tandem.communicate import forms, panels
from tandem.communicate.models import PlannedUpdate, Template, addressing
from tandem.kit import clock, uploads
from tandem.kit.files import Stored
from tandem.people.roles import Can
from tandem.writing.forms import number, plain
from tandem.writing.forms import typed as typed_in
from tandem.writing.merging import merge
from tandem.writing.models import Draft, Typed
from tandem.writing.news import SomethingNew, must_be_seen
from tandem.writing.views import open_draft


class MessagesView(PanelView):
    """The conversation; writing to the customer is an update, writing among us a message."""

    panel = panels.conversation

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if before := _number(request.GET.get("before")):
            self.panel = panels.conversation_before(before)
        elif draft := number(request.GET.get("draft")):
            self.panel = panels.conversation_with(draft)
        return self.show()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        draft = open_draft(self.case, request, told=request.POST)
        form = forms.UpdateForm(
            request.POST,
            request.FILES,
            actor=request.user,
            case=self.case,
            people=addressing.taking_part(self.case),
            kept=[file.stored_as for file in draft.stored] if draft else [],
        )
        if not form.is_valid():
            return self._refuse(draft, form, status=422)
        if draft and draft.is_open and _has_more(draft, request):
            return self._refuse(draft, form, status=409, joined=True)
        told = form.cleaned_data
        again = draft.stored if draft else []
        stored = [*(file for file in again if file.stored_as in told["kept"]), *uploads.keep(told["files"])]
        try:
            with transaction.atomic():
                self._say(told, stored, draft)
        except SomethingNew:
            return self._refuse(draft, form, status=409, stored=stored, asked=True)
        return self.show()

    def _say(self, told: dict[str, Any], stored: list[Stored], draft: Draft | None) -> None:
        if told["audience"] == Audience.CUSTOMER:
            self.request.user.must_be_able_to(Can.SPEAK)
            must_be_seen(self.case, number(self.request.POST.get("seen")), by=self.request.user)
            self._speak(told, stored)
        else:
            self.case.messages.write(told["body"], by=self.request.user, audience=told["audience"], files=stored)
        if draft and draft.is_open:
            draft.sent(plain(self.request.POST.get("body")))

    def _refuse(
        self,
        draft: Draft | None,
        form: forms.UpdateForm,
        *,
        status: int,
        stored: list[Stored] | None = None,
        **why: Any,
    ) -> HttpResponse:
        """Everything typed or chosen is in the draft, and in the composer again."""
        came = uploads.keep(form.cleaned_data.get("files") or []) if stored is None else stored
        known = draft.stored if draft else []
        typed = typed_in(self.request, files=[file for file in came if file not in known])
        kept = draft.take(typed, by=self.request.user) if draft else self.case.drafts.keep(typed, by=self.request.user)
        told = self.request.POST.dict()
        if kept.draft:
            self.panel = panels.conversation_with(kept.draft.pk)
            told["body"] = kept.draft.body
        if "asked" in why:  # by this answer it has been shown
            told["seen"] = str(self.case.last_seq)
        form.data = told
        return self.show(form=form, status=status, **why)

    def _speak(self, told: dict[str, Any], stored: list[Stored]) -> None:
        self.request.user.must_be_able_to(Can.SPEAK)
        saying = {
            "by": self.request.user,
            "promise_at": told["promise_at"],
            "ball": Ball.CUSTOMER if told["waits"] else None,
            "files": stored,
            "addressed": told["addressed"],
        }
        if told["leaves_at"] or settings.UNDO_SECONDS:
            leaves_at = told["leaves_at"] or clock.now() + timedelta(seconds=settings.UNDO_SECONDS)
            self.case.planned_updates.plan(told["body"], leaves_at=leaves_at, **saying)
        else:
            self.case.updates.send(told["body"], **saying)


class PlannedUpdateView(PanelView):
    """An update that waits to leave: `find` it among those of this case."""

    panel = panels.conversation
    needs = Can.SPEAK
    planned: PlannedUpdate

    http_method_names = ["post"]

    def find(self, number: int, pk: int = 0, **kwargs: Any) -> None:
        super().find(number=number)
        rows = PlannedUpdate.objects.visible_to(self.request.user).select_related("case", "planned_by")
        self.planned = get_object_or_404(rows, case__in=Case.objects.read_on(self.case), pk=pk)


class UndoView(PlannedUpdateView):
    """Take it back: its words stand in the composer again, below what one has typed there meanwhile."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            self.planned.withdraw(by=request.user)
            words = Typed(self.planned.body, told=self._told(), files=self.planned.stored)
            draft = self.case.drafts.take_back(words, by=request.user, typed=plain(request.POST.get("body")))
        self.panel = panels.conversation_with(draft.pk)
        return self.show()

    def _told(self) -> dict[str, str]:
        planned = self.planned
        is_later = planned.leaves_at - planned.planned_at > timedelta(seconds=settings.UNDO_SECONDS)
        told = {
            "when": "at" if planned.promise_at else "",
            "at": forms.local(planned.promise_at),
            "waits": "on" if planned.ball == Ball.CUSTOMER else "",
            "leaves": "then" if is_later else "",
            "leaves_at": forms.local(planned.leaves_at) if is_later else "",
        }
        if planned.places is not None:
            told |= {forms.place_of(one): planned.places.get(one.pk, "") for one in addressing.taking_part(self.case)}
        return told


class LeaveNowView(PlannedUpdateView):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.planned.leave_now(by=request.user)
        return self.show()


class CallView(PanelView):
    """A call or chat that took place, logged as a message."""

    panel = panels.call

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.CallForm(request.POST, people=addressing.taking_part(self.case))
        if not form.is_valid():
            return self.show(form=form, status=422)
        told = form.call(account=self.case.account)
        if told["audience"] == Audience.CUSTOMER or told["promise_at"] or form.cleaned_data["email"]:
            request.user.must_be_able_to(Can.SPEAK)
        self.case.logged_calls.log(**told, by=request.user)
        return self.show()


class CaseTemplatesView(PanelView):
    """The templates one may use here, filled in for this case."""

    panel = panels.templates


class InsertView(PanelView):
    """What was typed so far with a template's words below it, in the composer; nothing is sent or kept."""

    panel = panels.conversation
    http_method_names = ["post"]
    needs = Can.WORK

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        template = get_object_or_404(Template.objects.offered_to(request.user), pk=pk)
        typed, words = request.POST.get("body", "").rstrip(), template.for_case(self.case, by=request.user)
        told = request.POST.dict() | {"body": f"{typed}\n\n{words}" if typed else words}
        told.setdefault("audience", panels.first_audience(request.user))
        context = self.panel.words(self.case, request.user, form=forms.UpdateForm(told, actor=request.user))
        template_name = self.panel.template if "HX-Request" in request.headers else "kit/panel_page.html"
        return render(request, template_name, context)


class PromiseView(PanelView):
    panel = panels.promise
    needs = Can.SPEAK

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.WhenForm(request.POST)
        if not form.is_valid():
            return self.show(form=form, status=422)
        self.case.promises.make(form.cleaned_data["promise_at"], by=request.user)
        return self.show()


class PortalMessagesView(PortalCaseView):
    """The customer's side of the conversation."""

    panel: Panel = panels.conversation_card

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if before := _number(request.GET.get("before")):
            self.panel = panels.conversation_card_before(before)
        return self.show()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.ReplyForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form=form, status=422)
        self.case.messages.write(
            form.cleaned_data["body"],
            by=self.actor,
            audience=Audience.CUSTOMER,
            channel=Channel.PORTAL,
            files=uploads.keep(form.cleaned_data["files"]),
        )
        return self.show()

    def show(self, *, status: int = 200, **extra: Any) -> HttpResponse:
        request = self.request
        if "HX-Request" not in request.headers and request.method not in SAFE and status == 200:
            return redirect("portal_case", self.case.number)
        context = self.panel.words(self.case, self.actor, **extra)
        template = self.panel.template if "HX-Request" in request.headers else "communicate/conversation/page.html"
        return render(request, template, context, status=status)


@method_decorator(csrf_exempt, name="dispatch")
class StopMailView(View):
    """Whoever only follows a case stops our mail about it: by one click of their mail program (RFC 8058), or here.

    The word in the address is the whole right to do it; no session is asked, so none can be misused.
    """

    def get(self, request: HttpRequest, word: str) -> HttpResponse:
        return self._show(_follower(word))

    def post(self, request: HttpRequest, word: str) -> HttpResponse:
        if participant := _follower(word):
            participant.start_mail() if "again" in request.POST else participant.stop_mail()
        return self._show(participant)

    def _show(self, participant: Participant | None) -> HttpResponse:
        if participant is None:
            return render(self.request, "kit/link_ended.html", status=404)
        response = render(self.request, "communicate/participant/stop.html", {"participant": participant})
        response.headers["Cache-Control"] = "no-store"
        return response


def _follower(word: str) -> Participant | None:
    found = Participant.objects.holding(word, purpose="stop")
    return found if found and found.only_follows else None


def _has_more(draft: Draft, request: HttpRequest) -> bool:
    """Somebody wrote in it, on another screen, what is not in the words that came."""
    base, body = plain(request.POST.get("base")), plain(request.POST.get("body"))
    return merge(base, body, draft.body).text.strip() != body.strip()


def _number(told: str | None) -> int | None:
    return int(told) if told and told.isascii() and told.isdigit() and len(told) < 19 else None
