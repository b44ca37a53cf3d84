"""Sam chooses rows, and does something with all of them; or looks into one."""

from tandem.automate.models import Macro
from tandem.cases.audience import Audience
from tandem.cases.models import Case
from tandem.queue import page


def test_what_one_may_do_is_offered_below_the_list(case, sam, erin, at_the_desk):
    drawn = at_the_desk(sam).get("/desk/queue/").text
    assert f'name="cases" value="{case.number}" form="chosen"' in drawn
    assert '<option value="give_to">' in drawn

    drawn = at_the_desk(erin).get("/desk/queue/").text
    assert '<option value="give_to">' not in drawn
    assert 'formaction="/desk/merges/"' not in drawn
    assert 'id="chosen"' not in at_the_desk(sam).get("/desk/queue/?q=zebra").text


def test_macros_stand_in_the_menu_before_single_acts(case, sam, max, at_the_desk):
    macro = Macro.objects.write(name="Known outage", acts=[{"act": "note", "with": {"text": "x"}}], by=max)

    page = at_the_desk(sam).get("/desk/queue/").text

    assert f'<option value="macro:{macro.pk}">Known outage</option>' in page
    assert page.index("Known outage") < page.index('<option value="give_to">')
    asked = at_the_desk(sam).get("/desk/runs/new/", {"cases": [case.number], "act": f"macro:{macro.pk}"})
    assert "See what would happen" in asked.text


def test_what_was_chosen_goes_to_the_act_without_javascript(case, mallorys_case, sam, at_the_desk):
    asked = at_the_desk(sam).get("/desk/runs/new/", {"cases": [case.number, mallorys_case.number], "act": "give_to"})

    assert "2 cases are chosen." in asked.text


def test_a_case_is_looked_into_beside_the_list_or_on_a_page(case, sam, ana, at_the_desk):
    for n in range(5):
        case.messages.write(f"Row {n} is the last one.", by=ana, audience=Audience.CUSTOMER)
    address = f"/desk/cases/{case.number}/peek/"
    assert f'href="{address}" data-peek' in at_the_desk(sam).get("/desk/queue/").text

    piece = at_the_desk(sam).get(address, headers={"HX-Request": "true"}).text
    assert "<html" not in piece
    assert "Row 4" in piece
    assert "Row 1" not in piece
    assert case.title in piece
    assert "<html" in at_the_desk(sam).get(address).text


def test_where_a_page_is_not_all_one_may_act_on_all_that_match(ana, sam, at_the_desk, monkeypatch):
    monkeypatch.setattr(page, "PAGE", 2)
    for n in range(3):
        Case.objects.open_for(ana, title=f"Export {n} stops")
    desk, way = at_the_desk(sam), 'href="/desk/runs/new/?q=account%3Anorthwind"'

    assert way in desk.get("/desk/queue/?q=account:northwind").text
    monkeypatch.setattr(page, "PAGE", 3)
    assert way not in desk.get("/desk/queue/?q=account:northwind").text
