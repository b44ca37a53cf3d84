from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from tandem.cases.http import PanelView
from tandem.organize import forms, panels
from tandem.organize.models import Snooze


class SnoozeView(PanelView):
    """Out of sight until a time, or until something happens."""

    panel = panels.snooze

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.SnoozeForm(request.POST)
        if not form.is_valid():
            return self.show(form=form, status=422)
        self.case.snoozes.put_off(by=request.user, **form.cleaned_data)
        return self.show()


class WakingView(PanelView):
    """It is to be looked at again."""

    panel = panels.snooze
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rows = Snooze.objects.visible_to(request.user).standing().select_related("case")
        get_object_or_404(rows, case=self.case).wake(by=request.user)
        return self.show()
