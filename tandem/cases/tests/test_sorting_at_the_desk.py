"""Sam puts right at the desk what landed wrong, by button, also without JavaScript."""

import re

import pytest

from tandem.cases.audience import Audience
from tandem.cases.models import Case, Link, Merge, Message, Move


@pytest.fixture
def other(ana):
    case = Case.objects.open_for(ana, title="Invoices arrive twice")
    case.messages.write("Each comes twice.", by=ana, audience=Audience.CUSTOMER)
    return case


@pytest.fixture
def stray(case, ana):
    return case.messages.write("The invoice again!", by=ana, audience=Audience.CUSTOMER)


@pytest.fixture
def desk(at_the_desk, sam):
    return at_the_desk(sam)


def page(case):
    return f"/desk/cases/{case.number}/"


def test_a_message_is_chosen_and_moved_and_both_pages_lead_to_the_other(case, other, stray, desk):
    shown = desk.get(page(case)).text
    assert f'name="messages" value="{stray.pk}" form="move"' in shown

    done = desk.post(f"{page(case)}moves/", {"messages": stray.pk, "act": "move", "to": other.number})

    assert done.url == f"{page(case)}#panel-conversation"
    assert list(Message.objects.of(other))[-1] == stray
    shown = desk.get(page(case)).text
    assert f'<a href="{page(other)}">1 message moved to case {other.number}, Sam Okafor</a>' in shown
    assert "Under “Other cases” you can move them back" in shown
    assert (
        f'<a href="{page(case)}">1 message came from case {case.number}, Sam Okafor</a>' in desk.get(page(other)).text
    )


def test_words_offer_the_cases_that_fit_and_what_was_ticked_stays(case, other, stray, desk):
    asked = desk.post(f"{page(case)}moves/", {"messages": stray.pk, "act": "move", "to": "invoic"})

    assert asked.status_code == 422
    assert f'name="chosen" value="{other.number}" checked' in asked.text
    assert re.search(rf'value="{stray.pk}" form="move" checked', asked.text)

    desk.post(f"{page(case)}moves/", {"messages": stray.pk, "act": "move", "to": "invoic", "chosen": other.number})
    assert stray in Message.objects.of(other)


@pytest.mark.parametrize("told", [{"act": "split"}, {"act": "move"}])
def test_a_new_case_is_opened_with_what_was_chosen_by_button_or_enter(case, stray, desk, told):
    desk.post(f"{page(case)}moves/", {"messages": stray.pk, "title": "Invoices", **told})

    assert list(Message.objects.of(Case.objects.get(title="Invoices"))) == [stray]


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"act": "move", "to": "1"}, "Choose the messages"),
        ({"messages": True, "act": "move", "to": "999999"}, "No case has this number"),
        ({"messages": True, "act": "move", "to": "9" * 30}, "No case has this number"),
        ({"messages": True, "act": "split"}, "Say what the new case is about"),
        ({"messages": True, "act": "split", "title": "x", "email": "sam@tandem.example"}, "This is a colleague"),
    ],
)
def test_what_is_missing_is_said_where_it_is_missing(case, stray, desk, told, says):
    told = {**told, "messages": stray.pk} if "messages" in told else told
    answer = desk.post(f"{page(case)}moves/", told)

    assert answer.status_code == 422
    assert says in answer.text


def test_what_moved_is_moved_back_from_the_panel_of_either_side(case, other, stray, sam, desk):
    for side in (case, other):
        move = case.moves.move([stray], to=other, by=sam)
        assert "Move back" in desk.get(f"{page(side)}merge/").text
        desk.post(f"{page(side)}moves/{move.pk}/undo/")
        assert stray in Message.objects.of(case)
    assert not Move.objects.standing().exists()


def test_a_case_is_merged_by_the_words_of_the_other_and_one_goes_on_there(case, other, desk):
    assert desk.post(f"{page(other)}merge/", {"to": "nightly"}).status_code == 422
    done = desk.post(f"{page(other)}merge/", {"chosen": case.number})
    assert done.url == f"{page(case)}?open=merge&from={other.number}"

    shown = desk.get(done.url).text
    assert f'data-came-from="{other.number}"' in shown
    assert "Take them apart" in shown
    assert desk.get(page(other)).url == f"{page(case)}?from={other.number}"

    desk.post(f"{page(case)}merge/{Merge.objects.get().pk}/undo/")
    assert desk.get(page(other)).status_code == 200


def test_two_cases_are_linked_and_each_leads_to_the_other(case, mallorys_case, desk):
    desk.post(f"{page(case)}links/", {"chosen": mallorys_case.number, "kind": "caused_by", "why": "One index."})

    assert f'Caused by <a href="{page(mallorys_case)}">' in desk.get(f"{page(case)}merge/").text
    assert f'Cause of <a href="{page(case)}">' in desk.get(f"{page(mallorys_case)}merge/").text

    desk.post(f"{page(mallorys_case)}links/{Link.objects.get().pk}/removal/")
    assert not Link.objects.standing().exists()


def test_before_anything_is_typed_the_same_customers_cases_are_offered(case, other, mallorys_case, desk):
    offered = desk.get(f"{page(case)}choices/").text
    assert str(other.number) in offered
    assert str(mallorys_case.number) not in offered

    assert str(mallorys_case.number) in desk.get(f"{page(case)}choices/?to={mallorys_case.number}").text
    for hostile in ("'", "& | !", "\x00", "9" * 40, "<script>"):
        assert desk.get(f"{page(case)}choices/", {"to": hostile}).status_code == 200


def test_several_cases_are_ticked_merged_and_taken_apart_together(case, other, mallorys_case, desk):
    numbers = [case.number, other.number, mallorys_case.number]
    assert 'formaction="/desk/merges/"' in desk.get("/desk/queue/").text
    asked = desk.get("/desk/merges/", {"cases": numbers}).text
    assert "Read them as one" in asked

    done = desk.post("/desk/merges/", {"cases": numbers, "into": case.number}).text
    assert "Only cases of the same customer" in done
    [merge] = Merge.objects.standing()
    assert merge.case == other

    undone = desk.post("/desk/merges/undo/", {"merges": [merge.pk, "x"]}).text
    assert "stands by itself again" in undone
    assert not Merge.objects.standing().exists()


def test_an_engineer_reads_where_things_went_and_moves_nothing(case, other, stray, sam, erin, at_the_desk):
    case.moves.move([stray], to=other, by=sam)
    shown = at_the_desk(erin).get(page(case)).text

    assert "1 message moved to case" in shown
    assert 'form="move"' not in shown
    assert 'formaction="/desk/merges/"' not in at_the_desk(erin).get("/desk/queue/").text
