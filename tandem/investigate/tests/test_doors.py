import re

import pytest

from tandem.cases.models import Case
from tandem.investigate.models import Attempt, Evidence, Hypothesis, Outcome
from tandem.investigate.panels import attempts, board

HTMX = {"HX-Request": "true"}


@pytest.fixture
def rebuilt(case, erin):
    return case.attempts.note("Rebuilt the index", outcome=Outcome.NO_EFFECT, still_in_place=True, by=erin)


def address(case, rest):
    return f"/desk/cases/{case.number}/{rest}"


def test_sam_notes_an_attempt_without_javascript(case, sam, ana, at_the_desk):
    told = {
        "what": "Cleared the cache",
        "outcome": "no_effect",
        "still_in_place": "true",
        "done_by": ana.pk,
        "done_at": "2026-01-05T10:05",
        "reversible": "unknown",
    }

    answer = at_the_desk(sam).post(address(case, "attempts/"), told)

    assert answer.status_code == 302
    attempt = case.attempts.get()
    assert (attempt.what, attempt.still_in_place, attempt.reversible) == ("Cleared the cache", True, None)
    assert (attempt.done_by, attempt.done_at.hour) == (ana, 10)


def test_an_attempt_without_outcome_is_shown_again_with_what_is_wrong(case, sam, at_the_desk):
    answer = at_the_desk(sam).post(address(case, "attempts/"), {"what": "Cleared the cache"}, headers=HTMX)

    assert answer.status_code == 422
    assert "Cleared the cache" in answer.text
    assert not case.attempts.exists()


def test_the_panel_filters_what_did_not_help(case, erin, rebuilt, at_the_desk):
    case.attempts.note("Recalculated the statistics", outcome=Outcome.HELPED, by=erin)

    everything = at_the_desk(erin).get(address(case, "attempts/"), headers=HTMX).text
    failed = at_the_desk(erin).get(address(case, "attempts/?only=failed"), headers=HTMX).text

    assert "Recalculated the statistics" in everything
    assert "Rebuilt the index" in failed
    assert "Recalculated the statistics" not in failed


def test_once_something_helped_the_panel_asks_whether_the_rest_is_needed_too(case, erin, rebuilt, at_the_desk):
    browser = at_the_desk(erin)
    assert "Is this needed too?" not in browser.get(address(case, "attempts/"), headers=HTMX).text

    case.attempts.note("Recalculated the statistics", outcome=Outcome.HELPED, by=erin)
    asked = browser.get(address(case, "attempts/"), headers=HTMX).text
    assert "“Recalculated the statistics” helped. Is this needed too?" in asked

    answer = browser.post(address(case, f"attempts/{rebuilt.pk}/need/"), {"needed": "unknown"}, headers=HTMX)
    assert "unknown whether needed" in answer.text


def test_an_attempt_is_taken_back_and_judged_anew(case, erin, rebuilt, at_the_desk):
    browser = at_the_desk(erin)

    browser.post(address(case, f"attempts/{rebuilt.pk}/undo/"), headers=HTMX)
    browser.post(address(case, f"attempts/{rebuilt.pk}/outcome/"), {"outcome": "helped"}, headers=HTMX)

    rebuilt.refresh_from_db()
    assert (rebuilt.still_in_place, rebuilt.outcome) == (False, "helped")


def test_the_board_takes_an_idea_its_evidence_and_a_question(case, sam, at_the_desk):
    browser = at_the_desk(sam)

    browser.post(address(case, "board/hypotheses/"), {"text": "A limit in paging"}, headers=HTMX)
    cap = case.hypotheses.get()
    browser.post(
        address(case, "board/evidence/"),
        {"text": "10,000 rows", "hypothesis": cap.pk, "bearing": "against", "audience": "support"},
        headers=HTMX,
    )
    browser.post(address(case, f"board/hypotheses/{cap.pk}/"), {"state": "testing"}, headers=HTMX)
    answer = browser.post(address(case, "board/questions/"), {"text": "Which rows?", "of": sam.pk}, headers=HTMX)

    assert case.evidence.get().bearing == "against"
    assert case.questions.get().asked_of == sam
    for words in ("A limit in paging", "being tested", "10,000 rows", "Which rows?", "Sam Okafor"):
        assert words in answer.text


def test_each_field_has_an_id_of_its_own_so_that_its_label_names_no_other(case, sam, at_the_desk):
    desk = at_the_desk(sam)

    pages = [desk.get(f"/desk/cases/{case.number}/{name}/").content.decode() for name in ("attempts", "board")]

    ids = re.findall(r'<(?:input|select|textarea)[^>]* id="([^"]+)"', "".join(pages))
    assert len(ids) > 10
    assert len(ids) == len(set(ids))


def test_a_question_on_the_board_is_asked_of_a_colleague_never_of_a_customer(case, ana, sam, at_the_desk):
    answer = at_the_desk(sam).post(
        address(case, "board/questions/"), {"text": "Which rows?", "of": ana.pk}, headers=HTMX
    )

    assert answer.status_code == 422
    assert not case.questions.exists()


def test_restricted_evidence_is_not_drawn_for_those_it_is_not_for(case, max, sam, at_the_desk):
    case.evidence.note("A password in the log", audience="restricted", by=max)

    assert "A password in the log" in at_the_desk(max).get(address(case, "board/"), headers=HTMX).text
    assert "A password in the log" not in at_the_desk(sam).get(address(case, "board/"), headers=HTMX).text


def test_a_script_in_an_attempt_is_only_words(case, erin, at_the_desk):
    case.attempts.note("<script>alert(1)</script>", outcome=Outcome.WORSE, by=erin)

    assert "<script>alert" not in at_the_desk(erin).get(address(case, "attempts/"), headers=HTMX).text


@pytest.mark.parametrize("rest", ["attempts/", "board/"])
def test_customers_find_no_such_page(case, ana, mallory, at_the_desk, rest):
    assert at_the_desk(ana).get(address(case, rest)).status_code == 404
    assert at_the_desk(mallory).post(address(case, rest), {"what": "x"}).status_code == 404


def test_an_attempt_of_another_case_is_not_found_here(case, mallorys_case, erin, rebuilt, at_the_desk):
    at = address(mallorys_case, f"attempts/{rebuilt.pk}/undo/")

    assert at_the_desk(erin).post(at, headers=HTMX).status_code == 404
    rebuilt.refresh_from_db()
    assert rebuilt.still_in_place is True


@pytest.mark.parametrize("panel", [attempts, board])
def test_a_panel_makes_two_queries_at_most_whatever_its_size(case, erin, rf, django_assert_max_num_queries, panel):
    for n in range(12):
        idea = case.hypotheses.propose(f"Idea {n}", by=erin)
        case.evidence.note("Seen", hypothesis=idea, by=erin)
        case.attempts.note(f"Try {n}", outcome=Outcome.NO_EFFECT, hypothesis=idea, by=erin)
    request = rf.get("/")
    request.user = erin
    as_on_a_page = Case.objects.with_people().get()

    with django_assert_max_num_queries(2):
        panel.drawn(request, as_on_a_page)


def test_a_program_notes_and_changes_an_attempt(case, erin, by_api):
    program = by_api(erin)
    told = {"what": "Rebuilt the index", "outcome": "no_effect", "still_in_place": True}

    made = program.post(f"/api/v1/cases/{case.number}/attempts", told, content_type="application/json")
    assert made.status_code == 201
    at = f"/api/v1/attempts/{made.json()['id']}"
    program.put(f"{at}/need", {"needed": "unknown"}, content_type="application/json")
    program.put(f"{at}/outcome", {"outcome": "worse"}, content_type="application/json")
    undone = program.post(f"{at}/undo").json()

    assert (undone["needed"], undone["outcome"], undone["still_in_place"]) == ("unknown", "worse", False)
    listed = program.get(f"/api/v1/cases/{case.number}/attempts?helped=false").json()["items"]
    assert [row["what"] for row in listed] == ["Rebuilt the index"]


def test_a_program_keeps_the_board(case, erin, by_api):
    program = by_api(erin)
    on = f"/api/v1/cases/{case.number}"

    idea = program.post(f"{on}/hypotheses", {"text": "A limit"}, content_type="application/json").json()
    seen = {"text": "10,000 rows", "hypothesis": idea["id"], "bearing": "for"}
    assert program.post(f"{on}/evidence", seen, content_type="application/json").status_code == 201
    settled = {"state": "confirmed", "because": "Seen in the source"}
    program.patch(f"/api/v1/hypotheses/{idea['id']}", settled, content_type="application/json")

    assert Hypothesis.objects.get().state == "confirmed"
    assert Evidence.objects.get().hypothesis_id == idea["id"]
    assert [row["state"] for row in program.get(f"{on}/hypotheses").json()["items"]] == ["confirmed"]
    assert [row["bearing"] for row in program.get(f"{on}/evidence").json()["items"]] == ["for"]


def test_customers_programs_reach_none_of_it(case, ana, mallory, rebuilt, by_api):
    on = f"/api/v1/cases/{case.number}"

    assert by_api(ana).get(f"{on}/attempts").status_code == 403
    assert by_api(mallory).get(f"{on}/attempts").status_code == 404
    assert by_api(ana).post(f"/api/v1/attempts/{rebuilt.pk}/undo").status_code == 403
    assert Attempt.objects.get().still_in_place is True
