"""Northwind's own product page shows our report form, and signs who stands in front of it."""

from datetime import timedelta

import pytest
from django.test import Client

from tandem.cases.models import Case
from tandem.kit import clock
from tandem.people.models import User
from tandem.submit import passes
from tandem.submit.models import Submission, Unconfirmed, WidgetKey
from tandem.submit.models.widget import NoHost, origin

HOST = "https://app.northwind.example"
TOLD = {"title": "Exports stop", "body": "At row 10,000.", "realm": "web", "once": "drawn"}


@pytest.fixture
def key(northwind, ada):
    return WidgetKey.objects.issue(northwind, name="web app", hosts=[HOST], by=ada)


def claims(**more):
    told = {"aud": "tandem-report", "sub": "ana@northwind.example", "jti": "0123456789ab", "name": "Ana Lima"}
    return told | {"exp": int((clock.now() + timedelta(minutes=10)).timestamp())} | more


def send(key, context="", **more):
    # With checks for forged forms on: in the frame nobody's cookie counts.
    browser = Client(enforce_csrf_checks=True)
    return browser.post(f"/widget/{key.public}/", TOLD | {"context": context} | more)


def test_who_is_signed_is_known_and_what_is_signed_is_measured(key, ana, production, worker):
    context = claims(environment="production", app_build="7.2.1", url=f"{HOST}/exports", account="northwind")

    page = send(key, passes.sign(context, key.secret), window='{"viewport": "390×844", "browser": "Firefox"}')
    worker()

    case = Case.objects.get()
    assert f"case {case.number}" in page.text
    assert (case.reporter, case.environment) == (ana, production)
    facts = {(fact.key, fact.source): fact.value for fact in case.facts.all()}
    assert facts["app_build", "measured"] == "7.2.1"
    assert facts["page", "measured"] == f"{HOST}/exports"
    assert facts["viewport", "told"] == "390×844"
    assert "signed that it is ana@northwind.example" in Submission.objects.get().reason


def test_without_a_word_of_the_host_the_address_is_asked(key, worker, outbox):
    page = send(key, mail="new@example.com")
    worker()

    assert page.status_code == 200
    assert not Case.objects.exists()
    assert Unconfirmed.objects.get().mail == "new@example.com"
    assert outbox()[0]["To"] == "new@example.com"


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "something-else"},
        {"exp": 1},
        {"exp": "soon"},
        {"exp": 1 << 39},
        {"sub": "no address"},
        {"jti": "short"},
        {"account": "globex"},
        {"sub": "sam@tandem.example"},
        {"sub": "mallory@globex.example"},
    ],
)
def test_a_word_that_does_not_hold_makes_nobody_known(key, ana, sam, mallory, wrong):
    page = send(key, passes.sign(claims(**wrong), key.secret))

    assert page.status_code == 422  # it asks for an address
    assert not Case.objects.exists()


def test_only_the_key_of_the_account_signs(key, ana, globex, ada):
    other = WidgetKey.objects.issue(globex, name="x", hosts=[HOST], by=ada)
    good = passes.sign(claims(), key.secret)
    head, payload, seal = good.split(".")
    nothing = passes._packed({"alg": "none"})

    for forged in (
        passes.sign(claims(), other.secret),
        f"{head}.{payload}.{seal[:-2]}xx",
        f"{nothing}.{payload}.",
        f"{nothing}.{payload}.{passes._encoded(passes._mac(f'{nothing}.{payload}', key.secret))}",
        f"{good}.x",
        "é.é.é",
        "x" * 100_000,
    ):
        assert send(key, forged).status_code == 422
    assert not Case.objects.exists()


def test_one_word_of_the_host_is_good_for_five_reports(key, ana):
    context = passes.sign(claims(), key.secret)

    pages = [send(key, context, once=str(n)) for n in range(6)]

    assert [page.status_code for page in pages] == [200] * 5 + [429]
    assert Case.objects.count() == 5


def test_sent_twice_it_is_one_case(key, ana):
    context = passes.sign(claims(), key.secret)
    for _twice in range(2):
        send(key, context)

    assert Case.objects.count() == 1


def test_somebody_new_belongs_to_the_account_that_signed(key, northwind):
    send(key, passes.sign(claims(sub="bea@northwind.example", name="Bea"), key.secret))

    assert User.objects.get(email="bea@northwind.example").contact.account == northwind


def test_nobody_of_another_accounts_domain_is_believed_to_stand_there(key, globex):
    globex.domains = ["globex.example"]
    globex.save()

    assert send(key, passes.sign(claims(sub="eve@globex.example"), key.secret)).status_code == 422
    assert not User.objects.filter(email="eve@globex.example").exists()


def test_somebody_of_no_domain_we_know_belongs_to_no_account_and_comes_again(key, globex, ada):
    for n in range(2):
        page = send(key, passes.sign(claims(sub="bea@mail.example", jti=f"0123456789a{n}"), key.secret), once=str(n))
        assert page.status_code == 200

    assert User.objects.get(email="bea@mail.example").contact.account is None
    other = WidgetKey.objects.issue(globex, name="x", hosts=[HOST], by=ada)
    assert send(other, passes.sign(claims(sub="bea@mail.example"), other.secret)).status_code == 422


def test_what_a_browser_fills_in_by_itself_hushes_nobody_who_is_known(key, ana):
    send(key, passes.sign(claims(), key.secret), website="https://northwind.example")

    assert Case.objects.count() == 1


def test_only_its_own_hosts_may_show_it_and_nothing_else_may_be_shown(key, client):
    frame = client.get(f"/widget/{key.public}/")
    assert f"frame-ancestors {HOST};" in frame.headers["Content-Security-Policy"]

    for address in ("/report/", "/sign-in/", "/help/", "/widget/unknown/"):
        assert "frame-ancestors 'none'" in client.get(address).headers["Content-Security-Policy"]


def test_a_closed_key_opens_nothing(key, ana):
    context = passes.sign(claims(), key.secret)
    key.revoke()

    assert send(key, context).status_code == 404


def test_who_is_signed_in_elsewhere_is_nobody_here(key, ana):
    browser = Client()
    browser.force_login(ana)

    assert browser.post(f"/widget/{key.public}/", TOLD).status_code == 422
    assert not Case.objects.exists()


def test_the_script_may_be_fetched_from_anywhere(db, client):
    answer = client.get("/widget.js")

    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_ada_makes_a_key_and_sees_its_secret_once(ada, northwind, at_the_desk):
    browser = at_the_desk(ada)

    page = browser.post("/desk/widgets/", {"account": northwind.pk, "name": "web app", "hosts": f"{HOST}/"})

    key = WidgetKey.objects.get()
    assert key.secret in page.text
    assert key.hosts == [HOST]
    assert key.secret not in browser.get("/desk/widgets/").text


@pytest.mark.parametrize(
    "told",
    [
        "app.example.com",
        "http://app.example.com",
        "https://*",
        "https://a b",
        "https://x/y",
        "https://u@x",
        "https://x;",
    ],
)
def test_a_host_is_an_origin(told):
    with pytest.raises(NoHost):
        origin(told)
