import pytest
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from tandem.cases import ledger
from tandem.cases.audience import Audience
from tandem.cases.journey import Stage
from tandem.cases.models import Ball, Case, Event, Message
from tandem.cases.models.case import NoSuchRoad
from tandem.kit.together import together


def lines(case):
    return list(case.events.order_by("seq").values_list("seq", "verb"))


def test_it_counts_the_lines_of_a_case_without_a_gap(case, sam):
    case.record("fact.noted", by=sam)

    assert lines(case) == [(1, "participant.joined"), (2, "case.opened"), (3, "message.received"), (4, "fact.noted")]


def test_what_a_failed_verb_wrote_is_not_in_the_ledger(case, sam):
    with pytest.raises(RuntimeError), transaction.atomic():
        case.record("fact.noted", by=sam)
        raise RuntimeError

    assert "fact.noted" not in dict(lines(case)).values()


@pytest.mark.parametrize("change", [{"verb": "x"}, {"facts": {}}])
def test_nobody_can_change_a_line(case, change):
    with pytest.raises(IntegrityError, match="appended, never changed"), transaction.atomic():
        Event.objects.filter(case=case).update(**change)


def test_nobody_can_take_back_what_was_said(case):
    with pytest.raises(IntegrityError, match="appended, never changed"), transaction.atomic():
        Message.objects.filter(case=case)._raw_delete("default")


def test_a_case_walks_only_the_roads_of_the_map(case, sam):
    with pytest.raises(NoSuchRoad, match="Submitted.*cannot become.*With engineering"):
        case.enter(Stage.ESCALATE, by=sam)

    case.enter(Stage.TRIAGE, by=sam)
    assert case.events.last().verb == "case.entered_triage"


def test_passing_the_ball_tells_who_and_since_when(case, sam, erin):
    case.pass_ball(Ball.ENGINEERING, by=sam, holder=erin)
    case.pass_ball(Ball.ENGINEERING, by=sam, holder=erin)

    assert Case.objects.get(pk=case.pk).ball_holder == erin
    assert case.events.filter(verb="ball.passed").count() == 1


def test_ana_reads_her_case_and_mallory_does_not(case, ana, mallory):
    assert case in Case.objects.visible_to(ana)
    assert case not in Case.objects.visible_to(mallory)


def test_notes_of_support_and_restricted_ones_stay_with_those_they_are_for(case, ana, sam, erin, max):
    note = case.messages.write("Her plan ends in March.", by=sam, audience=Audience.SUPPORT)
    secret = case.messages.write("Legal is involved.", by=max, audience=Audience.RESTRICTED)

    assert not {note, secret} & set(Message.objects.visible_to(ana))
    assert note in Message.objects.visible_to(erin)
    assert secret not in Message.objects.visible_to(erin)
    assert secret in Message.objects.visible_to(max)


def test_who_fails_to_hear_tries_again_alone(case, sam, worker, monkeypatch):
    """All who asked hear in one job; what one of them cannot bear is no matter of the others."""
    heard = []

    def hear(event: Event, listener: str) -> None:
        heard.append(listener)
        if listener == "first" and heard.count("first") == 1:
            raise ZeroDivisionError

    worker()
    monkeypatch.setattr(ledger, "hear", hear)
    monkeypatch.setitem(ledger.LISTENERS, "fact.noted", ["first", "second"])
    case.record("fact.noted", by=sam)
    worker()

    assert heard == ["first", "second", "first"]


def test_what_one_act_records_is_heard_in_its_order_in_one_job(case, sam, worker, monkeypatch):
    heard = []
    worker()
    monkeypatch.setattr(ledger, "hear", lambda event, listener: heard.append((event.facts["nth"], listener)))
    monkeypatch.setitem(ledger.LISTENERS, "fact.noted", ["first", "second"])

    with transaction.atomic(), together():
        for nth in (1, 2):
            case.record("fact.noted", by=sam, nth=nth)
    waiting = ProcrastinateJob.objects.filter(status="todo")
    assert [job.task_name for job in waiting] == ["cases.hear"]
    worker()

    assert heard == [(1, "first"), (1, "second"), (2, "first"), (2, "second")]
