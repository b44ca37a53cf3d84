"""Browsers are told: sealed, signed, within the hour's budget, never in quiet hours, and nothing one may not see."""

from datetime import UTC, datetime, timedelta

import pytest

from tandem.cases.audience import Audience
from tandem.cases.models import Case
from tandem.kit import clock
from tandem.kit.reachable import Inside
from tandem.notify import pushing
from tandem.notify.models import Browser, Calm, Kind, Notice, PushKey, Way
from tandem.notify.models.browser import NotABrowser
from tandem.triage.models import Part

TUESDAY = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def now():
    with clock.at(TUESDAY):
        yield TUESDAY


@pytest.fixture
def told(now, case, erin, push_service, worker):
    """Erin works in the daytime, and one browser of hers is told."""
    worker()
    erin.browsers.begin(**push_service.subscription())
    return case


def mention(case, sam, body="Could you look, @erin? The customer's key is hunter2.", audience=Audience.SUPPORT):
    case.messages.write(body, by=sam, audience=audience)


def a_minute_later(worker, at=TUESDAY):
    with clock.at(at):
        worker()
    with clock.at(at + A_MINUTE):
        worker()


def test_it_says_the_case_and_the_reason_and_only_its_browser_can_read_it(told, sam, push_service, worker):
    mention(told, sam)
    a_minute_later(worker)

    [call] = push_service.calls
    assert push_service.read(call) == {
        "title": f"{told.number} Nightly export stops at row 10,000",
        "body": "Sam Okafor mentioned you",
        "tag": f"case-{told.number}",
        "href": f"/desk/cases/{told.number}/",
    }
    claims = push_service.claims(call, PushKey.objects.get().public)
    assert claims["aud"] == push_service.origin
    assert claims["sub"].startswith("mailto:")
    assert 0 < claims["exp"] - clock.real().timestamp() <= 24 * 3600
    assert (call.headers["content-encoding"], call.headers["urgency"]) == ("aes128gcm", "normal")
    assert int(call.headers["ttl"]) > 0


def test_things_of_a_moment_disturb_once(told, sam, push_service, worker):
    mention(told, sam)
    mention(told, sam, "And this, @erin.")
    a_minute_later(worker)

    [call] = push_service.calls
    assert push_service.read(call)["body"] == "2 things: Sam Okafor mentioned you"


def test_what_was_read_meanwhile_disturbs_nobody(told, sam, erin, push_service, worker):
    mention(told, sam)
    worker()
    erin.notices.read()
    a_minute_later(worker)

    assert not push_service.calls
    assert Notice.objects.get(user=erin).push == Notice.Push.READ


def test_what_may_not_be_seen_any_more_is_not_sent(told, sam, max, erin, push_service, worker):
    told.assignments.give(Part.TECHNICAL, to=erin, by=max)
    mention(told, max, "@erin for owners only", Audience.RESTRICTED)
    worker()
    told.assignments.give(Part.TECHNICAL, to=max, by=max)
    a_minute_later(worker)

    assert all("mentioned" not in push_service.read(call)["body"] for call in push_service.calls)


def test_beyond_the_hours_budget_it_waits_and_is_told_together(told, sam, ana, erin, push_service, worker):
    Calm.objects.create(user=erin, budget=1)
    mention(told, sam)
    a_minute_later(worker)
    other = Case.objects.open_for(ana, title="The import")
    with clock.at(TUESDAY + 5 * A_MINUTE):
        mention(told, sam)
        mention(other, sam)
    a_minute_later(worker, TUESDAY + 5 * A_MINUTE)
    assert len(push_service.calls) == 1

    with clock.at(TUESDAY + 62 * A_MINUTE):
        worker()
    assert push_service.read(push_service.calls[1]) | {"body": ""} == {
        "title": "2 things on 2 cases",
        "body": "",
        "tag": "notices",
        "href": "/desk/notices/",
    }


def test_in_quiet_hours_it_waits_until_they_end(told, sam, push_service, worker):
    evening = TUESDAY.replace(hour=21)
    with clock.at(evening):
        mention(told, sam)
    a_minute_later(worker, evening)
    assert not push_service.calls

    with clock.at(TUESDAY + timedelta(days=1, hours=-2, minutes=1)):
        worker()
    assert len(push_service.calls) == 1


@pytest.mark.parametrize("allowed", [True, False])
def test_a_promise_of_ones_own_passes_only_if_one_allows_it(told, erin, max, ana, allowed, push_service, worker):
    max.browsers.begin(**push_service.subscription("max"))
    Calm.objects.create(user=max, urgent_passes=allowed)
    told.assignments.give(Part.CUSTOMER, to=max, by=erin)
    evening = TUESDAY.replace(hour=21)
    with clock.at(evening):
        worker()
        max.notices.read()
        promise = told.promises.make(evening + timedelta(hours=1), by=max)
    with clock.at(promise.warn_at + A_MINUTE):
        told.promises.watch()
    a_minute_later(worker, promise.warn_at + A_MINUTE)

    sent = [call.headers["urgency"] for call in push_service.calls if call.path.endswith("max")]
    assert sent == (["high"] if allowed else [])


LONG = b"We are sorry. " * 10_000


@pytest.mark.parametrize(("status", "says"), [(404, b""), (410, b""), (410, LONG)])
def test_a_browser_that_is_gone_is_told_nothing_more(told, sam, erin, push_service, worker, status, says):
    push_service.answers, push_service.says = status, says
    mention(told, sam)
    a_minute_later(worker)

    assert Browser.objects.get().ended_why == Browser.Why.GONE
    mention(told, sam)
    worker()
    assert Notice.objects.filter(user=erin).first().push == Notice.Push.NOBODY


@pytest.mark.parametrize("says", [b"", LONG])
def test_a_service_in_trouble_is_asked_again_and_what_it_has_is_not_sent_twice(told, sam, push_service, worker, says):
    push_service.answers, push_service.says = 503, says
    mention(told, sam)
    with pytest.raises(pushing.TryAgain, match="503"):
        a_minute_later(worker)
    assert Browser.objects.standing().exists()

    push_service.answers = 201
    a_minute_later(worker)
    a_minute_later(worker)
    assert len(push_service.calls) == 2


def test_an_address_that_leads_inside_is_never_called(erin, push_service, settings, at_the_desk):
    settings.FETCH_ALLOW = []
    told = push_service.subscription()
    with pytest.raises(Inside):
        erin.browsers.begin(**told)
    answer = at_the_desk(erin).post("/desk/notices/browsers/", {**told, "endpoint": "https://169.254.169.254/latest"})
    assert answer.status_code == 422
    with pytest.raises(NotABrowser):
        erin.browsers.begin(**{**told, "endpoint": "http://push.example.com/x"})
    with pytest.raises(NotABrowser):
        erin.browsers.begin(**{**told, "endpoint": "https://push.example.com/x", "p256dh": "AAAA"})
    assert not Browser.objects.exists()


def test_a_browser_belongs_to_who_asked_last(erin, sam, push_service):
    erin.browsers.begin(**push_service.subscription())
    sam.browsers.begin(**push_service.subscription())
    assert [browser.user for browser in Browser.objects.standing()] == [sam]


def test_the_key_is_made_once_and_anew_when_it_cannot_be_opened(erin, push_service, settings, at_the_desk):
    key = at_the_desk(erin).get("/desk/notices/browsers/").json()["key"]
    assert PushKey.objects.current().public == key
    erin.browsers.begin(**push_service.subscription())

    settings.SECRET_KEY = "another, and the old one is lost"
    assert PushKey.objects.current().public != key
    assert not Browser.objects.standing().exists()


def test_the_worker_stands_at_the_root_and_runs_nothing_else(client):
    answer = client.get("/notices-worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_browser_is_let_go(erin, push_service, at_the_desk):
    browser = at_the_desk(erin)
    assert browser.post("/desk/notices/browsers/", push_service.subscription()).status_code == 204
    browser.post(f"/desk/notices/browsers/{Browser.objects.get().pk}/end/")
    assert Browser.objects.get().ended_why == Browser.Why.BY_HAND


def test_who_wants_no_browser_told_has_none_told(told, sam, erin, push_service, worker):
    erin.notice_preferences.want(Kind.MENTIONED, Way.PUSH, wanted=False)
    mention(told, sam)
    a_minute_later(worker)
    assert not push_service.calls
