from datetime import timedelta

import pytest

from tandem.cases.audience import Audience
from tandem.communicate import composer
from tandem.kit import clock


def _hints(case, actor):
    return [hint.says for hint in composer.of(case, actor)["hints"]]


def test_sam_is_told_what_to_acknowledge_first(case, sam, ana):
    for words in ("Again.", "The board meeting is at 15:00."):
        case.messages.write(words, by=ana, audience=Audience.CUSTOMER)
    with clock.at(clock.now() + timedelta(hours=26)):
        told = _hints(case, sam)

    assert told == ["their message no. 3", "they have waited 1 d 2 h", "they mention “meeting is at 15:00”"]


def test_there_is_nothing_to_acknowledge_once_it_was_answered(case, sam, ana):
    for _time in range(3):
        case.messages.write("We need it by Friday.", by=ana, audience=Audience.CUSTOMER)
    case.updates.send("We are on it.", by=sam)

    assert _hints(case, sam) == []


def test_a_kind_turned_off_is_off_for_sam_alone_until_he_wants_it_again(case, sam, max, ana, at_the_desk):
    case.messages.write("We need it by Friday.", by=ana, audience=Audience.CUSTOMER)
    browser = at_the_desk(sam)
    page = f"/desk/cases/{case.number}/"
    assert "they mention “by Friday”" in browser.get(page).text

    browser.post(f"{page}hints/deadline/dismissal/")

    assert "by Friday”" not in browser.get(page).text
    assert _hints(case, max) == ["they mention “by Friday”"]
    browser.post("/desk/drafts/hints/")
    assert _hints(case, sam) == ["they mention “by Friday”"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("The launch is on Tuesday at 9:00, please hurry.", "launch is on Tuesday at 9:00"),
        ("Wir brauchen das bis Freitag um 12 Uhr.", "bis Freitag um 12 Uhr"),
        ("It must run before the end of the month", "before the end of the month"),
        ("It stops at row 10,000 on version 4.3.", None),
    ],
)
def test_a_deadline_is_found_by_its_words(case, sam, ana, said, words):
    case.updates.send("We are on it.", by=sam)
    case.messages.write(said, by=ana, audience=Audience.CUSTOMER)

    assert _hints(case, sam) == ([f"they mention “{words}”"] if words else [])
