"""The mailboxes we fetch: set up by Ada, heard of every minute, and told of when they fall silent."""

from contextlib import AbstractContextManager
from datetime import timedelta
from email.header import decode_header, make_header
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from tandem.kit import clock
from tandem.kit.errors import Invalid
from tandem.submit.addresses import is_ours
from tandem.submit.models import Mailbox, Submission
from tandem.submit.models.mailbox import FetchedTwice
from tandem.submit.models.mailboxes import KEPT, TOO_LONG
from tandem.submit.tests.mail import mail

TOLD = {
    "name": "Support",
    "address": "support@tandem.example",
    "host": "imap.example",
    "username": "support",
    "password": "open sesame",
}
TYPED = TOLD | {"port": 993, "security": "tls", "auth": "password", "folder": "INBOX", "afterwards": "leave"}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def box(ada) -> Mailbox:
    return Mailbox.objects.set_up(by=ada, **TOLD)


@pytest.fixture
def asks_consent(ada) -> Mailbox:
    told = TOLD | {"auth": "google", "client_id": "tandem", "client_secret": "hush", "password": ""}
    return Mailbox.objects.set_up(by=ada, **told)


def as_of(span: timedelta) -> AbstractContextManager:
    """So much later."""
    return clock.at(clock.now() + span)


def again(mailbox: Mailbox) -> Mailbox:
    return Mailbox.objects.get(pk=mailbox.pk)


def test_ada_sets_up_a_mailbox_and_a_worker_tries_it(ada, at_the_desk, worker, monkeypatch):
    tried = []
    monkeypatch.setattr("tandem.submit.mailboxes.trial.come_in", tried.append)

    answer = at_the_desk(ada).post(reverse("mailbox_new"), TYPED, follow=True)
    worker()

    assert b"not heard of yet" in answer.content
    assert tried == [Mailbox.objects.get().pk]


def test_a_password_is_kept_sealed_and_shown_to_nobody(box, ada, at_the_desk, by_api):
    assert again(box).secret("password") == "open sesame"
    assert "sesame" not in again(box).password_sealed

    for page in (reverse("mailboxes"), reverse("mailbox", args=[box.pk])):
        assert b"sesame" not in at_the_desk(ada).get(page).content
    assert b"sesame" not in by_api(ada).get("/api/v1/mailboxes").content


def test_a_password_left_empty_stays(box, ada, at_the_desk):
    at_the_desk(ada).post(
        reverse("mailbox", args=[box.pk]), TYPED | {"password": "", "port": 143, "security": "starttls"}
    )

    assert (again(box).port, again(box).secret("password")) == (143, "open sesame")


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"password": ""}, "Say the password."),
        ({"auth": "google"}, "Say the client ID"),
        ({"auth": "google", "client_id": "x", "security": "plain"}, "only reached encrypted"),
        ({"afterwards": "move"}, "Say which folder"),
        ({"afterwards": "move", "move_to": "INBOX"}, "Say which folder"),
        ({"port": 70_000}, "port"),
    ],
)
def test_what_makes_no_sense_is_said_at_the_form(ada, at_the_desk, told, sentence):
    answer = at_the_desk(ada).post(reverse("mailbox_new"), TYPED | told)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Mailbox.objects.exists()


def test_a_folder_is_fetched_by_one_mailbox_only(box, ada, at_the_desk):
    answer = at_the_desk(ada).post(reverse("mailbox_new"), TYPED)

    assert answer.status_code == 422
    assert FetchedTwice.__doc__ in answer.content.decode()


def test_another_account_counts_from_the_beginning(box, ada):
    box.stand_at(7, 40)
    again(box).change(by=ada, name="Help")
    assert (again(box).uidvalidity, again(box).last_uid) == (7, 40)

    again(box).change(by=ada, username="help")
    assert (again(box).uidvalidity, again(box).last_uid) == (None, 0)


# Pausing, removing.


def test_who_paused_it_is_said(box, ada, at_the_desk):
    browser = at_the_desk(ada)
    page = browser.post(reverse("mailbox_pause", args=[box.pk]), follow=True).content.decode()
    assert "Ada Novak paused it" in page
    assert not Mailbox.objects.active().exists()

    browser.post(reverse("mailbox_resumption", args=[box.pk]))
    assert Mailbox.objects.active().exists()


def test_to_remove_it_one_types_its_address(box, ada, at_the_desk):
    browser = at_the_desk(ada)
    refused = browser.post(reverse("mailbox_removal", args=[box.pk]), {"address": "elsewhere@tandem.example"})
    assert refused.status_code == 422
    assert Mailbox.objects.active().exists()

    browser.post(reverse("mailbox_removal", args=[box.pk]), {"address": "Support@tandem.example"})
    assert not Mailbox.objects.active().exists()


def test_what_was_removed_comes_back_paused(box, ada, at_the_desk):
    box.remove(by=ada, address=box.address)

    at_the_desk(ada).post(reverse("mailbox_restoration", args=[box.pk]))

    assert again(box).state == "paused"
    assert again(box).secret("password") == "open sesame"


def test_after_thirty_days_its_secrets_are_forgotten(box, ada):
    box.remove(by=ada, address=box.address)
    Mailbox.objects.forget_secrets()
    assert again(box).password_sealed

    with as_of(KEPT + MINUTE):
        Mailbox.objects.forget_secrets()
    assert not again(box).password_sealed


# Silence.


@pytest.fixture
def fell_silent(box) -> Mailbox:
    """It worked, and then the server let us in no more."""
    box.works()
    box.fails("imap.example does not let us in as support: wrong password")
    return box


def watch(worker, *, after: timedelta) -> None:
    with as_of(after):
        Mailbox.objects.watch()
        worker()


def test_one_that_works_alarms_nobody(box, worker, outbox):
    box.works()

    watch(worker, after=TOO_LONG - MINUTE)

    assert outbox() == []


def test_silence_is_told_to_administrators_once(fell_silent, worker, outbox, max, sam):
    for minutes in (4, 5, 60):
        watch(worker, after=timedelta(minutes=minutes))

    (mail,) = outbox()
    assert mail["To"] == "Ada Novak <ada@tandem.example>"
    assert "No mail comes in" in str(make_header(decode_header(mail["Subject"])))
    texts = [part.get_payload(decode=True).decode() for part in mail.walk() if part.get_content_type() == "text/plain"]
    assert "does not let us in" in texts[0]


def test_that_it_works_again_is_told_too(fell_silent, worker, outbox):
    watch(worker, after=timedelta(minutes=4))
    with as_of(timedelta(minutes=9)):
        again(fell_silent).works()
        Mailbox.objects.watch()
        Mailbox.objects.watch()
        worker()

    assert len(outbox()) == 2
    assert again(fell_silent).alarmed_at is None


def test_that_nobody_fetches_is_silence_too(box, worker, outbox):
    watch(worker, after=timedelta(minutes=4))

    assert len(outbox()) == 1
    assert "tandem mail-fetch" in again(box).silence


def test_a_pause_is_no_outage(box, ada, worker, outbox):
    box.pause(by=ada)

    watch(worker, after=timedelta(days=1))

    assert outbox() == []


def test_every_page_says_it_to_those_who_can_do_something(fell_silent, ada, sam, at_the_desk):
    with as_of(timedelta(minutes=4)):
        told, other = (at_the_desk(who).get("/desk/queue/").content.decode() for who in (ada, sam))
        listed = at_the_desk(ada).get(reverse("mailboxes")).content.decode()

    assert "No mail comes in from the mailbox “Support”." in told
    assert "does not let us in" in told
    assert "No mail comes in" not in other
    assert "stopped" in listed


def test_silence_makes_nobody_unready(fell_silent, client):
    with as_of(timedelta(minutes=4)):
        assert client.get("/readyz").status_code == 200


# Consent.


def test_consent_is_asked_for_at_the_provider(asks_consent, ada, at_the_desk):
    page = at_the_desk(ada).post(reverse("mailbox_ask_consent", args=[asks_consent.pk])).content.decode()

    address = urlsplit(page.split('href="https://accounts.google.com')[1].split('"')[0].replace("&amp;", "&"))
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert asked["client_id"] == "tandem"
    assert asked["redirect_uri"].endswith("/desk/mailboxes/consent/")
    assert asked["code_challenge_method"] == "S256"
    assert (asked["access_type"], asked["login_hint"]) == ("offline", "support")


def test_to_come_back_changes_nothing_until_the_button(asks_consent, ada, at_the_desk, worker):
    page = at_the_desk(ada).get(reverse("mailbox_consent"), {"code": "c", "state": "s"})

    assert b'value="c"' in page.content
    assert worker() == 0


def test_a_consent_that_was_not_asked_for_is_refused(asks_consent, ada, at_the_desk, worker):
    browser = at_the_desk(ada)
    for state in ("", "-", "guessed"):
        page = browser.post(reverse("mailbox_consent"), {"code": "c", "state": state}, follow=True)
        assert b"was not asked for here" in page.content

    assert worker() == 0


# By program.


def test_a_program_sets_one_up_and_changes_it(ada, by_api):
    program = by_api(ada)
    made = program.post("/api/v1/mailboxes", TOLD, "application/json")
    assert made.status_code == 201
    assert {"password", "password_sealed", "client_secret"}.isdisjoint(made.json())

    one = f"/api/v1/mailboxes/{made.json()['id']}"
    assert program.patch(one, {"port": 143}, "application/json").json()["port"] == 143
    assert program.post(f"{one}/pause").status_code == 204
    assert program.get("/api/v1/mailboxes").json()[0]["state"] == "paused"
    assert program.post(f"{one}/resumption").status_code == 204
    assert program.post(f"{one}/trial").status_code == 202
    assert again(Mailbox.objects.get()).secret("password") == "open sesame"


def test_a_program_of_sam_may_not(sam, box, by_api):
    program = by_api(sam)

    assert program.get("/api/v1/mailboxes").status_code == 403
    assert program.post("/api/v1/mailboxes", TOLD, "application/json").status_code == 403
    assert program.patch(f"/api/v1/mailboxes/{box.pk}", {"port": 1}, "application/json").status_code == 403


def test_what_makes_no_sense_is_refused_by_the_noun(ada):
    with pytest.raises(Invalid, match="Say the password"):
        Mailbox.objects.set_up(by=ada, **TOLD | {"password": ""})


def test_what_is_sent_to_its_address_is_ours_as_long_as_we_keep_it(ada):
    box = Mailbox.objects.set_up(by=ada, **TOLD | {"address": "Sales@tandem.example"})
    assert is_ours("sales@tandem.example")

    box.change(by=ada, address="orders@tandem.example")
    assert [is_ours(f"{name}@tandem.example") for name in ("sales", "orders")] == [False, True]

    box.remove(by=ada, address="orders@tandem.example")
    assert not is_ours("orders@tandem.example")


@pytest.mark.parametrize(("named", "counts"), [("mx.google.com", True), ("", False)])
def test_a_verdict_counts_only_if_the_mailbox_names_who_signs_it(ada, worker, named, counts):
    box = Mailbox.objects.set_up(by=ada, **TOLD, authserv_id=named)
    said = "mx.google.com; dmarc=pass header.from=initech.example"

    box.fetched.take(mail(sender="noor@initech.example", authentication_results=said), uidvalidity=1, uid=1)
    worker()

    assert Submission.objects.get().message.verified is counts
