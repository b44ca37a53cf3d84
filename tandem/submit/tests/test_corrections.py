"""Where a mail landed is put right with one click, and what was said stays what it is."""

import pytest

from tandem.cases.models import Case, Message
from tandem.submit.models import Submission
from tandem.submit.tests.mail import SUPPORT, mail

ANA = "Ana Lima <ana@northwind.example>"


@pytest.fixture
def arrives(worker, case, ana):
    address = f"reply+{case.participants.get(user=ana).word}@reply.tandem.example"

    def arrive(raw: bytes, to: str = address) -> Submission:
        submission = Submission.objects.accept_mail(raw, sender="", recipients=[to])
        worker()
        submission.refresh_from_db()
        return submission

    return arrive


def test_an_answer_about_something_else_becomes_a_case_of_its_own(case, ana, sam, arrives, at_the_desk):
    other = arrives(mail(sender=ANA, subject="Logins fail", body="Logins fail, too."))

    at_the_desk(sam).post(f"/desk/cases/{case.number}/submissions/{other.pk}/own-case/")

    opened = Case.objects.latest("pk")
    assert (opened.title, opened.reporter) == ("Logins fail", ana)
    assert other.message in Message.objects.of(opened)
    assert other.message not in Message.objects.of(case)
    assert "Why here?" in at_the_desk(sam).get(f"/desk/cases/{opened.number}/").text


def test_what_a_stranger_wrote_to_her_address_becomes_their_case(case, sam, arrives):
    aside = arrives(mail(sender="Bob <bob@elsewhere.example>", subject="Mine is broken"))

    opened = aside.belongs_alone(by=sam)

    assert opened.reporter.email == "bob@elsewhere.example"
    assert opened.account is None


def test_a_mail_that_opened_its_own_case_goes_with_it(case, ana, sam, arrives, at_the_desk):
    alone = arrives(mail(sender=ANA, subject="Re: the export"), SUPPORT)
    assert alone.case != case

    at_the_desk(sam).post(f"/desk/cases/{alone.case.number}/submissions/{alone.pk}/other-case/", {"into": case.number})

    assert alone.message in Message.objects.of(case)
    alone.case.refresh_from_db()
    assert alone.case.merged_into == case


def test_one_answer_of_many_moves_alone(case, ana, sam, arrives):
    second = Case.objects.open_for(ana, title="Logins fail")
    stray = arrives(mail(sender=ANA, body="Logins work again."))

    stray.belongs_to(second, by=sam)

    assert stray.message in Message.objects.of(second)
    assert case.messages.first() in Message.objects.of(case)


def test_nobody_elses_case_gets_her_words(case, mallorys_case, sam, arrives, at_the_desk):
    hers = arrives(mail(sender=ANA))

    at_the_desk(sam).post(
        f"/desk/cases/{case.number}/submissions/{hers.pk}/other-case/", {"into": mallorys_case.number}
    )

    assert hers.message in Message.objects.of(case)


@pytest.mark.parametrize("person", ["erin", "ana", "mallory"])
@pytest.mark.parametrize("verb", ["own-case", "other-case"])
def test_who_does_not_steer_puts_nothing_right(request, case, arrives, person, verb, at_the_desk):
    hers = arrives(mail(sender=ANA))
    browser = at_the_desk(request.getfixturevalue(person))

    answer = browser.post(f"/desk/cases/{case.number}/submissions/{hers.pk}/{verb}/", {"into": case.number})

    assert answer.status_code in (403, 404)
    assert Case.objects.count() == 1


def test_by_the_api_too(case, sam, ana, arrives, by_api):
    second = Case.objects.open_for(ana, title="Logins fail")
    stray = arrives(mail(sender=ANA))
    address = f"/api/v1/cases/{case.number}/submissions/{stray.pk}"

    moved = by_api(sam).post(f"{address}/other-case", {"into": second.number}, content_type="application/json")
    assert moved.status_code == 204
    assert by_api(sam).post(f"{address}/own-case").status_code == 404
    here = f"/api/v1/cases/{second.number}/submissions/{stray.pk}/own-case"
    assert by_api(sam).post(here).status_code in (201, 422, 409)
