from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tandem.cases.http import CaseView, DeskView, PanelView
from tandem.cases.models import Case
from tandem.kit.errors import Refused
from tandem.writing import forms, panels
from tandem.writing.models import Draft, Hint, Kept
from tandem.writing.models.draft import Outcome

MOST = 100


class DraftView(CaseView):
    """What stands in the composer of this case: the page's script saves it while it is typed, a button without one."""

    draft: Draft | None

    def find(self, number: int, **kwargs: Any) -> None:
        super().find(number=number)
        self.draft = open_draft(self.case, self.request, told=self.request.POST or self.request.GET)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return JsonResponse(_state(Kept(self.draft), request.user))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            kept = self.keep()
        except Refused as refusal:
            if _wants_json(request):
                return JsonResponse({"refused": refusal.sentence}, status=refusal.status)
            raise
        return JsonResponse(_state(kept, request.user)) if _wants_json(request) else back_to(self.case)

    def keep(self) -> Kept:
        typed, by = forms.typed(self.request), self.request.user
        return self.draft.take(typed, by=by) if self.draft else self.case.drafts.keep(typed, by=by)


class SharingView(DraftView):
    """Share what stands in the composer with colleagues, or keep it to oneself again."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if draft := self.keep().draft:
            draft.unshare(by=request.user) if draft.shared_at else draft.share(by=request.user)
        return back_to(self.case)


class LettingGoView(DraftView):
    """Discard what stands in the composer, as it stands there."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        draft = self.keep().draft
        if draft and draft.is_open:
            draft.discard(by=request.user)
        return back_to(self.case)


def open_draft(case: Case, request: HttpRequest, *, told: Any) -> Draft | None:
    """The one the composer names, also if it was closed meanwhile; else one's own."""
    here = Draft.objects.filter(case__in=Case.objects.read_on(case))
    if named := forms.number(told.get("draft")):
        if found := here.visible_to(request.user).filter(pk=named).first():
            return found
    return here.open().filter(author=request.user).first()


def _state(kept: Kept, actor: Any) -> dict[str, Any]:
    """`closed` says what became of it, if it is no draft any more."""
    draft = kept.draft
    if draft is None:
        return {"draft": None, "body": "", "version": 0}
    return {
        "draft": draft.pk if draft.is_open else None,
        "body": draft.body,
        "version": draft.version,
        "both": kept.both,
        "closed": "" if draft.is_open else _became(draft, actor),
    }


def _became(draft: Draft, actor: Any) -> str:
    by = draft.closed_by
    if by is None or by == actor:
        return _("What stood here was sent or discarded on another screen.")
    says = (
        _("{name} sent what stood here.") if draft.outcome == Outcome.SENT else _("{name} discarded what stood here.")
    )
    return says.format(name=by.name)


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("accept", "")


def back_to(case: Case) -> HttpResponseRedirect:
    return redirect(f"{reverse('case', args=[case.number])}#composer")


class PresenceView(PanelView):
    panel = panels.presence
    http_method_names = ["get"]


class OneDraftView(DeskView):
    """A draft by itself; what is done with it leads back to its case."""

    draft: Draft
    http_method_names = ["post"]

    def find(self, pk: int, **kwargs: Any) -> None:
        rows = Draft.objects.visible_to(self.request.user).select_related("case__merged_into")
        self.draft = get_object_or_404(rows, pk=pk)

    def back(self) -> HttpResponse:
        return back_to(self.draft.case.read_on)


class DiscardView(OneDraftView):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.draft.discard(by=request.user)
        return self.back()


class ReturnView(OneDraftView):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.draft.bring_back(by=request.user)
        return self.back()


class DraftsView(DeskView):
    """What I have begun and not said, what colleagues share with me, and what I let go of lately."""

    def get(self, request: HttpRequest) -> HttpResponse:
        seen = Draft.objects.visible_to(request.user).select_related("case__reporter", "author")
        begun = list(seen.begun()[:MOST])
        discarded = seen.filter(author=request.user).discarded().order_by("-closed_at", "-pk")[:MOST]
        context = {
            "mine": [one for one in begun if one.author_id == request.user.pk],
            "shared": [one for one in begun if one.author_id != request.user.pk],
            "discarded": list(discarded),
            "unhinted": list(request.user.unhinted.all()),
        }
        return render(request, "writing/draft/index.html", context)


class HintDismissalView(CaseView):
    """No more hints of this kind, for whoever asks."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, kind: str, **kwargs: Any) -> HttpResponse:
        if kind not in Hint.values:
            raise Http404
        request.user.unhinted.get_or_create(kind=kind)
        return HttpResponse() if "HX-Request" in request.headers else back_to(self.case)


class HintsView(DeskView):
    """All of them again; or, `settled` where one says so for each kind, those that are `shown`."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        is_settled = "settled" in request.POST
        request.user.unhinted.settle(request.POST.getlist("shown") if is_settled else Hint.values)
        return redirect("notice_settings" if is_settled else "drafts")
