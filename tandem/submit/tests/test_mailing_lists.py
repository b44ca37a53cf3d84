"""People who write to us through a list or group: waiting until one of us lets that list in, then heard like others."""

import pytest

from tandem.cases.models import Case
from tandem.submit.models import MailingList, NoList, State, Submission
from tandem.submit.tests.mail import SUPPORT, mail

BY_LIST = {"sender": "Noor <noor@initech.example>", "precedence": "list", "list_id": "Help <Help.initech.example>"}


@pytest.fixture
def arrives(worker):
    def arrive(**headers: str) -> Submission:
        submission = Submission.objects.accept_mail(mail(**BY_LIST | headers), sender="", recipients=[SUPPORT])
        worker()
        submission.refresh_from_db()
        return submission

    return arrive


def test_what_comes_through_a_list_waits_and_says_through_which(arrives, outbox):
    waits = arrives()

    assert (waits.state, waits.cause) == (State.QUARANTINED, "list")
    assert waits.reason == "It comes through the mailing list help.initech.example."
    assert outbox() == []


def test_sam_lets_the_list_in_and_all_that_waited_lands(arrives, sam, at_the_desk, worker, outbox):
    for n in range(3):
        waits = arrives(subject=f"Problem {n}")
    other = arrives(list_id="<news.shop.example>")
    browser = at_the_desk(sam)
    assert "Let this list in from now on" in browser.get("/desk/quarantine/").text

    browser.post(f"/desk/quarantine/{waits.pk}/list/")
    worker()

    assert {case.title for case in Case.objects.all()} == {f"Problem {n}" for n in range(3)}
    assert [row.pk for row in Submission.objects.quarantined()] == [other.pk]
    assert "Let in by Sam Okafor" in browser.get("/desk/quarantine/").text
    assert arrives(subject="Another").case.reporter.email == "noor@initech.example"
    assert {sent["To"] for sent in outbox()} == {"Noor <noor@initech.example>"}


@pytest.mark.parametrize(
    "more", [{"precedence": "bulk"}, {"auto_submitted": "auto-replied"}, {"sender": "no-reply@initech.example"}]
)
def test_a_program_on_a_list_that_is_let_in_is_still_a_program(arrives, sam, more):
    MailingList.objects.let_in(arrives(), by=sam)

    assert arrives(**more).cause == "program"


def test_a_list_is_let_in_until_somebody_ends_it(arrives, sam, at_the_desk):
    found = MailingList.objects.let_in(arrives(), by=sam)

    at_the_desk(sam).post(f"/desk/quarantine/lists/{found.pk}/end/")

    assert arrives().cause == "list"


def test_only_a_mail_of_a_list_lets_one_in(arrives, sam):
    with pytest.raises(NoList):
        MailingList.objects.let_in(arrives(precedence="bulk"), by=sam)


def test_by_the_api_too(arrives, sam, erin, by_api):
    waits = arrives()
    told = {"content_type": "application/json"}

    assert by_api(erin).post(f"/api/v1/quarantine/{waits.pk}/list", **told).status_code == 403
    found = by_api(sam).post(f"/api/v1/quarantine/{waits.pk}/list", **told).json()
    assert found["list_id"] == "help.initech.example"
    assert by_api(sam).get("/api/v1/mailing-lists").json() == [found]
    assert by_api(sam).post(f"/api/v1/mailing-lists/{found['id']}/end", **told).status_code == 204
    assert by_api(sam).get("/api/v1/mailing-lists").json() == []
