"""Whatever people call themselves and their problems, each mail of ours says it, obeys none of it, and goes to nobody else."""

import email
import re
from email import policy
from email.utils import getaddresses

import pytest

from tandem.cases.audience import Audience
from tandem.cases.models import Case
from tandem.communicate.models import Delivery, Kind
from tandem.customers.models import Contact
from tandem.people.models import User

OURS = {
    "Content-Type", "MIME-Version", "From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To",
    "References", "Auto-Submitted", "X-Auto-Response-Suppress", "List-Id", "List-Unsubscribe",
    "List-Unsubscribe-Post", "Precedence",
}  # fmt: skip
WORDS = [
    "Ana\r\nBcc: eve@evil.example",
    'Lima, Ana; "x" <eve@evil.example>',
    "=?utf-8?q?=0D=0ABcc:_eve@evil.example?=",
    "<script>alert(1)</script>",
    "{{ 1234*5678 }}{% raw %}{0.__class__}%(x)s",
    "\x85\u2028\u202eAna",
]


@pytest.fixture(params=WORDS)
def words(request) -> str:
    return request.param


@pytest.fixture
def hostile(case, sam, ana, northwind, words) -> Case:
    """Ana, her colleague and their case are all called that."""
    bo = Contact.objects.meet("bo@northwind.example", name="Bo", account=northwind).user
    case.participants.join(bo, by=sam)
    name = words.replace("\x00", "")[:120]
    User.objects.filter(pk__in=[ana.pk, bo.pk]).update(name=name)
    Case.objects.filter(pk=case.pk).update(title=words)
    return Case.objects.get(pk=case.pk)


def _mails() -> list:
    return [delivery.as_bytes() for delivery in Delivery.objects.with_words().select_related("update__case")]


def _is_harmless(raw: bytes, words: str) -> None:
    sent = email.message_from_bytes(raw, policy=policy.default)
    assert set(sent.keys()) <= OURS
    people = getaddresses([str(value) for name in ("From", "To", "Cc", "Reply-To") for value in sent.get_all(name, [])])
    for _name, address in people:
        assert re.fullmatch(r"(reply\+\S+|ana|bo|sam|support)@(reply\.|)(tandem|northwind)\.example", address), people
    text = sent.get_body(("plain",)).get_content()
    assert "7006652" not in text.replace(words, "")
    assert "<script" not in sent.get_body(("html",)).get_content()


@pytest.mark.parametrize("kind", Kind.values)
def test_an_update_of_every_kind(hostile, sam, words, kind):
    hostile.updates.send(words, by=None if kind == Kind.RECEIPT else sam, kind=kind)

    mails = _mails()
    assert len(mails) == 2
    for raw in mails:
        _is_harmless(raw, words)


def test_what_is_passed_on(hostile, ana, words, worker):
    ana.refresh_from_db()
    Delivery.objects.relay(hostile.messages.write(words, by=ana, audience=Audience.CUSTOMER))

    [raw] = _mails()
    _is_harmless(raw, words)
