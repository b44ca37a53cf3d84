import pytest

from tandem.automate.models import Kind, Macro, MacroNameTaken, Run
from tandem.cases.models import Case
from tandem.communicate.models import Template
from tandem.kit.errors import Refused


@pytest.fixture
def macro(max, sam, settings):
    """“Known outage”: the reply from a template, and the case is whoever uses it."""
    settings.UNDO_SECONDS = 10
    Template.objects.write(name="Outage", body="Hello {{ contact.first_name }}, we know of it.", by=max)
    acts = [{"act": "send_reply", "with": {"template": "Outage"}}, {"act": "give_to", "with": {"to": "me"}}]
    return Macro.objects.write(name="Known outage", acts=acts, by=max)


def test_it_is_seen_in_its_exact_words_done_as_one_and_undone_as_one(macro, case, sam, at_the_desk):
    desk = at_the_desk(sam)

    seen = desk.get(f"/desk/cases/{case.number}/macros/{macro.pk}/").content.decode()
    assert "Hello Ana, we know of it." in seen
    assert "give it to Sam Okafor" in seen
    assert not case.planned_updates.exists()

    desk.post(f"/desk/cases/{case.number}/macros/{macro.pk}/")
    run = Run.objects.get()
    assert (run.kind, run.title, run.macro_version.number) == (Kind.MACRO, "Known outage", 1)
    assert Case.objects.get(pk=case.pk).customer_owner == sam
    assert case.planned_updates.waiting().get().body == "Hello Ana, we know of it."

    assert f"Back to case {case.number}" in desk.post(f"/desk/runs/{run.pk}/undo/", follow=True).text
    assert Case.objects.get(pk=case.pk).customer_owner is None
    assert not case.planned_updates.waiting().exists()


def test_what_cannot_be_done_here_is_said_before(macro, case, sam, max, at_the_desk):
    Template.objects.get().change(name="Outage", body="You hear from us {{ promise }}.", team=None, by=max)

    seen = at_the_desk(sam).get(f"/desk/cases/{case.number}/macros/{macro.pk}/").content.decode()

    assert "“promise” of the template is not known here" in seen
    assert "Do it" not in seen


def test_it_is_offered_to_oneself_to_a_team_or_to_everybody(macro, sam, erin, platform, max):
    note = [{"act": "note", "with": {"text": "x"}}]
    own = Macro.objects.write(name="Mine", acts=note, mine=True, by=sam)
    theirs = Macro.objects.write(name="Platform's", acts=note, team=platform, by=max)

    assert set(Macro.objects.offered_to(sam)) == {macro, own}
    assert set(Macro.objects.offered_to(erin)) == {macro, theirs}
    with pytest.raises(Refused, match="As Support you cannot"):
        Macro.objects.write(name="For all", acts=note, by=sam)
    with pytest.raises(MacroNameTaken):
        Macro.objects.write(name="Mine", acts=note, mine=True, by=sam)


def test_a_change_is_a_version_and_what_was_done_names_its_own(macro, case, sam, max):
    run = macro.use([case], by=sam)
    macro.change(name="Known outage", acts=[{"act": "note", "with": {"text": "x"}}], because="Shorter", by=max)

    assert run.macro_version.number == 1
    assert [(version.number, version.because) for version in macro.versions.all()] == [(2, "Shorter"), (1, "")]
    assert macro.use([case], by=sam).macro_version.number == 2


def test_at_the_desk_it_is_written_act_by_act(sam, case, at_the_desk):
    desk, told = at_the_desk(sam), {"name": "Take it", "whom": "me"}

    page = desk.post("/desk/macros/new/", told | {"add": "give_to", "again": "1"}).content.decode()
    assert 'name="act-0-to"' in page
    told |= {"act-0": "give_to", "act-0-to": "me", "act-1": "note", "act-1-text": "Mine now."}
    dropped = desk.post("/desk/macros/new/", told | {"drop": "1"}).content.decode()
    assert "act-1" not in dropped
    wrong = desk.post("/desk/macros/new/", told | {"act-0-to": "nobody@tandem.example"})
    assert (wrong.status_code, Macro.objects.count()) == (422, 0)
    assert "nobody here who could" in wrong.content.decode()

    desk.post("/desk/macros/new/", told)
    macro = Macro.objects.get()
    assert [doing["act"] for doing in macro.acts] == ["give_to", "note"]
    assert (macro.owner, "Take it" in desk.get(f"/desk/cases/{case.number}/macros/").content.decode()) == (sam, True)


def test_sam_reads_what_everybody_uses_and_cannot_type_there(macro, sam, max, at_the_desk):
    page = at_the_desk(sam).get(f"/desk/macros/{macro.pk}/").text
    assert '<fieldset class="changing" disabled>' in page
    assert 'value="everybody"' in page
    assert '<fieldset class="changing">' in at_the_desk(max).get(f"/desk/macros/{macro.pk}/").text


def test_in_bulk_it_is_one_run(macro, case, mallorys_case, sam, at_the_desk):
    told = {"cases": [case.number, mallorys_case.number], "act": f"macro:{macro.pk}"}

    seen = at_the_desk(sam).post("/desk/runs/", told | {"preview": "1"}).content.decode()
    assert "Do it on 2 cases" in seen
    at_the_desk(sam).post("/desk/runs/", told)

    run = Run.objects.get()
    assert (run.macro_version.macro, run.wanted) == (macro, 2)
    assert {case.customer_owner for case in Case.objects.all()} == {sam}


def test_the_same_by_api(macro, case, sam, by_api):
    api, own = by_api(sam), {"name": "Mine", "mine": True, "acts": [{"act": "note", "with": {"text": "x"}}]}

    assert api.post("/api/v1/macros", own, content_type="application/json").json()["of_whom"] == "only me"
    assert [one["name"] for one in api.get("/api/v1/macros").json()] == ["Known outage", "Mine"]
    told = {"cases": [case.number]}
    assert api.post(f"/api/v1/macros/{macro.pk}/runs", told, content_type="application/json").json()["kind"] == "macro"
