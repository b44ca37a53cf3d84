"""The bell, the list, the button: what a colleague sees and does."""

import re
from datetime import timedelta

import pytest

from tandem.cases.audience import Audience
from tandem.cases.models import Case
from tandem.kit import clock
from tandem.notify.models import Kind, Notice, Watch, Way
from tandem.triage.models import Part


@pytest.fixture
def told(case, sam, erin, max, worker):
    """Sam owns the case and Erin wrote two notes there."""
    worker()
    case.assignments.give(Part.CUSTOMER, to=sam, by=max)
    worker()
    sam.notices.read()
    for body in ("Looking at it.", "@sam it is the <b>index</b>"):
        case.messages.write(body, by=erin, audience=Audience.SUPPORT)
    worker()
    return case


def test_the_bell_says_how_much_and_the_list_says_why(told, sam, at_the_desk):
    browser = at_the_desk(sam)
    assert '<span class="count">2</span>' in browser.get("/desk/").text

    page = browser.get("/desk/notices/").text
    assert "2 things" in page
    assert "You own it" in page
    assert "Erin Haas mentioned you" in page
    assert "&lt;b&gt;index&lt;/b&gt;" in page


def test_it_is_read_by_case_or_all_at_once(told, sam, at_the_desk):
    browser = at_the_desk(sam)
    browser.post("/desk/notices/reading/", {"case": told.number})
    assert not sam.notices.unread().exists()
    assert "Nothing you have not read" in browser.get("/desk/notices/").text
    assert "2 things" not in browser.get("/desk/notices/").text
    assert "Erin Haas mentioned you" in browser.get("/desk/notices/?show=all").text


def test_it_is_put_off(told, sam, at_the_desk):
    keys = [str(pk) for pk in sam.notices.unread().values_list("pk", flat=True)]
    at_the_desk(sam).post("/desk/notices/deferral/", {"notice": keys, "until": "tomorrow"})
    assert not sam.notices.unread().exists()
    assert sam.notices.filter(read_at=None).count() == 2


def way_back(page: str) -> str:
    """Where the last toast of this page leads whoever did not mean it."""
    return re.findall(r'<form method="post" action="([^"]+/undo/)"', page)[-1]


def test_what_was_read_by_mistake_stands_again_as_it_stood(told, sam, at_the_desk):
    browser, (first, second) = at_the_desk(sam), sam.notices.unread()
    browser.post("/desk/notices/reading/", {"notice": str(first.pk)})
    page = browser.post("/desk/notices/reading/", follow=True).text
    assert "1 thing is marked as read." in page
    assert not sam.notices.unread().exists()

    browser.post(way_back(page))
    assert list(sam.notices.unread()) == [second]


def test_what_was_put_off_comes_back_at_once_and_all_read_keeps_until_when(told, sam, at_the_desk):
    browser, (first, second) = at_the_desk(sam), sam.notices.unread()
    put_off = browser.post("/desk/notices/deferral/", {"notice": str(first.pk), "until": "tomorrow"}, follow=True).text
    all_read = browser.post("/desk/notices/reading/", follow=True).text
    browser.post(way_back(all_read))
    assert list(sam.notices.unread()) == [second]

    browser.post(way_back(put_off))
    assert list(sam.notices.unread()) == [first, second]


@pytest.mark.parametrize("page", ["/desk/notices/reading/", "/api/v1/notices/reading"])
def test_all_read_reads_what_is_on_the_page_and_nothing_else(told, sam, erin, worker, at_the_desk, by_api, page):
    """What he only has by mail, and what he put off, he has not read."""
    shown, put_off = sam.notices.unread()
    sam.notices.put_off(clock.now() + timedelta(days=1), keys=[put_off.pk])
    sam.notice_preferences.want(Kind.NOTE, Way.DESK, wanted=False)
    sam.notice_preferences.want(Kind.NOTE, Way.MAIL, wanted=True)
    told.messages.write("And by mail.", by=erin, audience=Audience.SUPPORT)
    worker()
    before = set(sam.notices.filter(read_at=None))

    if "api" in page:
        by_api(sam).post(page, {}, "application/json")
    else:
        at_the_desk(sam).post(page)

    assert before - set(sam.notices.filter(read_at=None)) == {shown}


def test_a_page_drawn_in_the_background_takes_no_word_from_the_one_in_front(told, sam, at_the_desk):
    browser = at_the_desk(sam)
    browser.post("/desk/notices/reading/")
    assert "marked as read" not in browser.get("/desk/notices/", headers={"X-Background": "live"}).text
    assert "marked as read" in browser.get("/desk/notices/").text


def test_a_way_back_that_is_none_leads_nowhere(told, sam, at_the_desk):
    for moment in ("yesterday", "2026-03-10T10:00:00"):
        assert at_the_desk(sam).post(f"/desk/notices/reading/{moment}/undo/").status_code == 404


def test_nobody_reads_what_another_is_told(told, sam, erin, at_the_desk):
    notice = sam.notices.unread().first()
    browser = at_the_desk(erin)
    assert browser.get(f"/desk/notices/{notice.pk}/").status_code == 404
    browser.post("/desk/notices/reading/", {"notice": str(notice.pk)})
    notice.refresh_from_db()
    assert notice.read_at is None


def test_it_says_by_which_ways_and_how_to_hear_less(told, sam, at_the_desk):
    notice = sam.notices.get(reason="mentioned")
    page = at_the_desk(sam).get(f"/desk/notices/{notice.pk}/").text
    assert "None of your browsers is told anything." in page
    assert "It is in your next mail, unless you read it before." in page

    assert "Tell me nothing of this kind" in page


@pytest.mark.parametrize("page", ["/desk/notices/", "/desk/notices/latest/"])
def test_one_hears_less_where_it_is_told(told, sam, at_the_desk, page):
    assert "Mute this case" in (drawn := at_the_desk(sam).get(page).text)
    assert "Watch this case no more" not in drawn, "it is his"
    for kind in (Kind.NOTE, Kind.MENTIONED):
        assert f'value="kind.{kind}"' in drawn


def test_nothing_of_a_kind_any_more_and_as_it_was_before(told, sam, at_the_desk):
    sam.notice_preferences.want(Kind.NOTE, Way.PUSH, wanted=True)
    before = sam.notice_preferences.table()[Kind.NOTE]
    page = at_the_desk(sam).post("/desk/notices/less/", {"what": "kind.note"}, follow=True).text
    assert "You are told nothing of this any more: A colleague writes." in page
    assert not any(sam.notice_preferences.table()[Kind.NOTE].values())

    at_the_desk(sam).post(way_back(page))
    assert sam.notice_preferences.table()[Kind.NOTE] == before


@pytest.mark.parametrize("what", ["watch", "mute"])
def test_a_case_is_watched_no_more_or_muted_and_watched_again_as_before(told, max, erin, what, worker, at_the_desk):
    told.watches.begin(by=max, why=Watch.Why.MENTIONED)
    told.messages.write("And this.", by=erin, audience=Audience.SUPPORT)
    worker()
    browser = at_the_desk(max)
    assert "Watch this case no more" in browser.get("/desk/notices/").text
    page = browser.post("/desk/notices/less/", {"case": told.number, "what": what}, follow=True).text
    assert not told.watches.standing().filter(watched_by=max).exists()
    assert told.mutes.standing().filter(muted_by=max).exists() == (what == "mute")

    browser.post(way_back(page))
    assert told.watches.standing().get(watched_by=max).why == Watch.Why.MENTIONED
    assert not told.mutes.standing().filter(muted_by=max).exists()


def less_of(case, what, browser) -> str:
    return browser.post("/desk/notices/less/", {"case": case.number, "what": what}, follow=True).text


def test_what_was_muted_before_stays_muted_and_what_was_ended_before_stays_ended(told, sam, max, at_the_desk):
    told.mutes.begin(by=sam)
    page = less_of(told, "mute", at_the_desk(sam))
    assert f"You had muted {told.number} already." in page
    assert "/undo/" not in page

    told.watches.begin(by=max)
    told.watches.end(by=max)
    page = less_of(told, "watch", at_the_desk(max))
    assert f"You do not watch {told.number}." in page
    assert "/undo/" not in page
    browser = at_the_desk(max)
    browser.post(way_back(less_of(told, "mute", browser)))
    assert not told.watches.standing().filter(watched_by=max).exists()


def test_a_way_back_undoes_what_its_act_did_and_nothing_of_later(told, max, at_the_desk):
    browser = at_the_desk(max)
    told.watches.begin(by=max)
    back = way_back(less_of(told, "watch", browser))
    told.watches.begin(by=max)
    assert browser.post(back).status_code == 302
    assert told.watches.standing().filter(watched_by=max).count() == 1


@pytest.mark.parametrize("what", ["watch", "mute"])
def test_less_of_a_case_is_less_of_all_that_is_read_with_it(told, ana, sam, max, at_the_desk, what):
    other = Case.objects.open_for(ana, title="The same again")
    other.watches.begin(by=max, why=Watch.Why.MENTIONED)
    other.merges.join_to(told, by=sam)
    browser = at_the_desk(max)

    page = less_of(told, what, browser)
    assert not max.watching.standing().exists()

    browser.post(way_back(page))
    assert [(watch.case, watch.why) for watch in max.watching.standing()] == [(other, Watch.Why.MENTIONED)]
    assert not max.muting.standing().exists()


def test_of_nothing_there_is_no_less(told, sam, mallorys_case, at_the_desk):
    browser = at_the_desk(sam)
    assert browser.post("/desk/notices/less/", {"what": "mute"}).status_code == 404
    for back in ("kind.weather", "mute.1", "case.yesterday", "case.2026-03-10T10:00:00", "nonsense"):
        assert browser.post(f"/desk/notices/less/{back}/undo/").status_code == 404


def test_why_and_why_not(told, sam, erin, max, at_the_desk):
    assert "You did it yourself." in at_the_desk(erin).get(f"/desk/notices/why/?case={told.number}").text
    assert "neither owned nor watched" in at_the_desk(max).get(f"/desk/notices/why/?case={told.number}").text
    assert "Erin Haas mentioned you" in at_the_desk(sam).get(f"/desk/notices/why/?case={told.number}").text


def test_a_case_is_watched_by_its_button_and_found_by_it(told, max, at_the_desk):
    browser = at_the_desk(max)
    browser.post(f"/desk/cases/{told.number}/watch/button/")
    assert 'aria-pressed="true"' in browser.get(f"/desk/cases/{told.number}/").text
    assert str(told.number) in browser.get("/desk/queue/?q=watching:me").text

    browser.post(f"/desk/cases/{told.number}/watch/", {"what": "mute"})
    assert "You muted this case" in browser.get(f"/desk/cases/{told.number}/watch/").text
    assert "No case is like that" in browser.get("/desk/queue/?q=watching:me").text


def test_settings_are_kept(sam, at_the_desk):
    browser = at_the_desk(sam)
    browser.post("/desk/notices/settings/", {"table": "1", "note-desk": "on", "customer-push": "on"})
    table = sam.notice_preferences.table()
    assert table[Kind.NOTE]["desk"]
    assert table[Kind.CUSTOMER]["push"]
    assert not table[Kind.PROMISE]["desk"]

    hours = {"days": ["0", "1"], "quiet_from": "17:00", "quiet_until": "09:00"}
    rest = {"budget": "3", "digest": "hourly", "digest_at": "07:30"}
    assert browser.post("/desk/notices/settings/", {**hours, **rest}).status_code == 302
    assert (sam.calm.days, sam.calm.budget) == ([0, 1], 3)
    assert browser.post("/desk/notices/settings/", {**hours, **rest, "budget": "0"}).status_code == 422


def test_sam_sets_his_time_zone_and_sees_at_once_that_it_is_his(sam, at_the_desk):
    browser, address = at_the_desk(sam), "/desk/notices/settings/"
    assert "Your browser says" in browser.get(address).text

    refused = browser.post(address, {"time_zone": "Mars/Base"})
    assert refused.status_code == 422
    assert "There is no time zone “Mars/Base”." in refused.text
    assert browser.post(address, {"time_zone": "Asia/Tokyo"}).status_code == 302
    sam.refresh_from_db()
    assert sam.time_zone == "Asia/Tokyo"
    page = browser.get(address).text
    assert 'data-zone="Asia/Tokyo"' in page
    assert "Your browser says" not in page
    browser.post(address, {"time_zone": ""})
    assert 'data-zone="UTC"' in browser.get(address).text


def test_a_notice_rings_only_at_its_reader(told, sam):
    assert {notice.user for notice in Notice.objects.filter(read_at=None)} == {sam}


def test_hints_turned_off_on_a_case_are_turned_on_again_one_by_one(case, sam, max, at_the_desk):
    browser = at_the_desk(sam)
    for kind in ("deadline", "waited"):
        browser.post(f"/desk/cases/{case.number}/hints/{kind}/dismissal/")
    page = browser.get("/desk/notices/settings/").text
    assert '<input type="checkbox" name="shown" value="contacts" checked>' in page
    assert '<input type="checkbox" name="shown" value="waited">' in page

    answer = browser.post("/desk/drafts/hints/", {"settled": "1", "shown": ["waited", "no such"]})

    assert answer.url == "/desk/notices/settings/"
    assert [kind for kind, shown in sam.unhinted.table() if shown] == ["waited"]
    assert all(shown for _kind, shown in max.unhinted.table())
