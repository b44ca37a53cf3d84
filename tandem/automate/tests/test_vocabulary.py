"""What conditions speak of, wherever they are written: fields of our own, impact, the team."""

from datetime import timedelta

import pytest

from tandem.automate.models import NotWritten, Rule, Run
from tandem.automate.tests.rules import NOTE, says, written
from tandem.cases.audience import Audience
from tandem.clocks.tests.conftest import holds
from tandem.kit import clock, conditions, portable
from tandem.organize.models import Field

ALL = 'field.plan == "Gold" && field.rows > 1000 && case.impact == 5 && case.team == "platform"'


@pytest.fixture
def fields(max):
    Field.objects.write("plan", by=max, label="Plan", kind="choice", choices=["Gold", "Silver"])
    Field.objects.write("rows", by=max, label="Rows", kind="number")


def test_a_rule_and_its_rehearsal_know_them_as_they_were_at_that_line(case, max, sam, platform, fields, worker):
    written(max, condition=ALL)
    start = clock.now()
    steps = [
        lambda: case.field_values.fill_in({"plan": "Gold", "rows": 1001}, by=sam),
        lambda: case.assessments.judge(impact=5, urgency=5, by=sam),
        lambda: case.escalations.raise_to(platform, by=sam, asking="Why?"),
        lambda: case.messages.write("One.", by=case.reporter, audience=Audience.CUSTOMER),
        lambda: case.field_values.fill_in({"plan": "Silver"}, by=sam),
        lambda: case.messages.write("Two.", by=case.reporter, audience=Audience.CUSTOMER),
        lambda: case.field_values.fill_in({"plan": "Gold"}, by=sam),
        lambda: case.field_values.fill_in({"rows": ""}, by=sam),
        lambda: case.messages.write("Three.", by=case.reporter, audience=Audience.CUSTOMER),
        lambda: case.field_values.fill_in({"rows": 2000}, by=sam),
        lambda: case.assessments.judge(impact=4, urgency=5, by=sam),
        lambda: case.messages.write("Four.", by=case.reporter, audience=Audience.CUSTOMER),
    ]
    for hour, step in enumerate(steps):
        with clock.at(start + timedelta(hours=hour)):
            step()
            worker()

    with clock.at(start + timedelta(days=1)):
        again = Rule.objects.write(name="Again", when="message.received", condition=ALL, acts=[NOTE], by=max)
        [found] = again.current.rehearsals.begin(by=max).found
    assert found["saw"] == {"field.plan": "Gold", "field.rows": 1001, "case.impact": 5, "case.team": "platform"}
    assert found["event"] == Run.objects.get().event_id
    assert found["saw"] == Run.objects.get().saw


def test_of_what_is_not_filled_in_nothing_is_true(case, max, fields, worker):
    written(max, condition='field.plan != "Gold"')

    says(case, "Hello?", worker)

    assert not Run.objects.exists()


def test_a_field_that_does_not_exist_is_refused_with_those_that_do(max, fields):
    with pytest.raises(NotWritten, match="there is no “field.plann”. There are: field.plan, field.rows."):
        written(max, condition='field.plann == "Gold"')
    with pytest.raises(NotWritten, match="no matching overload"):
        written(max, condition="field.plan == 1")


def test_a_rule_that_speaks_of_a_field_that_is_retired_waits_for_nothing(case, max, sam, fields, worker):
    written(max, condition='field.plan == "Gold"')
    case.field_values.fill_in({"plan": "Gold"}, by=sam)
    Field.objects.standing().get(key="plan").retire(by=max)

    says(case, "Hello?", worker)

    assert not Run.objects.exists()


def test_a_file_of_settings_has_fields_before_the_rules_that_speak_of_them(max, ada, fields):
    written(max, condition=ALL, on=False)
    file = portable.exported()

    assert not portable.take(file, by=ada)
    Rule.objects.get().retire(by=max)
    Field.objects.standing().get(key="plan").retire(by=max)
    portable.take(file, by=ada)

    assert Rule.objects.standing().get().condition == ALL
    assert portable.exported() == file


def test_the_page_offers_them_with_their_values(max, fields, at_the_desk):
    page = at_the_desk(max).get("/desk/rules/new/").text

    assert '<option value="field.plan" data-values="Gold,Silver" data-quoted="True">Plan</option>' in page
    assert '<option value="case.impact" data-values="0,1,2,3,4,5" data-quoted="False">' in page
    assert '<option value="case.team"' in page


@pytest.mark.parametrize(
    "condition",
    [
        'case .ball == "support"',
        'case\n.ball == "support"',
        'case. // who moves?\n ball == "support"',
        '.case.ball == "support"',
        'case.`ball` == "support"',
        'field . plan == "Gold"',
    ],
)
def test_a_name_may_be_spaced_as_one_likes(case, max, sam, fields, worker, condition):
    case.field_values.fill_in({"plan": "Gold"}, by=sam)
    written(max, condition=condition)

    says(case, "Hello?", worker)

    assert Run.objects.exists()
    assert holds(condition, case)


@pytest.mark.parametrize("source", ["x" * 501, "1 + 1", "\ud800", 'case.plann == "x"', "asks(case.plan)"])
def test_both_halves_of_what_is_wrong_are_told_in_the_language_of_the_reader(monkeypatch, source):
    monkeypatch.setattr(conditions, "_", lambda told: f"«{told}»")

    with pytest.raises(conditions.Wrong) as wrong:
        conditions.condition(source, {"case.plan": "text"}, may_ask=True)

    assert wrong.value.sentence.startswith("«The condition is not understood")
    assert str(wrong.value).startswith("«")


def test_a_team_that_has_another_name_since_is_known_by_its_short_name(case, max, sam, platform, worker):
    case.escalations.raise_to(platform, by=sam, asking="Why?")
    written(max, condition='case.team == "platform"')
    platform.name = "Platform and data"
    platform.save()

    says(case, "It stops.", worker)

    assert Run.objects.exists()


def test_of_a_ball_passed_before_short_names_were_written_down_the_team_is_known_by_its_name(
    case, max, sam, platform, worker
):
    case.record("ball.passed", by=sam, to="engineering", holder=None, team=platform.name)
    written(max, condition='case.team == "platform"')

    says(case, "It stops.", worker)

    assert Run.objects.exists()
