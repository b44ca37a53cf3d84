from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from tandem.kit.errors import Refused
from tandem.people.http import DeskView
from tandem.people.roles import Can
from tandem.shifts import readin
from tandem.shifts.forms import HandOverForm
from tandem.shifts.models import Handed, HandOver, Shift

MOST = 30


class ShiftView(DeskView):
    """Begin it, or end the one that goes on."""

    def post(self, request: HttpRequest) -> HttpResponse:
        if "end" in request.POST:
            Shift.objects.end(by=request.user)
        else:
            Shift.objects.begin(by=request.user)
        return redirect("desk")


class HandOversView(DeskView):
    """Those given and taken, newest first; POST hands over."""

    def get(self, request: HttpRequest) -> HttpResponse:
        found = HandOver.objects.visible_to(request.user).newest_first().select_related("giver", "to", "to_team")
        return render(request, "shifts/handovers.html", {"handovers": found.prefetch_related("handed")[:MOST]})

    def post(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        form = HandOverForm(request.POST, left=_left(user), by=user)
        if not form.is_valid():
            return _offer(request, form, status=422)
        told = form.cleaned_data
        try:
            made = HandOver.objects.offer(
                form.leaving(), to=told["to"], team=told["team"], words=told["words"], by=user
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return _offer(request, form, status=422)
        return redirect("handover", pk=made.pk)


class OfferView(DeskView):
    """What would be handed over now, to be mended and sent."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        left = _left(user)
        words = readin.words(left, Shift.objects.since(user))
        return _offer(request, HandOverForm(left=left, by=user, initial={"words": words}))


class OneHandOver(DeskView):
    """For who takes it, who gave it, and who directs the work."""

    handover: HandOver

    def find(self, pk: int, **kwargs: Any) -> None:
        found = HandOver.objects.visible_to(self.request.user).select_related("giver", "to", "to_team")
        self.handover = get_object_or_404(found, pk=pk)

    def again(self) -> HttpResponse:
        return redirect("handover", pk=self.handover.pk)


class HandOverView(OneHandOver):
    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        handed = {each.case_id: each for each in self.handover.handed.select_related("accepted_by").order_by("pk")}
        cases = readin.visible(handed, user)
        readings = list(self.handover.readers.select_related("person"))
        rows = [(handed[left.case.pk], left) for left in readin.drawn(cases, user, self.handover.since)]
        context = {
            "handover": self.handover,
            "rows": rows,
            "waiting": sum(each.is_waiting for each in handed.values()),
            "takes": self.handover.may_take(user),
            "directs": user.may(Can.DIRECT),
            "readings": readings,
            "has_read": any(reading.person_id == user.pk for reading in readings),
        }
        return render(request, "shifts/handover.html", context)


class ReadingView(OneHandOver):
    """They have read it."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.handover.readers.note(by=request.user)
        return HttpResponse(status=204) if "HX-Request" in request.headers else self.again()


class AcceptanceView(OneHandOver):
    """Of all that waits."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.handover.accept(by=request.user)
        return self.again()


class OneAcceptanceView(OneHandOver):
    """Of one case."""

    def post(self, request: HttpRequest, handed: int, **kwargs: Any) -> HttpResponse:
        self.handover.accept([_handed(self.handover, handed)], by=request.user)
        return self.again()


class WithdrawalView(OneHandOver):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.handover.withdraw(by=request.user)
        return self.again()


class UndoView(OneHandOver):
    """Of taking over one case."""

    def post(self, request: HttpRequest, handed: int, **kwargs: Any) -> HttpResponse:
        _handed(self.handover, handed).undo(by=request.user)
        return self.again()


def _handed(handover: HandOver, pk: int) -> Handed:
    return get_object_or_404(handover.handed.select_related("case", "handover__giver", "accepted_by"), pk=pk)


def _left(user: Any) -> list[readin.Left]:
    return readin.to_offer(user, Shift.objects.since(user))


def _offer(request: HttpRequest, form: HandOverForm, *, status: int = 200) -> HttpResponse:
    stay = readin.stay_with(request.user) if len(form.left) == readin.MOST else 0
    return render(request, "shifts/offer.html", {"form": form, "stay": stay}, status=status)
