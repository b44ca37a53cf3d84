from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tandem.cases import bulk, forms, history, panels, picking
from tandem.cases.http import CaseView, Panel, PanelView
from tandem.cases.models import Case, Link, Merge, Move, Proposal
from tandem.people.http import DeskView
from tandem.people.roles import Can

POST = ["post"]


class SteerView(PanelView):
    """What changes where cases and messages are read."""

    panel: Panel = panels.others
    needs = Can.STEER


class MergeView(SteerView):
    """Read this case as part of another."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.MergeForm(request.POST, case=self.case, actor=request.user)
        if not form.is_valid():
            return self.show(form=form, status=422)
        merge = self.case.merges.join_to(form.cleaned_data["case"], by=request.user)
        messages.success(request, _("Case {number} is read here now.").format(number=self.case.number))
        return self._go_on(merge.target)

    def _go_on(self, target: Case) -> HttpResponse:
        """There, with what was being written here."""
        address = f"{reverse('case', args=[target.number])}?open=merge&from={self.case.number}"
        if "HX-Request" in self.request.headers:
            return HttpResponse(headers={"HX-Redirect": address})
        return redirect(address)


class UnmergeView(SteerView):
    http_method_names = POST

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        read_here = Case.objects.read_on(self.case)
        merges = Merge.objects.filter(Q(target__in=read_here) | Q(case=self.case))
        get_object_or_404(merges.select_related("case", "target"), pk=pk).undo(by=request.user)
        return self.show()


class MovesView(SteerView):
    """Messages of this case, to another or to one of their own."""

    panel = panels.move
    needs_to_read = Can.STEER

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.MoveForm(request.POST, case=self.case, actor=request.user)
        if not form.is_valid():
            return self.show(form=form, status=422)
        move = self._split(form) if form.splits(form.cleaned_data) else self._move(form)
        said = _("They are read on case {number} now. Under “Other cases” you can move them back.")
        messages.success(request, said.format(number=move.to.number))
        return redirect(f"{reverse('case', args=[self.case.read_on.number])}#panel-conversation")

    def _move(self, form: forms.MoveForm) -> Move:
        told = form.cleaned_data
        return self.case.moves.move(told["messages"], to=told["case"], by=self.request.user)

    def _split(self, form: forms.MoveForm) -> Move:
        told = form.cleaned_data
        return self.case.moves.split(
            told["messages"], title=told["title"], reporter=form.reporter, by=self.request.user
        )


class MoveUndoView(SteerView):
    http_method_names = POST

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        get_object_or_404(Move.objects.between(self.case), pk=pk).undo(by=request.user)
        return self.show()


class LinksView(SteerView):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.LinkForm(request.POST, case=self.case, actor=request.user)
        if not form.is_valid():
            return self.show(link_form=form, status=422)
        told = form.cleaned_data
        self.case.links.link_to(told["case"], kind=told["kind"], why=told["why"], by=request.user)
        return self.show()


class LinkRemovalView(SteerView):
    http_method_names = POST

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        get_object_or_404(Link.objects.of(self.case), pk=pk).remove(by=request.user)
        return self.show()


class CaseChoicesView(CaseView):
    """Cases to choose from while somebody types; those of the same customer before they do."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        cases, words = Case.objects.visible_to(request.user), request.GET.get("to", "")[:200]
        found = picking.offered(words.replace("\x00", ""), cases, beside=self.case)
        return render(request, "cases/_choices.html", {"found": found})


class BulkMergeView(DeskView):
    """Several cases read as one: which, on which, and what became of each."""

    needs = Can.STEER

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(forms.BulkMergeForm(actor=request.user, numbers=request.GET.getlist("cases")))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = forms.BulkMergeForm(request.POST, actor=request.user, numbers=request.POST.getlist("cases"))
        if not form.is_valid():
            return self._page(form, status=422)
        done = bulk.merge(form.others, into=form.cleaned_data["into"], by=request.user)
        return self._page(form, done=done)

    def _page(self, form: Any, *, status: int = 200, **told: Any) -> HttpResponse:
        return render(self.request, "cases/merge/bulk.html", {"form": form, **told}, status=status)


class BulkUndoView(DeskView):
    """Take apart again what was merged together."""

    needs = Can.STEER

    def post(self, request: HttpRequest) -> HttpResponse:
        done = bulk.unmerge(forms.numbers_in(request.POST.getlist("merges")), by=request.user)
        return render(request, "cases/merge/bulk.html", {"undone": done})


class ParticipantsView(PanelView):
    panel = panels.participants
    needs = Can.SPEAK

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.ParticipantForm(request.POST)
        if not form.is_valid():
            return self.show(form=form, status=422)
        self.case.participants.join(form.person(account=self.case.account), by=request.user)
        return self.show()


class ProposalView(PanelView):
    """An answer about somebody whom a mail named."""

    panel = panels.participants
    needs = Can.SPEAK

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rows = Proposal.objects.visible_to(request.user).read_on(self.case)
        self.answer(get_object_or_404(rows.select_related("case__account"), pk=kwargs["pk"]))
        return self.show()

    def answer(self, proposal: Proposal) -> None:
        raise NotImplementedError


class AcceptView(ProposalView):
    def answer(self, proposal: Proposal) -> None:
        proposal.accept(by=self.request.user)


class DeclineView(ProposalView):
    def answer(self, proposal: Proposal) -> None:
        proposal.decline(by=self.request.user)


class ParticipantMailView(PanelView):
    """Mail to somebody came back; try again, also with what did not reach them."""

    panel = panels.participants
    needs = Can.SPEAK
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        participant = get_object_or_404(self.case.participants.standing().select_related("user__contact"), pk=pk)
        participant.try_mail_again(by=request.user)
        return self.show()


class HistoryView(PanelView):
    panel = panels.history


class LedgerView(CaseView):
    """All of it, with filters."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        page = history.page(self.case, request.user, request.GET.dict())
        return render(request, "cases/event/history.html", {"case": self.case, "page": page})
