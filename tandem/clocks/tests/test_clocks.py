"""What the clocks of Ana's case say, told in the product's own verbs."""

import pytest

from tandem.cases import ledger
from tandem.cases.audience import Audience
from tandem.cases.models import Ball, Case, Channel
from tandem.clocks import keeping, watching
from tandem.clocks.models import Clock, Policy
from tandem.clocks.models.policy import Of
from tandem.clocks.terms import Kind
from tandem.clocks.tests.conftest import HOUR, berlin, targets
from tandem.close.models import Reason
from tandem.communicate.models import Direction
from tandem.kit import clock


def the(case, kind) -> Clock:
    return case.clocks.filter(kind=kind).latest("pk")


def write(case, person, text="It stops again."):
    return case.messages.write(text, by=person, audience=Audience.CUSTOMER, channel=Channel.PORTAL)


def must_equal_their_replay(case):
    assert keeping.differences(Case.objects.get(pk=case.pk)) == []


def test_a_case_is_measured_from_when_it_was_opened(exports):
    assert the(exports, Kind.FIRST_ANSWER).due_at == berlin("2026-11-24 12:00")
    assert the(exports, Kind.RESOLUTION).due_at == berlin("2026-11-25 12:00")
    exports.refresh_from_db()
    assert exports.due_at == berlin("2026-11-24 12:00")


def test_a_level_for_where_it_happens_begins_when_that_is_said(ana, production, office, sam, max, when):
    with clock.at(berlin("2026-11-01 09:00")):
        rule = 'case.environment.kind == "production"'
        Policy.objects.write(name="Live", of=Of.CASE, calendar=office, targets=targets(), rule=rule, by=max)
    with when("2026-11-24 11:00"):
        case = Case.objects.open_for(ana, title="Nightly export stops at row 10,000")
    assert not case.clocks.exists()

    with when("2026-11-24 11:20"):
        case.facts.measure(environment=production, by=sam)

    assert the(case, Kind.FIRST_ANSWER).due_at == berlin("2026-11-24 12:00")
    must_equal_their_replay(case)


def test_a_time_chosen_by_a_judgement_ends_with_it(office, exports, sam, max, when):
    with clock.at(berlin("2026-11-24 11:01")):
        told = targets() | {"first_answer": dict.fromkeys(range(5), HOUR) | {1: HOUR // 2}}
        Policy.objects.get(name="Standard").publish(calendar=office, targets=told, by=max)
    with when("2026-11-24 11:05"):
        judged = exports.assessments.judge(impact=5, urgency=5, realm="data", priority=1, why="all stand still", by=sam)
    assert the(exports, Kind.FIRST_ANSWER).target == HOUR // 2

    with when("2026-11-24 11:10"):
        judged.take_back(by=sam)

    assert the(exports, Kind.FIRST_ANSWER).target == HOUR
    must_equal_their_replay(exports)


def test_a_receipt_of_the_house_is_no_answer_and_a_persons_word_is(exports, sam, when):
    with when("2026-11-24 11:01"):
        exports.updates.confirm_receipt()
    assert the(exports, Kind.FIRST_ANSWER).state == "late"

    with when("2026-11-24 11:30"):
        exports.updates.send("We look at it.", by=sam)
    first = the(exports, Kind.FIRST_ANSWER)
    assert (first.met_at, first.state) == (berlin("2026-11-24 11:30"), "met")


def test_a_word_that_a_rule_sent_is_no_answer(exports, max, when):
    with when("2026-11-24 11:01"), ledger.because(by_rule="Until then"):
        exports.updates.send("We are on it.", by=max)

    assert the(exports, Kind.FIRST_ANSWER).met_at is None
    must_equal_their_replay(exports)


def test_a_tag_brings_a_case_under_another_policy(exports, office, max, when):
    with when("2026-11-24 11:05"):
        rule, told = '"vip" in case.tags', targets(first=HOUR // 2)
        vip = Policy.objects.write(name="VIP", of="case", calendar=office, rule=rule, targets=told, pauses=[], by=max)
        vip.move(up=True, by=max)
    with when("2026-11-24 11:10"):
        exports.taggings.put_on("vip", by=max)

    assert the(exports, Kind.FIRST_ANSWER).due_at == berlin("2026-11-24 11:30")
    must_equal_their_replay(exports)


def test_each_word_of_the_customer_that_nobody_answered_starts_one_clock(exports, ana, sam, when):
    with when("2026-11-24 11:30"):
        exports.updates.send("We look at it.", by=sam)
    with when("2026-11-24 14:00"):
        write(exports, ana)
    with when("2026-11-24 14:30"):
        write(exports, ana)

    assert exports.clocks.filter(kind=Kind.NEXT_ANSWER).count() == 1
    assert the(exports, Kind.NEXT_ANSWER).due_at == berlin("2026-11-24 16:00")
    with when("2026-11-24 15:00"):
        exports.logged_calls.log("Told her so.", by=sam, who=ana.contact, direction=Direction.OUT)
    assert the(exports, Kind.NEXT_ANSWER).state == "met"
    must_equal_their_replay(exports)


def test_it_stands_still_while_the_ball_is_with_the_customer(exports, sam, when):
    with when("2026-11-24 14:00"):
        exports.updates.send("Which rows?", by=sam, ball=Ball.CUSTOMER)

    resolution = the(exports, Kind.RESOLUTION)
    assert (resolution.due_at, resolution.left, resolution.paused_why) == (None, 6 * HOUR, "customer")
    assert resolution.state == "paused"
    exports.refresh_from_db()
    assert exports.due_at is None


def test_what_is_closed_is_met_and_goes_on_from_there_when_it_is_opened_again(exports, ana, sam, when):
    with when("2026-11-24 15:00"):
        exports.closures.close(by=sam, reason=Reason.NOT_A_FAULT)
    assert the(exports, Kind.RESOLUTION).met_at == berlin("2026-11-24 15:00")

    with when("2026-11-30 09:00"):
        write(exports, ana, "Thank you!")

    resolution = the(exports, Kind.RESOLUTION)
    assert exports.clocks.filter(kind=Kind.RESOLUTION).count() == 1
    assert resolution.due_at == berlin("2026-11-30 15:00")
    assert the(exports, Kind.FIRST_ANSWER).state == "met_late"
    assert the(exports, Kind.NEXT_ANSWER).started_at == berlin("2026-11-30 09:00")
    must_equal_their_replay(exports)


def test_what_is_read_on_another_case_is_measured_there(exports, ana, sam, when):
    with when("2026-11-24 11:10"):
        exports.updates.send("We look at it.", by=sam)
        other = Case.objects.open_for(ana, title="And the import, too")
        write(other, ana)
    with when("2026-11-24 11:20"):
        merge = other.merges.join_to(exports, by=sam)

    assert {row.state for row in other.clocks.all()} == {"withdrawn"}
    assert the(exports, Kind.NEXT_ANSWER).started_at == berlin("2026-11-24 11:20")
    with when("2026-11-24 11:40"):
        merge.undo(by=sam)
    assert the(other, Kind.RESOLUTION).state != "withdrawn"
    assert the(other, Kind.FIRST_ANSWER).due_at == berlin("2026-11-24 13:30")
    must_equal_their_replay(exports)
    must_equal_their_replay(other)


def test_another_priority_is_another_target_and_one_line_says_what_moved(exports, standard, office, sam, max, when):
    told = targets() | {Kind.RESOLUTION: {0: 8 * HOUR, 1: 4 * HOUR}}
    with when("2026-11-24 11:10"):
        standard.publish(by=max, calendar=office, targets=told, pauses=standard.current.pauses)
    with when("2026-11-24 13:30"):
        exports.assessments.judge(impact=5, urgency=5, by=sam)

    line = exports.events.filter(verb="clock.chosen").latest("seq")
    assert line.facts["priority"] == 1
    (moved,) = [move for move in line.facts["moved"] if move["kind"] == Kind.RESOLUTION]
    assert moved["after"] == berlin("2026-11-24 16:00").isoformat()
    assert the(exports, Kind.RESOLUTION).due_at == berlin("2026-11-24 16:00")
    must_equal_their_replay(exports)


def test_the_first_policy_whose_rule_is_true_holds(exports, office, max, when):
    with when("2026-11-24 11:05"):
        business = Policy.objects.write(
            name="Business",
            of=Of.CASE,
            calendar=office,
            targets=targets(),
            by=max,
            rule='case.account.tier == "business"',
        )
        enterprise = Policy.objects.write(
            name="Enterprise", of=Of.CASE, calendar=office, targets=targets(resolution=HOUR), by=max,
            rule='case.account.tier == "enterprise"',
        )  # fmt: skip
        for policy in (business, enterprise):
            policy.move(up=True, by=max)

    assert the(exports, Kind.RESOLUTION).version.policy == enterprise
    assert the(exports, Kind.RESOLUTION).due_at == berlin("2026-11-24 12:00")
    must_equal_their_replay(exports)


def test_a_policy_that_is_retired_ends_what_it_agreed(exports, standard, max, when):
    with when("2026-11-24 11:30"):
        standard.retire(by=max)

    assert {row.withdrawn_at for row in exports.clocks.all()} == {berlin("2026-11-24 11:30")}
    must_equal_their_replay(exports)


def test_what_a_team_is_asked_is_measured_by_its_own_policy(exports, of_team, sam, erin, platform, when):
    with when("2026-11-24 11:20"):
        escalation = exports.escalations.raise_to(platform, by=sam, asking="Why does it stop?")
    assert the(exports, Kind.ACCEPT).due_at == berlin("2026-11-24 13:20")

    with when("2026-11-24 13:10"):
        escalation.accept(by=erin)
    assert the(exports, Kind.ACCEPT).state == "met"
    with when("2026-11-24 14:10"):
        escalation.ask("Which version?", by=erin)
    back = the(exports, Kind.HAND_BACK)
    assert (back.left, back.paused_why) == (15 * HOUR, "support")

    with when("2026-11-25 10:00"):
        escalation.refresh_from_db()
        escalation.hand_back(cause="A limit", tell_customer="We raise it.", by=erin)
    assert the(exports, Kind.HAND_BACK).state == "met"
    must_equal_their_replay(exports)


def test_it_is_warned_of_once_and_broken_once_and_all_of_a_case_in_one_line(exports, sam, max, when):
    exports.reflect(customer_owner=sam)
    for minute in ("11:44", "11:46", "11:50", "12:59", "13:01", "13:30"):
        with when(f"2026-11-24 {minute}"):
            watching.watch()

    told = list(exports.events.filter(verb__in=("clock.warned", "clock.broken")).values_list("verb", "facts__told"))
    assert told == [("clock.warned", [sam.pk]), ("clock.broken", [sam.pk, max.pk])]
    assert the(exports, Kind.FIRST_ANSWER).broken_at == berlin("2026-11-24 12:00")


def test_what_a_new_policy_finds_broken_makes_no_noise(exports, office, standard, max, when):
    with when("2026-12-01 09:00"):
        standard.publish(by=max, calendar=office, targets=targets(first=2 * HOUR), pauses=[])
        watching.watch()

    assert not exports.events.filter(verb="clock.broken").exists()
    assert the(exports, Kind.FIRST_ANSWER).broken_at == berlin("2026-11-24 14:00")


def test_what_was_answered_in_time_and_not_heard_of_yet_is_not_broken(exports, sam):
    with clock.at(berlin("2026-11-24 11:59")):
        exports.updates.send("We look at it.", by=sam)
    with clock.at(berlin("2026-11-24 13:30")):
        watching.watch()

    assert the(exports, Kind.FIRST_ANSWER).state == "met"
    assert not exports.events.filter(verb="clock.broken").exists()


@pytest.mark.parametrize("words", ["", "   "])
def test_one_says_for_whom_one_waits(exports, sam, words):
    from tandem.kit.errors import Invalid

    with pytest.raises(Invalid):
        exports.waits.begin(words=words, by=sam)


def test_a_row_that_says_something_else_is_named(exports):
    from click.testing import CliRunner

    from tandem.clocks.commands import clocks

    assert CliRunner().invoke(clocks, []).output == "The clocks of 1 cases say what the ledger says, to the second.\n"
    exports.clocks.filter(kind=Kind.RESOLUTION).update(due_at=berlin("2026-11-24 15:00"))
    said = CliRunner().invoke(clocks, [str(exports.number)])
    assert (said.exit_code, "resolution due_at is 2026-11-24 14:00:00+00:00" in said.output) == (1, True)


def test_it_stands_still_while_the_case_sleeps_and_goes_on_when_it_wakes(exports, sam, when):
    with when("2026-11-24 14:00"):
        exports.snoozes.put_off(by=sam, until=berlin("2026-11-25 09:00"))
    assert the(exports, Kind.RESOLUTION).paused_why == "snoozed"

    with when("2026-11-25 09:00"):
        pass
    assert the(exports, Kind.RESOLUTION).due_at == berlin("2026-11-25 16:00")
    must_equal_their_replay(exports)


def test_what_engineering_puts_off_goes_on_for_the_customer(exports, erin, when):
    with when("2026-11-24 14:00"):
        exports.snoozes.put_off(by=erin, until=berlin("2026-11-25 09:00"))

    assert the(exports, Kind.RESOLUTION).paused_why == ""
    must_equal_their_replay(exports)


def test_it_stands_still_while_the_customer_checks_a_solution(exports, sam, erin, ana, when):
    with when("2026-11-24 13:30"):
        exports.assessments.judge(impact=2, urgency=2, by=sam)
        exports.enter("investigate", by=sam)
        resolution = exports.resolutions.propose(words="We raised the limit.", by=erin)
        resolution.verify_ours(verdict="works", how="Ran it", by=erin)
        resolution.ask_customer(by=sam)
    assert the(exports, Kind.RESOLUTION).paused_why == "customer"

    with when("2026-11-25 11:00"):
        resolution.verify_customer(verdict="no", by=ana)
    assert the(exports, Kind.RESOLUTION).due_at == berlin("2026-11-26 10:30")
    must_equal_their_replay(exports)
