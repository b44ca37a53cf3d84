from datetime import timedelta
from typing import Any

from django.conf import settings
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


class MessagesView(PanelView):
    """The conversation; writing to the customer is an update, writing among us a message."""

    panel = panels.conversation

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if before := _number(request.GET.get("before")):
            self.panel = panels.conversation_before(before)
        return self.show()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        again = self._taken_back()
        form = forms.UpdateForm(
            request.POST,
            request.FILES,
            actor=request.user,
            case=self.case,
            people=addressing.taking_part(self.case),
            kept=[file.stored_as for file in again],
        )
        if not form.is_valid():
            return self.show(form=form, kept=again, status=422)
        told = form.cleaned_data
        stored = [*(file for file in again if file.stored_as in told["kept"]), *uploads.keep(told["files"])]
        if told["audience"] == Audience.CUSTOMER:
            self._speak(told, stored)
        else:
            self.case.messages.write(told["body"], by=request.user, audience=told["audience"], files=stored)
        return self.show()

    def _taken_back(self) -> list[Stored]:
        """The files of the update that was taken back and is sent again."""
        again = _number(self.request.POST.get("again"))
        found = self.case.planned_updates.exclude(withdrawn_at=None).filter(pk=again).first() if again else None
        return found.stored if found else []

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
    """Take it back: its words stand in the composer again, after what one has typed there meanwhile."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.planned.withdraw(by=request.user)
        form = forms.UpdateForm(self._told(), actor=request.user)
        context = self.panel.words(self.case, request.user, form=form, kept=self.planned.stored)
        template = self.panel.template if "HX-Request" in request.headers else "kit/panel_page.html"
        return render(request, template, context)

    def _told(self) -> dict[str, Any]:
        planned, typed = self.planned, self.request.POST.get("body", "").strip()
        is_later = planned.leaves_at - planned.planned_at > timedelta(seconds=settings.UNDO_SECONDS)
        told: dict[str, Any] = {
            "audience": Audience.CUSTOMER,
            "body": f"{typed}\n\n{planned.body}" if typed else planned.body,
            "when": "at" if planned.promise_at else "",
            "at": forms.local(planned.promise_at),
            "waits": planned.ball == Ball.CUSTOMER,
            "leaves": "then" if is_later else "",
            "leaves_at": forms.local(planned.leaves_at) if is_later else "",
            "again": planned.pk,
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


def _number(told: str | None) -> int | None:
    return int(told) if told and told.isascii() and told.isdigit() and len(told) < 19 else None
