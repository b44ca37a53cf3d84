import pytest

from tandem.signals.models import Alert, Component, State
from tandem.signals.tests.telling import alert

PAGE = "/desk/components/exports/"


def test_the_page_of_a_component_says_all_of_it(exports, told, sam, at_the_desk):
    told(alert())

    page = at_the_desk(sam).get(PAGE).content.decode()

    for said in ["Exports", "The queue is 40 min long", "Exports arrive up to 2 h late", "Northwind Analytics"]:
        assert said in page


def test_its_queries_do_not_grow_with_what_it_shows(exports, told, sam, at_the_desk, django_assert_max_num_queries):
    told(*(alert(fingerprint=str(n)) for n in range(30)))
    browser = at_the_desk(sam)

    with django_assert_max_num_queries(16):
        browser.get(PAGE)


@pytest.mark.parametrize("address", [PAGE, "/desk/components/new/", "/desk/components/exports/settings/"])
def test_customers_and_strangers_see_no_component_page(exports, ana, client, at_the_desk, address):
    assert at_the_desk(ana).get(address).status_code == 404
    assert client.get(address).status_code == 302


def test_sam_puts_an_effect_in_words(exports, sam, at_the_desk):
    at_the_desk(sam).post(f"{PAGE}effects/down/", {"sentence": "No exports are made.", "answer": "We are on it."})

    effect = exports.effects.get(state=State.DOWN)
    assert (effect.sentence, effect.worded_by) == ("No exports are made.", sam)


def test_words_that_are_missing_are_asked_for_where_they_belong(exports, sam, at_the_desk):
    page = at_the_desk(sam).post(f"{PAGE}effects/down/", {"answer": "We are on it."})

    assert page.status_code == 422
    assert "We are on it." in page.content.decode()
    assert not exports.effects.filter(state=State.DOWN).exists()


def test_erin_says_herself_how_it_is_and_lets_the_alerts_speak_again(exports, told, erin, at_the_desk):
    told(alert())
    browser = at_the_desk(erin)

    browser.post(f"{PAGE}pin/", {"state": "ok", "because": "A false alarm."})
    exports.refresh_from_db()
    assert (exports.state, exports.because) == (State.OK, "A false alarm.")

    browser.post(f"{PAGE}pin/lift/")
    exports.refresh_from_db()
    assert exports.state == State.SLOW


def test_a_pin_needs_a_reason(exports, erin, at_the_desk):
    assert at_the_desk(erin).post(f"{PAGE}pin/", {"state": "down"}).status_code == 422
    assert not exports.pins.exists()


def test_looking_changes_nothing(exports, sam, at_the_desk):
    for address in [f"{PAGE}pin/", f"{PAGE}pin/lift/", f"{PAGE}effects/down/"]:
        at_the_desk(sam).get(address)

    assert not exports.pins.exists()
    assert exports.effects.count() == 1


def test_who_depends_on_it_is_added_and_taken_away(exports, globex, sam, at_the_desk):
    production = globex.environments.create(name="production")
    browser = at_the_desk(sam)

    browser.post(f"{PAGE}dependencies/", {"environment": production.pk})
    dependency = exports.dependents.get(environment=production)
    assert browser.post(f"{PAGE}dependencies/", {"environment": production.pk}).status_code == 422

    browser.post(f"/desk/dependencies/{dependency.pk}/end/")
    assert not exports.dependents.filter(environment=production).exists()


def test_sam_says_that_an_alert_is_over(exports, told, sam, at_the_desk):
    told(alert())

    at_the_desk(sam).post(f"/desk/alerts/{Alert.objects.get().pk}/end/")

    exports.refresh_from_db()
    assert exports.is_ok


def test_only_administrators_name_components(ada, sam, at_the_desk):
    new = {"name": "Sign-in", "slug": "sign-in", "position": "1", "match": '{"job": "auth"}', "publishes": "by_hand"}

    assert at_the_desk(sam).post("/desk/components/new/", new).status_code == 403
    at_the_desk(ada).post("/desk/components/new/", new)

    assert Component.objects.get().match == {"job": "auth"}


@pytest.mark.parametrize("wrong", [{"slug": "new"}, {"match": "[1]"}, {"match": '{"job": 1}'}, {"match": "{"}])
def test_a_component_that_cannot_work_is_refused(ada, at_the_desk, wrong):
    new = {"name": "Sign-in", "slug": "sign-in", "position": "1", "match": "{}", "publishes": "by_hand"}

    assert at_the_desk(ada).post("/desk/components/new/", new | wrong).status_code == 422
    assert not Component.objects.exists()


def test_hostile_words_of_a_monitoring_system_are_only_words(exports, told, sam, at_the_desk):
    hostile = "<script>alert(1)</script>"
    told(alert(annotations={"summary": hostile}, alertname=hostile))

    for address in (PAGE, "/desk/components/"):
        assert hostile not in at_the_desk(sam).get(address).content.decode()
