"""Systems of the company's are asked when a case opens, and never stand in its way."""

import base64
import hashlib
import hmac
import json
import re

import pytest

from tandem.cases.models import Case
from tandem.intake import asking
from tandem.intake.models import Collected, Collector, Source
from tandem.intake.models.collector import MOST_FAILURES, NameTaken
from tandem.kit import clock, fetch
from tandem.kit.errors import NotAllowed
from tandem.kit.tests.company import company

PLAN = {"account": {"plan": "gold", "seats": 40, "trial": False, "versions": ["4.2", "4.3"], "none": None}, "v": "4.3"}


class Billing:
    """What the company's own system says next."""

    def __init__(self) -> None:
        self.status, self.told = 200, json.dumps(PLAN).encode()

    def __call__(self, path: str) -> tuple[int, bytes]:
        return self.status, self.told


@pytest.fixture
def answers() -> Billing:
    return Billing()


@pytest.fixture
def system(answers, settings):
    settings.FETCH_ALLOW = ["127.0.0.1"]
    with company(answers) as serving:
        yield serving


@pytest.fixture
def billing(system, ada) -> Collector:
    pointers = {"plan": "/account/plan", "seats": "/account/seats"}
    url = f"{system.url}/accounts/{{account.slug}}?who={{contact.email}}"
    return Collector.objects.set_up(by=ada, name="Billing", url=url, pointers=pointers)


def measured(case) -> dict[str, str]:
    return dict(case.facts.standing().filter(source=Source.MEASURED).values_list("key", "value"))


def systems_panel(case, person, at_the_desk) -> str:
    return at_the_desk(person).get(f"/desk/cases/{case.number}/collectors/", headers={"hx-request": "true"}).text


def facts_panel(case, person, at_the_desk) -> str:
    return at_the_desk(person).get(f"/desk/cases/{case.number}/facts/", headers={"hx-request": "true"}).text


def test_an_opened_case_is_asked_about(billing, system, case, sam, worker, at_the_desk):
    worker()

    assert [asked.path for asked in system.asked] == ["/accounts/northwind?who=ana%40northwind.example"]
    assert {"plan": "gold", "seats": "40"}.items() <= measured(case).items()
    collection = case.collections.get()
    assert (collection.state, collection.found) == (Collected.FOUND, {"plan": "gold", "seats": "40"})
    assert collection.took_ms is not None
    assert collection.digest == hashlib.sha256(json.dumps(PLAN).encode()).hexdigest()
    assert "measured by Billing" in systems_panel(case, sam, at_the_desk)


def test_what_it_measures_is_not_for_customers_unless_its_line_says_so(billing, case, ana, worker):
    worker()

    assert case.facts.get(key="plan").audience == "support"


def test_told_beside_what_a_system_says_is_a_contradiction(billing, case, sam, worker, at_the_desk):
    case.facts.note("plan", "silver", by=sam)
    worker()

    assert "They say silver, we measured gold" in facts_panel(case, sam, at_the_desk)


@pytest.mark.parametrize(
    ("status", "told"), [(500, b"{}"), (404, b"{}"), (302, b""), (200, b"<html>"), (200, b"x" * 200_000)]
)
def test_a_system_in_trouble_is_shown_and_blocks_nothing(
    billing, answers, case, sam, worker, at_the_desk, status, told
):
    answers.status, answers.told = status, told
    worker()

    case.refresh_from_db()
    assert (case.stage, case.collections.get().state) == ("intake", Collected.FAILED)
    assert case.collections.get().why
    assert "plan" not in measured(case)
    assert "could not be asked" in systems_panel(case, sam, at_the_desk)


@pytest.mark.parametrize("told", [{}, [], 7, None, {"account": []}, {"account": {"plan": {"name": "gold"}}}])
def test_what_is_not_in_the_answer_stays_unknown(billing, answers, case, worker, told):
    answers.told = json.dumps(told).encode()
    worker()

    assert case.collections.get().state == Collected.FOUND
    assert "plan" not in measured(case)


def test_nobody_is_asked_about_nobody(billing, system, worker, db):
    from tandem.customers.models import Contact

    case = Case.objects.open_for(Contact.objects.meet("someone@elsewhere.example").user, title="Who am I")
    worker()

    assert not system.asked
    assert (case.collections.get().state, case.collections.get().why) == (
        Collected.LEFT_OUT,
        "“account.slug” is not known of this case.",
    )


@pytest.mark.parametrize("name", ["..", ".", "a/../b", "x?admin=1#", "ü %2f"])
def test_a_value_stays_one_step_of_the_address(billing, system, case, northwind, worker, name):
    Collector.objects.filter(pk=billing.pk).update(url=f"{system.url}/of/{{account.name}}/plan")
    type(northwind).objects.filter(pk=northwind.pk).update(name=name)
    worker()

    assert all(re.fullmatch(r"/of/[\w%.-]+/plan", asked.path) for asked in system.asked)
    assert name not in (".", "..") or not system.asked


def test_a_collector_of_another_realm_is_asked_when_the_realm_is_known(billing, system, case, sam, worker):
    Collector.objects.filter(pk=billing.pk).update(realms=["data"])
    worker()
    assert not system.asked

    case.assessments.judge(impact=3, urgency=3, realm="data", by=sam)
    worker()

    assert measured(case)["plan"] == "gold"


def test_a_collector_that_is_off_is_not_asked(billing, system, case, worker):
    Collector.objects.filter(pk=billing.pk).update(is_on=False)
    worker()

    assert not system.asked


def test_an_answer_holds_for_a_while_for_the_next_case_too(billing, system, case, ana, worker):
    worker()
    other = Case.objects.open_for(ana, title="Another")
    worker()

    assert len(system.asked) == 1
    assert measured(other)["plan"] == "gold"


def test_ask_again_asks_anew(billing, system, answers, case, sam, worker, at_the_desk):
    worker()
    answers.told = b'{"account": {"plan": "silver"}}'

    at_the_desk(sam).post(f"/desk/cases/{case.number}/collectors/{billing.pk}/")
    worker()

    assert measured(case)["plan"] == "silver"


def test_one_that_is_being_asked_is_left_alone(billing, case, sam):
    case.collections.begin()

    assert case.collections.begin(by=sam, anew=True) == []


def test_running_a_collection_twice_asks_once(billing, system, case, worker):
    worker()
    case.collections.get().run()

    assert len(system.asked) == 1


def test_after_some_failures_it_rests_and_is_tried_again_later(billing, system, answers, case, sam, worker):
    answers.status = 500
    for _time in range(MOST_FAILURES + 2):
        case.collections.begin(by=sam, anew=True)
        worker()

    assert len(system.asked) == MOST_FAILURES
    assert "rests until" in case.collections.first().why
    billing.refresh_from_db()
    with clock.at(billing.rests_until):
        answers.status = 200
        case.collections.begin(by=sam, anew=True)
        worker()
    billing.refresh_from_db()
    assert (billing.failures, billing.rests_until) == (0, None)
    assert measured(case)["plan"] == "gold"


def test_a_correction_asks_again_whoever_measured_it(billing, system, answers, case, sam, ana, worker, at_the_desk):
    case.facts.note("plan", "silver", by=sam)
    worker()
    answers.told = b'{"account": {"plan": "platinum"}}'

    case.facts.note("plan", "platinum", by=ana)
    worker()

    assert len(system.asked) == 2
    assert measured(case)["plan"] == "platinum"
    assert "asked again: Plan was told anew" in systems_panel(case, sam, at_the_desk)


def test_a_fact_that_stands_in_the_address_is_asked_about(billing, system, case, ana, worker):
    Collector.objects.filter(pk=billing.pk).update(url=f"{system.url}/jobs/{{fact.job}}")
    worker()
    assert not system.asked

    case.facts.note("job", "Nightly export", by=ana)
    worker()

    assert [asked.path for asked in system.asked] == ["/jobs/Nightly%20export"]


def test_a_correction_while_it_is_asked_is_asked_about_at_its_end(billing, system, case, ana, worker, monkeypatch):
    asks = asking.ask
    Collector.objects.filter(pk=billing.pk).update(url=f"{system.url}/jobs/{{fact.job}}")
    case.facts.note("job", "Nightly export", by=ana)

    def ana_corrects_it(url, **how):
        case.facts.note("job", "Weekly export", by=ana)
        return asks(url, **how)

    monkeypatch.setattr(asking, "ask", ana_corrects_it)
    worker()

    assert [asked.path for asked in system.asked] == ["/jobs/Nightly%20export", "/jobs/Weekly%20export"]
    newest, before = case.collections.all()
    assert (newest.state, before.state) == (Collected.FOUND, Collected.LEFT_OUT)
    assert "changed meanwhile" in before.why
    assert measured(case)["plan"] == "gold"


def test_a_question_is_signed_and_the_secret_is_kept_sealed(billing, system, case, ada, worker):
    Collector.objects.set_up(by=ada, known=billing, secret="between-us")
    worker()

    billing.refresh_from_db()
    assert "between-us" not in billing.sealed_secret
    path, headers = system.asked[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{path}".encode()
    mark = base64.b64encode(hmac.new(b"between-us", signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{mark}"


def test_a_secret_of_another_key_is_said(billing, system, case, ada, worker, settings):
    Collector.objects.set_up(by=ada, known=billing, secret="between-us")
    settings.SECRET_KEY = "another-key-altogether"
    worker()

    assert not system.asked
    assert "type it in again" in case.collections.get().why


@pytest.mark.parametrize(
    "url",
    [
        "https://billing.example/{account.tier}",
        "https://billing.example/{case.title}",
        "https://billing.example/{fact.a b}",
        "https://{account.slug}.example/",
        "https://billing.example{case.number}/",
        "{account.slug}",
    ],
)
def test_an_address_is_made_of_the_closed_list_and_never_its_host(url):
    with pytest.raises((asking.BadTemplate, fetch.NoAddress)):
        asking.check(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://169.254.169.254/latest", "http://localhost/"])
def test_an_address_inside_is_refused_when_it_is_saved(ada, url, at_the_desk):
    told = {"name": "Billing", "url": url, "facts": "plan = /plan", "seconds": 5, "cache_seconds": 0, "is_on": "on"}

    answer = at_the_desk(ada).post("/desk/collectors/new/", told)

    assert answer.status_code == 422
    assert "TANDEM_FETCH_ALLOW" in answer.text
    assert not Collector.objects.exists()


def test_ada_sets_one_up_and_the_secret_is_never_shown(system, ada, at_the_desk):
    url = f"{system.url}/accounts/{{account.slug}}"
    told = {
        "name": "Billing",
        "url": url,
        "facts": "plan = /account/plan\n\nseats=/account/seats",
        "secret": "between-us",
    }
    told |= {"seconds": 5, "cache_seconds": 60, "is_on": "on", "realms": ["data", "web"]}

    page = at_the_desk(ada).post("/desk/collectors/new/", told, follow=True)

    collector = Collector.objects.get()
    assert collector.pointers == {"plan": "/account/plan", "seats": "/account/seats"}
    assert (collector.realms, collector.made_by, collector.has_secret) == (["data", "web"], ada, True)
    assert "between-us" not in page.text
    assert "plan = /account/plan" in page.text

    at_the_desk(ada).post(f"/desk/collectors/{collector.pk}/", {**told, "secret": "", "seconds": 7})
    collector.refresh_from_db()
    assert (collector.seconds, collector.has_secret) == (7, True)
    at_the_desk(ada).post(f"/desk/collectors/{collector.pk}/", {**told, "secret": "", "forget_secret": "on"})
    collector.refresh_from_db()
    assert not collector.has_secret


@pytest.mark.parametrize("facts", ["plan", "= /x", "plan = x", "a b = /x", "plan = /x\nseats"])
def test_a_line_that_says_no_fact_is_shown_again(ada, at_the_desk, facts):
    told = {"name": "Billing", "url": "https://billing.example/", "facts": facts, "seconds": 5, "cache_seconds": 60}

    answer = at_the_desk(ada).post("/desk/collectors/new/", told)

    assert answer.status_code == 422
    assert "plan = /account/plan" in answer.text


def test_a_trial_shows_what_it_would_note_and_notes_nothing(billing, system, case, ada, worker, at_the_desk):
    Collector.objects.filter(pk=billing.pk).update(is_on=False)
    at_the_desk(ada).post(f"/desk/collectors/{billing.pk}/trial/", {"number": case.number})
    worker()

    page = at_the_desk(ada).get(f"/desk/collectors/{billing.pk}/").text
    assert "a trial, nothing noted" in page
    assert "gold" in page
    assert "plan" not in measured(case)
    assert not case.collections.of_each().exists()


def test_two_collectors_have_two_names(billing, ada):
    with pytest.raises(NameTaken):
        Collector.objects.set_up(by=ada, name="Billing", url="https://billing.example/", pointers={})


def test_only_administrators_say_whom_we_ask(billing, sam, max, at_the_desk):
    with pytest.raises(NotAllowed):
        Collector.objects.set_up(by=max, name="Mine", url="https://mine.example/", pointers={})
    assert at_the_desk(sam).get("/desk/collectors/").status_code == 403


def test_customers_see_no_collection(billing, case, ana, mallory, worker):
    worker()

    for person in (ana, mallory):
        assert not case.collections.visible_to(person).exists()


def test_a_program_sets_one_up_and_asks_again(system, case, ada, sam, worker, by_api):
    told = {"name": "Billing", "url": f"{system.url}/{{account.slug}}", "pointers": {"plan": "/account/plan"}}
    made = by_api(ada).post("/api/v1/collectors", {**told, "secret": "between-us"}, "application/json").json()
    assert (made["has_secret"], "secret" in made) == (True, False)
    worker()

    asked = by_api(sam).post(f"/api/v1/cases/{case.number}/collections", {}, "application/json")
    worker()

    assert asked.status_code == 202
    newest = by_api(sam).get(f"/api/v1/cases/{case.number}/collections").json()[0]
    assert (newest["name"], newest["state"], newest["found"]) == ("Billing", "found", {"plan": "gold"})
    changed = by_api(ada).put(f"/api/v1/collectors/{made['id']}", {**told, "is_on": False}, "application/json").json()
    assert (changed["is_on"], changed["has_secret"]) == (False, True)
    assert by_api(sam).get("/api/v1/collectors").status_code == 403
