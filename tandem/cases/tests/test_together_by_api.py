"""A program merges, moves, splits and links, each with its way back, and hears of each in a bulk what became of it."""

import pytest

from tandem.cases.audience import Audience
from tandem.cases.models import Case, Message


@pytest.fixture
def other(ana):
    case = Case.objects.open_for(ana, title="Invoices arrive twice")
    case.messages.write("Each comes twice.", by=ana, audience=Audience.CUSTOMER)
    return case


@pytest.fixture
def stray(case, ana):
    return case.messages.write("The invoice again!", by=ana, audience=Audience.CUSTOMER)


@pytest.fixture
def call(by_api, sam):
    """`call("post", "cases/1041/merges", {…})` as Sam's program: status and JSON."""
    program = by_api(sam)

    def ask(verb, path, told=None):
        answer = getattr(program, verb)(f"/api/v1/{path}", told, "application/json")
        return answer.status_code, answer.json() if answer.content else None

    return ask


def test_a_merge_and_its_undo(case, other, call, by_api, sam):
    status, merge = call("post", f"cases/{other.number}/merges", {"into": case.number})
    assert (status, merge["case"], merge["target"], merge["can_be_undone"]) == (201, other.number, case.number, True)
    assert by_api(sam).get(f"/api/v1/cases/{case.number}/merges").json() == [merge]

    assert call("delete", f"cases/{case.number}/merges/{merge['id']}")[0] == 204
    assert Case.objects.get(pk=other.pk).merged_into is None


def test_a_move_a_split_and_their_undo(case, other, stray, call):
    status, move = call("post", f"cases/{case.number}/moves", {"to": other.number, "messages": [stray.pk]})
    assert (status, move["messages"], move["has_opened"]) == (201, [stray.pk], False)
    assert call("delete", f"cases/{other.number}/moves/{move['id']}")[0] == 204

    status, split = call("post", f"cases/{case.number}/splits", {"title": "Invoices", "messages": [stray.pk]})
    assert (status, split["has_opened"]) == (201, True)
    assert list(Message.objects.of(Case.objects.get(number=split["to"]))) == [stray]


def test_a_refusal_is_a_sentence(case, mallorys_case, stray, call):
    status, problem = call("post", f"cases/{case.number}/moves", {"to": mallorys_case.number, "messages": [stray.pk]})

    assert status == 409
    assert "they take part in" in problem["title"]


def test_a_case_is_split_off_for_a_customer_and_for_no_colleague(case, sam, call):
    aside = case.messages.write("From: bo@northwind.example", by=None, audience=Audience.SUPPORT, verified=False)
    told = {"title": "Bo's", "messages": [aside.pk]}
    for email in ("", "nobody", sam.email):
        assert call("post", f"cases/{case.number}/splits", {**told, "email": email})[0] == 422

    assert call("post", f"cases/{case.number}/splits", {**told, "email": "bo@northwind.example"})[0] == 201


def test_many_merges_say_what_became_of_each(case, other, mallorys_case, ana, call):
    third = Case.objects.open_for(ana, title="And again")
    told = {"into": case.number, "cases": [other.number, mallorys_case.number, third.number, 404]}

    status, done = call("post", "merges", told)

    assert status == 200
    assert [bool(one["merge"]) for one in done] == [True, False, True, False]
    assert "same customer" in done[1]["refused"]

    status, undone = call("post", "merges/undo", {"merges": [one["merge"] for one in done if one["merge"]]})
    assert [(one["case"], one["refused"]) for one in undone] == [(third.number, ""), (other.number, "")]
    assert not Case.objects.exclude(merged_into=None).exists()


def test_a_link_and_its_removal(case, mallorys_case, call):
    told = {"other": mallorys_case.number, "kind": "caused_by", "why": "One index."}
    status, link = call("post", f"cases/{case.number}/links", told)
    assert (status, link["kind"], link["other"]) == (201, "caused_by", mallorys_case.number)

    assert call("get", f"cases/{mallorys_case.number}/links")[1] == [link]
    assert call("delete", f"cases/{mallorys_case.number}/links/{link['id']}")[0] == 204
    assert call("get", f"cases/{case.number}/links")[1] == []


@pytest.mark.parametrize("path", ["merges", "moves", "links"])
def test_customers_merge_and_move_nothing(case, other, ana, by_api, path):
    told = {"into": other.number, "to": other.number, "other": other.number, "messages": [1]}
    program = by_api(ana)

    assert program.post(f"/api/v1/cases/{case.number}/{path}", told, "application/json").status_code == 403
    assert program.get(f"/api/v1/cases/{case.number}/{path}").status_code == 403
    bulk = {"into": case.number, "cases": [other.number]}
    assert program.post("/api/v1/merges", bulk, "application/json").status_code == 403
