"""The mail as it came has in the clear what is hidden on the case: it opens for a reason, and the history keeps that."""

from email.message import EmailMessage

import pytest
from django.urls import reverse

from tandem.cases.models import Case, Disclosure
from tandem.cases.models.secret import NoReason
from tandem.submit.models import Submission, Vouch
from tandem.submit.tests.mail import mail

pytestmark = pytest.mark.django_db

PASSWORD = "hunter2!Sommer"


@pytest.fixture
def landed(ana, worker):
    def land(raw: bytes) -> Submission:
        Submission.objects.accept_mail(raw, sender=ana.email, recipients=["support@tandem.example"])
        worker()
        return Case.objects.get().submissions.get()

    return land


def test_without_secrets_it_opens_as_ever(landed, ana, sam, at_the_desk):
    submission = landed(mail(sender=ana.email))

    answer = at_the_desk(sam).get(reverse("raw_mail", args=[submission.pk]))

    assert answer.content == bytes(submission.raw)
    assert not submission.case.events.filter(verb="mail.shown").exists()


@pytest.mark.parametrize(
    "told", [{"body": f"My password is {PASSWORD}"}, {"subject": f"password: {PASSWORD}"}], ids=["words", "subject"]
)
def test_with_one_sam_says_why(landed, ana, sam, at_the_desk, told):
    submission = landed(mail(sender=ana.email, **told))
    address, browser = reverse("raw_mail", args=[submission.pk]), at_the_desk(sam)

    assert PASSWORD not in browser.get(address).text
    assert browser.post(address, {"why": " "}).status_code == 422
    answer = browser.post(address, {"why": "Its headers show the way it took"})

    assert answer.content == bytes(submission.raw)
    assert answer.headers["Cache-Control"] == "no-store"
    event = submission.case.events.get(verb="mail.shown")
    assert (event.by, event.facts["why"]) == (sam, "Its headers show the way it took")
    assert Disclosure.objects.get().secret.case == submission.case


def test_with_one_in_its_files_too(landed, ana, sam, at_the_desk):
    submission = landed(_with_file(ana, f"password: {PASSWORD}\n"))

    assert "Why do you need to see it?" in at_the_desk(sam).get(reverse("raw_mail", args=[submission.pk])).text
    with pytest.raises(NoReason):
        submission.show_raw(to=sam, why="")


def test_while_its_files_are_searched_it_takes_a_reason(landed, ana, sam):
    submission = landed(_with_file(ana, "rows: 7\n"))
    assert not submission.opens_for_a_reason

    submission.message.attachments.update(search="waiting")

    assert submission.opens_for_a_reason


def test_what_was_left_out_was_not_searched_and_takes_a_reason(landed, ana, worker, settings):
    settings.UPLOAD_LIMIT = 1000
    raw = _with_file(ana, "rows: 7\n" * 200)
    submission = landed(raw)
    assert not submission.message.attachments.exists()
    assert submission.opens_for_a_reason

    Submission.objects.accept_mail(b"X-Way: 2\r\n" + raw, sender=ana.email, recipients=["support@tandem.example"])
    worker()
    assert Submission.objects.get(state="noted").opens_for_a_reason


def test_so_were_words_beyond_the_most(landed, ana):
    assert landed(mail(sender=ana.email, body="row 10,000\n" * 100_000)).opens_for_a_reason


def test_what_was_erased_or_is_no_secret_takes_no_reason(landed, ana, sam):
    submission = landed(_with_file(ana, f"password: {PASSWORD}\n"))

    submission.case.secrets.get().uncover(by=sam)

    assert not submission.opens_for_a_reason


def test_what_was_vouched_for_still_takes_a_reason(landed, ana, sam, mallory, worker):
    submission = landed(mail(sender=ana.email))
    to = f"reply+{submission.case.participants.get(user=ana).word}@reply.tandem.example"
    aside = mail(sender="ana@elsewhere.example", to=to, body=f"My password is {PASSWORD}")
    Submission.objects.accept_mail(aside, sender="ana@elsewhere.example", recipients=[to])
    worker()
    late = Submission.objects.exclude(pk=submission.pk).get()

    Vouch.objects.give(late, by=sam)

    assert Submission.objects.get(pk=late.pk).opens_for_a_reason


def test_a_copy_of_it_is_no_way_around(landed, ana, sam, worker, at_the_desk):
    raw = mail(sender=ana.email, body=f"My password is {PASSWORD}")
    landed(raw)
    Submission.objects.accept_mail(b"X-Way: 2\r\n" + raw, sender=ana.email, recipients=["support@tandem.example"])
    worker()
    copy = Submission.objects.get(state="noted")

    answer = at_the_desk(sam).get(reverse("raw_mail", args=[copy.pk]))

    assert PASSWORD not in answer.text
    assert "Why do you need to see it?" in answer.text


def test_the_mail_that_is_attached_to_what_was_let_through_is_no_way_around(ana, sam, worker, at_the_desk):
    raw = mail(sender="mallory@elsewhere.example", body=f"My password is {PASSWORD}")
    submission = Submission.objects.accept_mail(raw, sender="", recipients=["support@tandem.example"])
    submission.quarantine("Too many", cause="flood")
    submission.release(by=sam, contact=ana.email)
    worker()

    attached = Case.objects.get().messages.first().attachments.get(name="message.eml")
    assert attached.search in ("covered", "closed")


def _with_file(ana, words: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = ana.email, "support@tandem.example", "Exports stop"
    message["Message-ID"] = "<17@mail.example>"
    message.set_content("At row 10,000.")
    message.add_attachment(words.encode(), maintype="application", subtype="octet-stream", filename="app.env")
    return message.as_bytes()
