"""How pages find a case: through the eyes of whoever asks, so that a stranger gets 404 before any verb."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import resolve, reverse
from django.views import View
from markupsafe import Markup

from tandem.cases.models import Case, Participant
from tandem.cases.models.case import CaseQuerySet
from tandem.kit import prepared
from tandem.kit.drawing import drawn
from tandem.people.http import SAFE, DeskView
from tandem.people.models import User


@dataclass(frozen=True)
class Panel:
    """A piece of the case page. `name` is its id there, and the noun its ledger verbs begin with."""

    name: str
    template: str
    context: Callable[[Case, Any], dict]
    # Other nouns of the ledger that change what stands here.
    hears: tuple[str, ...] = ()

    def words(self, case: Case, actor: Any, **extra: Any) -> dict:
        return {"case": case, "actor": actor, "panel": self, **self.context(case, actor), **extra}

    def drawn(self, request: HttpRequest, case: Case, actor: Any = None) -> Markup:
        """The panel as markup, to stand on a page with others."""
        return drawn(self.template, self.words(case, actor or request.user), request)


class CaseView(DeskView):
    case: Case

    def find(self, number: int, **kwargs: Any) -> None:
        actor: Any = self.request.user
        found = _seen_by_colleagues(actor.role, number=number) if number < LARGEST else []
        if not found:
            raise Http404
        self.case = found[0]


LARGEST = 1 << 63  # of a number the database knows
LIST = 300  # letters of the list a case was opened from


@prepared.found
def _seen_by_colleagues(role: str, *, number: int) -> CaseQuerySet:
    return Case.objects.visible_to(User(role=role)).with_people().filter(number=number)


class PanelView(CaseView):
    """One panel: GET shows it, the other verbs act and show it again.

    A form that tells the list its case was opened `among` leads back to it there; what it tells, the case page checks.
    """

    panel: Panel

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show()

    def show(self, *, status: int = 200, **extra: Any) -> HttpResponse:
        """The panel alone for htmx; without JavaScript, back to the case, or a page with the panel and its errors."""
        request = self.request
        if "HX-Request" not in request.headers and request.method not in SAFE and status == 200:
            return redirect(self.address())
        context = self.panel.words(self.case, request.user, **extra)
        template = self.panel.template if "HX-Request" in request.headers else "kit/panel_page.html"
        return render(request, template, context, status=status)

    def address(self) -> str:
        """Where the panel stands on the page of its case."""
        name, came_from = self.panel.name, self.request.POST.get("among", "")[:LIST]
        told = {"open": name, "among": came_from} if came_from else {"open": name}
        return f"{reverse('case', args=[self.case.number])}?{urlencode(told, safe='~:')}#panel-{name}"


class PortalView(View):
    """A page for a signed-in customer; `actor` is who they are."""

    actor: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("account_request_login_code"))
        if not request.user.is_customer:
            raise Http404
        self.actor = request.user
        self.find(**kwargs)
        return super().dispatch(request, *args, **kwargs)

    def find(self, *args: Any, **kwargs: Any) -> None:
        """Load what the address names, through `visible_to`."""


class PortalCaseView(PortalView):
    """A page about one case of a customer's: signed in (`number`), or behind a signed link (`token`).

    A link opens only the address it was made for: its purpose is that address's name. `of` is the row it is about.
    """

    case: Case
    of: int | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "token" not in kwargs:
            return super().dispatch(request, *args, **kwargs)
        opened = Participant.objects.opening(kwargs["token"], purpose=resolve(request.path_info).url_name or "")
        if opened is None:
            return render(request, "kit/link_ended.html", status=404)
        participant, self.of = opened
        self.actor = participant.user
        self.find(number=participant.case.number)
        response = View.dispatch(self, request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        # Not “no-referrer”: with that, browsers post forms with the origin “null”, and we refuse those.
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    def find(self, *args: Any, number: int, **kwargs: Any) -> None:
        cases = Case.objects.visible_to(self.actor).with_people()
        self.case = get_object_or_404(cases, number=number)


class ConditionCheckView(DeskView):
    """What is wrong with a condition so far, as one writes: for the macro `condition`."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        wrong = [sentence for sentence in self.wrong(request.POST) if sentence]
        return render(request, "kit/_condition_check.html", {"wrong": wrong, "says": self.says(request.POST)})

    def says(self, told: Mapping[str, str]) -> str:
        """What else it comes to, where a page has more than the condition."""
        return ""

    def wrong(self, told: Mapping[str, str]) -> list[str]:
        raise NotImplementedError
