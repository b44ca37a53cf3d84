"""What people paste without thinking is found, and what only sounds like a secret is left alone."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.kit import masking


def hidden(kind: str) -> str:
    return f"[{kind} hidden]"


JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl"
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA1\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("my password is hunter2!", "password", "hunter2!"),
        ("Passwort: Sommer2024", "password", "Sommer2024"),
        ('"client_secret": "aZ91kdkfj-2",', "password", "aZ91kdkfj-2"),
        ("API key is: 9f8e7d6c5b4a", "password", "9f8e7d6c5b4a"),
        ("pwd='correct horse 9'", "password", "correct horse 9"),
        ("postgres://app:s3cr3tpw@db.internal/prod", "password", "s3cr3tpw"),
        ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "token", "ghp_abcdefghijklmnopqrstuvwxyz0123456789"),
        ("key AKIAIOSFODNN7EXAMPLE here", "token", "AKIAIOSFODNN7EXAMPLE"),
        (f"Authorization: Bearer {JWT}", "token", JWT),
        ("https://x.example/a?access_token=abcdef123456&b=1", "token", "abcdef123456"),
        ("Cookie: sid=123456789; theme=dark", "cookie", "sid=123456789; theme=dark"),
        (f"here:\n{KEY}\nthanks", "key", KEY),
    ],
)
def test_a_secret_is_found_as_a_whole(text, kind, value):
    assert [(found.kind, found.value) for found in masking.find(text)] == [(kind, value)]
    assert value not in masking.cover(text, masking.find(text), sign=hidden)


@pytest.mark.parametrize(
    "text",
    [
        "The password is not accepted.",
        "Password: reset link does not work",
        "I changed the password: it still fails.",
        "Token: expired!",
        "the secret is patience",
        "See https://help.example/reset?step=2 and case 1041",
        "version=4.3.1 build=20261112 run 8f31",
        "ana@northwind.example: 10,000 rows of 48,210",
    ],
)
def test_what_only_sounds_like_one_is_left_alone(text):
    assert masking.find(text) == []


def test_a_secret_is_covered_wherever_it_stands_again():
    text = "password: hunter2! I typed hunter2! twice"
    assert masking.cover(text, masking.find(text), sign=lambda _kind: "…") == "password: … I typed … twice"


@given(st.text(max_size=300))
def test_covering_again_changes_nothing(text):
    once = masking.cover(text, masking.find(text), sign=hidden)
    assert masking.cover(once, masking.find(once), sign=hidden) == once


@pytest.mark.parametrize(
    "piece",
    ["password is ", "token=ghp_", "-----BEGIN PRIVATE KEY-----", "eyJaaaaaaaaa.", "a://b:", "?token=", "aws key "],
)
def test_no_text_makes_the_search_too_long_for_its_child(piece):
    masking.cover_file((piece * 1_000_000)[:1_000_000].encode())


def test_a_har_file_keeps_its_requests_and_loses_its_cookies():
    content, secrets = masking.cover_file(json.dumps(HAR).encode())

    assert {secret.value for secret in secrets} == {"abc123", "sid=abc123", f"Bearer {JWT}", "t-77-x", "hunter2!"}
    covered = json.loads(content)["log"]["entries"][0]
    assert covered["request"]["url"] == "https://app.example/export"
    assert covered["request"]["cookies"] == [{"name": "sid", "value": "[hidden]"}]
    assert covered["response"]["status"] == 504
    assert not [secret.value for secret in secrets if secret.value.encode() in content]


def test_a_file_in_no_charset_comes_back_byte_by_byte():
    content = b"\xff\xfe caf\xe9 password: hunter2! \x00"
    assert masking.cover_file(content)[0] == content.replace(b"hunter2!", b"[hidden]")


HAR = {
    "log": {
        "version": "1.2",
        "entries": [
            {
                "request": {
                    "method": "POST",
                    "url": "https://app.example/export",
                    "headers": [
                        {"name": "Cookie", "value": "sid=abc123"},
                        {"name": "authorization", "value": f"Bearer {JWT}"},
                        {"name": "Accept", "value": "text/csv"},
                    ],
                    "cookies": [{"name": "sid", "value": "abc123"}],
                    "queryString": [{"name": "csrf_token", "value": "t-77-x"}],
                    "postData": {"mimeType": "application/json", "text": '{"user": "ana", "password": "hunter2!"}'},
                },
                "response": {"status": 504, "headers": [], "cookies": [], "content": {"text": "Gateway timeout"}},
            }
        ],
    }
}
