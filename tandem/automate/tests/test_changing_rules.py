"""A rule that runs is changed, rehearsed, and only then otherwise."""

import pytest

from tandem.automate import firing
from tandem.automate.models import MOST_FAILURES, ChangedMeanwhile, NeverRehearsed, Rule, Run
from tandem.automate.models import rehearsal as rehearsing
from tandem.automate.tests.rules import GIVE, NOTE, REFUND, notes, says, written
from tandem.cases.audience import Audience
from tandem.kit import portable


def changed(rule, max, **told):
    told = {"name": "Refunds", "when": "message.received", "condition": REFUND, "acts": [NOTE]} | told
    rule.change(**told, by=max)
    return rule


def test_a_rule_that_is_on_goes_on_as_it_was_until_somebody_switches_to_what_is_new(case, max, worker):
    rule = changed(written(max), max)
    says(case, "Hello?", worker)
    assert (notes(case), rule.current.number, rule.newest.number) == (1, 1, 2)

    assert rule.newest.rehearsals.begin(by=max).hits == 0
    rule.switch_on(by=max, version=2, unrehearsed=False)
    says(case, "Hello again?", worker)

    assert notes(case) == 1
    assert Rule.objects.on().get().condition == REFUND


def test_what_changes_nothing_it_does_waits_for_nobody(max):
    rule = changed(written(max), max, name="Money back", condition="", place=7)

    assert (rule.name, rule.place, rule.version, rule.newest.number) == ("Money back", 7, 2, 2)


def test_under_another_name_it_runs_no_line_again_and_loses_none(case, max, worker):
    rule = written(max)
    says(case, "Hello?", worker)
    heard, version = Run.objects.get().event, rule.current

    changed(rule, max, name="Money back", condition="")
    firing.consider(heard)
    assert Run.objects.count() == 1

    case.messages.write("Hello again?", by=case.reporter, audience=Audience.CUSTOMER)
    line = case.events.filter(verb="message.received").order_by("seq").last()
    assert firing._begun(rule, version, line, {})
    assert Run.objects.count() == 2


def test_under_another_name_it_is_as_busy_fails_as_often_and_is_rehearsed(case, max, worker):
    refused = {"act": "set_priority", "with": {"priority": 1, "why": "They said so"}}
    rule = written(max, acts=[refused])
    rule.current.rehearsals.begin(by=max)
    for n in range(MOST_FAILURES - 1):
        says(case, f"Message {n}.", worker)

    changed(rule, max, name="Urgent", condition="", acts=[refused])
    assert (rule.version, rule.current.is_rehearsed) == (2, True)
    assert rule._runs().count() == MOST_FAILURES - 1
    says(case, "And now?", worker)

    rule.refresh_from_db()
    assert "failed 5 times in a row" in rule.paused_because


def test_off_it_is_as_it_was_written_last(max):
    rule = changed(written(max), max)

    rule.switch_off(by=max)

    assert (rule.version, rule.condition, rule.is_on) == (2, REFUND, False)


def test_stopped_by_itself_it_stands_as_it_ran_and_what_is_new_waits(max, at_the_desk):
    rule, desk = changed(written(max), max), at_the_desk(max)
    rule.pause("It failed 5 times in a row.")
    assert (rule.version, rule.condition, rule.is_on, rule.newest.number) == (1, "", False, 2)

    page = desk.get(f"/desk/rules/{rule.pk}/").text
    assert "the rule stopped with version 1" in page
    assert page.count('name="on"') == 1
    assert "a change waits" in desk.get("/desk/automation/").text
    desk.post(f"/desk/rules/{rule.pk}/switch/", {"on": "1", "version": "2", "unrehearsed": "1"})

    rule.refresh_from_db()
    assert (rule.version, rule.condition, rule.is_on, rule.paused_because) == (2, REFUND, True, "")


def test_while_it_is_being_rehearsed_that_is_said(case, max, at_the_desk, monkeypatch):
    monkeypatch.setattr(rehearsing, "FEW", 1)
    for n in range(2):
        case.messages.write(f"Message {n}.", by=case.reporter, audience=Audience.CUSTOMER)
    rule, desk = written(max, on=False), at_the_desk(max)
    assert rule.current.rehearsals.begin(by=max).finished_at is None

    asked = desk.post(f"/desk/rules/{rule.pk}/switch/", {"on": "1", "version": "1"})

    assert asked.status_code == 409
    assert "A rehearsal of this version is under way" in asked.text
    assert "it is still under way" in asked.text
    assert "it would have run" not in asked.text


def test_nobody_switches_on_what_they_have_not_seen(max):
    rule = changed(written(max, on=False), max)

    with pytest.raises(ChangedMeanwhile, match="changed since you looked"):
        rule.switch_on(by=max, version=1)
    assert not Rule.objects.on().exists()


def test_what_nobody_rehearsed_is_asked_for_once_more(max):
    rule = written(max, on=False)
    rule.current.rehearsals.begin(by=max)
    changed(rule, max)

    with pytest.raises(NeverRehearsed):
        rule.switch_on(by=max, version=2, unrehearsed=False)
    rule.switch_on(by=max, version=2)
    assert rule.is_on


def test_what_a_version_did_is_used_again(case, max, worker):
    rule = changed(written(max), max)
    rule.switch_on(by=max)

    rule.use_again(1, by=max)

    assert (rule.version, rule.newest.number, rule.newest.because) == (2, 3, "As in version 1")
    assert rule.newest.does_the_same_as(rule.versions.get(number=1))


def test_the_file_has_it_as_it_was_written_last_and_brings_a_change_in_to_wait(ada, max):
    rule = changed(written(max), max)
    text = portable.exported()
    assert "refund" in text
    assert portable.take(text, by=ada) == []

    portable.take(text.replace("refund", "money"), by=ada)

    rule.refresh_from_db()
    assert (rule.version, rule.newest.number) == (1, 3)
    assert "money" in rule.newest.condition


def test_at_the_desk_a_change_waits_is_rehearsed_and_switched_to(case, max, sam, at_the_desk):
    rule, desk = written(max), at_the_desk(max)
    here = f"/desk/rules/{rule.pk}/"
    told = {"name": "Refunds", "when": "message.received", "condition": REFUND, "act-0": "give_to"}

    page = desk.post(here, told | {"act-0-to": "sam@tandem.example"}, follow=True).content.decode()
    assert "Version 2 waits" in page
    assert "give_to sam@tandem.example" in page
    assert "a change waits" in desk.get("/desk/automation/").content.decode()

    asked = desk.post(f"{here}switch/", {"on": "1", "version": "2"})
    assert asked.status_code == 409
    assert "Nobody has rehearsed this version" in asked.content.decode()
    assert desk.post(f"{here}switch/", {"on": "1", "version": "1", "unrehearsed": "1"}).status_code == 409
    desk.post(f"{here}rehearsals/")
    desk.post(f"{here}switch/", {"on": "1", "version": "2"})
    assert Rule.objects.on().get().acts == [GIVE]

    page = desk.post(f"{here}versions/1/", follow=True).content.decode()
    assert "Version 3 waits" in page
    assert "As in version 1" in page


def test_the_same_by_api_a_change_waits(max, by_api):
    rule, api = written(max), by_api(max)
    here = f"/api/v1/rules/{rule.pk}"
    told = {"name": "Refunds", "when": "message.received", "condition": REFUND, "acts": [NOTE]}

    changed = api.put(here, told, content_type="application/json").json()
    assert (changed["version"], changed["written"], changed["condition"]) == (1, 2, "")
    asked = api.post(f"{here}/switch", {"on": True}, content_type="application/json")
    assert (asked.status_code, "Nobody has rehearsed" in asked.json()["title"]) == (409, True)
    on = {"on": True, "version": 2, "unrehearsed": True}
    assert api.post(f"{here}/switch", on, content_type="application/json").json()["version"] == 2
    assert api.post(f"{here}/versions/1/again").json()["written"] == 3
    assert [one["number"] for one in api.get(f"{here}/versions").json()] == [3, 2, 1]
    assert not Run.objects.exists()
