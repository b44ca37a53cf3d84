from datetime import timedelta

from tandem.kit import clock
from tandem.signals.models import State
from tandem.signals.tests.telling import NINE, alert
from tandem.status import panels

BOARD = "/desk/components/"


def test_the_board_says_what_callers_will_say_and_what_to_answer(exports, told, sam, at_the_desk):
    told(alert())

    page = at_the_desk(sam).get(BOARD).content.decode()

    for said in ["“My export is not there.”", "It will come by itself", "Northwind Analytics", "Platform"]:
        assert said in page
    assert "an alert, not confirmed" in page


def test_an_alert_nobody_claims_stands_on_the_board(db, told, sam, at_the_desk):
    told(alert(component="unknown"))

    assert "matches no component" in at_the_desk(sam).get(BOARD).content.decode()


def test_an_empty_board_teaches_the_first_step(sam, at_the_desk):
    assert "Name the first component" in at_the_desk(sam).get(BOARD).content.decode()


def test_customers_see_no_board(exports, ana, client, at_the_desk):
    assert at_the_desk(ana).get(BOARD).status_code == 404
    assert client.get(BOARD).status_code == 302


def test_its_queries_do_not_grow(exports, told, sam, at_the_desk, django_assert_max_num_queries):
    told(*(alert(fingerprint=str(n)) for n in range(30)))
    browser = at_the_desk(sam)

    with django_assert_max_num_queries(12):
        browser.get(BOARD)


def test_around_a_case_stands_what_its_environment_depends_on(case, exports, told, sam, at_the_desk):
    with clock.at(case.opened_at - timedelta(hours=2)):
        told(alert(after=minutes_until(case) - 120))

    page = at_the_desk(sam).get(f"/desk/cases/{case.number}/around/", headers={"HX-Request": "true"})

    assert "Exports arrive up to 2 h late" in page.content.decode()
    assert "ExportQueueLags: The queue is 40 min long" in page.content.decode()


def test_what_was_long_before_is_not_around_it(case, exports, told):
    with clock.at(case.opened_at - timedelta(days=3)):
        told(alert(after=minutes_until(case) - 3 * 1440, status="resolved"))

    (lane,) = panels.around.context(case, None)["lanes"]
    assert [mark["kind"] for mark in lane["marks"]] == ["case"]


def test_what_a_person_said_is_around_it_too(case, exports, erin):
    with clock.at(case.opened_at - timedelta(hours=1)):
        exports.pins.put(State.DOWN, by=erin, because="The disk is full.")

    context = panels.around.context(case, erin)

    assert context["changes"][0]["state"] == "down"
    assert "Erin Haas: The disk is full." in [mark["title"] for mark in context["lanes"][0]["marks"]]


def test_a_case_without_an_environment_says_so(case, sam, at_the_desk):
    case.reflect(environment=None)

    page = at_the_desk(sam).get(f"/desk/cases/{case.number}/around/").content.decode()

    assert "We do not know which components this environment depends on." in page


def test_three_queries_however_much_happened(case, exports, told, django_assert_num_queries):
    with clock.at(case.opened_at):
        told(*(alert(fingerprint=str(n), after=minutes_until(case)) for n in range(20)))
    case = type(case).objects.with_people().get(pk=case.pk)

    with django_assert_num_queries(3):
        panels.around.context(case, None)


def test_customers_see_nothing_around_a_case(case, exports, ana, at_the_desk):
    assert at_the_desk(ana).get(f"/desk/cases/{case.number}/around/").status_code == 404


def minutes_until(case) -> int:
    return int((case.opened_at - NINE).total_seconds() // 60)
