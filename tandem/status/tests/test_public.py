from datetime import timedelta

from django.test import Client

from tandem.kit import clock
from tandem.signals.models import Component, Publishes, State
from tandem.signals.tests.telling import NINE, alert

CANARIES = ["canary-name", "canary-summary", "canary-label", "canary-because", "canary-callers", "canary-answer"]


def page() -> str:
    return Client().get("/status/").content.decode()


def told_to_programs() -> dict:
    return Client().get("/status.json").json()


def test_anybody_reads_that_everything_works(exports):
    assert "Everything works." in page()
    assert told_to_programs()["state"] == "ok"


def test_anybody_reads_what_does_not_work_and_what_it_means_to_them(exports, told):
    told(alert())

    assert "Not everything works: Exports (slow)." in page()
    assert "Exports arrive up to 2 h late; nothing is lost." in page()
    (line,) = told_to_programs()["components"]
    assert (line["state"], line["sentence"]) == ("slow", "Exports arrive up to 2 h late; nothing is lost.")


def test_planned_work_is_not_trouble(exports, erin, worker):
    exports.pins.put(State.MAINTENANCE, by=erin, because="We move the database.")
    worker()

    assert "Planned work: Exports (in maintenance)." in page()


def test_what_was_not_published_is_not_there(exports, told):
    exports.publishes = Publishes.BY_HAND
    exports.save(update_fields=["publishes"])
    told(alert())

    assert "Everything works." in page()
    assert "2 h late" not in page()


def test_the_history_tells_each_trouble_from_its_beginning_to_its_end(exports, told):
    with clock.at(NINE):
        told(alert())
    with clock.at(NINE + timedelta(hours=1)):
        told(alert(fingerprint="bad", severity="critical"))
    with clock.at(NINE + timedelta(hours=2)):
        told(alert(status="resolved"), alert(status="resolved", fingerprint="bad"))
    with clock.at(NINE + timedelta(hours=3)):
        told(alert(after=170))
        first, second = reversed(told_to_programs()["incidents"])

    assert [word["state"] for word in first["words"]] == ["slow", "down", "ok"]
    assert first["over"]
    assert not second["over"]


def test_after_fourteen_days_it_is_history_no_more(exports, told):
    with clock.at(NINE):
        told(alert())
        told(alert(status="resolved"))
    with clock.at(NINE + timedelta(days=15)):
        assert told_to_programs()["incidents"] == []


def test_the_public_reads_no_alert_no_label_no_account_and_no_reason(exports, told, erin, sam, worker):
    exports.effects.word(
        State.DOWN, by=sam, sentence="No exports.", callers_say="canary-callers", answer="canary-answer"
    )
    told(
        alert(
            severity="critical",
            alertname="canary-name",
            pod="canary-label",
            annotations={"summary": "canary-summary"},
        )
    )
    exports.pins.put(State.SLOW, by=erin, because="canary-because")
    worker()

    for said in (page(), Client().get("/status.json").content.decode()):
        assert "Exports" in said
        for secret in [*CANARIES, "Northwind", "production", "Erin", "Platform", "f00", "prometheus"]:
            assert secret not in said


def test_it_makes_three_queries_however_many_components(exports, told, django_assert_max_num_queries):
    for n in range(20):
        Component.objects.create(name=f"Part {n}", slug=f"part-{n}")
    told(alert())

    with django_assert_max_num_queries(3):
        page()


def test_it_needs_no_javascript_to_stay_true(exports):
    assert '<noscript><meta http-equiv="refresh"' in page()


def test_any_site_may_read_the_json(exports):
    assert Client().get("/status.json").headers["Access-Control-Allow-Origin"] == "*"
