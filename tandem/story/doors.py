"""One-click sign-in as each of the cast. There is no such door outside the demo."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views import View

from tandem.people.models import User
from tandem.story.cast import CAST


class DemoView(View):
    """Who would you like to be?"""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.DEMO:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, name: str = "") -> HttpResponse:
        people = [person for person in CAST if not name or person.key == name]
        rows = [
            {"value": person.key, "name": person.name, "side": person.side, "detail": person.part} for person in people
        ]
        return render(request, "story/demo.html", {"people": rows, "title": _("Come in as…")})

    def post(self, request: HttpRequest, name: str = "") -> HttpResponse:
        person = next((p for p in CAST if p.key == request.POST.get("who", name)), None)
        if person is None:
            raise Http404
        login(request, get_object_or_404(User, email=person.email), backend=settings.AUTHENTICATION_BACKENDS[0])
        return redirect("home")
