from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tandem.cases.journey import Stage
from tandem.cases.models import Case
from tandem.investigate.models import Attempt, Needed, Outcome
from tandem.investigate.models.attempt import AlreadyUndone
from tandem.kit import clock
from tandem.kit.errors import Invalid


@pytest.fixture
def rebuilt(case, erin):
    return case.attempts.note("Rebuilt the index", outcome=Outcome.NO_EFFECT, still_in_place=True, by=erin)


@pytest.fixture
def recalculated(case, erin):
    return case.attempts.note("Recalculated the statistics", outcome=Outcome.HELPED, still_in_place=True, by=erin)


def test_it_keeps_what_did_not_help_beside_what_did(case, rebuilt, recalculated):
    assert list(case.attempts.did_not_help()) == [rebuilt]
    assert list(case.attempts.helped()) == [recalculated]


def test_noting_one_in_triage_begins_the_investigation(case, sam):
    case.enter(Stage.TRIAGE, by=sam)

    case.attempts.note("Restarted the export worker", outcome=Outcome.NO_EFFECT, by=sam)

    case.refresh_from_db()
    assert case.stage == Stage.INVESTIGATE


def test_noting_one_elsewhere_moves_nothing(case, rebuilt):
    case.refresh_from_db()
    assert case.stage == Stage.SUBMIT


def test_it_is_written_into_the_ledger_for_colleagues(case, rebuilt):
    event = case.events.get(verb="attempt.noted")
    assert event.audience == "support"
    assert event.facts["what"] == "Rebuilt the index"


def test_what_did_not_help_but_is_still_there_is_in_question_until_somebody_knows(case, erin, rebuilt, recalculated):
    assert list(case.attempts.in_question()) == [rebuilt]

    rebuilt.settle(needed=Needed.UNKNOWN, by=erin)
    assert list(case.attempts.in_question()) == [rebuilt]

    rebuilt.settle(needed=Needed.NO, by=erin)
    assert not case.attempts.in_question().exists()
    assert (rebuilt.settled_by, rebuilt.settled_at is not None) == (erin, True)


def test_what_was_taken_back_is_no_longer_in_question(case, erin, rebuilt):
    rebuilt.undo(by=erin)

    assert rebuilt.still_in_place is False
    assert not case.attempts.in_question().exists()
    with pytest.raises(AlreadyUndone):
        rebuilt.undo(by=erin)


def test_an_outcome_that_showed_only_later_is_judged_anew_and_the_ledger_keeps_both(case, erin, rebuilt):
    rebuilt.judge(Outcome.HELPED, by=erin)

    assert case.events.get(verb="attempt.judged").facts | {"thought": "no_effect", "outcome": "helped"} == (
        case.events.get(verb="attempt.judged").facts
    )


def test_it_can_have_been_done_by_the_customer_earlier(case, ana, sam):
    yesterday = clock.now() - timedelta(days=1)

    attempt = case.attempts.note(
        "Cleared the cache", outcome=Outcome.INCONCLUSIVE, done_by=ana, done_at=yesterday, by=sam
    )

    assert (attempt.done_by, attempt.noted_by, attempt.done_at) == (ana, sam, yesterday)


@pytest.mark.parametrize(
    "told",
    [
        {"what": "  \x00 "},
        {"outcome": "perhaps"},
        {"done_at": clock.now() + timedelta(days=1)},
    ],
)
def test_it_refuses_nothing_done_no_outcome_and_the_future(case, sam, told):
    with pytest.raises(Invalid):
        case.attempts.note(**{"what": "Rebuilt the index", "outcome": Outcome.WORSE, "by": sam, **told})
    assert not Attempt.objects.exists()


def test_it_cannot_test_a_hypothesis_of_another_case(case, mallorys_case, sam):
    elsewhere = mallorys_case.hypotheses.propose("A full disk", by=sam)

    with pytest.raises(Invalid):
        case.attempts.note("Freed space", outcome=Outcome.HELPED, hypothesis=elsewhere, by=sam)


@pytest.mark.parametrize(
    "broken",
    [
        {"what": ""},
        {"outcome": "maybe"},
        {"needed": "yes"},
        {"undone_at": clock.now()},
    ],
)
def test_the_database_keeps_its_states_true(rebuilt, broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.filter(pk=rebuilt.pk).update(**broken)


def test_one_that_was_undone_cannot_be_of_unknown_place(rebuilt, erin):
    rebuilt.undo(by=erin)

    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.filter(pk=rebuilt.pk).update(still_in_place=None)


def test_a_merged_case_brings_its_attempts_and_gives_them_back(case, ana, sam, rebuilt):
    other = Case.objects.open_for(ana, title="The same again")

    case.merges.join_to(other, by=sam)
    assert list(Attempt.objects.of(other)) == [rebuilt]

    case.merges.get().undo(by=sam)
    assert not Attempt.objects.of(other).exists()


def test_customers_see_none(case, ana, mallory, sam, rebuilt):
    assert not Attempt.objects.visible_to(ana).exists()
    assert not Attempt.objects.visible_to(mallory).exists()
    assert Attempt.objects.visible_to(sam).exists()
