"""The triage page: one case at a time, with what it might be judged; the next comes by itself."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tandem.cases.http import CaseView
from tandem.cases.models import Case
from tandem.cases.models.case import CaseQuerySet
from tandem.intake import realms
from tandem.people.http import DeskView
from tandem.people.roles import Can
from tandem.triage.forms import TriageForm
from tandem.triage.models import Assessment, HandOff, Part
from tandem.triage.suggesting import Suggestion, first_said, suggest
from tandem.triage.who import advised, speakers

WATCHED = 10
COUNTED = 100
ONE_STEP = timedelta(seconds=10)
"""What was given so soon after a judgement was given in the same step."""


def unjudged(actor: Any) -> CaseQuerySet:
    """Neither judged nor on its way to another department."""
    handed_off = HandOff.objects.not_declined().filter(case=OuterRef("pk"))
    return Case.objects.visible_to(actor).unjudged().exclude(Exists(handed_off))


class TriageView(DeskView):
    """One case at a time, the oldest nobody has judged or handed off; `?after=` leaves some for later.

    `?judged=` is the assessment just made: the page says so, and how it is undone.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        after = _number(request.GET.get("after", ""))
        case = unjudged(request.user).filter(number__gt=after).order_by("number").with_people().first()
        return page_of(request, case, skipped="after" in request.GET, after=after, judged=_just_judged(request))


class TriageCaseView(CaseView):
    """This case, to be judged; then on to the next."""

    needs = Can.STEER

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return page_of(request, self.case)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        suggestion, after = suggest(self.case), _number(request.POST.get("after", ""))
        form = TriageForm(request.POST, people=speakers(), suggestion=suggestion)
        if not form.is_valid():
            return page_of(request, self.case, form=form, suggestion=suggestion, after=after, status=422)
        try:
            judged = self.judge(form)
        except _JudgedMeanwhile as meanwhile:
            form.add_error(None, str(meanwhile))
            return page_of(request, self.case, form=form, suggestion=suggestion, after=after, status=409)
        left = f"&after={after}" if after else ""
        return redirect(f"{reverse('triage')}?judged={judged.pk}{left}")

    @transaction.atomic
    def judge(self, form: TriageForm) -> Assessment:
        by = self.request.user
        self._must_be_as_it_was_shown()
        judged = self.case.assessments.judge(**form.judgement, by=by)
        if form.keeper and form.keeper.pk != self.case.customer_owner_id:
            advice = advised(self.case, [form.keeper])
            why = advice.because if advice else ""
            self.case.assignments.give(Part.CUSTOMER, to=form.keeper, by=by, why=why)
        return judged

    def _must_be_as_it_was_shown(self) -> None:
        """Of two who judge at once the second reads first what the first one said."""
        now = self.case.lock().assessments.standing().select_related("judged_by").first()
        if now and "shown" in self.request.POST and now.pk != _number(self.request.POST["shown"]):
            told = _("{name} judged this {word} meanwhile. Judge it again if that is not right.")
            raise _JudgedMeanwhile(told.format(name=now.judged_by.name, word=now.get_priority_display()))


class _JudgedMeanwhile(Exception):
    """Somebody else did it since the page was shown."""


class TriageUndoView(CaseView):
    """Take the judgement back, and the owner given with it; then judge anew."""

    needs = Can.STEER

    @transaction.atomic
    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        judged = get_object_or_404(self.case.assessments.filter(judged_by=user), pk=pk)
        step = (judged.judged_at, judged.judged_at + ONE_STEP)
        given = self.case.assignments.standing().filter(part=Part.CUSTOMER, given_by=user, given_at__range=step).first()
        judged.take_back(by=user)
        if given:
            given.take_back(by=user)
        return redirect("triage_case", number=self.case.number)


def page_of(request: HttpRequest, case: Case | None, *, status: int = 200, **more: Any) -> HttpResponse:
    """The triage page; `more` may bring the form with what is wrong in it."""
    watched = HandOff.objects.on_watch_of(request.user).select_related("case", "to_team")[:WATCHED]
    numbers = list(unjudged(request.user).order_by("number").values_list("number", flat=True)[:COUNTED])
    about = _about(case, **more) if case else {}
    before = max((number for number in numbers if case and number < case.number), default=None)
    context = {"case": case, "watched": watched, "count": len(numbers), "before": before, **about, **more}
    return render(request, "triage/page.html", context, status=status)


def _about(case: Case, *, form: TriageForm | None = None, **more: Any) -> dict[str, Any]:
    said, people = first_said(case), speakers()
    suggestion = form.suggestion if form else suggest(case, said)
    advice = advised(case, people)
    owner = case.customer_owner_id or (advice.person.pk if advice else None)
    standing = case.assessments.standing().first()
    return {
        "shown": standing.pk if standing else 0,
        "said": said,
        "facts": case.facts.table().rows,
        "suggestion": suggestion,
        "advice": advice,
        "reported": realms.get(case.realm),
        "form": form
        or TriageForm(people=people, suggestion=suggestion, initial=_initial(case, standing, suggestion, owner)),
    }


def _initial(
    case: Case, standing: Assessment | None, suggestion: Suggestion | None, owner: int | None
) -> dict[str, Any]:
    """As it was judged last; else the realm as known or suggested. Who judges looks at the scales themselves."""
    judged = {"impact": standing.impact, "urgency": standing.urgency} if standing else {}
    return {"realm": case.realm or (suggestion.realm if suggestion else ""), "owner": owner, **judged}


def _just_judged(request: HttpRequest) -> Assessment | None:
    user: Any = request.user
    judged = Assessment.objects.visible_to(user).standing().filter(judged_by=user)
    return judged.filter(pk=_number(request.GET.get("judged", ""))).select_related("case").first()


def _number(told: str) -> int:
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else 0
