"""Where an administrator says which systems of the company know something of a customer, and tries whether they do."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tandem.cases.models import Case
from tandem.intake import forms
from tandem.intake.models import Collection, Collector
from tandem.people.http import DeskView
from tandem.people.roles import Can

MOST = 20


class CollectorsView(DeskView):
    needs = needs_to_read = Can.ADMINISTER

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Collector.objects.visible_to(request.user)
        return render(request, "intake/collector/index.html", {"collectors": rows})


class CollectorView(DeskView):
    """One collector: how it asks, whether it works, what it was told lately. Without a `pk`, a new one."""

    needs = needs_to_read = Can.ADMINISTER
    collector: Collector | None = None

    def find(self, pk: int | None = None, **kwargs: Any) -> None:
        if pk is not None:
            self.collector = get_object_or_404(Collector.objects.visible_to(self.request.user), pk=pk)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show(forms.CollectorForm(instance=self.collector))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.CollectorForm(request.POST, instance=self.collector)
        if not form.is_valid():
            return self.show(form, status=422)
        collector = Collector.objects.set_up(by=request.user, known=self.collector, **form.told())
        messages.success(request, _("Saved. Try it on a case."))
        return redirect("collector", collector.pk)

    def show(self, form: forms.CollectorForm, *, status: int = 200, **more: Any) -> HttpResponse:
        context = {"form": form, "collector": self.collector, "trial_form": forms.TrialForm(), **self._lately(), **more}
        return render(self.request, "intake/collector/page.html", context, status=status)

    def _lately(self) -> dict[str, Any]:
        if self.collector is None:
            return {}
        # Read again: a form that was not valid has already changed what it was given.
        rows = Collection.objects.visible_to(self.request.user).filter(collector=self.collector.pk)
        return {"collections": rows.select_related("case")[:MOST]}


class TrialView(CollectorView):
    """Try it on a case: what it would note is shown when a worker has asked; nothing is noted."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.TrialForm(request.POST)
        if not form.is_valid():
            return self.show(forms.CollectorForm(instance=self.collector), trial_form=form, status=422)
        assert self.collector is not None  # its address has a pk
        case = get_object_or_404(Case.objects.visible_to(request.user), **form.cleaned_data)
        case.collections.try_out(self.collector, by=request.user)
        return redirect("collector", self.collector.pk)
