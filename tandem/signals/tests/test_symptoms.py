from datetime import timedelta

from tandem.kit import clock
from tandem.signals import symptoms
from tandem.signals.models import State, components_of
from tandem.signals.tests.telling import NINE, alert


def test_an_alert_makes_a_card_of_what_callers_say_what_to_answer_and_whom_it_concerns(exports, told, platform):
    told(alert())

    (card,) = symptoms.newest()
    assert card.effect.callers_say == "“My export is not there.”"
    assert card.effect.answer == "It will come by itself; there is no need to order it again."
    assert card.effect.who_knows == platform
    assert card.accounts == ["Northwind Analytics"]
    assert not card.change.is_confirmed


def test_what_a_person_says_is_confirmed(exports, erin):
    exports.pins.put(State.SLOW, by=erin, because="I see it myself.")

    (card,) = symptoms.newest()
    assert card.change.is_confirmed


def test_a_state_without_words_makes_a_card_too(exports, told):
    told(alert(severity="critical"))

    (card,) = symptoms.newest()
    assert card.effect is None


def test_cards_stay_a_day_after_it_is_over(exports, told):
    with clock.at(NINE):
        told(alert())
    with clock.at(NINE + timedelta(hours=1)):
        told(alert(status="resolved"))
    with clock.at(NINE + timedelta(hours=20)):
        (card,) = symptoms.newest()
        assert card.is_over
    with clock.at(NINE + timedelta(hours=26)):
        assert symptoms.newest() == []


def test_what_lasts_stays_however_old_it_is(exports, told):
    with clock.at(NINE):
        told(alert())
    with clock.at(NINE + timedelta(days=9)):
        assert len(symptoms.newest()) == 1


def test_the_newest_stands_first(exports, erin):
    with clock.at(NINE):
        exports.pins.put(State.SLOW, by=erin, because="it began")
    with clock.at(NINE + timedelta(hours=1)):
        exports.pins.put(State.DOWN, by=erin, because="it became worse")

        assert [card.change.entered for card in symptoms.newest()] == ["down", "slow"]


def test_three_queries_however_many_cards(exports, erin, django_assert_num_queries):
    for state in (State.SLOW, State.DOWN, State.DEGRADED):
        exports.pins.put(state, by=erin, because="…")

    with django_assert_num_queries(3):
        assert len(symptoms.newest()) == 3


def test_an_environment_knows_what_it_depends_on(exports, production, globex):
    assert list(components_of(production)) == [exports]
    assert list(components_of(globex.environments.create(name="production"))) == []
    assert list(components_of(None)) == []
