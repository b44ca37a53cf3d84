"""How people come in: colleagues with a password, customers with a code sent by mail."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.views import PasswordChangeView
from django.http import Http404, HttpRequest, HttpResponseBase


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: customers become contacts by writing to us, colleagues are invited."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/"

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Whoever retired is answered like a wrong password."""
        user = super().authenticate(request, **credentials)
        return user if user and user.is_active else None


class PasswordView(PasswordChangeView):
    """Colleagues change their password here; customers have none."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.is_colleague:
            raise Http404
        return super().dispatch(request, *args, **kwargs)
