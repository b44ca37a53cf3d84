"""Which browsers of a person are told: their doors."""

from pathlib import Path
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.views import View

from tandem.notify.models import Browser, PushKey
from tandem.notify.models.browser import NotABrowser
from tandem.people.http import DeskView

WORKER = Path(__file__).parent / "static/notify/worker.js"
KNOWN = ("Edg", "Firefox", "Chrome", "Safari")
SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")
WORKERS_POLICY = "default-src 'none'; connect-src 'self'"


class BrowserForm(forms.Form):
    endpoint = forms.CharField(max_length=2000)
    p256dh = forms.CharField(max_length=120)
    auth = forms.CharField(max_length=60)


class BrowsersView(DeskView):
    """GET says our key; POST, that this browser is told from now on."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return JsonResponse({"key": PushKey.objects.current().public})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = BrowserForm(request.POST)
        if not form.is_valid():
            raise NotABrowser
        user: Any = request.user
        user.browsers.begin(label=_label(request.headers.get("User-Agent", "")), **form.cleaned_data)
        return HttpResponse(status=204)


class BrowserEndView(DeskView):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        get_object_or_404(Browser.objects.visible_to(request.user).standing(), pk=pk).end()
        return redirect("notice_settings")


class WorkerView(View):
    """What a browser runs when it is told something; below the root, so that it may open every page of ours."""

    def get(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
        response.headers["Content-Security-Policy"] = WORKERS_POLICY
        response.headers["Cache-Control"] = "no-cache"
        return response


def _label(agent: str) -> str:
    """“Firefox, Linux”: enough to know it again in a list."""
    found = [next((name for name in names if name in agent), "") for names in (KNOWN, SYSTEMS)]
    return ", ".join({"Edg": "Edge"}.get(name, name) for name in found if name)
