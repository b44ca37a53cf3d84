"""The triage page: one case at a time, with what it might be judged; the next comes by itself."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tandem.cases.http import CaseView
from tandem.people.http import DeskView
from tandem.people.models import User
from tandem.people.roles import Can
from tandem.triage.forms import TriageForm
from tandem.triage.models import Assessment, Part
from tandem.triage.page import left, number_in, page_of, unjudged
from tandem.triage.suggesting import suggest
from tandem.triage.who import advised, speakers

ONE_STEP = timedelta(seconds=10)
"""What was given so soon after a judgement was given in the same step."""


class TriageView(DeskView):
    """One case at a time, the oldest nobody has judged or handed off; `?after=` leaves some for later.

    `?judged=` is the assessment just made: the page says so, and how it is undone.
    """

    needs_to_read = Can.STEER

    def get(self, request: HttpRequest) -> HttpResponse:
        after = number_in(request.GET.get("after", ""))
        case = unjudged(request.user).filter(number__gt=after).order_by("number").with_people().first()
        return page_of(request, case, skipped="after" in request.GET, after=after, judged=_just_judged(request))


class TriageCaseView(CaseView):
    """This case, to be judged; then on to the next."""

    needs = needs_to_read = Can.STEER

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return page_of(request, self.case, after=number_in(request.GET.get("after", "")))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        after = number_in(request.POST.get("after", ""))
        if not self.case.in_queue:
            return page_of(request, self.case, after=after, status=409)
        suggestion = suggest(self.case)
        form = TriageForm(request.POST, people=speakers(), suggestion=suggestion, reported=self.case.realm)
        if not form.is_valid():
            return page_of(request, self.case, form=form, suggestion=suggestion, after=after, status=422)
        try:
            judged = self.judge(form)
        except _Meanwhile as meanwhile:
            form.add_error(None, str(meanwhile))
            return page_of(request, self.case, form=form, suggestion=suggestion, after=after, status=409)
        return redirect(f"{reverse('triage')}?judged={judged.pk}{left(after, '&')}")

    @transaction.atomic
    def judge(self, form: TriageForm) -> Assessment:
        by = self.request.user
        already, changes_owner = self._judged_already(form), self._changes_owner(form)
        judged = already or self.case.assessments.judge(**form.judgement, by=by)
        if changes_owner and form.keeper:
            advice = advised(self.case, [form.keeper])
            why = advice.because if advice else ""
            self.case.assignments.give(Part.CUSTOMER, to=form.keeper, by=by, why=why)
        elif changes_owner:
            self.case.assignments.end(Part.CUSTOMER, by=by)
        return judged

    def _judged_already(self, form: TriageForm) -> Assessment | None:
        """By them, with the same words: sent twice, it is done. Of two people the second reads first what the first said."""
        now: Assessment | None = self.case.lock().assessments.standing().select_related("judged_by").first()
        if now is None or "shown" not in self.request.POST or now.pk == number_in(self.request.POST["shown"]):
            return None
        if now.judged_by_id == self.request.user.pk and form.says(now):
            return now
        told = _("{name} judged this {word} meanwhile. Judge it again if that is not right.")
        raise _Meanwhile(told.format(name=now.judged_by.name, word=now.get_priority_display()))

    def _changes_owner(self, form: TriageForm) -> bool:
        """To another than there was and is. To whom it was given since the page was shown one reads first."""
        shown, now = number_in(self.request.POST.get("owned", "")), self.case.customer_owner
        wished = form.keeper.pk if form.keeper else 0
        if wished in (shown, now.pk if now else 0) or not (wished or form.is_nobodys):
            return False
        if now and now.pk != shown:
            told = _("{name} became customer owner meanwhile. Leave it with them or choose again, then judge it.")
            raise _Meanwhile(told.format(name=now.name))
        return True


class _Meanwhile(Exception):
    """Somebody else did something since the page was shown."""


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
        elif taken_off := self._taken_off(step):
            self.case.assignments.give(Part.CUSTOMER, to=taken_off, by=user)
        after = number_in(request.POST.get("after", ""))
        return redirect(reverse("triage_case", args=[self.case.number]) + left(after, "?"))

    def _taken_off(self, step: tuple[datetime, datetime]) -> User | None:
        """Whom they took it off themselves, if nobody was given it since."""
        ended = self.case.events.filter(verb="assignment.ended", facts__part=Part.CUSTOMER, by=self.request.user.pk)
        line = ended.filter(at__range=step).order_by("seq").last()
        parts = self.case.assignments.filter(part=Part.CUSTOMER)
        if line is None or parts.filter(Q(ended_at=None) | Q(given_at__gt=line.at)).exists():
            return None
        return User.objects.filter(pk=line.facts["user"]).first()


def _just_judged(request: HttpRequest) -> Assessment | None:
    user: Any = request.user
    judged = Assessment.objects.visible_to(user).standing().filter(judged_by=user)
    return judged.filter(pk=number_in(request.GET.get("judged", ""))).select_related("case").first()
