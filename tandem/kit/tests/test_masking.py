"""What people paste without thinking is found, and what only sounds like a secret is left alone."""

import json
from base64 import b64encode
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.kit import masking
from tandem.kit.masking.wiping import Place, place_of


def hidden(kind: str) -> str:
    return f"[{kind} hidden]"


JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl"
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA1\n-----END RSA PRIVATE KEY-----"
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


@pytest.mark.parametrize(
    "told", ["Cookie: sid=123456789", f"Authorization: Bearer {JWT}", "/?access_token=abcdef123456"]
)
def test_what_is_covered_is_not_found_again(told):
    covered = masking.cover(told, masking.find(told), sign=hidden)
    assert hidden("token") in covered or hidden("cookie") in covered
    assert masking.find(covered) == []


@given(st.text(max_size=300))
def test_covering_again_changes_nothing(text):
    once = masking.cover(text, masking.find(text), sign=hidden)
    assert masking.cover(once, masking.find(once), sign=hidden) == once


@pytest.mark.parametrize(
    "piece",
    ["password is ", "token=ghp_", "-----BEGIN PRIVATE KEY-----", "eyJaaaaaaaaa.", "a://b:", "?token=", "aws key "],
)
def test_no_text_makes_the_search_too_long_for_its_child(piece):
    _covered((piece * 1_000_000)[:1_000_000].encode())


@pytest.mark.parametrize(
    "piece", ["<", "<a", "<a ", "<!--", "&#", "&#x0", "&amp", "&#1111111111", "\xad", "password: <b>", "?token=a&amp;"]
)
def test_no_html_makes_a_mail_wait(piece):
    html = (piece * 1_000_000)[:1_000_000]
    began = process_time()
    masking.cover_html(html, [*masking.find_in_html(html), masking.Secret("password", "hunter2!", 0)], sign=hidden)
    assert process_time() - began < 5  # seconds; at worst it takes less than one


def test_a_har_file_keeps_its_requests_and_loses_its_cookies():
    content, secrets = _covered(json.dumps(HAR).encode())

    assert {secret.value for secret in secrets} == {"abc123", "sid=abc123", f"Bearer {JWT}", "t-77-x", "hunter2!"}
    covered = json.loads(content)["log"]["entries"][0]
    assert covered["request"]["url"] == "https://app.example/export"
    assert covered["request"]["cookies"] == [{"name": "sid", "value": "[hidden]"}]
    assert covered["response"]["status"] == 504
    assert not [secret.value for secret in secrets if secret.value.encode() in content]


def test_a_file_in_no_charset_comes_back_byte_by_byte():
    content = b"\xff caf\xe9 password: hunter2! \x00"
    content = content.replace(b"\x00", b"\x01")
    assert _covered(content)[0] == content.replace(b"hunter2!", b"[hidden]")


def test_a_file_that_was_covered_has_nothing_to_cover():
    for told in (json.dumps(HAR), f"Cookie: sid=123456789\nAuthorization: Bearer {JWT}\nGET /?token=abcdef123\n"):
        assert _covered(_covered(told.encode())[0])[1] == []


def test_what_is_no_text_is_left_alone():
    assert _covered(b"\x7fELF\x00\x01 password: hunter2!") == (b"", [])


def test_a_log_is_read_piece_by_piece_and_covered_as_one(monkeypatch):
    monkeypatch.setattr(masking.files, "PIECE", 1_000)
    line = b"2026-11-21 02:14 export orders: batch written\n"
    log = line * 60 + f"Authorization: Bearer {JWT}\n".encode() + line * 60 + f"retry with {JWT} now\n".encode()

    content, secrets = _covered(b"first " + JWT.encode() + b" is sent\n" + log)

    assert [secret.value for secret in secrets] == [JWT]
    assert content == b"first [hidden] is sent\n" + log.replace(JWT.encode(), b"[hidden]")


def test_no_private_key_is_cut_in_two(monkeypatch):
    monkeypatch.setattr(masking.files, "PIECE", 300)
    content, _secrets = _covered(b"row\n" * 70 + KEY.encode() + b"\n" + b"row\n" * 70)
    assert content == b"row\n" * 70 + b"[hidden]\n" + b"row\n" * 70


def test_an_env_file_keeps_its_names():
    told = b"DB_PASSWORD=s3cr3t-pw\nSTRIPE_SECRET_KEY=sk_live_abcdefghijklmnopqrstuvwx\nDEBUG=1\n"
    assert _covered(told)[0] == b"DB_PASSWORD=[hidden]\nSTRIPE_SECRET_KEY=[hidden]\nDEBUG=1\n"


def test_other_json_keeps_its_form():
    told = '{"refreshToken": "a1b2c3d4e5", "rows": 1.50, "dbPassword": "hunter2!", "passwordAge": 30}'
    covered = told.replace("a1b2c3d4e5", "[hidden]").replace("hunter2!", "[hidden]")
    assert _covered(told.encode())[0].decode() == covered


def test_text_of_two_bytes_a_letter_is_covered_too():
    content, _secrets = _covered("password: hunter2!\r\nrows: 7\r\n".encode("utf-16"))
    assert content.decode("utf-16") == "password: [hidden]\r\nrows: 7\r\n"


def test_a_token_of_a_recording_is_hidden_wherever_it_stands_in_it():
    session = "s-8f31-c0ffee-2026"
    har = json.loads(json.dumps(HAR).replace("abc123", session))
    har["log"]["entries"][0]["response"]["content"]["text"] = f"session {session} is over"

    content = json.loads(_covered(json.dumps(har).encode())[0])

    assert content["log"]["entries"][0]["response"]["content"]["text"] == "session [hidden] is over"


def test_half_letters_do_not_break_a_recording():
    har = json.loads(json.dumps(HAR))
    har["log"]["entries"][0]["response"]["content"]["text"] = "\ud83d caf\u00e9"

    content = json.loads(_covered(json.dumps(har).encode())[0])

    assert content["log"]["entries"][0]["response"]["content"]["text"] == "\ud83d caf\u00e9"


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(HAR).encode()[:-9],
        b"MIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\n" + b64encode(b"password: hunter2!"),
    ],
    ids=["a recording broken off", "an encoded mail"],
)
def test_what_cannot_be_covered_is_said(content):
    with pytest.raises(masking.CannotCover):
        _covered(content)


HTML = b"<!DOCTYPE html>\n<p>%s</p>"


@pytest.mark.parametrize("written", [b"<b>Password:</b> hunter2!", b"Password: <i>hun</i>ter2!"])
@pytest.mark.parametrize("head", [b"", b"MIME-Version: 1.0\nContent-Type: text/html\n\n"], ids=["a page", "a mail"])
def test_a_password_in_the_tags_of_a_file_closes_it(head, written):
    with pytest.raises(masking.CannotCover):
        _covered(head + HTML % written)


def test_a_page_that_has_it_in_the_clear_is_covered():
    page = HTML % b"Password: hunter2! <a href='/?resetToken=abc123def&amp;u=5'>Reset</a>"
    covered = page.replace(b"hunter2!", b"[hidden]").replace(b"abc123def&amp;u=5", b"[hidden]")
    assert _covered(page)[0] == covered


@pytest.mark.parametrize("head", [b"", b"MIME-Version: 1.0\nContent-Type: text/html\n\n"], ids=["a page", "a mail"])
def test_a_page_is_covered_where_a_blank_ends_the_password(head):
    page = head + HTML % b"password: Tr0ub4dor9!&nbsp;x"
    assert _covered(page)[0] == head + HTML % b"password: [hidden]"


@pytest.mark.parametrize("head", [b"", b"MIME-Version: 1.0\nContent-Type: text/html\n\n"], ids=["a page", "a mail"])
def test_what_is_erased_is_found_in_the_tags_of_a_file(head):
    page = head + HTML % b"the blue <b>house</b> at &#115;ea"
    assert place_of("the blue house at sea", lambda: iter([page])) == Place.WITHIN
    assert place_of("the red house at sea", lambda: iter([page])) == Place.NOWHERE


def test_a_page_that_has_it_in_the_clear_is_written_anew():
    assert place_of("the blue house", lambda: iter([HTML % b"the blue house at sea"])) == Place.PLAINLY


def test_a_recording_that_is_too_large_is_not_read_at_all(monkeypatch):
    monkeypatch.setattr(masking.files, "WHOLE", 100)
    with pytest.raises(masking.CannotCover):
        _covered(json.dumps(HAR).encode())


def _covered(content: bytes) -> tuple[bytes, list[masking.Secret]]:
    secrets = masking.find_in_file(lambda: iter([content]))
    return b"".join(masking.cover_file(lambda: iter([content]), secrets)), secrets
