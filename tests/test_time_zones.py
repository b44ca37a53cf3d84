"""Sam works in New York and Max in Tokyo, the house is in UTC: everybody reads and types times by their own clock."""

import re
from datetime import UTC, datetime, time, timedelta
from importlib import import_module
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from tandem.automate.seeing import OWN, Seen
from tandem.cases.audience import Audience
from tandem.cases.models import Event
from tandem.communicate import variables
from tandem.kit import clock, say, zones
from tandem.notify import jobs
from tandem.notify.models import Calm
from tandem.people.models import User
from tandem.shifts import readin
from tandem.triage.models import Part

NEW_YORK, TOKYO = "America/New_York", "Asia/Tokyo"
MONDAY = datetime(2026, 3, 9, 15, 0, tzinfo=UTC)
DUE = MONDAY + timedelta(hours=2)
DUE_THERE, DUE_AT_MAX, DUE_HERE = "13:00", "02:00", "17:00"


def live_in(person, name: str) -> None:
    person.time_zone = name
    person.save(update_fields=["time_zone"])


@pytest.fixture
def apart(case, sam, max, worker):
    """A case of Sam's with a word promised, on Monday at three in the afternoon."""
    live_in(sam, NEW_YORK)
    live_in(max, TOKYO)
    worker()
    with clock.at(MONDAY):
        case.assignments.give(Part.CUSTOMER, to=sam, by=max)
        case.promises.make(DUE, by=sam)
        worker()
        yield case


def words_of(answer) -> str:
    """What one sees: between the tags."""
    return re.sub(r"<[^>]+>", " ", answer.text)


@pytest.mark.parametrize("page", ["/desk/", "/desk/queue/?q=is:any", "/desk/cases/{}/", "/desk/cases/{}/promise/"])
def test_each_reads_their_own_hours_also_where_the_other_read_just_before(apart, sam, max, at_the_desk, page):
    address = page.format(apart.number)
    for _again in range(2):
        of_sam = words_of(at_the_desk(sam).get(address))
        assert DUE_THERE in of_sam
        assert DUE_HERE not in of_sam
        live_in(sam, TOKYO)
        of_sam = words_of(at_the_desk(sam).get(address))
        assert DUE_AT_MAX in of_sam
        assert DUE_THERE not in of_sam
        live_in(sam, NEW_YORK)


def test_a_list_reads_otherwise_to_max_and_to_erin(apart, sam, max, erin, at_the_desk):
    address = "/desk/queue/?q=is:any"
    sams, maxs, erins = (words_of(at_the_desk(person).get(address)) for person in (sam, max, erin))
    assert DUE_THERE in sams
    assert DUE_AT_MAX in maxs
    assert DUE_HERE in erins


def test_the_portal_tells_ana_hers_and_strangers_the_houses(apart, ana, at_the_desk, client):
    assert DUE_HERE in at_the_desk(ana).get(f"/portal/cases/{apart.number}/").text
    live_in(ana, TOKYO)

    assert DUE_AT_MAX in at_the_desk(ana).get(f"/portal/cases/{apart.number}/").text
    assert 'data-zone="UTC"' in client.get("/status/").text


def test_no_hours_stay_behind_in_the_thread_also_after_a_mistake(rf: RequestFactory, max, settings):
    live_in(max, TOKYO)

    def page(request):
        assert timezone.get_current_timezone_name() == TOKYO
        if request.path == "/broken/":
            raise ZeroDivisionError
        return HttpResponse()

    for path in ("/whole/", "/broken/"):
        request = rf.get(path, headers={"cookie": f"{settings.SESSION_COOKIE_NAME}=x"})
        request.user = max
        try:
            zones.Readers(page)(request)
        except ZeroDivisionError:
            assert path == "/broken/"
        assert timezone.get_current_timezone_name() == "UTC"


def test_who_shows_no_session_is_not_asked_for(rf: RequestFactory):
    request = rf.get("/status/")  # it has no user at all
    assert zones.Readers(lambda request: HttpResponse("fine"))(request).content == b"fine"


def test_a_zone_that_is_none_any_more_keeps_nobody_out(apart, sam, at_the_desk):
    live_in(sam, "Europe/Atlantis")
    assert DUE_HERE in at_the_desk(sam).get("/desk/queue/").text


def test_times_are_typed_by_ones_own_clock(apart, sam, max, at_the_desk):
    at_the_desk(max).post(f"/desk/cases/{apart.number}/snooze/", {"until": "at", "at": "2026-03-11T09:00"})
    assert apart.snoozes.get().until == datetime(2026, 3, 11, 9, tzinfo=ZoneInfo(TOKYO))

    at_the_desk(sam).post(f"/desk/cases/{apart.number}/promise/", {"when": "at", "at": "2026-03-11T09:00"})
    apart.refresh_from_db()
    assert apart.next_update_at == datetime(2026, 3, 11, 9, tzinfo=ZoneInfo(NEW_YORK))


def test_tomorrow_at_nine_is_ones_own_tomorrow(apart, max, at_the_desk):
    at_the_desk(max).post(f"/desk/cases/{apart.number}/snooze/", {"until": "tomorrow"})
    assert apart.snoozes.get().until == datetime(2026, 3, 11, 9, tzinfo=ZoneInfo(TOKYO))  # there it is Tuesday already


def test_a_time_in_a_shared_draft_is_the_same_moment_for_who_goes_on_with_it(apart, sam, max, at_the_desk):
    typed = {"audience": "customer", "body": "Soon.", "when": "at", "at": "2026-03-10T09:00", "leaves_at": "soon"}
    at_the_desk(sam).post(f"/desk/cases/{apart.number}/draft/sharing/", typed)
    draft = apart.drafts.get()

    assert 'name="at" value="2026-03-10T09:00"' in at_the_desk(sam).get(f"/desk/cases/{apart.number}/messages/").text
    of_max = at_the_desk(max).get(f"/desk/cases/{apart.number}/messages/?draft={draft.pk}").text
    assert 'name="at" value="2026-03-10T22:00"' in of_max


def test_what_was_taken_back_is_offered_again_in_the_hours_of_who_reads_it(apart, sam, max, at_the_desk):
    leaves = DUE - timedelta(hours=1)
    planned = apart.planned_updates.plan("Soon.", by=sam, leaves_at=leaves, promise_at=DUE)
    at_the_desk(sam).post(f"/desk/cases/{apart.number}/planned/{planned.pk}/undo/")

    assert apart.drafts.get().told["at"] == DUE.isoformat()


def test_words_that_are_handed_over_say_whose_hours_they_are(apart, sam):
    with zones.hours_of(sam):
        [left] = readin.drawn(readin.cases_of(sam), sam, MONDAY)
        assert left.due == "by Mon 13:00 EDT"
        assert "Since Mon 11:00 EDT" in readin.words([left], MONDAY - timedelta(0))


def test_mail_to_colleagues_is_in_their_hours(apart, sam, max, worker, outbox):
    with clock.at(DUE + timedelta(minutes=1)):
        apart.promises.watch()
        worker()
    with clock.at(DUE + timedelta(minutes=2)):
        worker()

    [to_sam] = [mail for mail in outbox() if mail["To"].endswith("<sam@tandem.example>")]
    words = to_sam.get_payload()[0].get_payload(decode=True).decode()
    assert DUE_THERE in words
    assert DUE_HERE not in words


def test_the_digest_comes_at_eight_where_one_is(apart, max, erin, worker, outbox):
    apart.watches.begin(by=max)
    apart.messages.write("It stops again.", by=apart.reporter, audience=Audience.CUSTOMER)
    worker()
    eight = datetime.combine(MONDAY.date() + timedelta(days=1), time(8), ZoneInfo(TOKYO))
    for early, count in ((timedelta(minutes=-5), 0), (timedelta(minutes=2), 1)):
        with clock.at(eight + early):
            jobs.watch_digests(0)
            worker()
        assert len([mail for mail in outbox() if "max@" in mail["To"]]) == count


def test_quiet_hours_are_ones_own(apart, sam, max, erin):
    assert Calm.objects.of(erin).quiet_until_when(MONDAY) is None
    assert Calm.objects.of(sam).quiet_until_when(MONDAY) is None
    assert Calm.objects.of(max).quiet_until_when(MONDAY) == datetime(2026, 3, 10, 8, tzinfo=ZoneInfo(TOKYO))


def test_what_customers_are_told_is_in_theirs_whoever_writes_it(apart, sam, ana, worker, outbox):
    live_in(ana, TOKYO)
    with zones.hours_of(sam):
        apart.refresh_from_db()
        assert variables.filled("{{ promise }}", apart, by=sam) == "Tue 02:00"
        apart.updates.send("We look.", by=sam, promise_at=DUE)
    worker()

    [mail] = [mail for mail in outbox() if "ana@" in mail["To"]]
    words = next(part for part in mail.walk() if part.get_content_type() == "text/plain").get_payload(decode=True)
    assert "You hear from us again by Tue 02:00 (Asia/Tokyo)" in " ".join(words.decode().split())


def test_a_rule_means_the_hours_of_the_house_whoever_looks(apart, max):
    seen = Seen(apart, Event.objects.first(), None, "", MONDAY)
    with zones.hours_of(max):
        assert OWN["event.hour"].of(seen) == 15
        assert OWN["event.weekday"].of(seen) == 1


def test_the_api_tells_moments_not_hours(apart, sam, by_api):
    told = by_api(sam).get(f"/api/v1/cases/{apart.number}").json()
    assert datetime.fromisoformat(told["next_update_at"]) == DUE
    assert told["next_update_at"].endswith(("Z", "+00:00"))


def test_the_same_words_are_not_kept_for_another_reader(max):
    live_in(max, TOKYO)
    assert say.kept(DUE) == f"{say.moment(DUE)} UTC"
    with zones.hours_of(max):
        assert say.kept(DUE).endswith("JST")


def test_where_quiet_hours_and_contacts_were_is_where_the_person_is_and_was_again(sam, max, erin, ana, settings):
    then = MigrationExecutor(connection).loader.project_state(
        [
            ("notify", "0002_a_promise_of_ones_own_is_urgent"),
            ("customers", "0002_mail_that_comes_back"),
            ("people", "0004_where_one_is"),
        ]
    )
    calm, contact = then.apps.get_model("notify", "Calm"), then.apps.get_model("customers", "Contact")
    calm.objects.create(user_id=sam.pk, zone=NEW_YORK)
    calm.objects.create(user_id=erin.pk, zone=settings.TIME_ZONE)
    contact.objects.filter(user_id=ana.pk).update(time_zone=TOKYO)
    steps = [
        import_module("tandem.notify.migrations.0003_quiet_by_ones_own_hours"),
        import_module("tandem.customers.migrations.0003_where_one_is_the_person_says"),
    ]

    for step in steps:
        step.to_people(then.apps, None)
    zones_now = dict(User.objects.values_list("name", "time_zone"))
    assert zones_now == {sam.name: NEW_YORK, max.name: "", erin.name: "", ana.name: TOKYO}

    calm.objects.update(zone="")
    contact.objects.update(time_zone="")
    steps[0].to_calm(then.apps, None)
    steps[1].to_contacts(then.apps, None)
    assert dict(calm.objects.values_list("user_id", "zone")) == {sam.pk: NEW_YORK, erin.pk: settings.TIME_ZONE}
    assert contact.objects.get(user_id=ana.pk).time_zone == TOKYO
