"""Words one writes often: filled in once, from a closed list, and never obeyed."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tandem.cases import acts
from tandem.communicate.models import NameTaken, Template
from tandem.communicate.variables import VARIABLES, example, filled
from tandem.kit import clock, say
from tandem.kit.errors import Invalid

HTMX = {"HX-Request": "true"}
HOSTILE = [
    "{{ case.__class__ }}",
    "{{ 7*7 }}",
    "{{ config.SECRET_KEY }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}",
    "{0.__class__}",
    "${7*7}",
    "<% print 7*7 %>",
    "#{7*7}",
    "%(case)s",
]


@pytest.fixture
def hello(max):
    body = "Hello {{ contact.first_name }},\n\nthis is case {{case.number}}. You hear from us: {{ promise }}."
    return Template.objects.write(name="First answer", body=body, by=max)


def test_it_is_filled_in_for_the_case(case, sam, hello):
    assert hello.for_case(case, by=sam).startswith(f"Hello Ana,\n\nthis is case {case.number}. You hear from us: …")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_is_no_variable_of_ours_stays_as_it_is(case, sam, hostile):
    assert filled(hostile, case, by=sam) == hostile


@pytest.mark.parametrize("hostile", [*HOSTILE, "{{ agent.name }}", "{{ contact.name }}"])
def test_what_a_customer_wrote_is_never_filled_in_again(case, sam, ana, hostile):
    case.title = hostile
    ana.name = hostile
    case.reporter = ana

    assert filled("{{ case.title }}|{{ contact.name }}", case, by=sam) == f"{hostile}|{hostile}"


def test_every_variable_has_words_and_an_example(case, sam):
    for name, variable in VARIABLES.items():
        assert variable.says
        assert example(f"{{{{ {name} }}}}") == variable.example
        assert filled(f"{{{{ {name} }}}}", case, by=sam)


def test_a_variable_we_do_not_have_is_refused_when_it_is_written(max):
    with pytest.raises(Invalid, match="“contact.mother” is nothing we can fill in"):
        Template.objects.write(name="Hello", body="Hello {{ contact.mother }}", by=max)


def test_one_name_is_one_template_until_it_is_retired(max, hello):
    with pytest.raises(NameTaken):
        Template.objects.write(name="First answer", body="Hi.", by=max)
    hello.retire(by=max)

    assert Template.objects.write(name="First answer", body="Hi.", by=max)


def test_it_is_inserted_below_what_was_typed(case, sam, hello, at_the_desk):
    browser = at_the_desk(sam)
    offered = browser.get(f"/desk/cases/{case.number}/templates/", headers=HTMX)
    assert "Hello Ana," in offered.text

    address = f"/desk/cases/{case.number}/templates/{hello.pk}/"
    page = browser.post(address, {"body": "Thank you."}, headers=HTMX)

    assert "Thank you.\n\nHello Ana," in page.text
    assert not case.updates.exists()


def test_a_teams_templates_are_offered_to_the_team(case, sam, erin, max, platform):
    Template.objects.write(name="For us", body="Hi.", team=platform, by=max)

    assert [*Template.objects.offered_to(erin).values_list("name", flat=True)] == ["For us"]
    assert not Template.objects.offered_to(sam).exists()


def test_max_writes_one_on_its_page_and_sam_only_reads(max, sam, at_the_desk):
    told = {"name": "First answer", "body": "Hello {{ contact.first_name }}", "team": ""}

    assert at_the_desk(sam).post("/desk/templates/", told).status_code == 403
    at_the_desk(max).post("/desk/templates/", told)

    assert "Hello Ana" in at_the_desk(sam).get("/desk/templates/").text
    bad = at_the_desk(max).post("/desk/templates/", told | {"name": "x", "body": "{{ x }}"})
    assert bad.status_code == 422
    assert "is nothing we can fill in" in bad.text


def test_customers_know_nothing_of_templates(ana, hello, at_the_desk):
    assert at_the_desk(ana).get("/desk/templates/").status_code == 404
    assert not Template.objects.visible_to(ana).exists()


def test_a_signature_stands_in_mail_only(case, sam, ana, max, support, worker, outbox, at_the_desk):
    at_the_desk(max).post(f"/desk/templates/signatures/{support.pk}/", {"signature": "{{ agent.name }}\nSupport"})
    case.updates.send("We found the limit.", by=sam)
    worker()

    text = outbox()[0].get_payload(0).get_payload(decode=True).decode().replace("\r\n", "\n")
    assert "We found the limit.\n\nSam Okafor\nSupport\n" in text
    assert case.updates.get().message.body == "We found the limit."


def test_by_api_too(case, sam, max, by_api):
    told = {"name": "First answer", "body": "Hello {{ contact.first_name }}"}
    json = {"content_type": "application/json"}
    assert by_api(sam).post("/api/v1/templates", told, **json).status_code == 403

    pk = by_api(max).post("/api/v1/templates", told, **json).json()["id"]

    assert by_api(sam).get(f"/api/v1/cases/{case.number}/templates/{pk}").json() == {"words": "Hello Ana"}
    assert by_api(max).put(f"/api/v1/templates/{pk}", told | {"body": "Hi"}, **json).json()["body"] == "Hi"
    assert by_api(max).delete(f"/api/v1/templates/{pk}").status_code == 204
    assert by_api(sam).get("/api/v1/templates").json()["items"] == []


def test_those_of_a_name_are_offered_while_one_writes_filled_in(case, sam, max, platform, hello, at_the_desk):
    Template.objects.write(name="Until then", body="We look at it.", by=max)
    Template.objects.write(name="Answer of Platform", body="Ask us.", team=platform, by=max)

    def offered(q: str) -> list[dict[str, str]]:
        return at_the_desk(sam).get(f"/desk/cases/{case.number}/templates/offers/", {"q": q}).json()["found"]

    assert [one["name"] for one in offered("answ")] == ["First answer"]
    assert offered("FIRST")[0]["text"].startswith("Hello Ana,\n\nthis is case")
    assert offered("nswer") == offered("%") == offered("\x00x") == []
    assert [one["name"] for one in offered("")] == ["First answer", "Until then"]


@pytest.fixture
def no_news(max, settings):
    settings.UNDO_SECONDS = 10
    return Template.objects.write(name="No news", body="You hear from me by {{ promise }}.", by=max)


@pytest.mark.parametrize(
    "stands_on", [{}, {"when": "1h"}, {"when": "tomorrow"}, {"when": "at", "at": "2031-03-04T14:13"}, {"when": "4h"}]
)
def test_what_a_template_promises_next_update_promises_too(case, sam, no_news, stands_on, at_the_desk):
    case.promises.make(clock.now() + timedelta(hours=30), by=sam)
    address = f"/desk/cases/{case.number}/templates/{no_news.pk}/"

    page = at_the_desk(sam).post(address, {"body": "", **stands_on}, headers=HTMX).text
    [body], [at] = re.findall(r">([^<]*)</textarea>", page), re.findall(r'name="at" value="([^"]+)"', page)
    assert '<option value="at" selected>' in page
    words = {"audience": "customer", "body": body, "when": "at", "at": at}
    at_the_desk(sam).post(f"/desk/cases/{case.number}/messages/", words, headers=HTMX)

    planned = case.planned_updates.get()
    assert planned.body == f"You hear from me by {say.moment(planned.promise_at)}."


def test_a_template_promises_nothing_where_nothing_is_promised(case, sam, no_news, at_the_desk):
    case.promises.make(clock.now() + timedelta(hours=30), by=sam)
    address = f"/desk/cases/{case.number}/templates/{no_news.pk}/"

    page = at_the_desk(sam).post(address, {"body": "", "when": ""}, headers=HTMX).text

    assert "You hear from me by ….</textarea>" in page


def test_what_is_promised_for_later_is_not_moved_forward_by_itself(case, sam, at_the_desk):
    later = clock.now() + timedelta(hours=30)
    case.promises.make(later, by=sam)

    page = at_the_desk(sam).get(f"/desk/cases/{case.number}/").text

    assert '<option value="at" selected>' in page
    assert f'name="at" value="{timezone.localtime(later):%Y-%m-%dT%H:%M}"' in page


@pytest.mark.parametrize("act", ["send_reply", "draft_reply"])
def test_an_act_that_sends_such_words_keeps_their_promise(case, sam, no_news, act):
    promised = clock.now() + timedelta(hours=3)
    case.promises.make(promised, by=sam)

    acts.get(act).done(case, by=sam, told={"template": "No news"})

    assert case.planned_updates.get().promise_at == promised


def test_a_promise_whose_time_has_passed_is_not_made_again_by_a_template(case, sam, no_news):
    case.promises.make(clock.now() + timedelta(hours=3), by=sam)

    with clock.at(clock.now() + timedelta(hours=4)):
        assert no_news.for_case(case, by=sam) == "You hear from me by …."
