"""Mail that providers post: theirs only, byte by byte, once; and each hears what it understands."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client

from tandem.cases.models import Case
from tandem.communicate.models import Delivery
from tandem.communicate.models import State as DeliveryState
from tandem.customers.models import Contact
from tandem.submit.hooks.providers import PROVIDERS
from tandem.submit.models import Submission
from tandem.submit.tests.mail import SUPPORT, mail

SECRET = "tandem:a-long-word-nobody-guesses"
SIGNING_KEY = "key-of-mailgun"
NOOR = "noor@initech.example"
RAW = mail(sender=NOOR, body="Größe").replace(b"\n", b"\r\n")
ODD = RAW + b"8-bit, of no charset: \xff\xfe\r\n"
INBOUND = [name for name, provider in PROVIDERS.items() if provider.inbound]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def open_doors(settings) -> None:
    settings.ANYMAIL = {"WEBHOOK_SECRET": [SECRET], "MAILGUN_WEBHOOK_SIGNING_KEY": SIGNING_KEY}


def post(address: str, body: Any, *, kind: str = "application/json", secret: str = SECRET) -> HttpResponse:
    """As a provider does."""
    headers = {"authorization": "Basic " + base64.b64encode(secret.encode()).decode()} if secret else {}
    told = body if isinstance(body, bytes) else json.dumps(body)
    return Client(raise_request_exception=False).post(f"/hooks/mail/{address}/", told, kind, headers=headers)


def deliver(provider: str, raw: bytes, **told: Any) -> HttpResponse:
    """A mail, as this provider wraps it."""
    made = {
        "postmark": _postmark,
        "mailgun": _mailgun,
        "sendgrid": _sendgrid,
        "sparkpost": _sparkpost,
        "amazon_ses": _amazon_ses,
    }[provider](raw)
    if provider in ("mailgun", "sendgrid"):
        told.setdefault("kind", "multipart/form-data; boundary=edge")
        made = _form(made)
    return post(f"{provider}/mime" if provider == "mailgun" else provider, made, **told)


def _form(fields: dict[str, bytes | str]) -> bytes:
    parts = b""
    for name, value in fields.items():
        content = value.encode() if isinstance(value, str) else value
        parts += b'--edge\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), content)
    return parts + b"--edge--\r\n"


def _postmark(raw: bytes) -> dict:
    headers = [{"Name": "Return-Path", "Value": f"<{NOOR}>"}]
    return {"RawEmail": raw.decode("utf-8", "replace"), "OriginalRecipient": SUPPORT, "Headers": headers}


def _mailgun(raw: bytes) -> dict:
    stamp, token = "1700000000", "t" * 50
    mac = hmac.new(SIGNING_KEY.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    signed = {"timestamp": stamp, "token": token, "signature": mac}
    return {"body-mime": raw, "sender": NOOR, "recipient": SUPPORT, **signed}


def _sendgrid(raw: bytes) -> dict:
    return {"email": raw, "envelope": json.dumps({"from": NOOR, "to": [SUPPORT]})}


def _sparkpost(raw: bytes) -> list:
    content = {"email_rfc822": base64.b64encode(raw).decode(), "email_rfc822_is_base64": True}
    return [{"msys": {"relay_message": {"content": content, "msg_from": NOOR, "rcpt_to": SUPPORT}}}]


def _amazon_ses(raw: bytes) -> dict:
    receipt = {"recipients": [SUPPORT], "action": {"type": "SNS", "encoding": "BASE64"}}
    told = {"content": base64.b64encode(raw).decode(), "receipt": receipt, "mail": {"source": NOOR}}
    return {"Type": "Notification", "Message": json.dumps(told)}


# Coming in.


@pytest.mark.parametrize("provider", INBOUND)
def test_a_posted_mail_becomes_a_case(provider, worker):
    assert deliver(provider, RAW).status_code == 200
    kept = Submission.objects.get()
    assert (bytes(kept.raw), kept.sent_from, kept.sent_to) == (RAW, NOOR, [SUPPORT])

    worker()

    assert Case.objects.get().title == "Exports stop"


@pytest.mark.parametrize(
    ("verdict", "signed", "counts"),
    [
        ("PASS", "amazonses.com", True),
        ("FAIL", "amazonses.com", False),
        ("PASS", "mx.tandem.example", False),
    ],
)
def test_a_verdict_counts_only_if_the_provider_tells_it_beside_the_mail(worker, settings, verdict, signed, counts):
    settings.AUTHSERV_ID = "mx.tandem.example"
    said = f"Authentication-Results: {signed}; dmarc=pass header.from=initech.example\r\n".encode()

    body = _amazon_ses(said + RAW)
    told = json.loads(body["Message"])
    told["receipt"]["dmarcVerdict"] = {"status": verdict}
    post("amazon_ses", body | {"Message": json.dumps(told)})
    worker()

    assert Submission.objects.get().message.verified is counts


@pytest.mark.parametrize("provider", [name for name in INBOUND if name != "postmark"])
def test_the_bytes_are_those_that_were_sent(provider):
    deliver(provider, ODD)

    assert bytes(Submission.objects.get().raw) == ODD


@pytest.mark.parametrize("provider", INBOUND)
def test_the_same_mail_posted_again_is_one(provider):
    answers = [deliver(provider, RAW).status_code for _n in range(3)]

    assert answers == [200, 200, 200]
    assert Submission.objects.count() == 1


@pytest.mark.parametrize("provider", INBOUND)
@pytest.mark.parametrize("secret", ["", "tandem:guessed", "nonsense"])
def test_without_the_secret_nothing_is_read(provider, secret):
    answer = deliver(provider, RAW, secret=secret)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert not Submission.objects.exists()


def test_with_a_wrong_signature_nothing_is_kept():
    fields = _mailgun(RAW) | {"signature": "0" * 64}
    answer = post("mailgun/mime", _form(fields), kind="multipart/form-data; boundary=edge")

    assert answer.status_code == 401
    assert not Submission.objects.exists()


@pytest.mark.parametrize("provider", INBOUND)
def test_where_no_secret_is_set_the_door_is_shut(provider, settings):
    settings.ANYMAIL = {"WEBHOOK_SECRET": []}

    assert deliver(provider, RAW).status_code == 404


def test_mailgun_needs_its_signing_key(settings):
    settings.ANYMAIL = {"WEBHOOK_SECRET": [SECRET]}

    assert deliver("mailgun", RAW).status_code == 404


@pytest.mark.parametrize("address", ["nobody", "mailjet", "nobody/events", "sendgrid/events"])
def test_there_is_no_door_for_others(address):
    assert post(address, {}).status_code == 404


# What they hear.


@pytest.mark.parametrize("provider", INBOUND)
def test_trouble_of_ours_is_theirs_to_try_again(provider, monkeypatch):
    def fail(*args, **kwargs):
        raise OperationalError("The disk is full")

    monkeypatch.setattr(Submission.objects, "accept_mail", fail)

    assert deliver(provider, RAW).status_code == 503


@pytest.mark.parametrize(
    ("provider", "status"),
    [("postmark", 403), ("mailgun", 406), ("sendgrid", 400), ("sparkpost", 400), ("amazon_ses", 400)],
)
def test_what_is_too_large_they_need_not_try_again(provider, status, settings):
    settings.MAIL_LIMIT = 300

    assert deliver(provider, RAW + b"x" * 1000).status_code == status


@pytest.mark.parametrize(
    ("provider", "body"),
    [
        ("postmark", {"TextBody": "parsed"}),
        ("postmark", b"{"),
        ("postmark", b"[" * 100_000),
        ("sparkpost", [{}]),
        ("amazon_ses", {"Type": "SubscriptionConfirmation"}),
        ("sendgrid", b"text=parsed"),
    ],
)
def test_a_provider_that_is_set_up_otherwise_tries_again_until_it_is_not(provider, body):
    assert post(provider, body).status_code == 503


def test_mails_larger_than_a_form_of_django_are_taken():
    large = RAW + b"x" * 70 + b"\r\n" * 3_000_000

    assert deliver("mailgun", large).status_code == 200


# Going out.


@pytest.fixture
def sent(case, sam, worker) -> Delivery:
    """An update to Ana that left."""
    case.updates.send("We look at it.", by=sam)
    worker()
    return Delivery.objects.get(state=DeliveryState.SENT)


def _bounced(address: str, message_id: str = "") -> dict:
    told = {"RecordType": "Bounce", "Type": "HardBounce", "TypeCode": 1, "ID": 1, "Email": address}
    return told | {"MessageID": message_id, "Description": "No such user", "BouncedAt": "2026-11-21T10:00:00Z"}


def test_what_came_back_is_marked(sent):
    assert post("postmark/events", _bounced(sent.address)).status_code == 200

    sent.refresh_from_db()
    assert sent.state == DeliveryState.BOUNCED
    assert "No such user" in sent.error
    assert sent.update.case.events.filter(verb="delivery.failed").count() == 1


def test_it_is_known_by_our_message_id(sent):
    told = _bounced("somebody-else@northwind.example", sent.message_id.strip("<>"))
    post("postmark/events", told)

    sent.refresh_from_db()
    assert sent.state == DeliveryState.BOUNCED


def test_told_twice_it_is_marked_once(sent):
    for _n in range(3):
        post("postmark/events", _bounced(sent.address))

    assert sent.update.case.events.filter(verb="delivery.failed").count() == 1


def test_who_calls_it_spam_is_written_to_no_more(sent):
    told = {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "TypeCode": 512, "ID": 1, "Email": sent.address}
    post("postmark/events", told | {"BouncedAt": "2026-11-21T10:00:00Z"})

    contact = Contact.objects.get(user=sent.participant.user_id)
    assert "unwanted" in contact.no_mail_why


@pytest.mark.parametrize("told", [{"RecordType": "Delivery"}, {"RecordType": "Open"}])
def test_good_news_changes_nothing(sent, told):
    assert post("postmark/events", {"Recipient": sent.address, "MessageID": "x", **told}).status_code == 200

    sent.refresh_from_db()
    assert sent.state == DeliveryState.SENT


def test_events_need_the_secret_too(sent):
    assert post("postmark/events", _bounced(sent.address), secret="").status_code == 401
    assert post("mailgun/events", {"signature": {}, "event-data": {}}).status_code == 401

    sent.refresh_from_db()
    assert sent.state == DeliveryState.SENT


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", b'{"RecordType": 7}', b"[" * 100_000])
def test_events_that_cannot_be_read_are_refused(body):
    assert post("postmark/events", body).status_code in (200, 400)
