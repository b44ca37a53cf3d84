"""Files that no row names are let go of, after a while; all others stay, whoever names them."""

from datetime import timedelta

import pytest

from tandem.cases.audience import Audience
from tandem.kit import clock, files
from tandem.kit.files import sweeping

pytestmark = pytest.mark.django_db


def sweep_later() -> int:
    with clock.at(clock.real() + sweeping.GRACE + timedelta(minutes=1)):
        return sweeping.sweep()


def there() -> set[str]:
    return {kept.stored_as for kept in files.shelf().all()}


def test_what_nobody_names_goes_and_what_somebody_names_stays(case, ana, sam):
    lost = files.store([b"lost"], name="lost.log")
    sent, planned = files.store([b"sent"], name="sent.log"), files.store([b"planned"], name="planned.log")
    case.messages.write("Here.", by=ana, audience=Audience.CUSTOMER, files=[sent])
    case.planned_updates.plan("Soon.", by=sam, leaves_at=clock.now() + timedelta(days=9), files=[planned])

    assert sweep_later() == 1

    assert there() == {sent.stored_as, planned.stored_as}
    assert lost.stored_as not in there()


def test_what_has_just_come_stays(db):
    files.store([b"x"], name="x")

    assert sweeping.sweep() == 0
    assert len(there()) == 1


def test_a_draft_left_behind_goes(settings):
    stored = files.store([b"x"], name="x")
    place = files.shelf()._path(stored.stored_as)
    place.rename(place.with_suffix(".new"))

    assert sweep_later() == 1
    assert there() == set()
