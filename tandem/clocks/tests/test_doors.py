"""Pages and JSON: calendars, policies that are tried first, and the clocks of a case."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tandem.cases.models import Case
from tandem.cases.query import ask
from tandem.clocks import choosing, preview, rules
from tandem.clocks.models import Calendar, Policy
from tandem.clocks.tests.conftest import HOUR, berlin, holds, targets
from tandem.kit import clock
from tandem.kit.errors import Invalid
from tandem.organize.models import Field, Tag

MONDAY_TO_FRIDAY = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-12:00, 13:00-17:00")
CALENDAR = {"name": "Office", "zone": "Europe/Berlin", "country": "DE", "subdivision": "be", **MONDAY_TO_FRIDAY}


@pytest.fixture
def policy_told(office):
    told = {f"target_resolution_{priority}": "4 h" for priority in range(5)}
    return {"name": "Enterprise", "calendar": office.pk, "warn": "80", "pauses": ["customer"], **told}


def test_a_manager_makes_a_calendar_and_sees_its_week_and_days_off(at_the_desk, max):
    desk = at_the_desk(max)

    assert desk.get("/desk/calendars/").status_code == 200
    answer = desk.post("/desk/calendars/", CALENDAR | {"off": "2026-12-24 Christmas Eve"}, follow=True)

    page = answer.content.decode()
    assert "09:00–12:00, 13:00–17:00" in page
    with clock.at(berlin("2026-12-01 09:00")):
        page = desk.get(answer.redirect_chain[-1][0]).content.decode()
    assert "Christmas Eve" in page
    assert "Christmas Day" in page


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"monday": "09:00-09:00"}, "A window of no length"),
        ({"monday": "09:00-12:00, 11:00-13:00"}, "overlap"),
        ({"monday": "nine to five"}, "is no window"),
        ({"monday": "09:00-25:00"}, "between 00:00 and 24:00"),
        (dict.fromkeys(MONDAY_TO_FRIDAY, ""), "no working time"),
        ({"off": "Christmas"}, "is no day"),
        ({"subdivision": "ZZ"}, "There is no region"),
    ],
)
def test_what_is_no_calendar_is_refused_in_a_sentence(at_the_desk, max, told, sentence):
    answer = at_the_desk(max).post("/desk/calendars/", CALENDAR | told)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Calendar.objects.exists()


def test_a_calendar_that_changes_has_its_policies_published_anew(at_the_desk, max, exports, standard, office, worker):
    with clock.at(berlin("2026-11-24 11:10")):
        at_the_desk(max).post(f"/desk/calendars/{office.pk}/", CALENDAR | {"tuesday": "09:00-17:00"})
        worker()

    assert standard.current.number == 2
    assert exports.clocks.get(kind="first_answer").due_at == berlin("2026-11-24 12:00")
    assert exports.clocks.get(kind="resolution").due_at == berlin("2026-11-25 11:00")


def test_a_policy_is_tried_before_it_is_published(at_the_desk, max, exports, policy_told):
    with clock.at(berlin("2026-11-24 11:05")):
        answer = at_the_desk(max).post(f"/desk/policies/{Policy.objects.get().pk}/", policy_told | {"try": "1"})

    page = answer.content.decode()
    assert "What it would change" in page
    assert exports.title in page
    assert Policy.objects.get().current.number == 1
    assert exports.clocks.get(kind="resolution").due_at == berlin("2026-11-25 12:00")


def test_it_is_tried_for_one_case(at_the_desk, max, exports, policy_told):
    desk = at_the_desk(max)

    with clock.at(berlin("2026-11-24 11:05")):
        page = desk.post(
            "/desk/policies/new/case/", policy_told | {"try": "1", "case": exports.number}
        ).content.decode()
    assert "Resolution" in page
    assert (
        "There is no case 999"
        in desk.post("/desk/policies/new/case/", policy_told | {"try": "1", "case": "999"}).content.decode()
    )


def test_a_manager_publishes_a_policy_and_puts_it_first(at_the_desk, max, sam, standard, policy_told):
    desk = at_the_desk(max)

    desk.post("/desk/policies/new/case/", policy_told | {"rule": 'case.account.tier == "enterprise"'})
    new = Policy.objects.get(name="Enterprise")
    desk.post(f"/desk/policies/{new.pk}/position/")

    assert list(Policy.objects.standing()) == [new, standard]
    assert new.current.told == {"resolution": dict.fromkeys(range(5), 4 * HOUR)}
    assert desk.get("/desk/policies/").content.decode().index("Enterprise") > 0
    assert at_the_desk(sam).post(f"/desk/policies/{new.pk}/", policy_told).status_code == 403
    page = at_the_desk(sam).get(f"/desk/policies/{new.pk}/").text
    assert '<fieldset class="changing" disabled>' in page
    assert "/desk/policies/check/" not in page


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"rule": "case.tier == 1"}, "The condition is not understood"),
        ({"rule": "case.priority +"}, "The condition is not understood"),
        ({"rule": "case.priority"}, "The condition is not understood"),
        ({"target_resolution_1": "soon"}, "is no length of time"),
        ({f"target_resolution_{n}": "" for n in range(5)}, "Say how long something may take"),
        ({"name": "standard"}, "another one of this name"),
    ],
)
def test_what_is_no_policy_is_refused_in_a_sentence(at_the_desk, max, standard, policy_told, told, sentence):
    answer = at_the_desk(max).post("/desk/policies/new/case/", policy_told | told)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_calendar_in_use_stays(at_the_desk, max, standard, office):
    assert at_the_desk(max).post(f"/desk/calendars/{office.pk}/retirement/").status_code == 409


def test_the_case_says_why_it_is_due_then(at_the_desk, sam, exports):
    with clock.at(berlin("2026-11-24 11:30")):
        page = at_the_desk(sam).get(f"/desk/cases/{exports.number}/clocks/").content.decode()

    assert "the first policy" not in page
    assert "Working time to come." in page


def test_waiting_for_a_vendor_is_said_and_ended_on_the_case(at_the_desk, sam, exports):
    desk, here = at_the_desk(sam), f"/desk/cases/{exports.number}/waits/"

    assert desk.post(here, {"words": ""}).status_code == 422
    desk.post(here, {"words": "The carrier"})
    assert desk.post(here, {"words": "Another"}).status_code == 409
    assert "The carrier" in desk.get(f"/desk/cases/{exports.number}/clocks/").content.decode()
    desk.post(f"{here}end/")
    assert not exports.waits.standing().exists()


def test_a_program_reads_clocks_with_their_reasons_policies_and_calendars(by_api, sam, ana, exports):
    program = by_api(sam)

    with clock.at(berlin("2026-11-24 11:30")):
        first, resolution = program.get(f"/api/v1/cases/{exports.number}/clocks").json()
    assert (first["kind"], first["state"], first["policy"]) == ("first_answer", "running", "Standard")
    assert resolution["because"][-1]["says"] == "Due."
    assert program.get("/api/v1/policies").json()[0]["target_seconds"]["resolution"]["1"] == 8 * HOUR
    assert program.get("/api/v1/calendars").json()[0]["week"][0] == [[540, 720], [780, 1020]]
    assert by_api(ana).get(f"/api/v1/cases/{exports.number}/clocks").status_code == 403


def test_a_program_says_for_whom_a_case_waits(by_api, sam, ana, exports):
    program, here = by_api(sam), f"/api/v1/cases/{exports.number}/waits"

    told = program.post(here, {"words": "The carrier"}, content_type="application/json")
    assert (told.status_code, program.get(here).json()[0]["words"]) == (201, "The carrier")
    assert program.post(here, {"words": "Another"}, content_type="application/json").status_code == 409
    assert program.post(f"{here}/standing/end").status_code == 204
    assert by_api(ana).post(here, {"words": "Me"}, content_type="application/json").status_code == 403


def test_cases_are_asked_for_by_what_is_due(exports, sam, when):
    from tandem.clocks import watching

    def found(text):
        return set(Case.objects.filter(ask(text, sam).clause))

    with clock.at(berlin("2026-11-24 11:30")):
        assert found("due:<1h") == found("-due:late") == found("-is:breached") == {exports}
        assert found("due:none") == found("due:>1h") == set()
    with when("2026-11-24 13:30"):
        watching.watch()
        exports.updates.send("We look at it.", by=sam)
    with clock.at(berlin("2026-11-24 13:31")):
        assert found("is:breached") == {exports}
        assert found("due:late") == set()


def test_the_pages_ask_the_database_as_often_for_many_as_for_one(at_the_desk, max, standard, office):
    desk = at_the_desk(max)

    def asked(path):
        desk.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(path).status_code == 200
        return len(queries)

    paths = ("/desk/policies/", "/desk/calendars/", f"/desk/policies/{standard.pk}/", f"/desk/calendars/{office.pk}/")
    before = {path: asked(path) for path in paths}
    for n in range(5):
        Policy.objects.write(name=f"More {n}", of="case", calendar=office, targets=targets(), by=max)
        Calendar.objects.write(name=f"More {n}", hours=office.hours, by=max)
    assert {path: asked(path) for path in paths} == before
    assert before["/desk/policies/"] <= 8


def test_how_it_went_is_told_by_month_and_as_a_goal(at_the_desk, max, exports, sam, when):
    with when("2026-11-24 12:30"):
        exports.updates.send("We look at it.", by=sam)
    desk = at_the_desk(max)

    with clock.at(berlin("2026-11-25 10:00")):
        past, goals = (desk.get(f"/desk/{page}/").content.decode() for page in ("policies/past", "goals"))
        assert exports.title in desk.get("/desk/goals/in-time/").content.decode()
    assert "November 2026" in past
    assert "0 of 1" in past
    assert "Service levels kept" in goals


def test_the_team_sees_when_it_must_have_moved(at_the_desk, erin, exports, of_team, sam, platform, when):
    with when("2026-11-24 11:20"):
        escalation = exports.escalations.raise_to(platform, by=sam, asking="Why does it stop?")
    desk = at_the_desk(erin)

    with clock.at(berlin("2026-11-24 11:30")):
        page, listed = (desk.get(f"/desk/escalations/{pk}").content.decode() for pk in (f"{escalation.pk}/", ""))
    assert "Team accepts or returns" in page
    assert "2026-11-24T12:20:00" in page
    assert "2026-11-24T12:20:00" in listed


def test_a_policy_asks_in_the_words_of_all_conditions_and_is_checked_as_one_writes(exports, max, at_the_desk):
    desk = at_the_desk(max)
    exports.taggings.put_on("vip", by=max)
    exports.refresh_from_db()
    rule = 'account.tier == case.account.tier && environment.kind == "production" && "vip" in case.tags'

    assert holds(rules.checked(rule), exports)
    assert "environment.kind" in desk.get("/desk/policies/new/case/").content.decode()
    assert "not understood" in desk.post("/desk/policies/check/", {"rule": "account.teir == 1"}).content.decode()
    assert "not understood" not in desk.post("/desk/policies/check/", {"rule": rule}).content.decode()


def test_the_page_of_a_policy_says_when_it_is_looked_at_anew_and_one_from_before_what_is_wrong(
    at_the_desk, max, standard
):
    standard.policy_versions.update(rule='case["priority"] == 1')

    page = at_the_desk(max).get(f"/desk/policies/{standard.pk}/").text

    assert "looked at anew with a message" in page
    assert "The condition is not understood" in page


def test_a_policy_is_chosen_by_a_field_the_moment_it_is_filled_in(exports, standard, office, max, sam, when):
    Field.objects.write("plan", by=max, label="Plan", kind="choice", choices=["Gold", "Silver"])
    rule = 'field.plan == "Gold" && case.impact >= 4 && case.team == ""'
    with when("2026-11-24 11:05"):
        gold = Policy.objects.write(name="Gold", of="case", calendar=office, targets=targets(), rule=rule, by=max)
        gold.move(up=True, by=max)
        exports.assessments.judge(impact=4, urgency=4, by=sam)

    with when("2026-11-24 11:10"):
        exports.field_values.fill_in({"plan": "Gold"}, by=sam)

    chosen = [line.facts["policy"] for line in exports.events.filter(verb="clock.chosen").order_by("seq")]
    assert (chosen[0], chosen[-1]) == ("Standard", "Gold")
    with pytest.raises(Invalid, match="there is no “field.plann”. There are: field.plan."):
        gold.publish(by=max, calendar=office, targets=targets(), rule='field.plann == "Gold"')


def test_a_policy_is_tried_with_as_many_looks_beside_many_others_and_asks_once_of_all_cases(
    exports, mallorys_case, office, max, platform
):
    Tag.objects.make("vip", by=max)
    Field.objects.write("plan", by=max, label="Plan", kind="choice", choices=["Gold", "Silver"])

    def agree(n):
        told = {"of": "case", "calendar": office, "targets": targets(), "by": max}
        policy = Policy.objects.write(name=f"{n}", rule='field.plan == "Gold" || asks("tag:vip")', **told)
        policy.move(up=True, by=max)

    def looks(*cases):
        with CaptureQueriesContext(connection) as looks:
            preview.changes(choosing.candidates(), cases)
        asked = [look for look in looks if "organize_tag" in look["sql"]]
        return len(looks), len(asked)

    agree(0)
    before = looks(exports, mallorys_case)
    for n in range(1, 5):
        agree(n)

    assert looks(exports, mallorys_case) == before
    assert looks(exports)[1] == before[1] == 2
