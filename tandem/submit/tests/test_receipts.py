"""Who is told that their mail arrived: not everybody whose address Mallory forges."""

from email.utils import parseaddr

import pytest

from tandem.cases import jobs
from tandem.cases.models import Case
from tandem.submit.models import Submission
from tandem.submit.tests.mail import SUPPORT, mail

MX = "mx.tandem.example"


@pytest.fixture
def arrives(worker):
    def take(sender: str, *, checked_by: str = "", dmarc: str = "fail") -> Case:
        verdict = f"{MX}; dmarc={dmarc} header.from={sender.partition('@')[2]}"
        raw = mail(sender=sender, authentication_results=verdict)
        submission = Submission.objects.accept_mail(raw, sender="", recipients=[SUPPORT], checked_by=checked_by)
        worker()
        return Submission.objects.get(pk=submission.pk).case

    return take


def told(outbox) -> list[str]:
    return [parseaddr(receipt["To"])[1] for receipt in outbox()]


def heard_again(case: Case) -> None:
    """The worker died before it could say that the job was done."""
    jobs.hear(event_id=case.events.get(verb="submission.landed").pk)


def test_who_is_proven_is_told(arrives, outbox):
    arrives("noor@initech.example", checked_by=MX, dmarc="pass")

    assert told(outbox) == ["noor@initech.example"]


def test_whose_address_was_forged_is_not_and_the_case_says_so(arrives, outbox, sam, at_the_desk):
    case = arrives("victim@elsewhere.example", checked_by=MX)
    again = arrives("victim@elsewhere.example", checked_by=MX)

    assert told(outbox) == []
    for one in (case, again):
        assert "No receipt" in at_the_desk(sam).get(f"/desk/cases/{one.number}/").text


def test_a_customers_person_is_told_though_nothing_proves_it(arrives, ana, outbox):
    arrives(ana.email, checked_by=MX)

    assert told(outbox) == [ana.email]


def test_who_was_proven_before_is_told(arrives, outbox, settings):
    settings.MAIL_TO_ADDRESS = 0
    arrives("noor@initech.example", checked_by=MX, dmarc="pass")
    settings.MAIL_TO_ADDRESS = 2
    arrives("noor@initech.example", checked_by=MX)

    assert told(outbox) == ["noor@initech.example"]


def test_where_nothing_can_be_proven_so_many_are_told_in_an_hour_and_all_land(arrives, ana, outbox, settings):
    settings.RECEIPTS = 3
    cases = [arrives(f"victim{n}@elsewhere.example") for n in range(6)]
    arrives(ana.email)

    assert len(cases) == Case.objects.count() - 1 == 6
    assert told(outbox) == [*(f"victim{n}@elsewhere.example" for n in range(3)), ana.email]
    assert cases[3].events.get(verb="receipt.left_out").audience == "support"
    assert not cases[0].events.filter(verb="receipt.left_out").exists()


def test_forged_mails_for_few_addresses_leave_receipts_for_others(arrives, outbox, settings):
    settings.RECEIPTS = 3
    for n in range(8):
        arrives(f"victim{n % 2}@elsewhere.example")
    arrives("noor@initech.example")

    assert told(outbox) == ["victim0@elsewhere.example", "victim1@elsewhere.example", "noor@initech.example"]


def test_whose_address_just_had_a_mail_gets_none_and_the_case_says_so(arrives, outbox, sam, at_the_desk):
    arrives("noor@initech.example", checked_by=MX, dmarc="pass")
    case = arrives("noor@initech.example", checked_by=MX, dmarc="pass")

    assert told(outbox) == ["noor@initech.example"]
    assert "No receipt was sent: This address had" in at_the_desk(sam).get(f"/desk/cases/{case.number}/").text


def test_heard_of_again_nobody_is_told_again_and_nothing_is_counted_or_written_again(arrives, outbox, settings):
    settings.RECEIPTS = 2
    one, left_out = arrives("victim0@elsewhere.example"), arrives("victim1@elsewhere.example", checked_by=MX)
    for case in (one, left_out):
        heard_again(case)
    arrives("noor@initech.example")

    assert told(outbox) == ["victim0@elsewhere.example", "noor@initech.example"]
    assert [case.events.filter(verb="receipt.left_out").count() for case in (one, left_out)] == [0, 1]
