from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from tandem.cases.http import PortalCaseView, PortalView
from tandem.cases.models import Case
from tandem.close import panels as close
from tandem.communicate import panels as communicate
from tandem.intake import panels as intake
from tandem.intake.models import Hold
from tandem.kit import jsonapi
from tandem.organize import panels as organize
from tandem.portal import tracking
from tandem.resolve import panels as resolve

PAGE = 30

# What a customer reads about a case, from top to bottom, below when they hear from us and where it stands.
CARDS = [
    intake.hold_card,
    resolve.verification_card,
    intake.readback_card,
    intake.questions_card,
    resolve.workaround_card,
    close.closure_card,
    organize.fields_card,
    communicate.conversation_card,
]


class CasesView(PortalView):
    """My cases, those that move first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        cases = Case.objects.visible_to(self.actor).filter(merged_into=None).with_people()
        found = jsonapi.page(cases, cursor=request.GET.get("after"), limit=PAGE)
        return render(request, "portal/cases.html", {"cases": found["items"], "later": found["next"]})


class CaseView(PortalCaseView):
    def find(self, *args: Any, number: int, **kwargs: Any) -> None:
        here = Q(case=OuterRef("pk")) | Q(case__merged_into=OuterRef("pk"))
        standing = Hold.objects.standing().filter(here).order_by("until").values("until")[:1]
        cases = Case.objects.visible_to(self.actor).with_people().annotate(held_until=Subquery(standing))
        self.case = get_object_or_404(cases, number=number)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        context = {
            "case": self.case,
            "next_word": tracking.next_word(self.case),
            "parcel": tracking.parcel(self.case),
            "read_on": self._read_on(),
            "cards": [card.drawn(request, self.case, self.actor) for card in CARDS],
        }
        return render(request, "portal/case.html", context)

    def _read_on(self) -> Case | None:
        """The case this one is merged into; whoever takes part here takes part there."""
        if self.case.merged_into_id is None:
            return None
        return Case.objects.visible_to(self.actor).filter(pk=self.case.merged_into_id).first()
