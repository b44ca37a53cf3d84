import pytest
from django.db import IntegrityError, transaction

from tandem.intake.models import Fact, Source
from tandem.intake.models.fact import NotAFact


def row_of(case, key):
    return next(row for row in case.facts.table() if row.key == key)


def test_told_and_measured_stand_side_by_side_and_their_difference_is_said(case, sam, worker):
    worker()
    case.facts.note("version", "4.1", by=sam)

    row = row_of(case, "version")
    assert (row.told, row.measured) == ("4.1", "4.3")
    assert row.differ
    assert row.sentence == "They see 4.1, the server runs 4.3: a cached page?"


def test_a_difference_the_other_way_round_has_a_sentence_of_its_own(case, sam, worker):
    worker()
    case.facts.note("version", "4.10", by=sam)

    assert (
        row_of(case, "version").sentence == "They see 4.10, the server still runs 4.3: an update that did not finish?"
    )


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
