from typing import Any

from allauth.account.adapter import get_adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views import View

from tandem.cases.http import CaseView, PortalView
from tandem.cases.query import said
from tandem.kit import often
from tandem.kit.bounded import TooMuchToSearch
from tandem.kit.lists import KEYS_THERE
from tandem.learn.models import Article
from tandem.people.http import DeskView
from tandem.people.roles import Can
from tandem.recall.alike import alike
from tandem.recall.models import Deflection
from tandem.recall.searching import BadPlace, Found, search
from tandem.recall.suggesting import Suggestions, suggest

MOST_A_MINUTE = 60
AMONG = "search"


class SearchView(DeskView):
    """What colleagues may read, by words."""

    def get(self, request: HttpRequest) -> HttpResponse:
        q = request.GET.get("q", "").strip()
        template = "recall/_answer.html" if "HX-Request" in request.headers else "recall/search.html"
        found = _found(request, q) if q else None
        context = {"q": q, "found": found, "as_one_of": {"among": f"{AMONG}~{q}"}, "there": KEYS_THERE, "known": said()}
        return render(request, template, context)


def _found(request: HttpRequest, q: str) -> Found:
    """As far as it is typed; a search that takes too long is told where the answer would stand."""
    try:
        return search(q, request.user, cursor=request.GET.get("after"), is_begun=True)
    except BadPlace as error:
        raise Http404 from error
    except TooMuchToSearch as refusal:
        return Found([], [], [], [], None, doubts=(refusal.sentence,))


class AlikeView(CaseView):
    """Beside a case to be judged: what it may repeat."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        actor: Any = request.user
        after, found = request.GET.get("after", ""), alike(self.case, actor)
        targets = self.case.merges.targets_among(found.cases) if actor.may(Can.STEER) else []
        context = {"case": self.case, "alike": found, "targets": targets}
        context["after"] = after if after.isdecimal() else ""
        template = "recall/_alike.html" if "HX-Request" in request.headers else "recall/alike.html"
        return render(request, template, context)


class SuggestionsView(PortalView):
    """What may already be the answer to what is being written; by POST, so that it stands in no log."""

    def post(self, request: HttpRequest) -> HttpResponse:
        return _suggested(request, self.actor, whose=self.actor.pk, may_solve=True)


class PublicSuggestionsView(View):
    """The same for somebody we do not know: what everybody may read."""

    def post(self, request: HttpRequest) -> HttpResponse:
        return _suggested(request, None, whose=get_adapter().get_client_ip(request), may_solve=False)


def _suggested(request: HttpRequest, actor: Any, *, whose: object, may_solve: bool) -> HttpResponse:
    words = f"{request.POST.get('title', '')} {request.POST.get('body', '')}"[:2000]
    is_calm = often.allows("suggestions", whose, most=MOST_A_MINUTE, seconds=60)
    found = suggest(words, actor, realm=request.POST.get("realm", "")) if is_calm else Suggestions()
    return render(request, "recall/_suggestions.html", {"found": found, "may_solve": may_solve})


class DeflectionView(PortalView):
    """“This solved it”: nothing needs to be reported."""

    article: Article

    def find(self, slug: str) -> None:  # type: ignore[override]
        self.article = get_object_or_404(Article.objects.visible_to(self.actor), slug=slug)

    def post(self, request: HttpRequest, **kwargs: str) -> HttpResponse:
        Deflection.objects.note(by=self.actor, article=self.article)
        if "HX-Request" not in request.headers:
            return redirect("portal")
        return render(request, "recall/_suggestions.html", {"found": None, "solved": True})
