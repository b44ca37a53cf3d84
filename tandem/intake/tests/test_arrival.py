"""What is measured when a case arrives: components, deploys, the program in front of the customer, their last cases."""

from datetime import timedelta

import pytest

from tandem.cases.models import Case
from tandem.intake import compare, program
from tandem.intake.models import Source
from tandem.kit import clock
from tandem.signals.models import Component, State

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
)
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"


@pytest.fixture
def exports(production):
    component = Component.objects.create(name="Exports", slug="exports")
    component.dependents.create(environment=production)
    return component


def measured(case):
    return dict(case.facts.known().filter(source=Source.MEASURED).values_list("key", "value"))


def test_how_the_components_are_is_measured_on_arrival(exports, production, sam, ana, worker):
    exports.pins.put(State.SLOW, by=sam, because="The queue is long")
    case = Case.objects.open_for(ana, title="No export", environment=production)
    worker()
    assert measured(case)["components"].startswith("Exports: slow since")

    exports.pins.standing().get().lift(by=sam)
    case.facts.measure()
    assert measured(case)["components"] == "1 component, it works"


def test_what_was_deployed_just_before_is_measured_on_arrival(exports, production, northwind, sam, erin, ana, worker):
    now = clock.now()
    staging = northwind.environments.create(name="staging", version="4.4")
    exports.deploys.tell("4.2", by=erin, at=now - timedelta(days=3))
    exports.deploys.tell("4.3", by=erin, at=now - timedelta(hours=2))
    exports.deploys.tell("4.4", by=erin, at=now - timedelta(minutes=40, seconds=5))
    exports.deploys.tell("5.0", by=erin, at=now - timedelta(minutes=5), environment=staging)
    other = Component.objects.create(name="Mail", slug="mail")
    other.deploys.tell("1", by=erin)

    case = Case.objects.open_for(ana, title="No export", environment=production)
    worker()

    assert measured(case)["deploys"] == (
        "Exports 4.3 → 4.4, 40 min before the report; Exports 4.2 → 4.3, 2 h before the report"
    )


def test_deploys_are_marked_around_the_time(exports, case, erin, sam, at_the_desk):
    exports.deploys.tell("4.4", by=erin, before="4.3", at=case.opened_at - timedelta(minutes=40))

    assert "Exports 4.3 → 4.4" in at_the_desk(sam).get(f"/desk/cases/{case.number}/around/").text


@pytest.mark.parametrize(
    ("agent", "says"),
    [
        (CHROME, {"browser": "Chrome 126", "system": "Windows 10"}),
        (SAFARI, {"browser": "Mobile Safari 17.5", "system": "iOS 17.5"}),
        ("Northwind/7.2.1 (iPhone; iOS 17.5)", {"app_build": "7.2.1", "system": "iOS 17.5"}),
        ("", {}),
        ("(" * 300, {}),
    ],
)
def test_a_program_is_named_as_people_name_it(agent, says):
    assert program.says(agent) == says


@pytest.mark.parametrize(
    "told", ["chrome", "Google Chrome 126", "Chrome 126.0.6478 on Windows 10", "Windows 10, Chrome 126"]
)
def test_the_same_browser_told_otherwise_is_no_contradiction(told):
    assert not compare.differ(told, "Chrome 126", "browser")


@pytest.mark.parametrize("told", ["Firefox", "Firefox 126", "Chrome 99"])
def test_another_browser_is_a_contradiction(told):
    assert compare.differ(told, "Chrome 126", "browser")


def test_she_says_firefox_and_the_report_came_from_chrome(ana, at_the_desk, worker):
    report = {"title": "An empty page", "body": "Since noon.", "realm": "web", "browser": "Firefox", "once": "drawn"}
    at_the_desk(ana).post("/portal/report/", report, headers={"user-agent": CHROME})
    worker()

    (row,) = [row for row in Case.objects.get().facts.table() if row.key == "browser"]
    assert (row.told, row.measured) == ("Firefox", "Chrome 126")
    assert row.sentence == "They say Firefox, the report came from Chrome 126: is it another browser where it happens?"


def test_their_last_cases_stand_beside_the_facts(case, ana, sam, mallorys_case, at_the_desk, by_api):
    case.reflect(realm="data")
    older = Case.objects.open_for(ana, title="The import stops")
    older.reflect(realm="data")
    Case.objects.open_for(ana, title="A newer one of another part")

    panel = at_the_desk(sam).get(f"/desk/cases/{case.number}/merge/", headers={"HX-Request": "true"}).text
    assert f'href="/desk/cases/{older.number}/"' in panel
    assert "same part of the product" in panel
    listed = by_api(sam).get(f"/api/v1/cases/{case.number}/recent-cases").json()
    assert [row["title"] for row in listed] == ["The import stops", "A newer one of another part"]
    assert by_api(ana).get(f"/api/v1/cases/{case.number}/recent-cases").status_code == 403
