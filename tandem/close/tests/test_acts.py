"""Every act one may string together, done and undone: the last room of the journey knows them all."""

from typing import Any

import pytest

from tandem.cases import acts
from tandem.cases.acts import ChangedSince, NoSuchAct
from tandem.cases.journey import Stage
from tandem.cases.models import Ball, Case
from tandem.communicate.models import Template
from tandem.kit.errors import Invalid, Refused
from tandem.people.models import Team
from tandem.people.roles import Can

WORDS: dict[str, dict[str, Any]] = {
    "pass_ball": {"to": "engineering"},
    "link": {"other": "OTHER", "kind": "related"},
    "merge": {"into": "OTHER"},
    "promise": {"within": "4h"},
    "draft_reply": {"template": "We are on it"},
    "send_reply": {"template": "We are on it"},
    "give_to": {"to": "max@tandem.example"},
    "give_to_engineer": {"to": "me"},
    "take_off": {"part": "technical"},
    "judge": {"impact": 4, "urgency": 5},
    "set_priority": {"priority": 4, "why": "They know a way around it"},
    "set_realm": {"realm": "api"},
    "hand_off": {"team": "billing", "reason": "They ask for a refund"},
    "begin_investigation": {},
    "escalate": {"team": "platform", "asking": "Why do exports stop at 10,000 rows?"},
    "close": {"reason": "not_a_fault"},
}


@pytest.fixture
def stage(case, sam, erin, max, platform, ana, settings):
    """A case in triage with both owners, judged; another one; a template; a team for refunds."""
    settings.UNDO_SECONDS = 10
    Case.objects.open_for(ana, title="Exports are slow")
    Template.objects.write(name="We are on it", body="Hello {{ contact.first_name }}, we are on it.", by=max)
    Team.objects.create(name="Billing", slug="billing", kind="other").members.add(max)
    case.assignments.arrange(customer=sam, technical=erin, by=sam)
    case.assessments.judge(impact=3, urgency=3, realm="data", by=sam)
    return case


def told(name: str, case: Case) -> dict[str, Any]:
    other = Case.objects.exclude(pk=case.pk).get().number
    return {key: other if word == "OTHER" else word for key, word in WORDS[name].items()}


def state(case: Case) -> dict[str, Any]:
    case = Case.objects.get(pk=case.pk)
    columns = {name: getattr(case, name) for name in (*Case.REFLECTED, "stage", "ball", "merged_into")}
    return columns | {
        "holder": case.ball_holder,
        "team": case.ball_team,
        "links": list(case.links.standing()),
        "planned": list(case.planned_updates.waiting()),
        "escalations": list(case.escalations.open()),
        "handoffs": list(case.handoffs.waiting()),
    }


def done(name: str, case: Case, by: Any) -> Any:
    act = acts.get(name)
    return act.done(case, by=by, told=told(name, case))


@pytest.mark.parametrize("name", WORDS)
def test_what_was_done_and_undone_leaves_all_as_it_was(stage, sam, name):
    before = state(stage)

    undo = done(name, stage, sam)
    assert state(stage) != before
    acts.get(name).undone(Case.objects.get(pk=stage.pk), by=sam, told=undo)

    after = state(stage)
    if name == "close":  # what is opened again is searched into, for whoever closed it was sure
        before, after = before | {"stage": Stage.INVESTIGATE}, after
    assert after == before


def test_every_act_has_its_words_here_or_says_why_it_stays():
    assert {name for name, act in acts.ACTS.items() if not act.undo and not act.stays} == set()
    assert {name for name, act in acts.ACTS.items() if act.undo} >= set(WORDS)


@pytest.mark.parametrize(
    ("name", "since"),
    [
        ("pass_ball", lambda case, sam, erin: case.pass_ball(Ball.CUSTOMER, by=sam)),
        ("give_to", lambda case, sam, erin: case.assignments.give("customer", to=sam, by=erin)),
        ("judge", lambda case, sam, erin: case.assessments.judge(impact=1, urgency=1, by=erin)),
        ("escalate", lambda case, sam, erin: case.escalations.get().accept(by=erin)),
        ("send_reply", lambda case, sam, erin: case.planned_updates.get().leave_now(by=sam)),
    ],
)
def test_what_somebody_changed_since_is_not_undone(stage, sam, erin, name, since):
    undo = done(name, stage, sam)
    since(Case.objects.get(pk=stage.pk), sam, erin)
    before = state(stage)

    with pytest.raises(Refused, match="since, so it stays|left already"):
        acts.get(name).undone(Case.objects.get(pk=stage.pk), by=sam, told=undo)
    assert state(stage) == before


def test_an_act_is_refused_to_whom_it_is_not_given(stage, erin):
    with pytest.raises(Refused, match="As Engineer you cannot triage"):
        acts.get("give_to").done(stage, by=erin, told={"to": "me"})


def test_it_is_said_in_a_sentence_and_kept_in_plain_words(stage, sam):
    give, judge = acts.get("give_to"), acts.get("judge")

    assert give.sentence({"to": "max@tandem.example"}, by=sam) == "give it to Max Berger"
    assert give.plain({"to": "me"}, by=sam) == {"to": "me"}
    assert judge.plain({"impact": "4", "urgency": 5, "realm": ""}, by=sam) == {"impact": 4, "urgency": 5}
    assert acts.get("promise").sentence({"within": "4h"}, by=sam) == "promise them the next word within 4 h"


@pytest.mark.parametrize(
    ("name", "words", "sentence"),
    [
        ("give_to", {"to": "nobody@tandem.example"}, "nobody here who could"),
        ("give_to", {"to": "erin@tandem.example"}, "nobody here who could"),
        ("give_to", {}, "To: This field is required"),
        ("give_to", {"to": "me", "colour": "red"}, "does not ask for “colour”"),
        ("judge", {"impact": 9, "urgency": [1]}, "Impact: Select a valid choice"),
        ("promise", {"within": "soon"}, "Say a length of time"),
        ("link", {"other": 99, "kind": "related"}, "no case 99 that you may see"),
        ("send_reply", {"template": "No such"}, "no template “No such”"),
    ],
)
def test_what_is_not_understood_is_said_with_its_place(stage, sam, name, words, sentence):
    with pytest.raises(Invalid, match=sentence):
        acts.get(name).plain(words, by=sam)


def test_no_act_of_that_name():
    with pytest.raises(NoSuchAct, match="no act “explode”"):
        acts.get("explode")


def test_a_template_that_lacks_a_word_here_is_not_sent(stage, sam, max):
    Template.objects.write(name="Until then", body="You hear from us {{ promise }}.", by=max)

    with pytest.raises(Refused, match="“promise” of the template is not known here"):
        acts.get("send_reply").done(stage, by=sam, told={"template": "Until then"})


def test_what_is_only_prepared_is_not_sent_until_a_person_lets_it_leave(stage, sam, worker, outbox):
    undo = acts.get("draft_reply").done(stage, by=sam, told={"template": "We are on it"})
    worker()

    prepared = stage.planned_updates.get(pk=undo["planned"])
    assert prepared.prepared_at
    assert "somebody reads it" in prepared.held_why
    assert not outbox()
    assert acts.get("draft_reply").needs == Can.WORK


def test_changed_since_is_one_sentence():
    assert "Somebody changed this since" in ChangedSince().sentence
