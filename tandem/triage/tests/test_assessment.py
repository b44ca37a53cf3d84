import pytest
from django.db import IntegrityError, transaction

from tandem.cases.journey import Stage
from tandem.cases.models import Case
from tandem.intake.models import Source
from tandem.triage.models import Assessment
from tandem.triage.models.assessment import NoSuchRealm, NotOnTheScale, SayWhy
from tandem.triage.priority import Priority, tone_of, word_of


def test_judging_says_its_sum_and_walks_the_case_into_triage(case, sam):
    assessment = case.assessments.judge(impact=4, urgency=5, realm="data", by=sam)

    assert assessment.score == 23
    assert assessment.reasons == ["impact × urgency (4 × 5) +20", "account tier (enterprise) +3"]
    assert assessment.priority == Priority.CRITICAL
    assert (case.stage, case.priority, case.realm) == (Stage.TRIAGE, 1, "data")
    assert case.impact == "A whole team or a key process stands still."


def test_people_affected_and_a_way_around_it_count(case, sam):
    case.facts.note("affected", "34 people", by=sam)
    case.facts.note("workaround", "Yes", by=sam)

    assessment = case.assessments.judge(impact=3, urgency=3, by=sam)

    points = {part["part"]: part["points"] for part in assessment.parts}
    assert points == {"base": 9, "tier": 3, "affected": 2, "workaround": -4}
    assert assessment.score == 10


def test_what_we_measured_counts_before_what_was_told(case, sam):
    case.facts.note("affected", "2", by=sam)
    case.facts.note("affected", "250", by=None, source=Source.MEASURED)

    assessment = case.assessments.judge(impact=1, urgency=1, by=sam)

    assert {"part": "affected", "detail": "250", "points": 3} in assessment.parts


@pytest.mark.parametrize(
    ("impact", "urgency", "word"), [(5, 5, "Critical"), (4, 4, "High"), (2, 3, "Medium"), (1, 2, "Low")]
)
def test_the_score_is_told_in_a_word(case, sam, impact, urgency, word):
    assert case.assessments.judge(impact=impact, urgency=urgency, by=sam).get_priority_display() == word


def test_another_priority_than_the_score_needs_a_why(case, sam):
    with pytest.raises(SayWhy):
        case.assessments.judge(impact=1, urgency=1, priority=Priority.CRITICAL, by=sam)

    assessment = case.assessments.judge(
        impact=1, urgency=1, priority=Priority.CRITICAL, why="the board watches", by=sam
    )
    assert assessment.is_overridden
    assert case.priority == Priority.CRITICAL


def test_the_same_priority_as_the_score_needs_no_why(case, sam):
    assert not case.assessments.judge(impact=5, urgency=5, priority=Priority.CRITICAL, by=sam).is_overridden


@pytest.mark.parametrize(("impact", "urgency", "priority"), [(0, 3, None), (3, 6, None), (3, 3, 9)])
def test_what_is_not_on_the_scale_is_refused(case, sam, impact, urgency, priority):
    with pytest.raises(NotOnTheScale):
        case.assessments.judge(impact=impact, urgency=urgency, priority=priority, why="so", by=sam)


def test_a_realm_nobody_knows_is_refused(case, sam):
    with pytest.raises(NoSuchRealm):
        case.assessments.judge(impact=3, urgency=3, realm="kitchen", by=sam)


def test_judging_again_keeps_the_first_judgement_as_history(case, sam, max):
    case.assessments.judge(impact=4, urgency=5, realm="data", by=sam)
    second = case.assessments.judge(impact=2, urgency=2, by=max)

    assert case.assessments.count() == 2
    assert case.assessments.standing().get() == second
    assert second.realm == "data"


def test_a_judgement_taken_back_leaves_the_realm_that_was_reported(case, sam):
    case.reflect(realm="web")
    case.assessments.judge(impact=4, urgency=5, realm="data", by=sam).take_back(by=sam)

    case.refresh_from_db()
    assert (case.priority, case.realm) == (0, "web")


def test_two_standing_judgements_cannot_be(case, sam):
    first = case.assessments.judge(impact=4, urgency=5, by=sam)

    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.create(case=case, impact=1, urgency=1, score=1, parts=[], priority=4, judged_by=sam)
    assert first.superseded_at is None


def test_a_case_further_along_the_road_is_judged_where_it_stands(case, sam):
    case.enter(Stage.INTAKE, by=sam)
    case.enter(Stage.INVESTIGATE, by=sam)

    case.assessments.judge(impact=2, urgency=2, by=sam)

    assert case.stage == Stage.INVESTIGATE


@pytest.mark.parametrize("how", ["merged", "closed"])
def test_a_merged_or_closed_case_is_not_judged(case, ana, sam, at_the_desk, by_api, how):
    other = Case.objects.open_for(ana, title="The export again")
    desk, told = at_the_desk(sam), {"impact": 4, "urgency": 5}
    if how == "merged":
        case.merges.join_to(other, by=sam)
    else:
        case.closures.close(by=sam, reason="not_a_fault")

    page = desk.get(f"/desk/triage/{case.number}/").text
    assert {"merged": f"is read as part of case {other.number}", "closed": "is closed: nothing"}[how] in page
    assert f'href="/desk/cases/{other.number if how == "merged" else case.number}/"' in page
    assert 'name="impact"' not in page
    assert 'name="impact"' not in desk.get(f"/desk/cases/{case.number}/assessment/").text
    assert desk.post(f"/desk/triage/{case.number}/", told).status_code == 409
    assert desk.post(f"/desk/cases/{case.number}/assessment/", told).status_code == 409
    by_program = by_api(sam).post(f"/api/v1/cases/{case.number}/assessments", told, content_type="application/json")
    assert by_program.status_code == 409
    assert not case.assessments.exists()


def test_nothing_judged_has_no_word():
    assert (word_of(0), tone_of(0)) == ("", "")
    assert (word_of(1), tone_of(1)) == ("Critical", "urgent")


# The doors.


def test_sam_judges_at_the_desk(case, sam, at_the_desk):
    desk, address = at_the_desk(sam), f"/desk/cases/{case.number}/assessment/"

    desk.post(address, {"impact": 4, "urgency": 5, "realm": "data"})

    page = desk.get(address).content.decode()
    assert "Critical" in page
    assert "impact × urgency (4 × 5) +20" in page
    assert case.assessments.get().judged_by == sam


def test_an_engineer_reads_the_judgement_but_does_not_judge(case, erin, at_the_desk):
    desk, address = at_the_desk(erin), f"/desk/cases/{case.number}/assessment/"

    assert desk.get(address).status_code == 200
    assert desk.post(address, {"impact": 4, "urgency": 5}).status_code == 403


def test_an_override_without_a_why_is_shown_again(case, sam, at_the_desk):
    page = at_the_desk(sam).post(f"/desk/cases/{case.number}/assessment/", {"impact": 1, "urgency": 1, "priority": 1})

    assert page.status_code == 422
    assert "Add in a few words why." in page.content.decode()
    assert not case.assessments.exists()


def test_customers_do_not_see_how_they_are_judged(case, sam, ana, mallory, at_the_desk, by_api):
    case.assessments.judge(impact=4, urgency=5, by=sam)

    for who in (ana, mallory):
        assert at_the_desk(who).get(f"/desk/cases/{case.number}/assessment/").status_code == 404
        assert not Assessment.objects.visible_to(who).exists()
    assert by_api(ana).get(f"/api/v1/cases/{case.number}/assessments").status_code == 403
    assert by_api(mallory).get(f"/api/v1/cases/{case.number}/assessments").status_code == 404


def test_a_program_judges(case, sam, erin, by_api):
    address = f"/api/v1/cases/{case.number}/assessments"
    judgement = {"impact": 4, "urgency": 4, "realm": "api"}

    judged = by_api(sam).post(address, judgement, content_type="application/json")

    assert judged.status_code == 201
    assert judged.json()["word"] == "High"
    assert by_api(erin).post(address, judgement, content_type="application/json").status_code == 403
    assert by_api(erin).get(address).json()[0]["judged_by"] == "Sam Okafor"


def test_the_panel_makes_one_query(case, sam, django_assert_num_queries):
    from tandem.triage import panels

    case.assessments.judge(impact=4, urgency=5, by=sam)

    panels.assessment.words(case, sam)  # what reports ask is read rarely, and kept
    with django_assert_num_queries(1):
        panels.assessment.words(case, sam)
