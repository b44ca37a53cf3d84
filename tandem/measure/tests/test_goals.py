from datetime import timedelta

from tandem.kit import clock


def test_what_took_longest_is_read_first_and_how_long_it_took(case, mallorys_case, max, at_the_desk):
    took = {case: timedelta(days=2), mallorys_case: timedelta(hours=3)}
    asked = clock.now() - timedelta(days=3)
    for each, span in took.items():
        with clock.at(asked):
            each.record("escalation.requested")
        with clock.at(asked + span):
            each.record("closure.made")

    page = at_the_desk(max).get("/desk/goals/escalation-time/").text

    assert page.index(case.title) < page.index(mallorys_case.title)
    assert "2 d" in page
    assert "3 h" in page


def test_a_share_tells_the_cases_that_missed_it(case, max, at_the_desk):
    case.record("resolution.proposed")
    case.record("closure.made")

    page = at_the_desk(max).get("/desk/goals/first-time/").text

    assert "Cases to learn from" in page
    assert case.title in page
