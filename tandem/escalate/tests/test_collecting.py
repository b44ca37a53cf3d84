import pytest

from tandem.cases.models import Case


@pytest.fixture
def returned(owned, sam, erin, platform):
    """An escalation of the realm “data”, returned for want of a trace id."""
    owned.assessments.judge(impact=3, urgency=3, realm="data", by=sam)
    escalation = owned.escalations.raise_to(platform, by=sam, asking="Why do exports stop?")
    escalation.send_back(reasons="We cannot find the run.", lacking=["Trace id", "evidence"], by=erin)
    return escalation


@pytest.fixture
def next_case(ana):
    return Case.objects.open_for(ana, title="Exports stop again")


def test_the_next_case_of_the_realm_asks_for_what_was_missing_by_itself(returned, next_case, sam, erin, worker):
    next_case.assessments.judge(impact=3, urgency=3, realm="data", by=sam)
    worker()

    question = next_case.questions.get()
    assert (question.key, question.asked_by, question.asked_of) == ("trace_id", erin, sam)
    assert question.text == f"Trace id? Platform could not work on case {returned.case.number} without it."


def test_the_customer_is_not_written_to_by_a_machine(returned, next_case, ana, sam, worker):
    next_case.assessments.judge(impact=3, urgency=3, realm="data", by=sam)
    worker()

    assert next_case.questions.get().audience == "support"
    assert not next_case.questions.visible_to(ana).exists()


def test_what_is_found_out_is_a_fact_and_travels(returned, next_case, sam, platform, worker):
    next_case.assessments.judge(impact=3, urgency=3, realm="data", by=sam)
    worker()
    next_case.questions.get().answer("4711", by=sam)
    worker()

    raised = next_case.escalations.raise_to(platform, by=sam, asking="Why again?")

    [trace] = [fact for fact in raised.package["facts"] if fact["key"] == "trace_id"]
    assert (trace["label"], trace["told"]) == ("Trace id", "4711")


def test_what_is_known_or_asked_already_is_not_asked_again(returned, next_case, ana, sam, worker):
    next_case.facts.note("trace_id", "4712", by=sam)
    for _again in range(2):
        next_case.assessments.judge(impact=3, urgency=3, realm="data", by=sam)
        worker()

    assert not next_case.questions.exists()


def test_it_asks_once_however_often_it_is_judged(returned, next_case, sam, worker):
    for _again in range(2):
        next_case.assessments.judge(impact=3, urgency=3, realm="data", by=sam)
        worker()

    assert next_case.questions.count() == 1


def test_another_realm_asks_nothing(returned, next_case, sam, worker):
    next_case.assessments.judge(impact=3, urgency=3, realm="web", by=sam)
    worker()

    assert not next_case.questions.exists()
