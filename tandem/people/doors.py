"""How people come in: colleagues with a password, customers with a code sent by mail."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: customers become contacts by writing to us, colleagues are invited."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        # Never let a stranger have us write to an address we do not know.
        if template_prefix.endswith("unknown_account"):
            return
        super().send_mail(template_prefix, email, context)
