from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views import View

from tandem.automate import forms as acting
from tandem.cases.http import CaseView, DeskView
from tandem.desk import among, case_page, now, palette, peek
from tandem.desk.now import SCREENFUL
from tandem.desk.now.places import RULES
from tandem.kit.lists import KEYS_THERE
from tandem.people.roles import Can
from tandem.shifts.models import HandOver, Shift


class HomeView(View):
    """To where this person works."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect("help")
        return redirect("desk" if request.user.is_colleague else "portal")


class NowView(DeskView):
    def get(self, request: HttpRequest) -> HttpResponse:
        handed = HandOver.objects.visible_to(request.user).open().newest_first()
        context = {
            "lists": now.of(request.user),
            "shown": SCREENFUL,
            "rules": RULES,
            "there": KEYS_THERE,
            "acts": acting.grouped(request.user),
            "merges": request.user.may(Can.STEER),
            "shift": Shift.objects.standing(request.user),
            "handovers": handed.select_related("giver", "to", "to_team")[:SCREENFUL],
        }
        return render(request, "desk/now.html", context)


class PaletteView(DeskView):
    """What the command palette offers for what is typed into it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        typed = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:200]
        ticked = request.GET.getlist("cases")
        groups = palette.offered(typed, request.user, on=request.GET.get("on", ""), chosen=ticked)
        return render(request, "desk/_palette.html", {"groups": groups})


class CaseStripView(CaseView):
    """The head of the case alone, for pages that keep it true."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return render(request, "desk/_strip.html", case_page.strip(self.case, request.user))


class CasePeekView(CaseView):
    """The case in short: beside a list, or on a page of its own."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        is_piece = "HX-Request" in request.headers
        return render(request, f"desk/{'_' if is_piece else ''}peek.html", peek.of(self.case, request.user))


class CaseGlancesView(CaseView):
    """What each panel says while it is folded, for pages that keep it true."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        folds = case_page.glances(self.case, request.user)
        return render(request, "desk/_glances.html", {"case": self.case, "folds": folds})


class OnwardView(CaseView):
    """To the next case of the list one came from; after the last one back to the list."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        told = among.of(request, self.case)
        return redirect((told.later or told.back) if told else reverse("case", args=[self.case.number]))


class CasePageView(CaseView):
    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.case.merged_into:
            return redirect(f"{reverse('case', args=[self.case.merged_into.number])}?from={self.case.number}")
        return render(request, "desk/case.html", case_page.drawn(request, self.case))
