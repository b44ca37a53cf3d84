import pytest
from django.db import IntegrityError, transaction

from tandem.cases.journey import Stage
from tandem.cases.models import Ball
from tandem.escalate.models import Escalation, EscalationState, refusals
from tandem.kit import clock

CARD = {"cause": "The pager stops at 10,000.", "tell_customer": "We found it, and a way around it."}


def where(case):
    case.refresh_from_db()
    return case.stage, case.ball, case.ball_holder, case.ball_team


def test_it_brings_the_case_to_engineering_from_any_stage_before(owned, escalation, platform):
    assert escalation.state == EscalationState.REQUESTED
    assert where(owned) == (Stage.ESCALATE, Ball.ENGINEERING, None, platform)
    assert list(owned.escalations.waiting()) == [escalation]


def test_who_accepts_owns_the_cause_and_has_the_ball(owned, escalation, erin, platform):
    escalation.accept(by=erin)

    assert where(owned) == (Stage.ESCALATE, Ball.ENGINEERING, erin, platform)
    assert (owned.technical_owner, escalation.state) == (erin, EscalationState.ACTIVE)
    assert list(owned.escalations.active()) == [escalation]


def test_an_engineer_of_another_team_can_neither_accept_nor_return_it(escalation, dora):
    with pytest.raises(refusals.NotOfThisTeam, match="Only members of Platform"):
        escalation.accept(by=dora)
    with pytest.raises(refusals.NotOfThisTeam):
        escalation.send_back(reasons="Not ours", by=dora)
    assert Escalation.objects.get().state == EscalationState.REQUESTED


def test_support_in_the_team_is_still_support(escalation, sam, platform):
    sam.teams.add(platform)

    with pytest.raises(refusals.NotOfThisTeam):
        escalation.accept(by=sam)


def test_a_manager_may_accept_for_a_team(escalation, max):
    escalation.accept(by=max)

    assert escalation.accepted_by == max


def test_it_can_be_accepted_once(escalation, erin, max):
    escalation.accept(by=erin)

    with pytest.raises(refusals.AlreadyAnswered):
        escalation.accept(by=max)
    with pytest.raises(refusals.AlreadyAnswered):
        escalation.send_back(reasons="Changed my mind", by=erin)


def test_returned_once_then_accepted(owned, escalation, sam, erin, platform):
    escalation.send_back(reasons="We need the trace.", lacking=["version", "Trace id"], by=erin)
    assert escalation.state == EscalationState.RETURNED
    assert where(owned) == (Stage.INVESTIGATE, Ball.SUPPORT, sam, None)

    again = owned.escalations.raise_to(platform, by=sam, asking="With trace 4711: why do exports stop?")
    assert again.follows == escalation
    assert again.package["before"]["reasons"] == "We need the trace."
    assert again.package["before"]["lacking"] == [
        {"key": "version", "label": "Version measured"},
        {"key": "trace_id", "label": "Trace id"},
    ]

    again.accept(by=erin)
    assert where(owned) == (Stage.ESCALATE, Ball.ENGINEERING, erin, platform)
    assert [event.verb for event in owned.events.filter(verb__startswith="escalation.")] == [
        "escalation.requested", "escalation.returned", "escalation.requested", "escalation.accepted",
    ]  # fmt: skip


def test_one_that_follows_a_withdrawn_one_still_follows_what_was_returned(owned, escalation, sam, erin, platform):
    escalation.send_back(reasons="We need the trace.", by=erin)
    owned.escalations.raise_to(platform, by=sam, asking="By mistake").withdraw(by=sam)

    assert owned.escalations.raise_to(platform, by=sam, asking="With the trace").follows == escalation


def test_it_is_returned_with_reasons_or_not_at_all(escalation, erin):
    with pytest.raises(refusals.ReasonsMissing):
        escalation.send_back(reasons="  ", lacking=["version"], by=erin)


def test_an_empty_ask_is_refused(owned, sam, platform):
    with pytest.raises(refusals.NothingAsked):
        owned.escalations.raise_to(platform, by=sam, asking=" \n ")


def test_only_engineering_can_be_asked(owned, sam, support):
    with pytest.raises(refusals.NotEngineering):
        owned.escalations.raise_to(support, by=sam, asking="Why?")


def test_a_team_that_has_the_case_is_not_asked_again_but_another_is(owned, escalation, sam, platform, database):
    with pytest.raises(refusals.StillWaiting, match="Platform has this case already"):
        owned.escalations.raise_to(platform, by=sam, asking="And why at night?")

    owned.escalations.raise_to(database, by=sam, asking="Is a cursor limit set?")
    assert owned.escalations.open().count() == 2


def test_while_another_team_has_it_the_case_stays_with_engineering(owned, escalation, sam, erin, database):
    owned.escalations.raise_to(database, by=sam, asking="Is a cursor limit set?")

    escalation.send_back(reasons="Not ours.", by=erin)

    assert where(owned)[:2] == (Stage.ESCALATE, Ball.SUPPORT)


def test_a_question_goes_to_the_customer_owner_with_the_ball_and_comes_back_with_the_answer(
    owned, escalation, sam, erin, platform, worker
):
    escalation.accept(by=erin)

    question = escalation.ask("Which rows are missing?", by=erin)
    assert (question.asked_of, escalation.state) == (sam, EscalationState.ACTIVE)
    assert where(owned)[1:3] == (Ball.SUPPORT, sam)

    question.answer("The last ones", by=sam)
    worker()
    assert where(owned) == (Stage.ESCALATE, Ball.ENGINEERING, erin, platform)


def test_the_ball_waits_for_the_last_answer(owned, escalation, sam, erin, worker):
    escalation.accept(by=erin)
    first, _second = escalation.ask("Which rows?", by=erin), escalation.ask("Since when?", by=erin)

    first.answer("The last ones", by=sam)
    worker()

    assert where(owned)[1] == Ball.SUPPORT


def test_another_team_cannot_ask(escalation, dora):
    with pytest.raises(refusals.NotOfThisTeam):
        escalation.ask("May I?", by=dora)


def test_engineering_hands_back_with_a_card_and_support_takes_it(owned, escalation, sam, erin):
    escalation.accept(by=erin)

    card = escalation.hand_back(**CARD, do_not_promise="A date for the fix", by=erin)
    assert (escalation.state, card.do_not_promise) == (EscalationState.HANDED_BACK, "A date for the fix")
    assert where(owned)[:3] == (Stage.ESCALATE, Ball.SUPPORT, sam)

    escalation.acknowledge_hand_back(by=sam)
    assert where(owned)[:3] == (Stage.INVESTIGATE, Ball.SUPPORT, sam)
    assert escalation.hand_back_card.acknowledged_by == sam
    with pytest.raises(refusals.NotHandedBack):
        escalation.acknowledge_hand_back(by=sam)


def test_only_the_customer_owner_or_a_manager_takes_it_back(owned, escalation, erin, max, support):
    from tandem.people.models import User

    escalation.accept(by=erin)
    escalation.hand_back(**CARD, by=erin)
    sue = User.objects.welcome("sue@tandem.example", name="Sue Park", role="support")

    for nobody in (sue, erin):
        with pytest.raises(refusals.NotTheirs):
            escalation.acknowledge_hand_back(by=nobody)
    escalation.acknowledge_hand_back(by=max)


def test_support_may_ask_about_the_card_before_taking_it(owned, escalation, sam, erin, worker):
    escalation.accept(by=erin)
    escalation.hand_back(**CARD, by=erin)

    question = escalation.ask("May we name the version?", by=sam)
    assert (question.asked_of, where(owned)[1:3]) == (erin, (Ball.ENGINEERING, erin))

    question.answer("Yes, 4.3", by=erin)
    worker()
    assert where(owned)[1:3] == (Ball.SUPPORT, sam)


@pytest.mark.parametrize("without", ["cause", "tell_customer"])
def test_a_card_without_cause_or_words_is_not_taken(escalation, erin, without):
    escalation.accept(by=erin)

    with pytest.raises(refusals.CardIncomplete):
        escalation.hand_back(**{**CARD, without: " "}, by=erin)
    assert Escalation.objects.get().state == EscalationState.ACTIVE


def test_only_what_was_accepted_is_handed_back(escalation, erin):
    with pytest.raises(refusals.NotActive):
        escalation.hand_back(**CARD, by=erin)


def test_withdrawn_it_leaves_the_case_with_support(owned, escalation, sam, erin):
    escalation.withdraw(by=sam)

    assert escalation.state == EscalationState.WITHDRAWN
    assert where(owned)[:3] == (Stage.INVESTIGATE, Ball.SUPPORT, sam)
    with pytest.raises(refusals.AlreadyAnswered):
        escalation.accept(by=erin)


def test_when_the_case_closes_what_is_still_asked_is_withdrawn(owned, escalation, sam, erin, worker):
    escalation.accept(by=erin)
    owned.enter(Stage.CLOSE, by=sam)
    owned.pass_ball(Ball.NOBODY, by=sam)

    worker()

    assert owned.escalations.get().state == EscalationState.WITHDRAWN
    assert where(owned)[:2] == (Stage.CLOSE, Ball.NOBODY)


@pytest.mark.parametrize(
    "broken",
    [
        {"asking": ""},
        {"package": {}},
        {"accepted_at": clock.now()},
        {"returned_at": clock.now()},
        {"handed_back_at": clock.now()},
    ],
)
def test_the_database_refuses_acts_of_nobody_and_another_package(escalation, broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        Escalation.objects.filter(pk=escalation.pk).update(**broken)


def test_the_database_refuses_both_answers_and_a_return_without_reasons(escalation, erin):
    both = {"accepted_by": erin, "accepted_at": clock.now(), "returned_by": erin, "returned_at": clock.now()}

    for broken in ({**both, "reasons": "No"}, {"returned_by": erin, "returned_at": clock.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Escalation.objects.filter(pk=escalation.pk).update(**broken)


def test_the_database_keeps_one_open_escalation_per_team(owned, escalation, sam, platform):
    with pytest.raises(IntegrityError), transaction.atomic():
        Escalation.objects.create(case=owned, team=platform, asking="Again", package={}, priority=1, requested_by=sam)


def test_an_escalation_is_never_deleted(escalation):
    with pytest.raises(IntegrityError), transaction.atomic():
        escalation.delete()


def test_customers_see_none(escalation, ana, mallory, dora):
    assert not Escalation.objects.visible_to(ana).exists()
    assert not Escalation.objects.visible_to(mallory).exists()
    assert Escalation.objects.visible_to(dora).exists()
