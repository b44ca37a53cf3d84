"""What waits for a person: seen, let through or turned away, and never lost."""

from datetime import timedelta

import pytest

from tandem.cases.models import Case
from tandem.kit import clock
from tandem.submit import arrival
from tandem.submit.models import AlreadySorted, NotACustomer, State, Submission
from tandem.submit.tests.mail import SUPPORT, mail

BROKEN = b"From: Noor <noor@initech.example>\r\nX: " + b"a" * 400_000 + b"\r\n\r\nHelp, nothing works."
MACHINE = mail(sender="Noor <noor@initech.example>", subject="Report", body="Disk full.", precedence="bulk")


@pytest.fixture
def quarantined(worker):
    def wait(raw: bytes) -> Submission:
        submission = Submission.objects.accept_mail(raw, sender="", recipients=[SUPPORT])
        worker()
        return Submission.objects.get(pk=submission.pk)

    return wait


def test_sam_sees_it_with_its_reason(sam, quarantined, at_the_desk):
    quarantined(MACHINE)

    page = at_the_desk(sam).get("/desk/quarantine/")

    assert "It says that it was sent to many." in page.text
    assert "noor@initech.example" in page.text


@pytest.mark.parametrize("person", ["erin", "ana"])
def test_who_does_not_sort_mail_sees_none_of_it(request, person, quarantined, at_the_desk):
    submission = quarantined(MACHINE)
    browser = at_the_desk(request.getfixturevalue(person))

    assert browser.get("/desk/quarantine/").status_code in (403, 404)
    assert browser.get(f"/desk/submissions/{submission.pk}/raw/").status_code in (403, 404)
    assert browser.post(f"/desk/quarantine/{submission.pk}/rejection/").status_code in (403, 404)
    assert Submission.objects.get().state == State.QUARANTINED


def test_let_through_it_is_a_case_with_the_mail_attached(sam, quarantined, worker, at_the_desk, outbox):
    submission = quarantined(MACHINE)

    at_the_desk(sam).post(f"/desk/quarantine/{submission.pk}/release/", {"contact": "noor@initech.example"})
    worker()

    case = Case.objects.get()
    message = case.messages.get()
    assert (case.title, case.reporter.email) == ("Report", "noor@initech.example")
    assert message.body.strip() == "Disk full."
    assert message.attachments.get().size == len(MACHINE)
    assert Submission.objects.get().state == State.LANDED
    assert outbox() == []


def test_what_cannot_be_read_is_let_through_as_it_came(sam, quarantined, worker):
    quarantined(BROKEN).release(by=sam, contact="noor@initech.example")
    worker()

    message = Case.objects.get().messages.get()
    assert "attached as it came" in message.body
    assert message.attachments.get().size == len(BROKEN)


def test_turned_away_it_is_still_kept(sam, quarantined, at_the_desk):
    submission = quarantined(MACHINE)

    at_the_desk(sam).post(f"/desk/quarantine/{submission.pk}/rejection/")

    kept = Submission.objects.get()
    assert (kept.state, kept.sorted_by, bytes(kept.raw)) == (State.REJECTED, sam, MACHINE)


def test_it_can_be_read_as_it_came_and_never_as_a_page(sam, quarantined, at_the_desk):
    submission = quarantined(MACHINE)

    answer = at_the_desk(sam).get(f"/desk/submissions/{submission.pk}/raw/")

    assert answer.content == MACHINE
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]


def test_two_people_sort_it_once(sam, max, quarantined):
    submission = quarantined(MACHINE)
    submission.reject(by=sam)

    with pytest.raises(AlreadySorted):
        Submission.objects.get(pk=submission.pk).release(by=max, contact="noor@initech.example")


def test_one_larger_than_a_file_may_be_is_let_through_with_all_its_bytes(sam, quarantined, worker, settings):
    settings.UPLOAD_LIMIT = 1_000
    quarantined(BROKEN).release(by=sam, contact="noor@initech.example")
    worker()

    assert Case.objects.get().messages.get().attachments.get().size == len(BROKEN)


@pytest.mark.parametrize("address", ["sam@tandem.example", SUPPORT, "noor at initech", "", "ops@intranet"])
def test_no_case_is_opened_for_ourselves_or_for_nobody(sam, quarantined, address):
    with pytest.raises(NotACustomer):
        quarantined(MACHINE).release(by=sam, contact=address)


def test_by_the_api_too(sam, erin, quarantined, worker, by_api):
    submission = quarantined(MACHINE)
    address = f"/api/v1/quarantine/{submission.pk}/release"
    told = {"contact": "noor@initech.example"}

    assert by_api(erin).get("/api/v1/quarantine").status_code == 403
    assert [row["id"] for row in by_api(sam).get("/api/v1/quarantine").json()["items"]] == [submission.pk]
    assert by_api(sam).post(address, told, content_type="application/json").status_code == 204
    worker()
    assert Case.objects.get().reporter.email == "noor@initech.example"


def test_an_address_that_nobody_can_write_to_is_refused_by_the_api(sam, quarantined, by_api):
    address, told = f"/api/v1/quarantine/{quarantined(MACHINE).pk}/release", {"contact": "ops@intranet"}
    report = {"title": "Exports stop", "body": "At row 10,000.", "contact": "ops@intranet"}

    assert by_api(sam).post(address, told, content_type="application/json").status_code == 422
    assert by_api(sam).post("/api/v1/cases", report, content_type="application/json").status_code == 422
    assert Submission.objects.get().state == State.QUARANTINED


def test_a_mail_that_takes_its_reader_down_is_tried_again_ever_later_and_ends_in_quarantine(worker):
    submission = Submission.objects.accept_mail(MACHINE, sender="", recipients=[SUPPORT])
    moment = clock.now()
    for minutes in (0.5, 2, 8, 8, 8):
        with clock.at(moment):
            assert Submission.objects.take() == submission
        moment += timedelta(minutes=minutes)
        with clock.at(moment - timedelta(seconds=1)):
            assert Submission.objects.take() is None

    with clock.at(moment):
        worker()

    submission.refresh_from_db()
    assert submission.state == State.QUARANTINED
    assert "5 attempts" in submission.reason


# Sorting


def test_sam_sees_what_waits_for_one_reason(sam, quarantined, at_the_desk):
    quarantined(MACHINE)
    quarantined(BROKEN)
    browser = at_the_desk(sam)

    page = browser.get("/desk/quarantine/?cause=program").text
    assert "Report" in page
    assert "larger than 256 kB" not in page
    assert "larger than 256 kB" in browser.get("/desk/quarantine/?cause=unreadable").text
    assert browser.get("/desk/quarantine/?cause=nonsense&state=nonsense").status_code == 200


def test_let_through_it_goes_on_with_a_case_of_theirs(case, ana, sam, quarantined, worker, at_the_desk):
    submission = quarantined(mail(sender="Ana <ana@northwind.example>", precedence="bulk", body="The log says more."))

    told = {"contact": ana.email, "into": case.number}
    at_the_desk(sam).post(f"/desk/quarantine/{submission.pk}/release/", told)
    worker()

    message = case.messages.last()
    assert (message.author, message.body.strip()) == (ana, "The log says more.")
    assert Case.objects.get() == case


def test_on_a_case_they_take_no_part_in_it_is_nobodys_word_and_they_are_proposed(case, ana, sam, quarantined, worker):
    quarantined(MACHINE).release(by=sam, contact="noor@initech.example", into=case)
    worker()

    message = case.messages.last()
    assert (message.author, message.audience) == (None, "support")
    assert case.proposals.get().email == "noor@initech.example"


def test_no_case_is_let_in_on_that_nobody_knows(sam, quarantined, worker, at_the_desk):
    submission = quarantined(MACHINE)

    told = {"contact": "noor@initech.example", "into": 999_999}
    at_the_desk(sam).post(f"/desk/quarantine/{submission.pk}/release/", told)

    assert Submission.objects.get().state == State.QUARANTINED


def test_all_of_one_sender_is_turned_away_and_each_can_come_back(sam, quarantined, at_the_desk):
    for n in range(3):
        quarantined(mail(sender="Bomber@x.example", precedence="bulk", subject=f"Bomb {n}"))
    other = quarantined(MACHINE)
    browser = at_the_desk(sam)

    browser.post("/desk/quarantine/rejections/", {"author": "bomber@x.example"})
    assert [row.pk for row in Submission.objects.quarantined()] == [other.pk]

    page = browser.get("/desk/quarantine/?state=rejected").text
    assert page.count("Bring it back") == 3
    browser.post(f"/desk/quarantine/{Submission.objects.out_of_sight().first().pk}/return/")
    back = Submission.objects.quarantined().exclude(pk=other.pk).get()
    assert (back.cause, back.reason) == ("returned", "Sam Okafor brought it back. It says that it was sent to many.")


def test_what_asks_for_nothing_is_seen_and_brought_back(sam, quarantined, worker, at_the_desk):
    raw = mail(sender="Noor <noor@initech.example>")
    quarantined(raw)
    copy = quarantined(raw + b"\n")
    assert copy.state == State.NOTED
    assert "The same mail landed before." in at_the_desk(sam).get("/desk/quarantine/?state=noted").text

    at_the_desk(sam).post(f"/desk/quarantine/{copy.pk}/return/")

    assert Submission.objects.quarantined().get() == copy


def test_what_landed_cannot_be_brought_back(sam, quarantined):
    with pytest.raises(AlreadySorted):
        quarantined(mail(sender="noor@initech.example")).bring_back(by=sam)


def test_sorting_by_the_api_too(sam, erin, quarantined, by_api):
    submission = quarantined(MACHINE)
    told, kind = {"author": "noor@initech.example"}, "application/json"

    assert by_api(erin).post("/api/v1/quarantine/rejections", told, content_type=kind).status_code == 403
    assert by_api(sam).post("/api/v1/quarantine/rejections", told, content_type=kind).json() == {"rejected": 1}
    found = by_api(sam).get("/api/v1/quarantine?state=rejected").json()["items"]
    assert [(row["id"], row["cause"]) for row in found] == [(submission.pk, "program")]
    assert by_api(erin).post(f"/api/v1/quarantine/{submission.pk}/return").status_code == 403
    assert by_api(sam).post(f"/api/v1/quarantine/{submission.pk}/return").status_code == 204
    assert Submission.objects.get().state == State.QUARANTINED


def test_while_files_cannot_be_kept_a_mail_waits_and_is_no_worse_for_it(worker, monkeypatch):
    raw = mail(sender="noor@initech.example").replace(
        b"Content-Type: text/plain", b"Content-Disposition: attachment; filename=a.log\nContent-Type: text/plain"
    )
    submission = Submission.objects.accept_mail(raw, sender="", recipients=[SUPPORT])
    moment = clock.now()

    def away(*args: object, **kwargs: object) -> None:
        raise OSError("the disk is away")

    with monkeypatch.context() as broken:
        broken.setattr(arrival.files, "store", away)
        for attempt in range(7):
            with clock.at(moment + attempt * timedelta(minutes=1)):
                assert arrival.read_next() == 1
    with clock.at(moment + timedelta(minutes=8)):
        worker()

    submission.refresh_from_db()
    assert (submission.state, submission.attempts) == (State.LANDED, 1)
