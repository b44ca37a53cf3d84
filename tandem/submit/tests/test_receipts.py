"""Who is told that their mail arrived: not everybody whose address Mallory forges."""

from email.utils import parseaddr

import pytest

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
