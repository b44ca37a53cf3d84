from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tandem.cases.audience import Audience
from tandem.cases.http import PanelView
from tandem.cases.models import Ball, Case
from tandem.communicate import doubts, forms, panels
from tandem.communicate.models import PlannedUpdate, addressing
from tandem.kit import clock, say, uploads
from tandem.kit.errors import Refused
from tandem.kit.files import Stored
from tandem.people.roles import Can
from tandem.writing.forms import number, plain
from tandem.writing.forms import typed as typed_in
from tandem.writing.merging import merge
from tandem.writing.models import Draft, Kept, NotForThem, TooLong, Typed
from tandem.writing.news import SomethingNew, must_be_seen
from tandem.writing.views import open_draft


class SaidMeanwhile(Refused):
    """This was sent or discarded on another screen meanwhile. Open the case again to see it."""


class _WrittenMeanwhile(Exception):
    """Somebody wrote more in the draft since we looked."""


class MessagesView(PanelView):
    """The conversation; writing to the customer is an update, writing among us a message.

    With `onward`, a list as `?among=` names it, one comes to the next of it afterwards.
    """

    panel = panels.conversation

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if before := number(request.GET.get("before")):
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
        if draft and draft.is_open and _is_for_others(draft, request):
            form.add_error(None, NotForThem().sentence)
        if not form.is_valid():
            return self._refuse(draft, form, status=422)
        if draft and draft.is_open and _has_more(draft, request):
            return self._refuse(draft, form, status=409, joined=True)
        told = form.cleaned_data
        if told["audience"] == Audience.CUSTOMER and not request.POST.get("sure"):
            if found := doubts.of(told["body"], draft, self.case):
                return self._refuse(draft, form, status=409, doubts=found)
        again = draft.stored if draft else []
        stored = [*(file for file in again if file.stored_as in told["kept"]), *uploads.keep(told["files"])]
        try:
            with transaction.atomic():
                planned = self._say(told, stored, self._held(draft))
        except SomethingNew:
            return self._refuse(draft, form, status=409, stored=stored, asked=True)
        except _WrittenMeanwhile:
            return self._refuse(draft and Draft.objects.get(pk=draft.pk), form, status=409, stored=stored, joined=True)
        if onward := request.POST.get("onward"):
            if planned:
                self._offer_undo(planned)
            return redirect(f"{reverse('case_onward', args=[self.case.number])}?{urlencode({'among': onward})}")
        return self.show()

    def _held(self, draft: Draft | None) -> Draft | None:
        """The draft as it is now, nobody else's until this is said. Raises `SaidMeanwhile`, `NotForThem`, `_WrittenMeanwhile`."""
        if draft is None or not draft.is_open:
            return draft
        self.case.lock()
        held = Draft.objects.select_for_update().get(pk=draft.pk)
        if not held.is_open:
            raise SaidMeanwhile
        if _is_for_others(held, self.request):
            raise NotForThem
        if _has_more(held, self.request):
            raise _WrittenMeanwhile
        return held

    def _say(self, told: dict[str, Any], stored: list[Stored], draft: Draft | None) -> PlannedUpdate | None:
        """What waits to leave now, if it does."""
        actor: Any = self.request.user
        planned = None
        if told["audience"] == Audience.CUSTOMER:
            actor.must_be_able_to(Can.SPEAK)
            must_be_seen(self.case, number(self.request.POST.get("seen")), by=actor)
            planned = self._speak(told, stored)
        else:
            self.case.messages.write(told["body"], by=actor, audience=told["audience"], files=stored)
        if draft and draft.is_open:
            draft.sent(plain(self.request.POST.get("body")), by=actor)
        return planned

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
        told = self.request.POST.dict()
        try:
            kept = self._keep(draft, typed)
            if kept.draft:
                told["body"] = kept.draft.body
        except TooLong:  # its files are kept all the same; its words stand where they are cut shorter
            kept = self._keep(draft, replace(typed, body=typed.base))
        if kept.draft:
            self.panel = panels.conversation_with(kept.draft.pk)
            told["audience"] = kept.draft.audience
        if "asked" in why:  # by this answer it has been shown
            told["seen"] = str(self.case.last_seq)
        form.data = told
        return self.show(form=form, status=status, **why)

    def _keep(self, draft: Draft | None, typed: Typed) -> Kept:
        by = self.request.user
        return draft.take(typed, by=by) if draft else self.case.drafts.keep(typed, by=by)

    def _speak(self, told: dict[str, Any], stored: list[Stored]) -> PlannedUpdate | None:
        saying = {
            "by": self.request.user,
            "promise_at": told["promise_at"],
            "ball": Ball.CUSTOMER if told["waits"] else None,
            "files": stored,
            "addressed": told["addressed"],
        }
        if told["leaves_at"] or settings.UNDO_SECONDS:
            leaves_at = told["leaves_at"] or clock.now() + timedelta(seconds=settings.UNDO_SECONDS)
            return self.case.planned_updates.plan(told["body"], leaves_at=leaves_at, **saying)
        self.case.updates.send(told["body"], **saying)
        return None

    def _offer_undo(self, planned: PlannedUpdate) -> None:
        """On the next page, for it stands here."""
        first = self.case.reporter.first_name
        if is_later(planned):
            says = _("To {name} it leaves {at}.").format(name=first, at=say.moment(planned.leaves_at))
        else:
            says = _("Sent to {name}.").format(name=first)
        messages.success(self.request, says, reverse("planned_undo", args=[self.case.number, planned.pk]))


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
    """Take it back: its words stand in the composer again, below what one has typed there meanwhile.

    From another page one comes to that composer.
    """

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            self.planned.withdraw(by=request.user)
            words = Typed(self.planned.body, told=self._told(), files=self.planned.stored)
            draft = self.case.drafts.take_back(words, by=request.user, typed=plain(request.POST.get("body")))
        self.panel = panels.conversation_with(draft.pk)
        if "HX-Request" in request.headers and "HX-Target" not in request.headers:
            return HttpResponse(headers={"HX-Redirect": self.address()})
        return self.show()

    def _told(self) -> dict[str, str]:
        planned = self.planned
        if planned.prepared_at:
            return {"when": "at", "at": _moment(planned.promise_at)} if planned.promise_at else {}
        chosen = is_later(planned)
        told = {
            "when": "at" if planned.promise_at else "",
            "at": _moment(planned.promise_at),
            "waits": "on" if planned.ball == Ball.CUSTOMER else "",
            "leaves": "then" if chosen else "",
            "leaves_at": _moment(planned.leaves_at) if chosen else "",
        }
        if planned.places is not None:
            told |= {forms.place_of(one): planned.places.get(one.pk, "") for one in addressing.taking_part(self.case)}
        return told


class LeaveNowView(PlannedUpdateView):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.planned.leave_now(by=request.user)
        return self.show()


def _moment(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def is_later(planned: PlannedUpdate) -> bool:
    """It waits for a time one chose, not only for second thoughts."""
    return planned.leaves_at - planned.planned_at > timedelta(seconds=settings.UNDO_SECONDS)


def _is_for_others(draft: Draft, request: HttpRequest) -> bool:
    """Whoever helps to write would say it to others than its author meant."""
    return draft.author_id != request.user.pk and draft.audience != request.POST.get("audience")


def _has_more(draft: Draft, request: HttpRequest) -> bool:
    """Somebody wrote in it, on another screen, what is not in the words that came."""
    base, body = plain(request.POST.get("base")), plain(request.POST.get("body"))
    return merge(base, body, draft.body).text.strip() != body.strip()
