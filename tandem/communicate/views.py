from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tandem.cases.audience import Audience
from tandem.cases.http import SAFE, Panel, PanelView, PortalCaseView
from tandem.cases.models import Ball, Channel
from tandem.communicate import forms, panels
from tandem.kit import uploads
from tandem.people.roles import Can


class MessagesView(PanelView):
    """The conversation; writing to the customer is an update, writing among us a message."""

    panel = panels.conversation

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if before := _number(request.GET.get("before")):
            self.panel = panels.conversation_before(before)
        return self.show()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.UpdateForm(request.POST, request.FILES, actor=request.user)
        if not form.is_valid():
            return self.show(form=form, status=422)
        if form.cleaned_data["audience"] == Audience.CUSTOMER:
            self._speak(form.cleaned_data)
        else:
            self._note(form.cleaned_data)
        return self.show()

    def _speak(self, told: dict[str, Any]) -> None:
        self.request.user.must_be_able_to(Can.SPEAK)
        self.case.updates.send(
            told["body"],
            by=self.request.user,
            promise_at=told["promise_at"],
            ball=Ball.CUSTOMER if told["waits"] else None,
            files=uploads.keep(told["files"]),
        )

    def _note(self, told: dict[str, Any]) -> None:
        self.case.messages.write(
            told["body"], by=self.request.user, audience=told["audience"], files=uploads.keep(told["files"])
        )


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


def _number(told: str | None) -> int | None:
    return int(told) if told and told.isascii() and told.isdigit() and len(told) < 19 else None
