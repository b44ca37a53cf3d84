"""Consent at Google or Microsoft instead of a password (OAuth 2.0, authorization code with PKCE)."""

import base64
import hashlib
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from tandem.kit import fetch
from tandem.kit.errors import Refused
from tandem.submit.models import Mailbox
from tandem.submit.models.mailbox import Auth


class NoConsent(Refused):
    """The consent is missing or has ended: give it again on the page of this mailbox."""


class Provider(NamedTuple):
    host: str
    authorize_url: str
    token_url: str
    scope: str
    asks: dict[str, str]


PROVIDERS = {
    Auth.GOOGLE: Provider(
        "imap.gmail.com",
        "https://accounts.google.com/o/oauth2/v2/auth",
        "https://oauth2.googleapis.com/token",
        "https://mail.google.com/",
        {"access_type": "offline", "prompt": "consent"},
    ),
    Auth.MICROSOFT: Provider(
        "outlook.office365.com",
        "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        "https://login.microsoftonline.com/common/oauth2/v2.0/token",
        "https://outlook.office.com/IMAP.AccessAsUser.All offline_access",
        {},
    ),
}


def redirect_uri() -> str:
    """What the provider must know as the address to come back to."""
    return settings.BASE_URL + reverse("mailbox_consent")


def consent_url(mailbox: Mailbox, *, state: str, verifier: str) -> str:
    """Where the owner of the mailbox consents; `state` and `verifier` come back with them and prove that it is them."""
    provider = PROVIDERS[Auth(mailbox.auth)]
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": mailbox.client_id,
        "redirect_uri": redirect_uri(),
        "scope": provider.scope,
        "login_hint": mailbox.username,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{mailbox.authorize_url or provider.authorize_url}?{urlencode(asked | provider.asks)}"


def exchange(mailbox: Mailbox, *, code: str, verifier: str) -> None:
    """Trade the code of a consent for a token that lasts. Raises `Refused`."""
    told = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier, "redirect_uri": redirect_uri()}
    answer = _ask(mailbox, told)
    if not answer.get("refresh_token"):
        raise NoConsent(_("They gave us no token that lasts: withdraw our access over there, then consent again."))
    _keep(mailbox, answer["refresh_token"])


def access_token(mailbox: Mailbox) -> str:
    """A token for this hour. Raises `Refused`."""
    if not (token := mailbox.secret("refresh_token")):
        raise NoConsent
    answer = _ask(mailbox, {"grant_type": "refresh_token", "refresh_token": token})
    if (renewed := answer.get("refresh_token")) and renewed != token:
        _keep(mailbox, renewed)
    return str(answer["access_token"])


def _ask(mailbox: Mailbox, told: dict[str, str]) -> dict[str, Any]:
    secret = mailbox.secret("client_secret")
    body = told | {"client_id": mailbox.client_id} | ({"client_secret": secret} if secret else {})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    url = mailbox.token_url or PROVIDERS[Auth(mailbox.auth)].token_url
    answer = fetch.send("POST", url, headers=headers, body=urlencode(body).encode())
    try:
        said = answer.json()
    except ValueError:
        said = {}
    if not isinstance(said, dict) or not answer.is_ok or not said.get("access_token"):
        raise _refusal(answer.status, said if isinstance(said, dict) else {})
    return said


def _refusal(status: int, said: dict[str, Any]) -> Refused:
    why = str(said.get("error_description") or said.get("error") or status).splitlines()[0][:300]
    if said.get("error") == "invalid_grant":
        return NoConsent(f"{NoConsent.__doc__} ({why})")
    return Refused(_("The provider gives us no token: {why}").format(why=why))


def _keep(mailbox: Mailbox, token: str) -> None:
    mailbox.keep_secret("refresh_token", token)
    mailbox.save(update_fields=["refresh_token_sealed"])
