"""Somebody whom a mail named takes part when one of us says so, and not before."""

import pytest

from tandem.cases.models import Message, Proposal
from tandem.cases.models.proposal import AnsweredAlready, IsAColleague
from tandem.kit.mailbox import Mailbox

JOE = Mailbox("Joe Park", "joe@northwind.example")


@pytest.fixture
def proposal(case) -> Proposal:
    [made] = case.proposals.make([JOE], message=case.messages.get())
    return made


def test_nobody_takes_part_by_being_named(case, proposal):
    assert case.participants.count() == 1
    assert case.events.filter(verb="proposal.made").exists()


def test_sam_lets_them_take_part(case, proposal, sam, at_the_desk):
    page = at_the_desk(sam).get(f"/desk/cases/{case.number}/participants/")
    assert "joe@northwind.example" in page.text
    assert "A mail of Ana Lima names them." in page.text

    at_the_desk(sam).post(f"/desk/cases/{case.number}/proposals/{proposal.pk}/acceptance/")

    joe = case.participants.get(user__email=JOE.address).user
    assert (joe.name, joe.contact.account) == ("Joe Park", case.account)
    assert Message.objects.visible_to(joe).of(case).exists()
    assert "Named in a mail" not in at_the_desk(sam).get(f"/desk/cases/{case.number}/participants/").text


def test_sam_declines_and_they_are_not_proposed_again(case, proposal, sam, at_the_desk):
    at_the_desk(sam).post(f"/desk/cases/{case.number}/proposals/{proposal.pk}/refusal/")

    assert case.proposals.make([JOE], message=case.messages.get()) == []
    proposal.refresh_from_db()
    assert (proposal.answered_by, proposal.is_accepted) == (sam, False)
    assert case.participants.count() == 1


def test_one_of_another_company_joins_no_account_of_the_case(case, sam):
    [proposal] = case.proposals.make([Mailbox("", "eve@elsewhere.example")], message=case.messages.get())
    proposal.accept(by=sam)

    assert case.participants.get(user__email="eve@elsewhere.example").user.contact.account is None


def test_who_takes_part_and_who_is_a_colleague_is_not_proposed(case, ana, sam):
    named = [Mailbox("", ana.email), Mailbox("", "SAM@tandem.example")]

    assert case.proposals.make(named, message=case.messages.get()) == []


def test_a_colleague_by_now_is_not_added(case, proposal, sam):
    from tandem.people.models import User

    User.objects.welcome(JOE.address, name="Joe", role="engineer")

    with pytest.raises(IsAColleague):
        proposal.accept(by=sam)


def test_who_cannot_be_written_to_is_not_added_and_that_is_said(case, sam, at_the_desk):
    [proposal] = case.proposals.make([Mailbox("", "ops@intranet")], message=case.messages.get())

    answer = at_the_desk(sam).post(f"/desk/cases/{case.number}/proposals/{proposal.pk}/acceptance/", follow=True)

    assert "We cannot write to this address" in answer.text
    assert case.participants.count() == 1


def test_two_people_answer_once(case, proposal, sam, max):
    proposal.decline(by=sam)

    with pytest.raises(AnsweredAlready):
        Proposal.objects.get().accept(by=max)


def test_customers_know_nothing_of_it(case, proposal, ana, mallory):
    assert not Proposal.objects.visible_to(ana).exists()
    assert not Proposal.objects.visible_to(mallory).exists()


def test_by_the_api_too(case, proposal, sam, ana, by_api):
    address = f"/api/v1/cases/{case.number}/proposals"

    assert [row["email"] for row in by_api(sam).get(address).json()] == [JOE.address]
    assert by_api(ana).get(address).json() == []
    assert by_api(ana).post(f"{address}/{proposal.pk}/acceptance").status_code == 403
    assert by_api(sam).post(f"{address}/{proposal.pk}/acceptance").status_code == 204
    assert case.participants.filter(user__email=JOE.address).exists()
