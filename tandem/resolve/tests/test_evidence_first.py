"""Evidence before remedy: the fork, and holding still while we look."""

import hashlib
import json
from datetime import timedelta

import pytest

from tandem.intake import evidence
from tandem.intake.evidence import LookFirst
from tandem.intake.models import Collector, Hold
from tandem.intake.models.hold import HeldAlready, ReleasedAlready
from tandem.intake.models.remedy_first import NothingIsLost
from tandem.investigate.models import Outcome
from tandem.kit import clock
from tandem.kit.errors import Invalid, NotAllowed
from tandem.signals.models import Component, Dependency


@pytest.fixture
def broken(case, worker):
    """A case of a realm of which we know too little."""
    worker()
    case.reflect(realm="data")
    return case


def offer(case, sam):
    case.workarounds.offer("Export by week", by=sam, expires_at=clock.now() + timedelta(days=1))


def propose(case, sam):
    case.resolutions.propose(words="It works again.", by=sam)


def change(case, sam):
    case.attempts.note("Rebuilt the index", outcome=Outcome.NO_EFFECT, still_in_place=True, by=sam)


@pytest.mark.parametrize("remedy", [offer, propose, change])
def test_a_remedy_waits_until_the_least_is_known(broken, sam, remedy):
    with pytest.raises(LookFirst, match="Job, Last good run is not known yet"):
        remedy(broken, sam)

    broken.facts.note("job", "Nightly export", by=sam)
    broken.facts.note("last_good_run", "Monday", by=sam)
    remedy(broken, sam)


def test_what_was_done_before_is_written_down_without_a_question(broken, sam):
    broken.attempts.note(
        "Rebuilt it", outcome=Outcome.NO_EFFECT, still_in_place=True, by=sam, done_at=clock.now() - timedelta(hours=1)
    )
    broken.attempts.note("Looked at the log", outcome=Outcome.INCONCLUSIVE, by=sam)


def test_a_realm_that_marks_nothing_asks_for_nothing(case, sam):
    offer(case, sam)


def test_they_are_blocked_now_and_what_is_lost_is_written_down(broken, sam, at_the_desk):
    at_the_desk(sam).post(
        f"/desk/cases/{broken.number}/evidence-first/remedy/", {"reason": "They ship in ten minutes."}
    )

    choice = broken.remedies_first.get()
    assert (choice.chosen_by, choice.lost) == (sam, {"job": "Job", "last_good_run": "Last good run"})
    assert broken.events.filter(verb="remedy.put_first", facts__reason="They ship in ten minutes.").exists()
    offer(broken, sam)


def test_without_a_reason_nothing_comes_first(broken, sam, at_the_desk):
    with pytest.raises(Invalid):
        broken.remedies_first.choose(reason="  ", by=sam)
    answer = at_the_desk(sam).post(
        f"/desk/cases/{broken.number}/evidence-first/remedy/", {"reason": ""}, headers={"hx-request": "true"}
    )
    assert answer.status_code == 422


def test_where_enough_is_known_nothing_is_lost(case, sam):
    with pytest.raises(NothingIsLost):
        case.remedies_first.choose(reason="They ship.", by=sam)


def test_the_refusal_leads_to_the_fork(broken, sam, at_the_desk):
    until = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    told = {"steps": "Export by week", "expires_at": until, "runner": "customer", "when": "4h"}
    answer = at_the_desk(sam).post(f"/desk/cases/{broken.number}/workarounds/", told, headers={"hx-request": "true"})

    assert answer.status_code == 409
    assert "Choose how to go on" in answer.text
    page = at_the_desk(sam).get(f"/desk/cases/{broken.number}/?open=evidence").text
    assert "They are blocked now: remedy first" in page
    assert "Hold still: look first" in page


def test_to_hold_still_asks_the_customer_and_promises_nothing_new(broken, sam, ana, at_the_desk):
    in_two_hours = clock.now() + timedelta(hours=2)
    broken.promises.make(in_two_hours, by=sam)

    at_the_desk(sam).post(f"/desk/cases/{broken.number}/holds/", {"minutes": 15})

    hold = broken.holds.get()
    assert hold.until - hold.asked_at < timedelta(minutes=15, seconds=1)
    assert "do not refresh the page" in broken.messages.last().body
    broken.refresh_from_db()
    assert (broken.next_update_at, broken.ball) == (in_two_hours, "support")
    assert "Please hold still" in at_the_desk(ana).get(f"/portal/cases/{broken.number}/").text
    assert "Ana holds still until" in at_the_desk(sam).get(f"/desk/cases/{broken.number}/").text


def test_snapshots_are_taken_with_their_hash(broken, production, sam, worker, at_the_desk):
    exports = Component.objects.create(name="Exports", slug="exports")
    Dependency.objects.create(component=exports, environment=production)
    exports.take_state("slow", because="Long queries")
    production.snapshots.create(content={"page_size": 10_000})

    hold = broken.holds.ask(by=sam)
    worker()

    snapshot = hold.looks.get()
    kept = at_the_desk(sam).get(f"/desk/cases/{broken.number}/snapshots/{snapshot.pk}/").content
    assert snapshot.digest == hashlib.sha256(kept).hexdigest()
    told = json.loads(kept)
    assert (told["components"][0]["state"], told["configuration"]["content"]) == ("slow", {"page_size": 10_000})
    assert snapshot.digest[:12] in at_the_desk(sam).get(f"/desk/cases/{broken.number}/").text


def test_a_snapshot_that_failed_is_shown_and_looking_is_over_all_the_same(broken, sam, ada, worker, at_the_desk):
    Collector.objects.set_up(by=ada, name="Billing", url="https://billing.example/{fact.nothing}", pointers={"p": "/p"})
    broken.holds.ask(by=sam)
    assert not evidence.is_enough(broken)

    worker()

    assert evidence.is_enough(broken)
    offer(broken, sam)
    assert "Billing: not asked" in at_the_desk(sam).get(f"/desk/cases/{broken.number}/hold/").text


def test_the_customer_is_released_by_itself(broken, sam, ana, worker, at_the_desk):
    hold = broken.holds.ask(by=sam)
    worker()
    assert Hold.objects.standing().exists()

    with clock.at(hold.until):
        worker()

    hold.refresh_from_db()
    assert (hold.released_at, hold.released_by) == (hold.until, None)
    newest = broken.updates.last()
    assert (newest.sent_by, "You can go on now" in newest.message.body) == (None, True)
    assert "Please hold still" not in at_the_desk(ana).get(f"/portal/cases/{broken.number}/").text


def test_sam_lets_them_go_on_before_and_they_hear_it_once(broken, sam, worker, at_the_desk):
    hold = broken.holds.ask(by=sam)

    at_the_desk(sam).post(f"/desk/cases/{broken.number}/hold/", {"words": "We have what we need, thank you."})

    assert broken.messages.last().body == "We have what we need, thank you."
    told = broken.messages.count()
    with clock.at(hold.until):
        worker()
    assert broken.messages.count() == told
    with pytest.raises(ReleasedAlready):
        hold.release(by=sam)


def test_they_hold_still_once_at_a_time_and_not_for_hours(broken, sam):
    broken.holds.ask(by=sam)

    with pytest.raises(HeldAlready):
        broken.holds.ask(by=sam)
    with pytest.raises(Invalid):
        broken.holds.ask(by=sam, minutes=90)


def test_an_engineer_does_not_ask_the_customer_to_hold(broken, erin):
    with pytest.raises(NotAllowed):
        broken.holds.ask(by=erin)


def test_strangers_see_no_hold(broken, sam, mallory, ana):
    broken.holds.ask(by=sam)

    assert not Hold.objects.visible_to(mallory).exists()
    assert Hold.objects.visible_to(ana).exists()
    assert not broken.collections.visible_to(ana).exists()


def test_a_program_holds_and_releases(broken, sam, erin, by_api, worker):
    address = f"/api/v1/cases/{broken.number}"
    state = by_api(sam).get(f"{address}/evidence-first").json()
    assert (state["is_enough"], [line["key"] for line in state["missing"]]) == (False, ["job", "last_good_run"])

    held = by_api(sam).post(f"{address}/holds", {"minutes": 5}, "application/json")
    assert (held.status_code, held.json()["released_at"]) == (201, None)
    worker()
    assert by_api(sam).get(f"{address}/evidence-first").json()["holds"][0]["snapshots"][0]["digest"]
    assert by_api(sam).delete(f"{address}/hold", {}, "application/json").status_code == 204
    assert by_api(sam).delete(f"{address}/hold", {}, "application/json").status_code == 404


def test_a_program_puts_the_remedy_first(broken, sam, by_api):
    address = f"/api/v1/cases/{broken.number}/evidence-first/remedy"
    made = by_api(sam).post(address, {"reason": "They ship."}, "application/json")

    assert (made.status_code, made.json()["lost"]) == (201, {"job": "Job", "last_good_run": "Last good run"})
