"""What account and environment say, and where it happens."""

import pytest

from tandem.cases.journey import Stage
from tandem.cases.sentences import sentence
from tandem.customers.models import Account
from tandem.intake.models import Source
from tandem.intake.models.fact import NotTheirs


def row_of(case, key):
    return next(row for row in case.facts.table() if row.key == key)


def test_an_opened_case_knows_what_account_and_environment_say(case, worker):
    worker()

    case.refresh_from_db()
    measured = dict(case.facts.filter(source=Source.MEASURED).values_list("key", "value"))
    assert measured == {
        "tier": "Enterprise",
        "open_cases": "0",
        "environment": "production",
        "version": "4.3",
        "region": "eu-west",
    }
    assert case.stage == Stage.INTAKE


@pytest.fixture
def nowhere(case, worker):
    """A case that came by mail: nobody knows yet where it happens."""
    case.reflect(environment=None)
    worker()
    return case


def test_where_it_happens_is_said_later_and_measured_then(nowhere, production, sam, at_the_desk):
    panel = f"/desk/cases/{nowhere.number}/facts/"
    assert ">production</option>" in at_the_desk(sam).get(panel, headers={"HX-Request": "true"}).text

    at_the_desk(sam).post(f"{panel}measurement/", {"environment": production.pk})

    nowhere.refresh_from_db()
    assert nowhere.environment == production
    assert row_of(nowhere, "version").measured == "4.3"
    assert nowhere.events.filter(verb="fact.noted", by=sam).count() == 1
    assert sentence(nowhere.events.get(verb="case.placed", by=sam)) == "It happens in production"


def test_what_the_other_installation_ran_is_no_longer_measured(nowhere, production, northwind, sam):
    nowhere.facts.measure(by=sam, environment=production)

    nowhere.facts.measure(by=sam, environment=northwind.environments.create(name="staging", kind="test"))

    measured = dict(nowhere.facts.standing().filter(source=Source.MEASURED).values_list("key", "value"))
    assert measured == {"tier": "Enterprise", "open_cases": "0", "environment": "staging"}


def test_to_measure_again_leaves_where_it_happens(nowhere, production, sam, at_the_desk):
    nowhere.facts.measure(by=sam, environment=production)

    at_the_desk(sam).post(f"/desk/cases/{nowhere.number}/facts/measurement/")

    nowhere.refresh_from_db()
    assert nowhere.environment == production


def test_by_the_api_too(nowhere, production, sam, by_api):
    address = f"/api/v1/cases/{nowhere.number}/measurement"

    assert by_api(sam).post(address, {"environment": "moon"}, "application/json").status_code == 404
    rows = by_api(sam).post(address, {"environment": "production"}, "application/json").json()["rows"]

    assert {row["key"]: row["measured"] for row in rows}["region"] == "eu-west"


def test_another_customers_installation_is_refused(nowhere, globex, sam, at_the_desk):
    theirs = globex.environments.create(name="production")

    with pytest.raises(NotTheirs):
        nowhere.facts.measure(by=sam, environment=theirs)
    answer = at_the_desk(sam).post(
        f"/desk/cases/{nowhere.number}/facts/measurement/", {"environment": theirs.pk}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 422


def test_it_measures_in_one_line_of_the_ledger(case, worker):
    worker()

    assert case.events.filter(verb="fact.noted").count() == 1


def test_hearing_twice_that_a_case_was_opened_changes_nothing(case, worker):
    worker()
    case.facts.measure()

    assert case.facts.count() == 5


def test_an_account_without_environment_is_measured_as_far_as_it_goes(ana, worker):
    from tandem.cases.models import Case

    case = Case.objects.open_for(ana, title="No environment")
    worker()

    assert {row.key for row in case.facts.table()} == {"tier", "open_cases"}


def test_a_case_of_a_stranger_has_no_measured_facts(db, worker):
    from tandem.cases.models import Case
    from tandem.customers.models import Contact

    stranger = Contact.objects.meet("someone@elsewhere.example").user
    case = Case.objects.open_for(stranger, title="Who am I")
    worker()

    assert not case.facts.exists()


def test_measuring_again_sees_what_changed(case, northwind, sam, worker):
    worker()
    Account.objects.filter(pk=northwind.pk).update(tier="basic")
    case.refresh_from_db()
    case.facts.measure(by=sam)

    assert row_of(case, "tier").measured == "Basic"


def test_what_the_form_told_stands_beside_what_we_measured(ana, production, worker):
    from tandem.submit.models import Submission

    answers = {"version": "4.1", "job": "nightly-export", "error": "  ", "since": "long ago " * 100}
    submission = Submission.objects.report(
        ana, title="Export stops", body="It stops.", environment=production, realm="data", answers=answers
    )
    worker()

    case = submission.case
    told = {fact.key: fact for fact in case.facts.filter(source=Source.TOLD)}
    assert told.keys() == {"version", "job", "since"}
    assert told["version"].noted_by == ana
    assert row_of(case, "version").differ


def test_sam_measures_again_at_the_desk(case, sam, at_the_desk):
    at_the_desk(sam).post(f"/desk/cases/{case.number}/facts/measurement/")

    assert case.facts.get(key="version").value == "4.3"


@pytest.mark.parametrize("body", ["", "{}"])
def test_a_program_measures_again(case, sam, by_api, body):
    table = by_api(sam).generic("POST", f"/api/v1/cases/{case.number}/measurement", body, "application/json").json()

    assert {"version", "tier"} <= {row["key"] for row in table["rows"]}
