from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from tandem.cases.http import PanelView
from tandem.clocks import panels
from tandem.clocks.forms import WaitForm
from tandem.clocks.models import Wait


class ClocksView(PanelView):
    """What a case may take by agreement, and why it is due when it is."""

    panel = panels.clocks


class WaitsView(PanelView):
    """Somebody outside must move before we can."""

    panel = panels.clocks

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = WaitForm(request.POST)
        if not form.is_valid():
            return self.show(form=form, status=422)
        self.case.waits.begin(by=request.user, **form.cleaned_data)
        return self.show()


class WaitEndView(PanelView):
    panel = panels.clocks

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        wait = get_object_or_404(Wait.objects.visible_to(request.user).standing(), case=self.case)
        wait.end(by=request.user)
        return self.show()
