import re
from datetime import timedelta

import pytest

from tandem.cases.journey import Stage
from tandem.desk import case_page, glance
from tandem.intake import realms
from tandem.kit import clock

OPEN = re.compile(r'<details class="fold" id="fold-([\w_]+)" open')


@pytest.fixture
def said(case, sam):
    """What each panel says in its line: `said()["facts"]`."""

    def lines() -> dict[str, str]:
        case.refresh_from_db()
        return {name: line.says for name, line in glance.lines(case, glance.read(case, sam)).items()}

    return lines


@pytest.mark.parametrize("stage", Stage)
def test_what_matters_at_a_stage_is_open_and_the_rest_folded(case, sam, at_the_desk, stage):
    case.stage = stage
    case.save(update_fields=["stage"])

    page = at_the_desk(sam).get(f"/desk/cases/{case.number}/").text

    assert OPEN.findall(page) == [beside.panel.name for beside in case_page.BESIDE if stage in beside.open_at]


def test_a_folded_panel_leads_to_its_own_page_without_javascript(case, sam, at_the_desk):
    page = at_the_desk(sam).get(f"/desk/cases/{case.number}/").text

    assert f'href="/desk/cases/{case.number}/history/">Open</a>' in page


def test_a_new_case_has_little_to_say(said):
    lines = said()

    assert lines["promise"] == "nothing promised"
    assert lines["owners"] == "nobody yet"
    assert lines["readback"] == "not shared yet"
    assert lines["attempts"] == "nothing yet"
    assert lines["closure"] == "open"


def test_it_says_how_far_the_work_is(case, sam, erin, ana, platform, said):
    case.assessments.judge(impact=4, urgency=5, realm="data", by=sam)
    case.assignments.give("customer", to=sam, by=sam)
    case.facts.note("version", "4.1", by=ana)
    case.facts.note("version", "4.3", by=None, source="measured")
    case.attempts.note("Rebuilt the index", outcome="no_effect", by=sam)
    case.attempts.note("Refreshed the statistics", outcome="helped", by=sam)
    case.hypotheses.propose("Stale statistics", by=sam)
    case.questions.ask("Who else sees it?", by=sam)
    case.escalations.raise_to(platform, by=sam, asking="Why does it stop?").accept(by=erin)
    case.remedies_first.choose(reason="They close the month tonight.", by=sam)
    case.workarounds.offer("Export by week", by=sam, expires_at=clock.now() + timedelta(days=2))

    lines = said()

    assert lines["assessment"] == "Critical, Data pipeline"
    assert lines["owners"] == "Sam and Erin"
    assert "1 contradicted" in lines["facts"]
    assert lines["attempts"] == "2, 1 helped"
    assert lines["board"] == "open: Stale statistics"
    assert lines["questions"] == "1 waiting"
    assert lines["escalation"] == "Platform, Erin Haas: active"
    assert lines["workaround"].startswith("holds until")


def test_a_broken_promise_is_said_in_red(case, sam):
    case.promises.make(clock.now() + timedelta(hours=1), by=sam)
    with clock.at(clock.now() + timedelta(hours=2)):
        case.refresh_from_db()
        assert glance.lines(case, glance.read(case, sam))["promise"].tone == "broken"


def test_everything_is_read_in_one_query(case, sam, django_assert_num_queries):
    realms.all()  # which each process keeps a few seconds
    with django_assert_num_queries(1):
        glance.lines(case, glance.read(case, sam))


def test_the_lines_are_there_to_be_fetched_anew(case, sam, ana, at_the_desk):
    address = f"/desk/cases/{case.number}/glances/"
    assert 'id="glance-attempts"' in at_the_desk(sam).get(address).text
    assert at_the_desk(ana).get(address).status_code == 404
