import pytest
from django.db import IntegrityError, transaction

from tandem.cases.audience import Audience
from tandem.cases.journey import Stage
from tandem.cases.models import Case
from tandem.cases.query import ask
from tandem.kit.errors import NotAllowed
from tandem.organize import forms
from tandem.organize.models import Field, FieldValue
from tandem.organize.models.field import NotAField
from tandem.organize.models.value import FieldsMissing, NoSuchField, asked, standing
from tandem.organize.values import NotAValue


@pytest.fixture
def write(max):
    def written(key, kind="text", **told):
        return Field.objects.write(key, by=max, **{"label": key.title(), "kind": kind, **told})

    return written


@pytest.fixture
def plan(write):
    return write("plan", "choice", choices=["Gold", "Silver"])


def said(case) -> dict[str, str]:
    return {key: str(row) for key, row in standing(case).items()}


def keys(case) -> list[str]:
    return [field.key for field in asked(case, standing(case))]


def found(text, actor) -> list[Case]:
    query = ask(text, actor)
    assert query.doubts == []
    return list(Case.objects.filter(query.clause))


def test_each_kind_is_kept_as_it_reads_and_found_by_what_it_says(case, mallorys_case, sam, erin, write, plan):
    kinds = {"note": "text", "rows": "number", "since": "date", "approver": "person", "loss": "yes_no", "run": "link"}
    for key, kind in kinds.items():
        write(key, kind)
    write("parts", "several", choices=["API", "Exports", "Login"])
    told = {"note": " slow  ", "rows": "10,5", "since": "2026-01-31", "approver": "ERIN@tandem.example", "loss": "yes"}
    told |= {"run": "https://ci.example/8", "plan": "gold", "parts": ["login", "API"]}

    case.field_values.fill_in(told, by=sam)

    assert said(case) == {
        "note": "slow",
        "rows": "10.5",
        "since": "31 January 2026",
        "approver": "Erin Haas",
        "loss": "yes",
        "run": "https://ci.example/8",
        "plan": "Gold",
        "parts": "API, Login",
    }
    for text in (
        *("plan=gold", "rows=10.50", "rows>10", "rows<11", "since<2026-02-01", "since=2026-01-31", "loss=yes"),
        *("parts=login", "approver=erin@tandem.example", "plan=gold,plan=silver", "note=slow"),
    ):
        assert found(f"field:{text}", sam) == [case], text
    assert found("field:approver=me", erin) == [case]
    assert found("field:plan=none", sam) == [mallorys_case]
    assert found("field:rows>10.5", sam) == found("field:plan=silver", sam) == []
    for wrong in ("plan", "nothing=1", "rows>many", "=3"):
        assert ask(f"field:{wrong}", sam).doubts


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        ("number", "many", "is a number"),
        ("number", "1e99", "is a number"),
        ("date", "31.1.2026", "is a day"),
        ("choice", "Bronze", "is one of these: Gold, Silver"),
        ("several", ["Gold", "Lead"], "is one of these"),
        ("person", "ana@northwind.example", "one of us"),
        ("yes_no", "perhaps", "yes or no"),
        ("link", "javascript:alert(1)", "begins with https://"),
        ("text", "x" * 501, "at most 500"),
    ],
)
def test_what_cannot_stand_in_it_is_refused_in_a_sentence(case, sam, ana, write, kind, value, sentence):
    write("it", kind, choices=["Gold", "Silver"] if kind in ("choice", "several") else [])
    with pytest.raises(NotAValue, match=sentence):
        case.field_values.fill_in({"it": value}, by=sam)


def test_a_new_version_leaves_what_was_said_as_it_was_read(case, sam, max, write, plan):
    case.field_values.fill_in({"plan": "Silver"}, by=sam)
    write("plan", "choice", choices=["Gold", "Platinum"], label="Contract")

    assert said(case) == {"plan": "Silver"}
    assert standing(case)["plan"].field.label == "Plan"
    with pytest.raises(NotAValue):
        case.field_values.fill_in({"plan": "Silver"}, by=sam)
    case.field_values.fill_in({"plan": "Platinum"}, by=sam)
    case.field_values.fill_in({"plan": ""}, by=sam)
    assert said(case) == {}
    assert [str(row) for row in case.field_values.all()] == ["Platinum", "Silver"]
    assert [event.verb for event in case.events.order_by("-seq")[:2]] == ["field.emptied", "field.filled_in"]

    Field.objects.standing().get(key="plan").retire(by=max)
    with pytest.raises(NoSuchField):
        case.field_values.fill_in({"plan": "Gold"}, by=sam)


def test_it_is_asked_in_its_realm_and_by_its_condition(case, sam, write, plan):
    write("rows", "number", realm="export")
    write("approver", "person", applies_if='plan == "Gold" && tier == "enterprise"')
    write("weight", "number", applies_if="rows > 1000")
    assert keys(case) == ["plan"]

    case.field_values.fill_in({"plan": "Gold"}, by=sam)
    case.reflect(realm="export")
    assert keys(case) == ["plan", "rows", "approver"]
    case.field_values.fill_in({"rows": 1001}, by=sam)
    assert keys(case) == ["plan", "rows", "approver", "weight"]


def test_its_condition_asks_in_the_words_of_all_conditions(case, sam, write, plan, at_the_desk, max):
    words = 'field.plan == "Gold" && account.tier == "enterprise" && "vip" in case.tags'
    write("approver", "person", applies_if=words)
    case.field_values.fill_in({"plan": "Gold"}, by=sam)
    assert keys(case) == ["plan"]

    case.taggings.put_on("vip", by=max)

    assert keys(case) == ["plan", "approver"]
    page = at_the_desk(max).get("/desk/fields/approver/").content.decode()
    assert '<option value="field.plan"' in page
    assert '<option value="case.tags"' in page
    desk = at_the_desk(max)
    assert (
        "not understood"
        in desk.post("/desk/fields/condition/check/", {"applies_if": "field.plann == 1"}).content.decode()
    )
    assert "not understood" not in desk.post("/desk/fields/condition/check/", {"applies_if": words}).content.decode()


def test_a_form_alone_says_what_is_wrong_with_a_condition_and_no_field_asks_itself(plan, at_the_desk, max):
    told = {"label": "Plan", "kind": "choice", "choices": "Gold", "audience": "support"}
    assert "applies_if" in forms.FieldForm({**told, "applies_if": "field.plann == 1"}).errors
    assert forms.FieldForm({**told, "applies_if": "case.priority == 1"}).is_valid()

    refused = at_the_desk(max).post("/desk/fields/plan/", {**told, "applies_if": 'field.plan == "Gold"'})

    assert refused.status_code == 422
    assert "not understood" in refused.text


def test_only_what_makes_sense_is_a_field(sam, write, plan):
    for key, told in [
        ("Big Key", {}),
        ("realm", {}),
        ("it", {"kind": "choice"}),
        ("it", {"kind": "colour"}),
        ("it", {"kind": "choice", "choices": ["a", "A"]}),
        ("it", {"applies_if": "nothing =="}),
        ("it", {"applies_if": 'plan + "x"'}),
        ("it", {"label": " "}),
        ("it", {"required_before": "lunch"}),
    ]:
        with pytest.raises(NotAField):
            write(key, **told)
    with pytest.raises(NotAllowed):
        Field.objects.write("mine", by=sam, label="Mine", kind="text")
    with pytest.raises(IntegrityError, match="one_standing_version"), transaction.atomic():
        Field.objects.create(key="plan", version=2, label="x", kind="text", written_by=sam)


def test_what_is_needed_before_a_stage_keeps_us_from_it_and_no_customer(case, sam, ana, write, at_the_desk):
    write("cause", label="Root cause", required_before=Stage.INVESTIGATE)
    case.enter(Stage.TRIAGE, by=sam)
    with pytest.raises(FieldsMissing, match="Before this case becomes “Under investigation”, fill in “Root cause”"):
        case.enter(Stage.INVESTIGATE, by=sam)
    refused = at_the_desk(sam).post(f"/desk/cases/{case.number}/closure/", {"reason": "not_a_fault"})
    assert refused.status_code == 409
    assert "open=field#panel-field" in refused.text

    case.enter(Stage.INVESTIGATE, by=ana)
    case.enter(Stage.TRIAGE, by=sam)
    case.field_values.fill_in({"cause": "A limit"}, by=sam)
    case.enter(Stage.INVESTIGATE, by=sam)
    assert case.stage == Stage.INVESTIGATE


def test_customers_read_what_was_said_for_them_and_nothing_else(case, sam, ana, mallory, write, at_the_desk):
    write("cause", audience=Audience.SUPPORT)
    write("plan", audience=Audience.CUSTOMER)
    case.field_values.fill_in({"cause": "A wild guess", "plan": "Enterprise"}, by=sam)
    write("cause", audience=Audience.CUSTOMER)

    page = at_the_desk(ana).get(f"/portal/cases/{case.number}/").text
    assert "Enterprise" in page
    assert "wild guess" not in page
    assert [row.key for row in FieldValue.objects.visible_to(ana)] == ["plan"]
    assert not FieldValue.objects.visible_to(mallory).exists()
    write("plan", audience=Audience.SUPPORT)
    assert "Enterprise" not in at_the_desk(ana).get(f"/portal/cases/{case.number}/").text


def test_a_password_in_a_field_is_covered(case, sam, write):
    write("login")
    case.field_values.fill_in({"login": "My password is hunter2!Sommer"}, by=sam)

    assert said(case) == {"login": "My password is [password hidden]"}


def test_what_is_erased_is_gone_from_a_field_and_a_task(case, sam, max, write):
    write("note")
    case.field_values.fill_in({"note": "Call Mr Longfellow at home"}, by=sam)
    case.field_values.fill_in({"note": "Nothing"}, by=sam)
    case.tasks.plan("Call Mr Longfellow", by=sam)

    case.erasures.erase("Longfellow", by=max, why="He asked for it.")

    left = [*case.field_values.values_list("text", "value", "words"), *case.tasks.values_list("text")]
    assert "longfellow" not in str(left).lower()


@pytest.mark.parametrize(
    ("kind", "said_first", "erased"),
    [
        ("date", "1980-05-01", "1980-05-01"),
        ("date", "1980-05-01", "1980-05"),
        ("number", "4711081.5", "4711081.5"),
        ("choice", "Longfellow", "Longfellow"),
        ("several", ["Longfellow", "Mr Smith"], "Longfellow, Mr Smith"),
        ("person", "erin@tandem.example", "Erin Haas"),
    ],
)
def test_what_is_erased_stands_in_no_form_of_a_value(
    case, sam, erin, max, write, at_the_desk, kind, said_first, erased
):
    write("told", kind, choices=["Longfellow", "Mr Smith"] if kind in ("choice", "several") else [])
    case.field_values.fill_in({"told": said_first}, by=sam)

    case.erasures.erase(erased, by=max, why="She asked for it.")

    row = case.field_values.get()
    assert (str(row), row.value, row.words, row.number) == (
        "██████",
        ["██████"] if kind == "several" else "██████",
        [],
        None,
    )
    assert at_the_desk(sam).get(f"/desk/cases/{case.number}/fields/").status_code == 200


@pytest.mark.parametrize("spelled", ["1980-05-01", "1 May 1980"])
def test_a_day_is_erased_however_it_is_spelled(case, sam, max, write, spelled):
    write("born", "date")
    case.field_values.fill_in({"born": "1980-05-01"}, by=sam)

    case.erasures.erase(spelled, by=max, why="She asked for it.")

    row, told = case.field_values.get(), case.events.get(verb="field.filled_in")
    assert (row.text, row.value, row.words, row.number) == ("██████", "██████", [], None)
    assert told.facts["text"] == "██████"


def test_at_the_desk(case, sam, max, at_the_desk, write, plan):
    desk, page = at_the_desk(sam), f"/desk/cases/{case.number}/fields/"
    wrong = desk.post(page, {"field-plan": "Bronze"})
    assert wrong.status_code == 422
    desk.post(page, {"field-plan": "Gold"})
    assert said(case) == {"plan": "Gold"}
    assert "Plan" in desk.get(f"/desk/cases/{case.number}/glances/").text

    settings = at_the_desk(max)
    told = {"label": "Region", "kind": "choice", "choices": "EU\nUS", "audience": "support"}
    settings.post("/desk/fields/", {"key": "region", **told})
    settings.post("/desk/fields/order/", {"up": "region"})
    assert keys(case) == ["region", "plan"]
    settings.post("/desk/fields/region/", {**told, "label": "Where"})
    assert "version 2" in settings.get("/desk/fields/region/").text
    assert settings.post("/desk/fields/", {"key": "Region", **told}).status_code == 422
    settings.post("/desk/fields/region/retirement/")
    assert keys(case) == ["plan"]
    assert desk.post("/desk/fields/", {"key": "mine", **told}).status_code == 403


def test_a_field_appears_the_moment_its_condition_holds_and_nothing_is_kept(case, sam, at_the_desk, write):
    write("lost", "yes_no")
    write("rows", "number", applies_if="lost")
    write("note")
    desk, page, htmx = at_the_desk(sam), f"/desk/cases/{case.number}/fields/", {"HX-Request": "true"}
    sent = {"asked": ["lost", "note"], "field-lost": "yes", "field-note": "begun"}

    answer = desk.post(f"{page}asking/", sent, headers=htmx)

    assert answer.text.index('name="field-lost"') < answer.text.index('name="field-rows"')
    assert "begun" not in answer.text
    assert said(case) == {}
    sent |= {"asked": ["lost", "rows", "note"]}
    assert desk.post(f"{page}asking/", sent | {"field-rows": "x"}, headers=htmx).status_code == 204
    wrong = desk.post(page, sent | {"field-rows": "x"}, headers=htmx)
    assert wrong.status_code == 422
    assert 'name="field-rows"' in wrong.text
    desk.post(page, sent | {"field-rows": "12"}, headers=htmx)
    assert said(case) == {"lost": "yes", "rows": "12", "note": "begun"}


def test_a_field_that_goes_leaves_what_was_said_in_it(case, sam, at_the_desk, write):
    write("lost", "yes_no")
    write("rows", "number", applies_if="lost")
    case.field_values.fill_in({"lost": "yes", "rows": 12}, by=sam)
    desk, page = at_the_desk(sam), f"/desk/cases/{case.number}/fields/"

    gone = desk.post(f"{page}asking/", {"asked": ["lost", "rows"], "field-lost": "no", "field-rows": "12"})
    assert 'name="field-rows"' not in gone.text
    desk.post(page, {"asked": ["lost"], "field-lost": "no"})

    assert said(case) == {"lost": "no", "rows": "12"}


def test_by_api(case, sam, max, by_api):
    api, json = by_api(sam), {"content_type": "application/json"}
    told = {"label": "Rows", "kind": "number"}
    assert api.put("/api/v1/fields/rows", told, **json).status_code == 403
    assert by_api(max).put("/api/v1/fields/rows", told, **json).json()["version"] == 1
    at = f"/api/v1/cases/{case.number}/fields"
    assert api.patch(at, {"values": {"rows": 12}}, **json).json()[0]["value"] == 12
    assert api.patch(at, {"values": {"rows": "x"}}, **json).status_code == 422
    assert api.get(at).json()[0]["text"] == "12"
