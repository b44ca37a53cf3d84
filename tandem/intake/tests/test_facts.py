import pytest
from django.db import IntegrityError, transaction

from tandem.cases.journey import Stage
from tandem.customers.models import Account
from tandem.intake.models import Fact, Source
from tandem.intake.models.fact import NotAFact, NotTheirs


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


def test_told_and_measured_stand_side_by_side_and_their_difference_is_said(case, sam, worker):
    worker()
    case.facts.note("version", "4.1", by=sam)

    row = row_of(case, "version")
    assert (row.told, row.measured) == ("4.1", "4.3")
    assert row.differ
    assert row.sentence == "They see 4.1, the server runs 4.3: a cached page?"


def test_a_difference_of_another_fact_is_said_in_general(case, sam):
    case.facts.note("region", "us-east", by=sam)
    case.facts.note("region", "eu-west", by=sam, source=Source.MEASURED)

    assert row_of(case, "region").sentence == "They say us-east, we measured eu-west: which of the two is it?"


@pytest.mark.parametrize(
    ("key", "told", "measured"),
    [
        ("region", " EU-West ", "eu-west"),
        ("version", "v4.3", "4.3.2"),
        ("version", "Version 4.3", "4.3"),
        ("affected", "10,000 people", "10000"),
    ],
)
def test_the_same_thing_typed_otherwise_is_no_contradiction(case, sam, key, told, measured):
    case.facts.note(key, told, by=sam)
    case.facts.note(key, measured, by=sam, source=Source.MEASURED)

    assert not row_of(case, key).differ


@pytest.mark.parametrize(
    ("key", "told", "measured"), [("version", "4.30", "4.3"), ("affected", "10", "1000"), ("affected", "many", "few")]
)
def test_what_only_looks_alike_is_a_contradiction(case, sam, key, told, measured):
    case.facts.note(key, told, by=sam)
    case.facts.note(key, measured, by=sam, source=Source.MEASURED)

    assert row_of(case, key).differ


def test_a_newer_word_supersedes_and_the_older_stays_as_history(case, sam, erin):
    case.facts.note("browser", "Firefox", by=sam)
    case.facts.note("browser", "Safari 18", by=erin)

    assert [(fact.value, fact.noted_by, fact.superseded_at is None) for fact in case.facts.filter(key="browser")] == [
        ("Firefox", sam, False),
        ("Safari 18", erin, True),
    ]
    assert [event.verb for event in case.events.filter(verb__startswith="fact.")] == ["fact.noted", "fact.corrected"]


def test_the_same_word_again_is_no_news(case, sam):
    first = case.facts.note("browser", "Firefox", by=sam)

    assert case.facts.note("browser", "Firefox ", by=sam) == first


def test_two_standing_words_of_one_source_cannot_be(case, sam):
    case.facts.note("browser", "Firefox", by=sam)

    with pytest.raises(IntegrityError), transaction.atomic():
        Fact.objects.create(
            case=case,
            key="browser",
            label="Browser",
            value="Opera",
            source=Source.TOLD,
            audience="customer",
            noted_by=sam,
        )


@pytest.mark.parametrize("value", ["", "   ", "\x00", "x" * 501])
def test_a_fact_without_a_value_or_with_a_novel_is_refused(case, sam, value):
    with pytest.raises(NotAFact):
        case.facts.note("browser", value, by=sam)


def test_what_the_realm_asks_for_and_nobody_said_is_missing(case, sam):
    case.reflect(realm="data")
    case.facts.note("job", "nightly-export", by=sam)

    missing = {line.key for line in case.facts.table().missing}
    assert "expected_rows" in missing
    assert "job" not in missing


def test_facts_stand_in_the_order_of_the_realm(case, sam):
    case.reflect(realm="data")
    case.facts.note("shoe_size", "43", by=sam, label="Shoe size")
    case.facts.note("version", "4.1", by=sam)
    case.facts.note("job", "nightly-export", by=sam)

    assert [row.label for row in case.facts.table()] == ["Job", "Product version", "Shoe size"]


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


# The doors.


def test_sam_notes_a_fact_at_the_desk(case, sam, at_the_desk):
    at_the_desk(sam).post(
        f"/desk/cases/{case.number}/facts/", {"what": "product version", "value": "4.1", "source": "told"}
    )

    assert case.facts.standing().get(key="version").noted_by == sam


def test_a_fact_of_no_line_gets_a_name_of_its_own(case, sam, at_the_desk):
    at_the_desk(sam).post(
        f"/desk/cases/{case.number}/facts/", {"what": "Shoe size", "value": "43", "source": "measured"}
    )

    fact = case.facts.get()
    assert (fact.key, fact.label, fact.audience) == ("shoe-size", "Shoe size", "support")


def test_the_panel_says_the_contradiction(case, sam, at_the_desk, worker):
    worker()
    case.facts.note("version", "4.1", by=sam)

    page = at_the_desk(sam).get(f"/desk/cases/{case.number}/facts/", headers={"hx-request": "true"})

    assert "a cached page?" in page.content.decode()


def test_an_empty_fact_is_shown_again_with_what_is_wrong(case, sam, at_the_desk):
    page = at_the_desk(sam).post(
        f"/desk/cases/{case.number}/facts/", {"what": "Browser", "source": "told"}, headers={"hx-request": "true"}
    )

    assert page.status_code == 422
    assert "This field is required." in page.content.decode()


def test_sam_measures_again_at_the_desk(case, sam, at_the_desk):
    at_the_desk(sam).post(f"/desk/cases/{case.number}/facts/measurement/")

    assert case.facts.get(key="version").value == "4.3"


def test_the_panel_makes_two_queries_however_many_facts(case, sam, django_assert_num_queries):
    from tandem.intake import panels

    for n in range(30):
        case.facts.note(f"line-{n}", "x", by=sam)

    with django_assert_num_queries(2):
        context = panels.facts.words(case, sam)
        assert len([*context["table"]]) == 30


def test_customers_do_not_see_the_facts(case, ana, mallory, at_the_desk, by_api):
    for who in (ana, mallory):
        assert at_the_desk(who).get(f"/desk/cases/{case.number}/facts/").status_code == 404
        assert not Fact.objects.visible_to(who).exists()
    assert by_api(ana).get(f"/api/v1/cases/{case.number}/facts").status_code == 403
    assert by_api(mallory).get(f"/api/v1/cases/{case.number}/facts").status_code == 404


def test_a_program_notes_and_reads_facts(case, sam, by_api, worker):
    worker()
    program = by_api(sam)
    noted = program.post(
        f"/api/v1/cases/{case.number}/facts", {"key": "version", "value": "4.1"}, content_type="application/json"
    )
    table = program.get(f"/api/v1/cases/{case.number}/facts").json()

    assert noted.status_code == 201
    row = next(row for row in table["rows"] if row["key"] == "version")
    assert (row["told"], row["measured"], row["differ"]) == ("4.1", "4.3", True)


def test_a_program_reads_the_history_of_a_fact(case, sam, by_api):
    case.facts.note("browser", "Firefox", by=sam)
    case.facts.note("browser", "Safari", by=sam)

    history = by_api(sam).get(f"/api/v1/cases/{case.number}/facts/browser/history").json()

    assert [fact["value"] for fact in history] == ["Safari", "Firefox"]


@pytest.mark.parametrize("body", ["", "{}"])
def test_a_program_measures_again(case, sam, by_api, body):
    table = by_api(sam).generic("POST", f"/api/v1/cases/{case.number}/measurement", body, "application/json").json()

    assert {"version", "tier"} <= {row["key"] for row in table["rows"]}
