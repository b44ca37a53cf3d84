import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tandem.automate.acting import Outcome
from tandem.automate.models import FEW, NothingToUndo, Run, StillAtIt, TooLate
from tandem.automate.models import run as run_model
from tandem.cases import acts
from tandem.cases.journey import Stage
from tandem.cases.models import Case
from tandem.kit import clock
from tandem.kit.errors import Invalid

GIVE = {"act": "give_to", "with": {"to": "max@tandem.example"}}
BEGIN = {"act": "begin_investigation"}


@pytest.fixture
def cases(case, ana, sam, erin, max):
    """Three of Ana's; the first one has both owners."""
    case.assignments.arrange(customer=sam, technical=erin, by=sam)
    case.enter(Stage.TRIAGE, by=sam)
    return [case, *(Case.objects.open_for(ana, title=f"Export {n} stops") for n in (1, 2))]


def owners(cases):
    return [Case.objects.get(pk=case.pk).customer_owner for case in cases]


def test_each_case_by_itself_and_one_that_is_refused_stops_no_other(cases, sam, erin, max):
    cases[1].assignments.give("technical", to=erin, by=sam)
    cases[1].enter(Stage.TRIAGE, by=sam)

    run = Run.objects.do(cases, [GIVE, BEGIN], by=sam)

    refused = run.steps.get(case=cases[2])
    assert (refused.outcome, refused.act) == (Outcome.REFUSED, "begin_investigation")
    assert "customer owner and a technical owner first" in refused.why
    assert owners(cases) == [max, max, None]  # all of it on a case, or nothing
    assert run.finished_at


def test_it_is_undone_the_last_first_and_what_was_changed_since_stays(cases, sam, erin, max):
    run = Run.objects.do(cases, [GIVE], by=sam)
    cases[1].assignments.give("customer", to=sam, by=max)

    run.undo(by=max)

    assert owners(cases) == [sam, sam, None]
    stays = run.steps.get(case=cases[1])
    assert "Somebody changed this since" in stays.stays_because
    assert run.steps.filter(undone_by=max).count() == 2
    with pytest.raises(NothingToUndo):
        Run.objects.get().undo(by=sam)


def test_every_line_of_the_case_says_which_run_it_is_of(cases, sam):
    before = cases[0].events.count()
    run = Run.objects.do(cases[:1], [GIVE], by=sam)
    run.undo(by=sam)

    lines = list(cases[0].events.order_by("seq"))[before:]
    assert {line.facts.get("run") for line in lines} == {run.pk}
    assert [line.verb for line in lines if line.verb.startswith("run.")] == ["run.made", "run.undone"]


def test_a_preview_tells_what_would_become_of_it_and_nothing_stays(cases, sam):
    events = cases[0].events.count()

    tried = Run.objects.preview(cases, [GIVE, BEGIN], by=sam)

    assert [told[-1].outcome for _case, told in tried] == [Outcome.DONE, Outcome.REFUSED, Outcome.REFUSED]
    assert owners(cases) == [sam, None, None]
    assert cases[0].events.count() == events
    done = Run.objects.do(cases, [GIVE, BEGIN], by=sam)
    assert [told[-1].outcome for _case, told in tried] == [
        step.outcome for step in done.steps.all() if step.act == "begin_investigation"
    ]


def test_many_are_worked_through_by_a_job_and_undone_by_one(cases, ana, sam, max, worker, monkeypatch):
    monkeypatch.setattr(run_model, "FEW", 2)

    run = Run.objects.do(cases, [GIVE], by=sam)
    assert (run.worked, run.finished_at) == (0, None)
    with pytest.raises(StillAtIt):
        run.undo(by=sam)
    worker()
    assert owners(cases) == [max, max, max]

    run.undo(by=sam)
    worker()
    assert owners(cases) == [sam, None, None]


def test_a_job_that_begins_again_does_nothing_twice(cases, sam, worker, monkeypatch):
    monkeypatch.setattr(run_model, "FEW", 2)
    run = Run.objects.do(cases, [{"act": "note", "with": {"text": "Their month ends today."}}], by=sam)
    run._next()

    worker()
    Run.objects.get().work()

    assert [case.messages.filter(body="Their month ends today.").count() for case in cases] == [1, 1, 1]


def test_what_goes_wrong_on_our_side_is_said_and_stops_no_other(cases, sam, max, monkeypatch):
    def broken(case, **told):
        if case == cases[0]:
            raise ZeroDivisionError

    monkeypatch.setitem(acts.ACTS, "note", acts.Act(**vars(acts.get("note")) | {"do": broken}))
    run = Run.objects.do(cases, [{"act": "note", "with": {"text": "x"}}], by=sam)

    assert [step.outcome for step in run.steps.all()] == [Outcome.FAILED, Outcome.DONE, Outcome.DONE]
    assert "the log of the server says what" in run.steps.first().why


def test_after_thirty_days_it_stays(cases, sam):
    run = Run.objects.do(cases, [GIVE], by=sam)
    Run.objects.update(begun_at=clock.now() - timedelta(days=31))

    with pytest.raises(TooLate):
        Run.objects.get(pk=run.pk).undo(by=sam)


@pytest.mark.parametrize(
    ("doings", "sentence"),
    [
        ([], "at least one act"),
        ("give_to", "at least one act"),
        ([{"act": "explode"}], "no act “explode”"),
        ([{"act": ["give_to"]}], "no act"),
        (["give_to"], "told by its name"),
        ([GIVE] * 11, "At most 10"),
    ],
)
def test_what_is_not_understood_is_done_on_none(cases, sam, doings, sentence):
    with pytest.raises(Invalid, match=sentence):
        Run.objects.do(cases, doings, by=sam)
    assert not Run.objects.exists()


def test_at_the_desk_one_chooses_sees_does_and_undoes(cases, sam, max, at_the_desk):
    desk, numbers = at_the_desk(sam), [case.number for case in cases]

    asked = desk.get("/desk/runs/new/", {"cases": numbers, "act": "give_to"}).content.decode()
    assert "3 cases are chosen" in asked
    assert "Max Berger" in asked
    told = {"cases": numbers, "act": "give_to", "to": "max@tandem.example"}
    seen = desk.post("/desk/runs/", told | {"preview": "1"}).content.decode()
    assert "give it to Max Berger" in seen
    assert "Do it on 3 cases" in seen
    assert not Run.objects.exists()

    page = desk.post("/desk/runs/", told, follow=True).content.decode()
    assert "Undo" in page
    assert owners(cases) == [max, max, max]
    desk.post(f"/desk/runs/{Run.objects.get().pk}/undo/")
    assert owners(cases) == [sam, None, None]
    assert "undone on 3" in desk.get("/desk/runs/").content.decode()


def test_before_it_is_done_only_those_are_counted_that_it_would_change(cases, sam, max, at_the_desk):
    cases[0].assignments.give("customer", to=max, by=sam)
    told = {"cases": [case.number for case in cases], "act": "give_to", "to": "max@tandem.example", "preview": "1"}
    desk = at_the_desk(sam)

    assert "Do it on 2 cases" in desk.post("/desk/runs/", told).text
    seen = desk.post("/desk/runs/", told | {"cases": [cases[0].number]}).text
    assert "It would change none of them." in seen
    assert "Do it on" not in seen


def test_all_that_match_are_counted_before_and_those_are_done(cases, mallorys_case, sam, max, at_the_desk):
    desk = at_the_desk(sam)

    asked = desk.get("/desk/runs/new/", {"q": "account:northwind", "act": "give_to"}).text
    assert "3 cases match <code>account:northwind</code>" in asked
    assert asked.count('name="q" value="account:northwind"') == 2
    told = {"q": "account:northwind", "act": "give_to", "to": "max@tandem.example"}
    seen = desk.post("/desk/runs/", told | {"preview": "1"}).text
    assert "Do it on 3 cases" in seen
    assert f'name="cases" value="{cases[2].number}"' in seen

    desk.post("/desk/runs/", told)
    assert owners([*cases, mallorys_case]) == [max, max, max, None]


def test_more_than_may_be_done_at_once_are_refused_with_a_sentence(cases, sam, max, at_the_desk, by_api, monkeypatch):
    monkeypatch.setattr("tandem.automate.forms.MOST", 2)

    refused = at_the_desk(sam).get("/desk/runs/new/", {"q": "account:northwind", "act": "give_to"})
    assert refused.status_code == 422
    assert "More than 2 cases match. Narrow the query, and do it in parts." in refused.text
    told = {"q": "account:northwind", "acts": [GIVE]}
    by_program = by_api(sam).post("/api/v1/runs", told, content_type="application/json")
    assert by_program.status_code == 422
    assert "More than 2 cases match." in by_program.text
    assert not Run.objects.exists()


def test_a_query_that_is_not_understood_is_done_on_none(cases, sam, at_the_desk):
    refused = at_the_desk(sam).get("/desk/runs/new/", {"q": "stage:tirage"})

    assert refused.status_code == 422
    assert "may be submit, intake" in refused.text


def test_a_program_names_cases_or_a_query(cases, sam, max, by_api):
    api, told = by_api(sam), {"q": "account:northwind", "acts": [GIVE]}

    tried = api.post("/api/v1/runs/preview", told, content_type="application/json").json()
    assert [row["case"] for row in tried] == [case.number for case in cases]
    assert api.post("/api/v1/runs", told, content_type="application/json").json()["wanted"] == 3
    for which in ({"cases": [cases[0].number], "q": "is:open"}, {}, {"q": " "}, {"q": "()"}, {"q": "-"}):
        refused = api.post("/api/v1/runs", {"acts": [GIVE], **which}, content_type="application/json")
        assert refused.status_code == 422


def test_what_is_missing_is_said_on_the_form(cases, sam, at_the_desk):
    response = at_the_desk(sam).post("/desk/runs/", {"cases": [cases[0].number], "act": "give_to"})

    assert response.status_code == 422
    assert "Give to a customer owner: To: This field is required." in response.content.decode()


def test_mallory_does_nothing_to_anas_case(cases, mallory, by_api, at_the_desk):
    told = {"cases": [cases[0].number], "acts": [GIVE]}

    assert by_api(mallory).post("/api/v1/runs", told, content_type="application/json").status_code == 403
    assert at_the_desk(mallory).get("/desk/runs/").status_code == 404


def test_the_same_by_api(cases, sam, max, by_api):
    api, told = by_api(sam), {"cases": [case.number for case in cases], "acts": [GIVE]}

    tried = api.post("/api/v1/runs/preview", told, content_type="application/json").json()
    assert [row["outcome"] for row in tried] == ["done"] * 3
    run = api.post("/api/v1/runs", told, content_type="application/json").json()
    assert run["can_be_undone"]
    steps = api.get(f"/api/v1/runs/{run['id']}/steps").json()["items"]
    assert {row["says"] for row in steps} == {"give it to Max Berger"}
    assert not api.post(f"/api/v1/runs/{run['id']}/undo").json()["can_be_undone"]
    assert owners(cases) == [sam, None, None]
    assert {"give_to", "close", "note"} <= {act["name"] for act in api.get("/api/v1/acts").json()}


def test_few_are_done_while_one_waits():
    assert FEW == 20


def test_one_that_broke_off_goes_on_by_itself(cases, sam, max, worker, monkeypatch):
    def dies(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Run, "do_on", dies)
        with pytest.raises(KeyboardInterrupt):
            Run.objects.do(cases, [GIVE], by=sam)
    assert owners(cases) != [max, max, max]

    worker()

    assert owners(cases) == [max, max, max]
    assert Run.objects.get().finished_at


def test_a_step_that_cannot_be_undone_for_a_fault_of_ours_keeps_no_other(cases, sam, max, monkeypatch):
    run = Run.objects.do(cases, [GIVE], by=sam)
    undone = acts.Act.undone

    def breaks(act, case, **told):
        if case.pk == cases[2].pk:
            raise KeyError("before")
        undone(act, case, **told)

    monkeypatch.setattr(acts.Act, "undone", breaks)
    run.undo(by=sam)

    assert owners(cases) == [sam, None, max]
    assert "wrong on our side" in run.steps.get(case=cases[2]).stays_because


def test_the_case_is_held_before_the_run_as_when_it_is_erased_from(cases, sam):
    with CaptureQueriesContext(connection) as doing:
        run = Run.objects.do(cases, [GIVE], by=sam)
    with CaptureQueriesContext(connection) as undoing:
        run.undo(by=sam)

    for asked in (doing, undoing):
        held = [sql for look in asked if re.search(r" FOR (NO KEY )?UPDATE", sql := look["sql"] or "")]
        assert 'FROM "cases_case"' in held[0]
        assert any('FROM "automate_run"' in sql for sql in held[1:])
