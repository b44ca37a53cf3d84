import pytest

from tandem.signals.models import Alert, Component, Hook, State
from tandem.signals.models.component import NameTaken
from tandem.signals.tests.telling import alert

JSON = "application/json"


def test_components_with_their_effects(exports, sam, by_api):
    (told,) = by_api(sam).get("/api/v1/components").json()

    assert (told["slug"], told["state"]) == ("exports", "ok")
    assert told["effects"][0]["who_knows"] == "Platform"
    assert by_api(sam).get("/api/v1/components/exports").json() == told


def test_customers_read_no_component_and_no_symptom(exports, told, ana, by_api):
    told(alert())

    assert by_api(ana).get("/api/v1/components").json() == []
    assert by_api(ana).get("/api/v1/components/exports").status_code == 404
    assert by_api(ana).get("/api/v1/alerts").json()["items"] == []
    assert by_api(ana).get("/api/v1/symptoms").json() == []


def test_a_program_pins_and_lifts(exports, erin, by_api):
    program = by_api(erin)
    pin = {"state": "maintenance", "because": "We move the database."}

    assert program.put("/api/v1/components/exports/pin", pin, JSON).status_code == 204
    exports.refresh_from_db()
    assert exports.state == State.MAINTENANCE

    assert program.delete("/api/v1/components/exports/pin").status_code == 204
    assert program.delete("/api/v1/components/exports/pin").status_code == 404


def test_customers_cannot_pin(exports, ana, by_api):
    pin = {"state": "down", "because": "I say so."}

    assert by_api(ana).put("/api/v1/components/exports/pin", pin, JSON).status_code == 404


def test_a_program_puts_an_effect_in_words(exports, sam, by_api):
    words = {"sentence": "No exports are made.", "who_knows": "platform"}

    told = by_api(sam).put("/api/v1/components/exports/effects/down", words, JSON).json()

    assert told["who_knows"] == "Platform"
    assert exports.effects.get(state=State.DOWN).sentence == "No exports are made."


def test_symptoms_and_alerts(exports, told, sam, by_api):
    told(alert())

    (symptom,) = by_api(sam).get("/api/v1/symptoms").json()
    assert symptom["accounts"] == ["Northwind Analytics"]
    (fired,) = by_api(sam).get("/api/v1/alerts").json()["items"]
    assert fired["component"] == "exports"

    assert by_api(sam).post(f"/api/v1/alerts/{fired['id']}/end").status_code == 204
    assert not Alert.objects.firing().exists()


def test_an_administrator_sets_up_a_component(ada, sam, production, by_api):
    told = {"name": "Sign-in", "match": {"job": "auth"}}

    assert by_api(sam).put("/api/v1/components/sign-in", told, JSON).status_code == 403
    assert by_api(ada).put("/api/v1/components/sign-in", told, JSON).json()["slug"] == "sign-in"

    added = by_api(sam).post("/api/v1/components/sign-in/dependencies", {"environment": production.pk}, JSON).json()
    assert by_api(sam).get("/api/v1/components/sign-in/dependencies").json() == [added]
    by_api(sam).delete(f"/api/v1/components/sign-in/dependencies/{added['id']}")
    assert not Component.objects.get().dependents.exists()


@pytest.mark.parametrize(("slug", "name"), [("billing", "Exports"), ("new", "New")], ids=["its name", "its address"])
def test_a_name_that_is_taken_is_refused(exports, ada, by_api, slug, name):
    answer = by_api(ada).put(f"/api/v1/components/{slug}", {"name": name}, JSON)

    assert (answer.status_code, answer.json()["title"]) == (409, NameTaken.__doc__)
    assert not Component.objects.filter(slug=slug).exists()


def test_an_administrator_makes_a_hook_and_the_secret_is_said_once(ada, by_api):
    made = by_api(ada).post("/api/v1/hooks", {"name": "prometheus"}, JSON)

    assert made.status_code == 201
    assert Hook.objects.holding(made.json()["secret"]).name == "prometheus"
    assert made.json()["secret"] not in by_api(ada).get("/api/v1/hooks").content.decode()
    assert by_api(ada).delete(f"/api/v1/hooks/{made.json()['id']}").status_code == 204
    assert Hook.objects.holding(made.json()["secret"]) is None


@pytest.mark.parametrize("name", ["sam", "erin", "max"])
def test_hooks_are_the_administrators_alone(request, name, by_api):
    person = request.getfixturevalue(name)

    assert by_api(person).get("/api/v1/hooks").status_code == 403
    assert by_api(person).post("/api/v1/hooks", {"name": "mine"}, JSON).status_code == 403
