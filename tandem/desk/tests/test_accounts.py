"""The pages and programs with which Max and Ada keep customers."""

import pytest
from django.urls import reverse

from tandem.customers.models import Account, Contact

pytestmark = pytest.mark.django_db


def words_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_max_makes_a_customer_and_it_has_a_short_name_of_its_own(at_the_desk, max):
    for _ in range(2):
        page = at_the_desk(max).post(reverse("accounts"), {"name": " Blue  Sky ", "tier": "business"}, follow=True)

    made = Account.objects.get(name="Blue Sky")
    assert (made.slug, made.tier) == ("blue-sky", "business")
    assert page.status_code == 422
    assert "Another customer is called so" in words_of(page)
    assert Account.objects.make("Blue-Sky!", tier="basic", by=max).slug == "blue-sky-2"
    assert Account.objects.make("北風", tier="basic", by=max).slug == "customer"


def test_sam_reads_of_a_customer_and_changes_nothing(at_the_desk, northwind, case, ana, sam):
    desk = at_the_desk(sam)
    found = words_of(desk.get(reverse("accounts"), {"q": northwind.name[:5].lower()}))
    page = words_of(desk.get(reverse("account", args=[northwind.slug])))

    assert northwind.name in found
    assert all(words in page for words in (case.title, ana.email, northwind.domains[0]))
    assert '<form class="form"' not in found + page
    refused = desk.post(reverse("account", args=[northwind.slug]), {"name": "Mine", "tier": "basic"})
    assert refused.status_code == 403


def test_a_case_leads_to_its_customer(at_the_desk, northwind, case, sam):
    page = at_the_desk(sam).get(f"/desk/cases/{case.number}/").text

    assert f'<span class="where"><a href="/desk/accounts/{northwind.slug}/">' in page


def test_a_new_tier_stands_on_the_page_and_its_short_name_stays(at_the_desk, northwind, max):
    address = reverse("account", args=[northwind.slug])
    page = at_the_desk(max).post(address, {"name": "Northwind Two", "tier": "basic"}, follow=True)

    assert "Northwind Two" in words_of(page)
    assert (northwind.slug, page.request["PATH_INFO"]) == (Account.objects.get(name="Northwind Two").slug, address)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ("northwind", "what stands behind the @"),
        ("ok.example gmail.com", "anybody has an address"),
        ("globex.example", "One of these mail domains is Globex"),
    ],
)
def test_a_mail_domain_that_proves_nothing_or_is_anothers_is_refused(
    at_the_desk, northwind, mallory, ada, told, sentence
):
    before = northwind.domains
    mallory.contact.account.trust(["globex.example"], by=ada)

    answer = at_the_desk(ada).post(reverse("account_domains", args=[northwind.slug]), {"domains": told})

    assert answer.status_code == 422
    assert sentence in words_of(answer)
    northwind.refresh_from_db()
    assert northwind.domains == before


def test_ada_trusts_domains_and_max_does_not(at_the_desk, northwind, ada, max):
    address = reverse("account_domains", args=[northwind.slug])
    at_the_desk(ada).post(address, {"domains": "@Northwind.example\nnorthwind.test northwind.test"})

    northwind.refresh_from_db()
    assert northwind.domains == ["northwind.example", "northwind.test"]
    assert at_the_desk(max).post(address, {"domains": ""}).status_code == 403


def test_who_is_taken_in_writes_for_the_customer_and_sees_no_more_than_before(at_the_desk, northwind, case, max):
    desk, address = at_the_desk(max), reverse("account_contacts", args=[northwind.slug])
    desk.post(address, {"email": "Kim@elsewhere.example", "name": "Kim Roy"})

    kim = Contact.objects.get(user__email="kim@elsewhere.example")
    assert (kim.account, kim.user.name) == (northwind, "Kim Roy")
    assert at_the_desk(kim.user).get(f"/portal/cases/{case.number}/").status_code == 404

    desk.post(reverse("account_leaving", args=[northwind.slug, kim.pk]))
    kim.refresh_from_db()
    assert kim.account is None


@pytest.mark.parametrize(
    ("email", "sentence"),
    [("sam@tandem.example", "of a colleague"), ("mallory@globex.example", "another customer"), ("x", "valid email")],
)
def test_who_is_somebody_elses_is_not_taken_in(at_the_desk, northwind, mallory, sam, max, email, sentence):
    answer = at_the_desk(max).post(reverse("account_contacts", args=[northwind.slug]), {"email": email})

    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert not northwind.contacts.filter(user__email=email).exists()


def test_who_was_taken_in_elsewhere_meanwhile_is_not_taken_out_there(northwind, mallory, ana, max):
    stale = Contact.objects.get(pk=ana.contact.pk)
    ana.contact.leave(by=max)
    globex = mallory.contact.account
    globex.contacts.take_in(ana.email, by=max)

    stale.leave(by=max)

    assert Contact.objects.get(pk=stale.pk).account == globex


def test_what_no_database_keeps_is_left_out_of_names(by_api, ada):
    program = by_api(ada)
    for address, told in {
        "accounts": {"name": "Blue\x00Sky\u202e", "tier": "basic"},
        "people": {"name": "Kim\x00Roy", "email": "kim@tandem.example", "role": "support"},
        "teams": {"name": "Night\x00shift", "kind": "support"},
    }.items():
        answer = program.post(f"/api/v1/{address}", told, "application/json")
        assert answer.status_code == 201, address
        assert {"\x00", "\u202e"}.isdisjoint(answer.json()["name"])


def test_an_installation_is_kept_once(at_the_desk, northwind, max):
    told = {"name": "Lisbon", "kind": "test", "region": "eu-west"}
    address = reverse("account_environments", args=[northwind.slug])

    assert [at_the_desk(max).post(address, told).status_code for _ in range(2)] == [302, 422]
    assert northwind.environments.get(name="Lisbon").region == "eu-west"


def test_customers_come_page_by_page(at_the_desk, sam):
    Account.objects.bulk_create(Account(name=f"Company {n:03}", slug=f"c-{n}") for n in range(60))
    desk = at_the_desk(sam)
    first = words_of(desk.get(reverse("accounts")))
    second = words_of(desk.get(reverse("accounts"), {"after": "c-49"}))

    assert ("Company 049" in first, "Company 050" in first) == (True, False)
    assert ("Company 049" in second, "Company 050" in second) == (False, True)


def test_a_program_keeps_customers(by_api, ada, sam, ana):
    program = by_api(ada)

    def send(verb: str, address: str, **told):
        return getattr(program, verb)(f"/api/v1/accounts{address}", told, "application/json")

    assert send("post", "", name="Blue Sky", tier="basic").json()["slug"] == "blue-sky"
    assert send("put", "/blue-sky", name="Blue Sky", tier="enterprise").status_code == 204
    assert send("put", "/blue-sky/domains", domains=["blue-sky.example"]).status_code == 204
    kim = send("post", "/blue-sky/contacts", email="kim@blue-sky.example", name="Kim Roy").json()
    told = program.get("/api/v1/accounts/blue-sky").json()
    assert (told["tier"], told["domains"]) == ("enterprise", ["blue-sky.example"])
    assert program.get("/api/v1/accounts?q=blue-sky.example").json()["items"] == [told]
    assert program.get("/api/v1/accounts/blue-sky/contacts").json()["items"] == [kim]
    assert send("delete", f"/blue-sky/contacts/{kim['id']}").status_code == 204
    assert by_api(sam).get("/api/v1/accounts/blue-sky/contacts").json()["items"] == []
    assert (
        by_api(sam).post("/api/v1/accounts", {"name": "Mine", "tier": "basic"}, "application/json").status_code == 403
    )
    assert by_api(ana).get("/api/v1/accounts").status_code == 403
