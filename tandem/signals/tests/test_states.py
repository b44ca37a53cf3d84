import itertools
import random

import pytest

from tandem.kit import clock
from tandem.signals.models import Alert, Component, State, StateChange
from tandem.signals.tests.telling import NINE, alert


def state_of(component: Component) -> str:
    component.refresh_from_db()
    return component.state


def test_a_firing_alert_makes_the_component_what_it_asks_for(exports, told):
    told(alert(severity="critical"))

    assert state_of(exports) == State.DOWN
    assert exports.because == "The queue is 40 min long"


def test_the_component_works_again_when_the_last_alert_is_over(exports, told):
    told(alert(), alert(fingerprint="bad"))

    told(alert(status="resolved"))
    assert state_of(exports) == State.SLOW

    told(alert(status="resolved", fingerprint="bad"))
    assert state_of(exports) == State.OK


@pytest.mark.parametrize(
    ("labels", "state"),
    [
        ({"severity": "critical"}, State.DOWN),
        ({"severity": "Warning"}, State.SLOW),
        ({"severity": "unheard-of"}, State.DEGRADED),
        ({"severity": "critical", "state": "maintenance"}, State.MAINTENANCE),
        ({"severity": "info"}, State.OK),
    ],
)
def test_an_alert_asks_by_its_state_or_its_severity(exports, told, labels, state):
    told(alert(**labels))

    assert Alert.objects.get().asks == state
    assert state_of(exports) == state


def test_the_worst_of_several_alerts_wins(exports, told):
    told(alert(severity="warning"), alert(fingerprint="bad", severity="critical", after=5))

    assert state_of(exports) == State.DOWN


HISTORY = [
    alert(),
    alert(),
    alert(status="resolved"),
    alert(after=60, severity="critical"),
    alert(after=60, severity="critical", status="resolved"),
    alert(fingerprint="bad", severity="error"),
    alert(fingerprint="bad", severity="error", status="resolved", lasted=90),
    alert(after=120, fingerprint="new", severity="error"),
]


@pytest.mark.parametrize("seed", range(12))
def test_any_order_and_any_repetition_end_in_the_same_state(exports, hook, told, seed):
    shuffled = random.Random(seed)  # noqa: S311
    deliveries = HISTORY + shuffled.sample(HISTORY, 4)
    shuffled.shuffle(deliveries)

    for delivery in deliveries:
        told(delivery)

    assert state_of(exports) == State.DEGRADED
    assert [one.fingerprint for one in Alert.objects.firing()] == ["new"]
    assert Alert.objects.count() == 4


def test_the_end_may_come_first(exports, told):
    for order in itertools.permutations(["firing", "resolved", "firing"]):
        Alert.objects.all().delete()
        for status in order:
            told(alert(status=status))
        assert state_of(exports) == State.OK


def test_what_ended_fires_anew_with_a_later_beginning(exports, told):
    told(alert(status="resolved"))
    told(alert(after=120))

    assert state_of(exports) == State.SLOW


def test_every_change_is_kept_with_its_reason_and_its_length(exports, told):
    with clock.at(NINE):
        told(alert())
    with clock.at(NINE.replace(hour=10)):
        told(alert(severity="critical", fingerprint="bad", annotations={}))
    with clock.at(NINE.replace(hour=11)):
        told(alert(status="resolved"), alert(status="resolved", fingerprint="bad"))

    changes = StateChange.objects.order_by("at").values_list("left", "entered", "because", "until__hour")
    assert list(changes) == [
        ("ok", "slow", "The queue is 40 min long", 10),
        ("slow", "down", "ExportQueueLags", 11),
        ("down", "ok", "", None),
    ]


def test_a_pin_stands_above_the_alerts_until_it_is_lifted(exports, erin, told):
    exports.pins.put(State.MAINTENANCE, by=erin, because="We move the database.")
    told(alert(severity="critical"))
    assert state_of(exports) == State.MAINTENANCE

    exports.pins.standing().get().lift(by=erin)

    assert state_of(exports) == State.DOWN


def test_a_new_pin_takes_the_place_of_the_old(exports, erin, sam):
    exports.pins.put(State.MAINTENANCE, by=erin, because="We move the database.")
    exports.pins.put(State.DOWN, by=sam, because="It went wrong.")

    assert exports.pins.standing().get().pinned_by == sam
    assert state_of(exports) == State.DOWN


def test_a_person_may_know_that_an_alert_is_over(exports, sam, told):
    told(alert())

    Alert.objects.get().end(by=sam)
    told(alert())

    assert state_of(exports) == State.OK
    assert Alert.objects.get().ended_by == sam


def test_an_alert_finds_its_component_by_the_closest_matching_labels(db):
    Component.objects.create(name="All of it", slug="all", match={"job": "export"})
    closest = Component.objects.create(name="Exports EU", slug="eu", match={"job": "export", "region": "eu"})
    Component.objects.create(name="Nothing", slug="nothing")

    found = Component.objects.all().meant_by({"job": "export", "region": "eu", "pod": "7"})

    assert found == closest
    assert Component.objects.all().meant_by({"job": "billing"}) is None


def test_an_alert_that_matched_nothing_is_kept_and_taken_in_later(db, told):
    told(alert(component="unknown", job="billing"))
    assert Alert.objects.get().component is None

    billing = Component(slug="billing").set_up(name="Billing", match={"job": "billing"})

    assert state_of(billing) == State.SLOW


def test_an_alert_that_was_heard_while_its_component_was_made_finds_it_when_it_is_told_again(db, told):
    told(alert(component="unknown", job="billing"))
    billing = Component.objects.create(name="Billing", slug="billing", match={"job": "billing"})

    told(alert(component="unknown", job="billing"))

    assert state_of(billing) == State.SLOW


def test_only_what_is_not_well_is_troubled(exports, erin):
    works = Component.objects.create(name="Sign-in", slug="sign-in")
    exports.pins.put(State.SLOW, by=erin, because="seen")

    assert list(Component.objects.troubled()) == [exports]
    assert works.is_ok
