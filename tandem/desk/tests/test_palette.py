import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tandem.automate.models import Macro
from tandem.cases.audience import Audience
from tandem.cases.models import Case
from tandem.desk import palette
from tandem.queue.models import SavedView
from tandem.signals.models import Component

QUERIES = 16


def offered(typed, actor, on=""):
    return {title: [option.says for option in options] for title, options in palette.offered(typed, actor, on=on)}


def test_a_page_is_found_by_the_beginnings_of_its_words(sam, ada):
    assert offered("esc", sam)["Pages"] == ["Escalations"]
    assert offered("reply tem", sam)["Pages"] == ["Reply templates"]
    assert "Pages" not in offered("mailb", sam)
    assert offered("mailb", ada)["Pages"] == ["Mailboxes"]


@pytest.mark.parametrize(
    ("typed", "there"),
    [
        ("quiet", "/desk/notices/settings/"),
        ("hand over", "/desk/handovers/new/"),
        ("views", "/desk/queue/views/"),
        ("mine", "/desk/queue/?view=mine"),
    ],
)
def test_what_has_no_door_in_the_way_around_is_found_too(sam, typed, there):
    assert there in [option.href for _title, options in palette.offered(typed, sam) for option in options]


def test_a_case_is_found_by_its_number_and_by_words_one_has_only_begun(case, ana, sam):
    other = Case.objects.open_for(ana, title="Login page is blank")

    assert offered(str(case.number), sam)["Cases"] == [case.title]
    assert offered("blank log", sam)["Cases"] == [other.title]
    assert offered("nightly expo", sam)["Cases"] == [case.title]


def test_before_one_types_it_offers_what_one_worked_on_last(case, ana, sam, erin):
    other = Case.objects.open_for(ana, title="Login page is blank")
    case.messages.write("We look into it.", by=sam, audience=Audience.SUPPORT)
    other.messages.write("And into this.", by=sam, audience=Audience.SUPPORT)

    assert offered("", sam)["Your cases lately"] == [other.title, case.title]
    assert "Your cases lately" not in offered("", erin)


def test_on_a_case_it_offers_what_one_can_do_there(case, sam):
    assert offered("", sam, on=str(case.number))["On this case"][:4] == [
        "Reply",
        "Write a note",
        "Assign an owner",
        "Escalate",
    ]
    assert offered("read-", sam, on=str(case.number))["On this case"] == ["Read-back"]
    assert "On this case" not in offered("", sam, on="no number")


def test_people_and_accounts_lead_to_their_cases(case, sam, at_the_desk):
    told = dict(palette.offered("lim", sam))
    assert [(one.says, one.detail) for one in told["People"]] == [("Ana Lima", "ana@northwind.example")]
    account = dict(palette.offered("northw", sam))["Accounts"][0]

    for href in (told["People"][0].href, account.href):
        assert case.title in at_the_desk(sam).get(href).content.decode()


def test_what_is_typed_can_always_be_searched_for(sam):
    assert offered("zzzz", sam) == {"Everything": ["Search everything for “zzzz”"]}


@pytest.mark.parametrize("typed", ["", "'", "a & b", ":*", "\x00", "<b>", "🙂", "9" * 30, "the"])
def test_it_answers_whatever_is_typed(case, sam, at_the_desk, typed):
    assert at_the_desk(sam).get("/desk/palette/", {"q": typed, "on": typed}).status_code == 200


def test_it_asks_little_of_the_database(case, sam, at_the_desk):
    browser = at_the_desk(sam)
    with CaptureQueriesContext(connection) as queries:
        browser.get("/desk/palette/", {"q": "nightly expo", "on": str(case.number)})

    assert len(queries) <= QUERIES


def test_it_is_for_colleagues(ana, client):
    client.force_login(ana)
    assert client.get("/desk/palette/").status_code == 404


def test_a_view_one_keeps_or_shares_is_found_by_its_name(sam, erin):
    view = SavedView.objects.save_as("Late exports", text="is:late realm:data", by=sam)

    assert dict(palette.offered("late exp", sam))["Views"][0].href == f"/desk/queue/?view={view.pk}"
    assert "Views" not in offered("late exp", erin)


def test_acts_are_done_on_the_case_one_is_on_and_on_those_one_ticked(case, ana, max, at_the_desk):
    other = Case.objects.open_for(ana, title="Login page is blank")
    told = dict(palette.offered("give to", max, on=str(case.number)))
    assert told["On this case"][0].href == f"/desk/runs/new/?cases={case.number}&act=give_to"

    numbers = [str(case.number), str(other.number)]
    one = dict(palette.offered("give to", max, chosen=numbers))["On the 2 chosen cases"][0]
    page = at_the_desk(max).get(one.href).content.decode()
    assert "2 cases are chosen" in page
    assert 'name="to"' in page


def test_macros_are_done_from_the_palette_and_lead_back_to_the_case(case, sam, max, at_the_desk):
    macro = Macro.objects.write(name="Known outage", acts=[{"act": "note", "with": {"text": "x"}}], by=max)

    option = dict(palette.offered("known out", sam, on=str(case.number)))["On this case"][0]
    assert (option.says, option.detail) == ("Known outage", "Macros")
    assert option.href == f"/desk/runs/new/?cases={case.number}&act=macro%3A{macro.pk}"

    page = at_the_desk(sam).get(option.href).text
    assert f'href="/desk/cases/{case.number}/"' in page
    assert "Back to the queue" not in page
    assert "Known outage" not in str(palette.offered("", sam))


def test_what_is_broken_now_is_found_by_what_it_means(sam):
    exports = Component.objects.create(name="Nightly jobs", slug="jobs")
    exports.effects.word("slow", by=sam, sentence="Exports arrive late.")
    assert "Broken now" not in offered("export", sam)

    exports.take_state("slow")

    [option] = dict(palette.offered("export", sam))["Broken now"]
    assert (option.says, option.detail) == ("Nightly jobs", "Exports arrive late.")
    assert option.href == "/desk/components/jobs/"
