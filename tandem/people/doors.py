"""How people come in: colleagues with a password, customers and colleagues who have none with a code sent by mail."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.views import LoginView, PasswordChangeView, PasswordSetView, RequestLoginCodeView
from allauth.core import context as current
from allauth.core import ratelimit
from django.contrib.sites.shortcuts import get_current_site
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tandem.kit.addresses import url
from tandem.kit.errors import Refused
from tandem.people import mails

log = logging.getLogger(__name__)


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: customers become contacts by writing to us, colleagues are invited."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return url("notice_settings")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """By a worker, and only so many an hour from all of us together: a machine that asks for codes fills no mailboxes."""
        request = current.request
        if not ratelimit.consume(request, action="sign_in_mail", key="everybody"):
            log.warning("More codes to sign in were asked for than are sent within an hour.")
            return
        words = {"request": request, "email": email, "current_site": get_current_site(request), **context}
        mails.ask(self.render_mail(template_prefix, email, words))

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponseBase:
        """Whoever retired while their code was under way begins anew, and is sent none."""
        return redirect("account_request_login_code")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Whoever retired is answered like a wrong password."""
        user = super().authenticate(request, **credentials)
        return user if user and user.is_active else None


class StaysOpen:
    """To whoever asked for a code: it may have gone to a mistyped address, or they have a password, to whom none is sent."""

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        return None


class PasswordSignInView(StaysOpen, LoginView):
    """For colleagues."""


class CodeView(StaysOpen, RequestLoginCodeView):
    """For customers, and colleagues without a password."""


class NoPassword(Refused):
    """You have no password to change: you come in with a code."""

    def __init__(self) -> None:
        super().__init__()
        self.way_on = (url("account_set_password"), _("Choose one"))


class PasswordView(PasswordChangeView):
    """Colleagues change their password here; customers have none."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.is_colleague:
            raise Http404
        if request.user.is_authenticated and not request.user.has_usable_password():
            raise NoPassword
        return super().dispatch(request, *args, **kwargs)


class FirstPasswordView(PasswordSetView):
    """Who comes in by a code may choose a password instead. Customers have none."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.is_colleague:
            raise Http404
        return super().dispatch(request, *args, **kwargs)
