from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from tandem.cases.audience import Audience
from tandem.cases.http import SAFE, CaseView, Panel, PanelView, PortalCaseView
from tandem.cases.models import Channel, Participant
from tandem.communicate import forms, panels
from tandem.communicate.inserting import inserted
from tandem.communicate.models import Template, addressing
from tandem.kit import uploads
from tandem.people.roles import Can
from tandem.writing.forms import number

MOST_OFFERED, BEGINNING = 8, 80


class CallView(PanelView):
    """A call or chat that took place, logged as a message."""

    panel = panels.call

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        people, speaks = addressing.taking_part(self.case), request.user.may(Can.SPEAK)
        form = forms.CallForm(request.POST, people=people, speaks=speaks)
        if not form.is_valid():
            return self.show(form=form, status=422)
        self.case.logged_calls.log(**form.call(account=self.case.account), by=request.user)
        return self.show()


class CaseTemplatesView(PanelView):
    """The templates one may use here, filled in for this case."""

    panel = panels.templates


class TemplateOffersView(CaseView):
    """Those with a word in their name that begins so, filled in for this case, to be offered while one writes."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        by: Any = request.user
        known = Template.objects.offered_to(by).called(request.GET.get("q", "").replace("\x00", "")[:40])
        offered = known.select_related("team")[:MOST_OFFERED]
        told = request.GET.dict()
        return JsonResponse({"found": [_offer(one, *inserted(one, self.case, told, by=by)) for one in offered]})


def _offer(template: Template, text: str, promise: dict[str, str]) -> dict[str, str]:
    team = f"{template.team.name}: " if template.team else ""
    detail = f"{team}{' '.join(text.split())[:BEGINNING]}"
    return {"name": template.name, "detail": detail, "text": text, "at": promise.get("at", "")}


class InsertView(PanelView):
    """What was typed so far with a template's words below it, in the composer; nothing is sent or kept."""

    panel = panels.conversation
    http_method_names = ["post"]
    needs = Can.WORK

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        template = get_object_or_404(Template.objects.offered_to(request.user), pk=pk)
        told = {"audience": panels.first_audience(request.user), **request.POST.dict()}
        words, promise = inserted(template, self.case, told, by=request.user)
        typed = told.get("body", "").rstrip()
        told |= {"body": f"{typed}\n\n{words}" if typed else words, **promise}
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
        if before := number(request.GET.get("before")):
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
