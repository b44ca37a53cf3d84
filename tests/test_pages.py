"""How many questions a page puts to the database: few, and as many for thirty cases as for one."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tandem.cases.audience import Audience
from tandem.cases.journey import Stage
from tandem.cases.models import Case
from tandem.close.models.closure import Reason
from tandem.customers.models import Account
from tandem.desk import case_page
from tandem.investigate.models import Outcome
from tandem.learn.models import Article
from tandem.people.models import Team, User
from tandem.signals.models import Component

MANY = 30
# A page makes no more than this, and never more than it makes for one.
CASE, PORTAL_CASE, PORTAL = 15, 11, 3
DESK = {
    "/desk/": 8,
    "/desk/queue/": 10,
    "/desk/triage/": 16,
    "/desk/escalations/": 6,
    "/desk/goals/": 9,
    "/desk/notices/": 5,
    "/desk/notices/latest/": 4,
    "/desk/notices/settings/": 8,
    "/desk/automation/": 8,
    "/desk/runs/": 5,
    "/process/": 4,
}
PUBLIC = {"/help/": 2, "/status/": 4}


@pytest.fixture
def counted(at_the_desk, client):
    """Queries a page makes for this person, warm: `counted("/desk/", sam)`."""

    def count(path: str, person=None) -> int:
        browser = at_the_desk(person) if person else client
        assert browser.get(path).status_code == 200
        with CaptureQueriesContext(connection) as queries:
            browser.get(path)
        return len(queries)

    return count


def much(case: Case, sam, erin, *, times: int) -> None:
    """Things that lengthen a case page."""
    for n in range(times):
        case.messages.write(f"Row {n} is the last one.", by=case.reporter, audience=Audience.CUSTOMER)
        case.updates.send(f"We look at row {n}.", by=sam)
        case.facts.note(f"fact_{n}", str(n), by=case.reporter)
        case.attempts.note(f"Rebuilt index {n}", outcome=Outcome.NO_EFFECT, by=erin)
        case.hypotheses.propose(f"Row {n} is too long", by=erin)
        case.questions.ask(f"What is in row {case.questions.count()}?", by=sam)


def more_cases(like: Case, *, times: int) -> None:
    for n in range(times):
        Case.objects.open_for(like.reporter, title=f"Export {n} stops", environment=like.environment)


def more_to_read(by, *, times: int) -> None:
    for n in range(times):
        name = f"part-{Component.objects.count()}"
        component = Component.objects.create(name=name, slug=name)
        component.effects.word("slow", by=by, sentence="It is slow.")
        component.take_state("slow")
        Article.objects.write(title=f"Export {n} stops", resolution="Ask for fewer rows.", by=by).publish(by=by)


def walked(case: Case, sam, erin) -> Iterator[Stage]:
    """Lead a case down its road, stopping at each stage."""
    yield Stage(case.stage)
    for stage in [Stage.INTAKE, Stage.TRIAGE, Stage.INVESTIGATE]:
        case.enter(stage, by=sam)
        yield stage
    platform = erin.teams.get()
    case.escalations.raise_to(platform, by=sam, asking="Why do exports stop at 10,000 rows?").accept(by=erin)
    case.refresh_from_db()
    yield Stage(case.stage)
    case.resolutions.propose(words="The export works again.", by=sam)
    case.enter(Stage.RESOLVE, by=sam)
    yield Stage(case.stage)
    case.closures.close(by=sam, reason=Reason.FIXED_UNCONFIRMED)
    case.refresh_from_db()
    yield Stage(case.stage)


def test_the_case_page_keeps_to_its_number_at_every_stage(case, sam, erin, counted):
    asked = {stage: counted(f"/desk/cases/{case.number}/", sam) for stage in walked(case, sam, erin)}

    assert list(asked) == list(Stage)
    assert max(asked.values()) <= CASE, asked


@pytest.mark.parametrize("stage", [Stage.INTAKE, Stage.INVESTIGATE])
def test_a_long_case_asks_no_more_than_a_short_one(case, sam, erin, counted, stage):
    page = f"/desk/cases/{case.number}/"
    much(case, sam, erin, times=1)
    case.refresh_from_db()
    case.stage = stage
    case.save(update_fields=["stage"])
    short = counted(page, sam)

    much(case, sam, erin, times=MANY)

    assert counted(page, sam) == short


@pytest.mark.parametrize(("page", "most"), DESK.items())
def test_a_page_of_the_desk_asks_as_much_for_many_cases(case, max, counted, page, most):
    for_one = counted(page, max)

    more_cases(case, times=MANY)

    assert counted(page, max) == for_one <= most


@pytest.mark.parametrize(("page", "most"), [("/desk/people/", 8), ("/desk/teams/", 7)])
def test_pages_of_the_house_ask_as_much_for_many(sam, ada, counted, page, most):
    for_few = counted(page, ada)

    for n in range(MANY):
        team = Team.objects.make(f"Shift {n}", kind="support", by=ada)
        User.objects.invite(f"c{n}@tandem.example", name=f"Colleague {n}", role="support", teams=[team], by=ada)

    assert counted(page, ada) == for_few <= most


def test_pages_of_customers_ask_as_much_for_many(case, ada, counted):
    one = f"/desk/accounts/{case.account.slug}/"
    for_few = counted("/desk/accounts/", ada), counted(one, ada)

    more_cases(case, times=MANY)
    for n in range(MANY):
        Account.objects.make(f"Company {n}", tier="basic", by=ada)
        case.account.contacts.take_in(f"c{n}@northwind.example", name=f"Contact {n}", by=ada)
        case.account.environments.install(f"Place {n}", kind="test", by=ada)

    assert (counted("/desk/accounts/", ada), counted(one, ada)) == for_few
    assert for_few[0] <= 7
    assert for_few[1] <= 9


def test_the_page_of_a_colleague_asks_as_much_for_much_they_hold(case, sam, ada, counted):
    page = f"/desk/people/{sam.pk}/"
    for_none = counted(page, ada)

    more_cases(case, times=MANY)
    for number, one in enumerate(Case.objects.all()):
        one.assignments.give("customer", to=sam, by=ada)
        one.tasks.plan(f"Task {number}", by=ada, whom=sam)

    assert counted(page, ada) == for_none <= 13


def test_the_list_of_my_cases_asks_as_much_for_many(case, ana, counted):
    for_one = counted("/portal/", ana)

    more_cases(case, times=MANY)

    assert counted("/portal/", ana) == for_one <= PORTAL


def test_the_portal_case_asks_as_much_when_it_is_long(case, sam, erin, ana, counted):
    page = f"/portal/cases/{case.number}/"
    much(case, sam, erin, times=1)
    short = counted(page, ana)

    much(case, sam, erin, times=MANY)

    assert counted(page, ana) == short <= PORTAL_CASE


@pytest.mark.parametrize(("page", "most"), PUBLIC.items())
def test_a_public_page_asks_as_much_for_many(max, counted, page, most):
    more_to_read(max, times=1)
    for_one = counted(page)

    more_to_read(max, times=MANY)

    assert counted(page) == for_one <= most


def test_a_folded_panel_says_the_title_it_has_when_open(case, sam, at_the_desk):
    page = at_the_desk(sam)
    for beside in [*case_page.BESIDE, *case_page.RARE]:
        address = case_page.address(beside, case)
        assert f"{beside.title}" in page.get(address, headers={"HX-Request": "true"}).text, beside.panel.name


def test_without_javascript_an_act_leads_back_to_the_panel_opened(case, sam, at_the_desk):
    answer = at_the_desk(sam).post(f"/desk/cases/{case.number}/participants/", {"email": "ben@northwind.example"})

    assert answer.url == f"/desk/cases/{case.number}/?open=participants#panel-participants"
    page = at_the_desk(sam).get(answer.url)
    assert "ben@northwind.example" in page.text
