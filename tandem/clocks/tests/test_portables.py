"""Calendars and policies go out as rows, and come in as they went out."""

import pytest

from tandem.clocks.models import Policy
from tandem.kit import portable
from tandem.kit.errors import Invalid, NotAllowed


def test_what_goes_out_comes_in_and_changes_nothing(standard, of_team, max):
    text = portable.exported()

    assert "monday: 09:00–12:00, 13:00–17:00" in text
    assert "critical: 8 h" in text
    assert portable.take(text, by=max) == []


def test_another_length_is_a_new_version_and_is_said(standard, max):
    told = portable.take(portable.exported().replace("critical: 8 h", "critical: 4 h"), by=max)

    assert len(told) == 1
    assert told[0].startswith("Policy “Standard”: targets was")
    assert (standard.current.number, standard.current.told["resolution"][1]) == (2, 4 * 3600)


def test_they_come_into_an_empty_house(standard, of_team, max):
    text = portable.exported()
    for policy in Policy.objects.standing():
        policy.retire(by=max)
    standard.policy_versions.get().calendar.retire(by=max)

    assert [told.split(" is new")[0] for told in portable.take(text, by=max)] == [
        "Calendar “Office Berlin”",
        "Policy “Standard”",
        "Policy “Engineering”",
    ]
    assert portable.exported() == text


@pytest.mark.parametrize(
    ("was", "wrong"),
    [
        ("calendar: Office Berlin", "calendar: Elsewhere"),
        ("critical: 8 h", "critical: soon"),
        ("critical: 8 h", "urgent: 8 h"),
        ("monday: 09:00–12:00, 13:00–17:00", "monday: all day"),
        ("zone: Europe/Berlin", "zone: Mars"),
        ("of: case", "of: team"),
        ("warn: 75", "warn: often"),
    ],
)
def test_what_is_none_is_refused_in_a_sentence(standard, max, was, wrong):
    with pytest.raises(Invalid):
        portable.take(portable.exported().replace(was, wrong), by=max)
    assert standard.current.number == 1


def test_who_may_not_agree_takes_none(standard, sam):
    with pytest.raises(NotAllowed):
        portable.take(portable.exported(), by=sam)
