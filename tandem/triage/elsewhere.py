"""Out of triage without a judgement: merged, handed off or closed; then on to the next, and back by undo."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from tandem.cases import acts
from tandem.cases.http import CaseView
from tandem.cases.models import Case
from tandem.kit.errors import Refused
from tandem.people.roles import Can
from tandem.triage.page import LEFT, form_of, left, number_in, page_of


class ElsewhereView(CaseView):
    """Do the act of this name to the case. What undoes it is kept for whoever did it, until the next."""

    needs = Can.STEER
    http_method_names = ["post"]
    act = ""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        after = number_in(request.POST.get("after", ""))
        try:
            undo = self._done()
        except Refused as refusal:
            return self._again(refusal, after)
        request.session[LEFT] = {"number": self.case.number, "act": self.act, "undo": undo}
        return redirect(f"{reverse('triage')}?left={self.case.number}{left(after, '&')}")

    @transaction.atomic
    def _done(self) -> Any:
        act = acts.get(self.act)
        told = {name: self.request.POST[name] for name in act.asks if name in self.request.POST}
        return act.done(Case.objects.get(pk=self.case.pk), by=self.request.user, told=told)

    def _again(self, refusal: Refused, after: int) -> HttpResponse:
        """The form with what is wrong in it, or with the sentence."""
        form = form_of(self.act, self.request.POST, by=self.request.user)
        if form.is_valid() or self.act == "merge":
            form.add_error(None, refusal.sentence)
        return page_of(self.request, self.case, after=after, status=refusal.status, **{f"{self.act}_form": form})


class ReturnView(CaseView):
    """Undo what one did last to this case here, and look at it again."""

    needs = Can.STEER
    http_method_names = ["post"]

    @transaction.atomic
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        done = request.session.get(LEFT)
        if done and done["number"] == self.case.number:
            acts.get(done["act"]).undone(self.case, by=request.user, told=done["undo"])
            del request.session[LEFT]
        after = number_in(request.POST.get("after", ""))
        return redirect(reverse("triage_case", args=[self.case.number]) + left(after, "?"))
