"""The composer as a browser sees it, with and without scripts."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tandem.cases.audience import Audience
from tandem.cases.models import Case
from tandem.cases.query import ask
from tandem.people.models import User
from tandem.writing.models import Presence, Typed

JSON = {"accept": "application/json"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def sams(case, sam, at_the_desk):
    """Sam's browser, on the case."""
    return At(case, at_the_desk(sam))


class At:
    def __init__(self, case, browser) -> None:
        self.case, self.browser = case, browser
        self.page = f"/desk/cases/{case.number}"

    def types(self, body: str, **told):
        answer = self.browser.post(f"{self.page}/draft/", {"audience": "customer", "body": body, **told}, headers=JSON)
        return answer.json()

    def sends(self, body: str, **told):
        words = {"audience": "customer", "body": body, "when": "4h", **told}
        return self.browser.post(f"{self.page}/messages/", words, headers=HTMX)

    def reads(self) -> str:
        return self.browser.get(f"{self.page}/").text


def test_what_sam_types_stands_in_his_composer_on_any_device(sams):
    sams.types("We found\r\nit", when="1h", save="1")

    page = sams.reads()
    assert "We found\nit</textarea>" in page
    assert '<option value="1h" selected>' in page


def test_what_no_database_keeps_is_left_out(sams):
    sams.types("We \x00found it", when="1\x00h", save="1", **{"place-1": "\x00"})

    page = sams.reads()
    assert "We found it</textarea>" in page
    assert '<option value="1h" selected>' in page


def test_a_note_is_refused_for_no_time_that_only_a_promise_has(sams, case):
    sams.sends("The limit is in line 12.", audience="support", when="at", at="2020-01-01T10:00", leaves="then")

    assert case.messages.filter(body="The limit is in line 12.", audience=Audience.SUPPORT).exists()


def test_a_file_kept_with_a_note_is_asked_about_before_it_goes_to_ana(sams, case):
    log = SimpleUploadedFile("run.log", b"internal")
    kept = sams.types("", audience="support", files=log)

    asked = sams.sends("The log", draft=kept["draft"], kept=[file.stored_as for file in case.drafts.get().stored])

    assert asked.status_code == 409
    assert "begun as a note" in asked.text


def test_without_scripts_a_button_keeps_it(sams):
    answer = sams.browser.post(f"{sams.page}/draft/", {"audience": "support", "body": "Looks odd"})

    assert answer.status_code == 302
    assert sams.case.drafts.get().audience == Audience.SUPPORT


def test_nobody_else_reads_it_until_it_is_shared_and_then_writes_in_it(sams, case, sam, erin, ana, at_the_desk):
    pk = sams.types("We fonud it")["draft"]
    erins = At(case, at_the_desk(erin))
    assert "We fonud it" not in erins.reads()
    assert erins.browser.post(f"/desk/drafts/{pk}/discard/").status_code == 404

    sams.browser.post(
        f"{sams.page}/draft/sharing/", {"audience": "customer", "body": "We fonud it", "base": "We fonud it"}
    )

    assert "Sam Okafor shares a draft with you" in erins.reads()
    assert "We fonud it</textarea>" in erins.browser.get(f"{erins.page}/messages/?draft={pk}", headers=HTMX).text
    told = {"base": "We fonud it", "draft": pk, "audience": "support"}
    assert erins.types("We found it", **told)["body"] == "We found it"
    assert case.drafts.get().audience == Audience.CUSTOMER
    assert erins.browser.post(f"/desk/drafts/{pk}/discard/").status_code == 403
    assert at_the_desk(ana).get(f"{sams.page}/draft/", headers=JSON).status_code == 404


def test_who_helps_to_write_does_not_say_for_whom(sams, case, sam, erin, at_the_desk):
    draft = case.drafts.keep(Typed("We found it"), by=sam).draft
    draft.share(by=sam)
    erins = At(case, at_the_desk(erin))
    told = {"base": "We found it", "draft": draft.pk}

    composer = erins.browser.get(f"{erins.page}/messages/?draft={draft.pk}", headers=HTMX).text
    refused = erins.sends("We found it.", audience="support", **told)

    assert 'value="support"' not in composer
    assert "Write your own" in composer
    assert refused.status_code == 422
    assert "Only whoever began this draft says for whom it is." in refused.text
    assert case.messages.filter(author=erin).count() == 0
    assert case.drafts.begun().get().body == "We found it."


def test_who_shared_a_draft_is_told_who_sent_it(sams, case, sam, max, at_the_desk):
    draft = case.drafts.keep(Typed("We found it"), by=sam).draft
    draft.share(by=sam)
    At(case, at_the_desk(max)).sends("We found it", base="We found it", draft=draft.pk)

    state = sams.browser.get(f"{sams.page}/draft/?draft={draft.pk}", headers=JSON).json()

    assert state["closed"] == f"{max.name} sent what stood here."


def test_what_is_sent_is_no_draft_any_more_and_a_late_saving_changes_nothing(sams, case):
    pk = sams.types("We found it")["draft"]
    sams.sends("We found it.", base="We found it", draft=pk)

    late = sams.types("We found it.", base="We found it", draft=pk, save="late")

    assert late["closed"]
    assert not case.drafts.begun().exists()
    assert case.updates.get().message.body == "We found it."


def test_what_was_written_on_another_screen_is_shown_before_it_is_sent(sams, case):
    sams.types("Hello Ana, the limit is 10,000.")

    page = sams.sends("We look at it.")

    assert page.status_code == 409
    assert "Both are in it now" in page.text
    assert "Hello Ana, the limit is 10,000.\n\nWe look at it.</textarea>" in page.text
    assert not case.updates.exists()


def test_what_ana_said_since_sam_began_is_shown_before_his_word_leaves_and_asked_once(sams, case, ana):
    case.refresh_from_db()
    seen = case.last_seq
    sams.types("Try again, please.", seen=seen)
    case.messages.write("It is solved, thank you.", by=ana, audience=Audience.CUSTOMER)
    assert "New since you began" in sams.reads()

    asked_once = sams.sends("Try again, please.", base="Try again, please.", seen=seen)
    case.refresh_from_db()

    assert asked_once.status_code == 409
    assert "Ana Lima wrote at" in asked_once.text
    assert "Send to Ana anyway" in asked_once.text
    assert "Try again, please.</textarea>" in asked_once.text
    assert f'name="seen" value="{case.last_seq}"' in asked_once.text
    assert not case.updates.exists()
    sams.sends("Try again, please.", base="Try again, please.", seen=case.last_seq)
    assert case.updates.count() == 1


def test_what_was_begun_as_a_note_is_asked_about_once_before_it_goes_to_ana(sams, case):
    sams.types("She is on an old plan", audience="support")
    told = {"base": "She is on an old plan", "draft": case.drafts.get().pk}
    sams.types("She is on an old plan.", **told)

    asked = sams.sends("She is on an old plan.", **told | {"base": "She is on an old plan."})
    assert asked.status_code == 409
    assert "It was begun as a note that Ana does not read." in asked.text
    assert "Send to Ana anyway" in asked.text
    assert not case.updates.exists()

    assert 'name="sure" value="1"' in asked.text
    sams.sends("She is on an old plan.", sure="1", **told | {"base": "She is on an old plan."})
    assert case.updates.get().message.body == "She is on an old plan."


def test_what_mentions_a_colleague_is_asked_about_before_it_goes_to_ana(sams, case, erin):
    assert sams.sends("Write to erin@tandem.example.").status_code == 200

    asked = sams.sends("@erin looks at it.")
    assert asked.status_code == 409
    assert "It mentions Erin Haas" in asked.text
    assert case.updates.count() == 1


def test_what_begins_anew_is_not_what_was_begun_as_a_note(sams, case):
    pk = sams.types("Looks odd", audience="support")["draft"]
    sams.types("", base="Looks odd", draft=pk, audience="support")
    sams.types("We found it", draft=pk)

    assert sams.sends("We found it", base="We found it", draft=pk).status_code == 200


def test_a_note_among_us_is_never_asked_about(sams, case, ana):
    case.refresh_from_db()
    seen = case.last_seq
    case.messages.write("It is solved.", by=ana, audience=Audience.CUSTOMER)

    assert sams.sends("She solved it.", audience="support", seen=seen).status_code == 200


def test_what_is_too_long_is_told_where_it_was_written(sams, case):
    pk = sams.types("Row 10000")["draft"]
    file = SimpleUploadedFile("trace.txt", b"row 10000")

    answer = sams.sends("x" * 60_000, base="Row 10000", draft=pk, files=file)

    assert answer.status_code == 422
    assert "That is too long for one message. Put long logs into a file and attach it." in answer.text
    assert "x" * 60_000 + "</textarea>" in answer.text
    assert (case.drafts.get().body, case.drafts.get().stored[0].name) == ("Row 10000", "trace.txt")


def test_a_file_with_nothing_in_it_is_named(sams):
    answer = sams.sends("Look.", files=[SimpleUploadedFile("a.txt", b"a"), SimpleUploadedFile("run.log", b"")])

    assert answer.status_code == 422
    assert "“run.log” is empty." in answer.text


def test_files_are_kept_when_something_is_missing(sams, case):
    page = sams.sends("We found it.", when="at", files=SimpleUploadedFile("rows.txt", b"row 10000"))

    assert page.status_code == 422
    assert "rows.txt" in page.text
    kept = case.drafts.get().stored[0].stored_as
    sams.sends("We found it.", base="We found it.", kept=kept)
    assert case.updates.get().message.attachments.get().name == "rows.txt"


def test_undo_brings_the_words_into_the_draft(sams, case, settings):
    settings.UNDO_SECONDS = 10
    sams.sends("We found it.")
    planned = case.planned_updates.get()
    sams.types("And then")

    sams.browser.post(f"{sams.page}/planned/{planned.pk}/undo/", {"body": "And then?"}, headers=HTMX)

    assert case.drafts.begun().get().body == "And then?\n\nWe found it."


def test_a_note_begun_meanwhile_stays_among_us_when_an_update_is_taken_back(sams, case, settings):
    settings.UNDO_SECONDS = 10
    sams.sends("We found it.")
    sams.types("She is on an old plan", audience="support")

    sams.browser.post(f"{sams.page}/planned/{case.planned_updates.get().pk}/undo/", headers=HTMX)

    assert case.drafts.begun().get().audience == Audience.SUPPORT


def test_the_page_of_drafts_lists_mine_those_shared_and_those_let_go(
    sams, case, sam, erin, django_assert_max_num_queries
):
    case.drafts.keep(Typed("The plan is stale"), by=erin).draft.share(by=erin)
    mine = case.drafts.keep(Typed("We found it"), by=sam).draft
    with django_assert_max_num_queries(6):
        page = sams.browser.get("/desk/drafts/").text
    assert "We found it" in page
    assert "The plan is stale" in page

    sams.browser.post(f"/desk/drafts/{mine.pk}/discard/")
    assert "Bring it back" in sams.browser.get("/desk/drafts/").text
    sams.browser.post(f"/desk/drafts/{mine.pk}/return/")

    assert case.drafts.begun().filter(author=sam).exists()


def test_the_queue_finds_what_i_have_begun(case, mallorys_case, sam, erin):
    case.drafts.keep(Typed("We found it"), by=sam)
    mallorys_case.drafts.keep(Typed("Who knows?"), by=erin).draft.share(by=erin)

    def found(query: str) -> list[Case]:
        return list(Case.objects.filter(ask(query, sam).clause))

    assert found("draft:me") == [case]
    assert found("draft:shared") == [mallorys_case]


def test_words_an_engineer_writes_for_the_customer_are_sent_by_support(case, erin, at_the_desk):
    case.drafts.keep(Typed("What it was, in their words.", audience="customer"), by=erin)

    page = at_the_desk(erin).get(f"/desk/cases/{case.number}/").text
    assert re.search(r'name="audience" value="customer" checked', page)
    assert "Support sends this to Ana." in page
    assert "Send to Ana" not in page


def test_of_many_who_are_here_a_few_are_named(sams, case):
    for nth in range(6):
        someone = User.objects.welcome(f"agent{nth}@tandem.example", name=f"Agent {nth}", role="support")
        Presence.objects.come(f"page-{nth}", user_id=someone.pk, cases=[case.pk])
    line = sams.browser.get(f"{sams.page}/presence/").text

    assert line.count("is here") == 3
    assert "and 3 others" in line
    assert 'title="Agent 3, Agent 4, Agent 5"' in line
