from datetime import timedelta

from tandem.kit import clock
from tandem.live import here
from tandem.live.hub import Hub
from tandem.live.rights import Rights
from tandem.writing import panels
from tandem.writing.models import Presence, Typed

COLLEAGUES, CUSTOMERS = frozenset({"customer", "support"}), frozenset({"customer"})


def _who(case, actor):
    return [f"{one.name} {one.does}" for one in panels.of(case, actor)]


def _page(hub, case, person, audiences=COLLEAGUES):
    return hub.stream(Rights(frozenset({f"case:{case.pk}"}), audiences, "session", person.pk))


def test_colleagues_see_each_other_and_not_themselves(case, sam, erin, django_assert_num_queries):
    hub = Hub()
    with _page(hub, case, sam) as sams, _page(hub, case, erin) as erins, _page(hub, case, erin) as second:
        for stream in (sams, erins, second):
            here.come(stream)

        assert _who(case, sam) == ["Erin Haas is here"]
        with django_assert_num_queries(1):
            assert _who(case, erin) == ["Sam Okafor is here"]


def test_a_page_that_is_closed_is_gone_with_the_next_look(case, sam, erin):
    hub = Hub()
    with _page(hub, case, erin) as stream:
        here.come(stream)
    here.keep(hub.streams, hub.gone)

    assert _who(case, sam) == []


def test_a_page_that_stays_open_stays_and_one_nobody_speaks_for_ends(case, sam, erin, max):
    hub = Hub()
    Presence.objects.come("a process that died", user_id=max.pk, cases=[case.pk])
    with _page(hub, case, erin) as stream, clock.at(clock.now()):
        here.come(stream)
        for seconds in range(4, 24, 4):
            with clock.at(clock.now() + timedelta(seconds=seconds)):
                here.keep(hub.streams, [])
                seen = _who(case, sam)

    assert seen == ["Erin Haas is here"]
    assert Presence.objects.count() == 1


def test_customers_are_nobodys_company(case, ana):
    hub = Hub()
    with _page(hub, case, ana, CUSTOMERS) as stream:
        here.come(stream)

    assert not Presence.objects.exists()


def test_who_types_writes_and_who_stopped_has_begun(case, sam, erin, max):
    case.drafts.keep(Typed("We found", audience="customer"), by=sam)
    case.drafts.keep(Typed("She is leaving", audience="restricted"), by=max)

    assert set(_who(case, erin)) == {"Sam Okafor writes to Ana", "Max Berger writes"}
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert all("has begun to write" in line for line in _who(case, erin))
        assert len(_who(case, erin)) == 2


def test_the_page_asks_again_when_the_writing_may_have_ended(case, sam, erin, at_the_desk):
    case.drafts.keep(Typed("We found"), by=sam)

    panel = at_the_desk(erin).get(f"/desk/cases/{case.number}/presence/", headers={"HX-Request": "true"}).text

    assert 'data-again="21"' in panel
    assert "Sam Okafor writes to Ana" in panel
