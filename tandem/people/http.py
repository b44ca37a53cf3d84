"""How pages know who asks."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views import View

from tandem.people.roles import Can

SAFE = {"GET", "HEAD", "OPTIONS"}


class DeskView(View):
    """A page for colleagues. `needs` is what one must be able to do to change something here."""

    needs = Can.WORK
    needs_to_read: Can | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_colleague:
            raise Http404
        if need := self.needs_to_read if request.method in SAFE else self.needs:
            request.user.must_be_able_to(need)
        self.find(**kwargs)
        return super().dispatch(request, *args, **kwargs)

    def find(self, *args: Any, **kwargs: Any) -> None:
        """Load what the address names, through `visible_to`."""
