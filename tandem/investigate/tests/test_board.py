import pytest
from django.db import IntegrityError, transaction

from tandem.cases.audience import Audience
from tandem.cases.journey import Stage
from tandem.intake.models import Question
from tandem.investigate import board
from tandem.investigate.models import Bearing, Evidence, Hypothesis, HypothesisState
from tandem.investigate.panels import current_hypothesis
from tandem.kit.errors import Invalid


@pytest.fixture
def cap(case, erin):
    return case.hypotheses.propose("A limit in the export's paging", by=erin)


def read(case, reader):
    return board.read(case, evidence=Evidence.objects.visible_to(reader), questions=Question.objects.visible_to(reader))


def test_an_idea_begins_open_and_begins_the_investigation(case, sam):
    case.enter(Stage.TRIAGE, by=sam)

    cap = case.hypotheses.propose(" A limit in the export's paging ", by=sam)

    case.refresh_from_db()
    assert (cap.state, cap.text, case.stage) == (
        HypothesisState.OPEN,
        "A limit in the export's paging",
        Stage.INVESTIGATE,
    )


def test_it_is_tested_ruled_out_with_a_reason_and_taken_up_again(case, erin, cap):
    cap.settle(HypothesisState.TESTING, by=erin)
    assert cap.settled_at is None

    cap.settle(HypothesisState.RULED_OUT, because="Paging is off here", by=erin)
    assert (cap.settled_by, cap.because) == (erin, "Paging is off here")

    cap.settle(HypothesisState.OPEN, by=erin)
    assert (cap.settled_by, cap.settled_at) == (None, None)
    assert [event.verb for event in case.events.filter(verb__startswith="hypothesis.")] == [
        "hypothesis.proposed", "hypothesis.tested", "hypothesis.ruled_out", "hypothesis.reopened",
    ]  # fmt: skip


def test_the_current_one_is_confirmed_before_tested_before_new(case, erin, cap):
    tested = case.hypotheses.propose("A full disk", by=erin)
    newest = case.hypotheses.propose("A proxy", by=erin)
    assert current_hypothesis(case) == newest

    tested.settle(HypothesisState.TESTING, by=erin)
    assert current_hypothesis(case) == tested

    cap.settle(HypothesisState.CONFIRMED, by=erin)
    assert current_hypothesis(case) == cap


def test_there_is_no_current_one_when_all_are_ruled_out(case, erin, cap):
    cap.settle(HypothesisState.RULED_OUT, by=erin)

    assert current_hypothesis(case) is None


def test_evidence_speaks_for_a_hypothesis_against_it_or_waits(case, erin, sam, cap):
    case.evidence.note("10,000 rows in every run", source="export log", hypothesis=cap, by=erin)
    case.evidence.note("One run had 12,000", hypothesis=cap, bearing=Bearing.AGAINST, by=sam)
    case.evidence.note("Disk at 40 %", link="https://graphs.example/disk", by=sam)

    told = read(case, sam)["evidence"]
    assert [(row["hypothesis"], row["bearing"]) for row in told] == [(cap.pk, "for"), (cap.pk, "against"), (None, "")]


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://files.example/x", "not a link", "data:text/html,x"])
def test_evidence_refuses_a_link_that_is_not_of_the_web(case, sam, link):
    with pytest.raises(Invalid):
        case.evidence.note("See there", link=link, by=sam)


def test_evidence_of_another_case_is_refused(case, mallorys_case, sam):
    elsewhere = mallorys_case.hypotheses.propose("A full disk", by=sam)

    with pytest.raises(Invalid):
        case.evidence.note("Disk at 99 %", hypothesis=elsewhere, by=sam)


def test_restricted_evidence_is_read_by_managers_owners_and_who_added_it(case, erin, sam, max):
    case.evidence.note("A password in the log", audience=Audience.RESTRICTED, by=erin)

    assert [len(read(case, reader)["evidence"]) for reader in (erin, max, sam)] == [1, 1, 0]
    case.reflect(customer_owner=sam)
    assert len(read(case, sam)["evidence"]) == 1


def test_open_questions_stand_there_with_their_owner_until_answered(case, erin, sam):
    question = case.questions.ask("Which rows are missing?", of=sam, by=erin)
    assert [(row["text"], row["asked_of"]) for row in read(case, erin)["questions"]] == [
        ("Which rows are missing?", "Sam Okafor")
    ]

    question.answer("The last ones", by=sam)
    assert read(case, erin)["questions"] == []


def test_the_board_is_one_query_whatever_stands_on_it(case, erin, cap, django_assert_num_queries):
    for n in range(5):
        hypothesis = case.hypotheses.propose(f"Idea {n}", by=erin)
        case.evidence.note("Seen", hypothesis=hypothesis, by=erin)

    with django_assert_num_queries(1):
        read(case, erin)


def test_times_become_times_again(case, erin, cap):
    told = board.timed(read(case, erin))

    assert told["hypotheses"][0]["proposed_at"] == cap.proposed_at


@pytest.mark.parametrize("broken", [{"text": ""}, {"state": "sure"}, {"state": "confirmed"}])
def test_the_database_keeps_the_states_of_a_hypothesis_true(cap, broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        Hypothesis.objects.filter(pk=cap.pk).update(**broken)


@pytest.mark.parametrize("broken", [{"bearing": "for"}, {"audience": "customer"}, {"text": ""}])
def test_the_database_keeps_evidence_placed_and_among_colleagues(case, sam, broken):
    loose = case.evidence.note("Disk at 40 %", by=sam)

    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.filter(pk=loose.pk).update(**broken)
