"""A demo belongs to whoever looks at it."""

import pytest

from tandem.config import demo


@pytest.mark.parametrize(("told", "zone"), [("Asia/Tokyo", "Asia/Tokyo"), ("Etc/UTC", "UTC"), ("nowhere", "UTC")])
def test_the_story_is_told_in_the_hours_of_this_machine(monkeypatch, tmp_path, told, zone):
    environment = {"TZ": told, "TANDEM_PORT": "8000", "TANDEM_MAIL_PORT": "2525"}
    monkeypatch.setattr(demo.os, "environ", environment)
    demo._settle_in(tmp_path)

    assert environment["TANDEM_TIME_ZONE"] == zone


def test_whoever_says_another_zone_has_it(monkeypatch, tmp_path):
    environment = {"TANDEM_TIME_ZONE": "Europe/Lisbon", "TANDEM_PORT": "8000", "TANDEM_MAIL_PORT": "2525"}
    monkeypatch.setattr(demo.os, "environ", environment)
    demo._settle_in(tmp_path)

    assert environment["TANDEM_TIME_ZONE"] == "Europe/Lisbon"
