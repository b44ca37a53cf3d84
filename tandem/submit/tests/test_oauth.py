"""Consent instead of a password, with a provider of our own that speaks OAuth 2.0 as the two big ones do."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from tandem.kit.errors import Refused
from tandem.submit.mailboxes import oauth
from tandem.submit.models import Mailbox


class Provider(HTTPServer):
    """Knows one code and one token that lasts, and gives a new one each time."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.url = f"http://127.0.0.1:{self.server_port}/token"
        self.challenge, self.refresh_token, self.asked = "", "", []
        self.refuses: dict = {}

    def answer(self, told: dict[str, str]) -> tuple[int, dict]:
        self.asked.append(told)
        if self.refuses:
            return 400, self.refuses
        if told["grant_type"] == "authorization_code":
            digest = hashlib.sha256(told["code_verifier"].encode()).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != self.challenge:
                return 400, {"error": "invalid_grant", "error_description": "PKCE verification failed"}
        elif told["refresh_token"] != self.refresh_token:
            return 400, {"error": "invalid_grant"}
        self.refresh_token = f"lasting-{len(self.asked)}"
        return 200, {"access_token": f"for-this-hour-{len(self.asked)}", "refresh_token": self.refresh_token}


class _Answer(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        status, said = self.server.answer({name: values[0] for name, values in parse_qs(body).items()})
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())

    def log_message(self, *told: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def provider(settings) -> Iterator[Provider]:
    settings.FETCH_ALLOW = ["127.0.0.0/8"]
    server = Provider()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def box(provider, ada) -> Mailbox:
    told = {"host": "127.0.0.1", "port": 1, "username": "support", "address": "support@tandem.example"}
    return Mailbox.objects.set_up(
        by=ada, name="Support", auth="google", client_id="tandem", client_secret="hush", token_url=provider.url, **told
    )


@pytest.fixture
def consented(box, provider, ada, at_the_desk, worker) -> Mailbox:
    """Ada went there and came back, and pressed the button."""
    browser = at_the_desk(ada)
    page = browser.post(reverse("mailbox_ask_consent", args=[box.pk])).content.decode()
    address = urlsplit(page.split('href="https://accounts.google.com')[1].split('"')[0].replace("&amp;", "&"))
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    provider.challenge = asked["code_challenge"]
    browser.post(reverse("mailbox_consent"), {"code": "once", "state": asked["state"]})
    worker()
    return Mailbox.objects.get(pk=box.pk)


def test_a_consent_becomes_a_token_that_lasts(consented, provider):
    assert consented.secret("refresh_token") == provider.refresh_token
    assert not consented.needs_consent
    assert provider.asked[0]["client_secret"] == "hush"
    assert provider.asked[0]["redirect_uri"] == oauth.redirect_uri()


def test_each_time_we_come_in_with_a_token_for_this_hour(consented, provider):
    before = provider.refresh_token

    assert oauth.access_token(consented).startswith("for-this-hour-")
    assert Mailbox.objects.get(pk=consented.pk).secret("refresh_token") == provider.refresh_token != before


def test_a_consent_that_ended_is_said(consented, provider):
    provider.refuses = {"error": "invalid_grant", "error_description": "Token has been revoked."}

    with pytest.raises(oauth.NoConsent, match=r"give it again.*revoked"):
        oauth.access_token(consented)


def test_other_refusals_are_said_in_their_words(consented, provider):
    provider.refuses = {"error": "invalid_client", "error_description": "Unauthorized client"}

    with pytest.raises(Refused, match="Unauthorized client"):
        oauth.access_token(consented)


def test_a_consent_is_used_once(consented, ada, at_the_desk, worker, provider):
    answer = at_the_desk(ada).post(reverse("mailbox_consent"), {"code": "once", "state": "again"}, follow=True)

    assert b"was not asked for here" in answer.content
