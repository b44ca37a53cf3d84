from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views import View

from tandem.cases import forms, panels
from tandem.cases.http import PanelView
from tandem.cases.models import Attachment
from tandem.kit.sending import send
from tandem.people.roles import Can


class AttachmentView(View):
    """A file, always as a download, never as a page of ours."""

    def get(self, request: HttpRequest, key: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        attachment = get_object_or_404(Attachment.objects.visible_to(request.user), key=key)
        return send(
            request,
            attachment.stored_as,
            name=attachment.name,
            size=attachment.size,
            sha256=attachment.sha256,
            content_type=attachment.content_type,
        )


class MergeView(PanelView):
    """Read this case as part of another, or undo that."""

    panel = panels.merge
    needs = Can.STEER

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.MergeForm(request.POST, actor=request.user)
        if not form.is_valid():
            return self.show(form=form, status=422)
        self.case.merges.join_to(form.cleaned_data["number"], by=request.user)
        return self.show()


class UnmergeView(PanelView):
    panel = panels.merge
    needs = Can.STEER

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        get_object_or_404(self.case.merges.standing()).undo(by=request.user)
        return self.show()


class ParticipantsView(PanelView):
    panel = panels.participants
    needs = Can.SPEAK

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.ParticipantForm(request.POST)
        if not form.is_valid():
            return self.show(form=form, status=422)
        self.case.participants.join(form.person(account=self.case.account), by=request.user)
        return self.show()


class HistoryView(PanelView):
    panel = panels.history
