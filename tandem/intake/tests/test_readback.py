import pytest

from tandem.cases.models import Ball
from tandem.communicate.models import Kind
from tandem.intake.models import LineVerdict, Source
from tandem.intake.models.readback import MOST_LINES, AlreadyAnswered, NotEveryLine, OnlyTheCustomer, Outdated
from tandem.kit.errors import NotAllowed


@pytest.fixture
def known(case, sam):
    """What we think we know of Ana's case."""
    case.facts.note("version", "4.1", by=sam)
    case.facts.note("version", "4.3", by=None, source=Source.MEASURED)
    case.facts.note("browser", "Firefox", by=sam)
    case.facts.note("tier", "Enterprise", by=None, source=Source.MEASURED)
    return case


def answers(readback, **corrected):
    """Right for each line, but wrong where a correction is given by key."""
    return {
        line.pk: (LineVerdict.WRONG, corrected[line.key]) if line.key in corrected else (LineVerdict.RIGHT, "")
        for line in readback.lines.all()
    }


def test_it_reads_back_the_problem_then_what_is_doubtful_then_the_rest(known, sam):
    readback = known.readbacks.share(by=sam)

    assert [(line.key, line.value) for line in readback.lines.all()] == [
        ("problem", "Nightly export stops at row 10,000"),
        ("version", "4.1"),
        ("browser", "Firefox"),
    ]
    assert readback.lines.get(key="version").origin == "you told us; we measured 4.3"


def test_what_is_not_for_the_customer_is_not_read_back(known, sam):
    readback = known.readbacks.share(by=sam)

    assert not readback.lines.filter(key="tier").exists()
    assert "Enterprise" not in known.updates.get().message.body


def test_it_is_short_however_much_is_known(case, sam):
    for n in range(30):
        case.facts.note(f"line-{n}", "x", by=sam)

    assert case.readbacks.share(by=sam).lines.count() == MOST_LINES


def test_sharing_tells_the_customer_and_passes_the_ball(known, sam, ana):
    known.readbacks.share(by=sam)

    update = known.updates.get()
    assert (update.kind, update.link.page) == (Kind.READ_BACK, "readback_link")
    assert ". Product version: 4.1 (you told us; we measured 4.3)" in update.message.body
    assert (known.ball, known.ball_holder) == (Ball.CUSTOMER, ana)


def test_a_correction_becomes_a_fact_they_told_and_the_badge_says_so(known, sam, ana):
    readback = known.readbacks.share(by=sam)
    readback.answer(answers(readback, browser="Safari 18"), by=ana)

    table = known.facts.table()
    rows = {row.key: row for row in table}
    assert rows["browser"].told == "Safari 18"
    assert rows["browser"].confirmed_at == readback.answered_at
    assert (rows["version"].told, rows["version"].measured, rows["version"].confirmed) == ("4.1", "4.3", "4.1")
    assert known.facts.get(key="browser", superseded_at=None).noted_by == ana
    assert table.confirmation.sentence.endswith("by Ana, 1 line corrected")
    known.refresh_from_db()
    assert known.ball == Ball.SUPPORT


def test_each_line_keeps_who_said_what_and_when(known, sam, ana):
    readback = known.readbacks.share(by=sam)
    readback.answer(answers(readback, browser="Safari"), by=ana)

    line = readback.lines.get(key="browser")
    assert (line.verdict, line.correction, line.answered_by) == ("wrong", "Safari", ana)
    assert line.answered_at is not None


def test_not_sure_confirms_nothing(known, sam, ana):
    readback = known.readbacks.share(by=sam)
    readback.answer({line.pk: (LineVerdict.UNSURE, "ignored") for line in readback.lines.all()}, by=ana)

    table = known.facts.table()
    assert not any(row.confirmed_at for row in table)
    assert table.confirmation.sentence.startswith("answered")
    assert known.facts.standing().get(key="browser").value == "Firefox"


def test_wrong_without_a_better_word_makes_the_fact_doubtful(known, sam, ana):
    readback = known.readbacks.share(by=sam)
    readback.answer(answers(readback, browser=""), by=ana)

    row = next(row for row in known.facts.table() if row.key == "browser")
    assert row.sentence == "Ana says “Firefox” is wrong."
    assert row.confirmed_at is None


def test_a_value_that_came_after_the_read_back_is_not_confirmed(known, sam, ana):
    readback = known.readbacks.share(by=sam)
    readback.answer(answers(readback), by=ana)
    known.facts.note("browser", "Opera", by=sam)

    rows = {row.key: row.confirmed_at for row in known.facts.table()}
    assert rows["browser"] is None
    assert rows["version"] is not None


def test_a_corrected_problem_is_read_back_as_corrected(known, sam, ana):
    first = known.readbacks.share(by=sam)
    first.answer(answers(first, problem="It stops at row 9,999"), by=ana)

    assert known.readbacks.share(by=sam).lines.get(key="problem").value == "It stops at row 9,999"


def test_it_is_answered_once(known, sam, ana):
    readback = known.readbacks.share(by=sam)
    readback.answer(answers(readback), by=ana)

    with pytest.raises(AlreadyAnswered):
        readback.answer(answers(readback, browser="Safari"), by=ana)


def test_an_older_version_can_no_longer_be_answered(known, sam, ana):
    first = known.readbacks.share(by=sam)
    second = known.readbacks.share(by=sam)

    with pytest.raises(Outdated):
        first.answer(answers(first), by=ana)
    second.answer(answers(second), by=ana)
    assert (first.version, second.version) == (1, 2)


def test_every_line_is_answered_or_none(known, sam, ana):
    readback = known.readbacks.share(by=sam)
    some = dict(list(answers(readback).items())[:2])

    with pytest.raises(NotEveryLine):
        readback.answer(some, by=ana)
    assert not readback.lines.exclude(verdict="").exists()


def test_nobody_of_us_confirms_for_the_customer(known, sam):
    readback = known.readbacks.share(by=sam)

    with pytest.raises(OnlyTheCustomer):
        readback.answer(answers(readback), by=sam)


def test_an_engineer_does_not_read_back(known, erin):
    with pytest.raises(NotAllowed):
        known.readbacks.share(by=erin)


def test_the_ledger_counts_the_verdicts(known, sam, ana):
    readback = known.readbacks.share(by=sam)
    readback.answer(answers(readback, browser="Safari"), by=ana)

    facts = known.events.get(verb="readback.answered").facts
    assert (facts["right"], facts["wrong"], facts["unsure"]) == (2, 1, 0)
    assert facts["corrections"] == {"browser": "Safari"}


# The doors.


def form_of(readback, **corrected):
    told = {"version": readback.version}
    for pk, (verdict, correction) in answers(readback, **corrected).items():
        told |= {f"line-{pk}": verdict.value, f"line-{pk}-correction": correction}
    return told


def test_sam_shares_at_the_desk_and_sees_the_verdicts(known, sam, ana, at_the_desk):
    desk, address = at_the_desk(sam), f"/desk/cases/{known.number}/readback/"

    assert "What we would read back" in desk.get(address).content.decode()
    desk.post(address)
    known.readbacks.get().answer(answers(known.readbacks.get(), browser="Safari"), by=ana)

    page = desk.get(address).content.decode()
    assert "<del>Firefox</del> <ins>Safari</ins>" in page
    assert "version 1, by Ana" in page


def test_the_facts_panel_wears_the_badge(known, sam, ana, at_the_desk):
    readback = known.readbacks.share(by=sam)
    readback.answer(answers(readback, browser="Safari"), by=ana)

    page = at_the_desk(sam).get(f"/desk/cases/{known.number}/facts/").content.decode()

    assert "by Ana, 1 line corrected" in page
    assert page.count("confirmed by the customer") == 2


def test_an_engineer_reads_the_panel_but_does_not_share(known, erin, at_the_desk):
    desk, address = at_the_desk(erin), f"/desk/cases/{known.number}/readback/"

    assert desk.get(address).status_code == 200
    assert desk.post(address).status_code == 403


def test_ana_confirms_on_the_portal(known, sam, ana, at_the_desk):
    readback = known.readbacks.share(by=sam)
    portal, address = at_the_desk(ana), f"/portal/cases/{known.number}/readback/"

    assert "Did we understand you right?" in portal.get(address).content.decode()
    portal.post(address, form_of(readback, version="4.2"))

    readback.refresh_from_db()
    assert readback.answered_by == ana
    assert known.facts.standing().get(key="version", source="told").value == "4.2"
    assert "You checked this" in portal.get(address).text


def test_ana_confirms_through_the_link_in_her_mail_without_signing_in(known, sam, ana, client):
    readback = known.readbacks.share(by=sam)
    link = known.participants.get(user=ana).link("readback_link").removeprefix("http://127.0.0.1:8000")

    page = client.get(link)
    client.post(link, form_of(readback))

    assert page.headers["Cache-Control"] == "no-store"
    assert "You checked this" in client.get(link).text
    readback.refresh_from_db()
    assert readback.answered_by == ana


def test_what_ana_ticked_is_kept_when_a_line_is_left_out(known, sam, ana, at_the_desk):
    readback = known.readbacks.share(by=sam)
    told = form_of(readback, browser="Safari 18")
    del told[f"line-{readback.lines.get(key='problem').pk}"]

    page = at_the_desk(ana).post(f"/portal/cases/{known.number}/readback/", told)

    assert page.status_code == 422
    assert "Safari 18" in page.content.decode()
    assert "Please answer every line" in page.content.decode()


def test_an_old_page_is_refused_in_a_sentence(known, sam, ana, at_the_desk):
    first = known.readbacks.share(by=sam)
    known.readbacks.share(by=sam)

    page = at_the_desk(ana).post(f"/portal/cases/{known.number}/readback/", form_of(first))

    assert page.status_code == 409
    assert "There is a newer version of these facts" in page.content.decode()


def test_a_participant_who_left_can_no_longer_confirm(known, sam, ana, client):
    from tandem.kit import clock

    known.readbacks.share(by=sam)
    participant = known.participants.get(user=ana)
    link = participant.link("readback_link").removeprefix("http://127.0.0.1:8000")
    participant.left_at = clock.now()
    participant.save()

    assert client.get(link).status_code == 404


def test_mallory_reaches_nothing(known, sam, mallory, at_the_desk, by_api):
    readback = known.readbacks.share(by=sam)
    window, program = at_the_desk(mallory), by_api(mallory)

    assert window.get(f"/portal/cases/{known.number}/readback/").status_code == 404
    assert window.post(f"/portal/cases/{known.number}/readback/", form_of(readback)).status_code == 404
    assert program.get(f"/api/v1/cases/{known.number}/readbacks").status_code == 404
    readback.refresh_from_db()
    assert readback.is_waiting


def test_a_program_shares_and_ana_answers(known, sam, ana, by_api):
    shared = by_api(sam).post(f"/api/v1/cases/{known.number}/readbacks")
    lines = [{"line": line["id"], "verdict": "right"} for line in shared.json()["lines"]]
    address = f"/api/v1/cases/{known.number}/readbacks/1/answer"
    answered = by_api(ana).post(address, lines, content_type="application/json")

    assert shared.status_code == 201
    assert answered.json()["answered_by"] == "Ana Lima"
    assert by_api(ana).post(address, lines, content_type="application/json").status_code == 409


def test_a_customer_shares_no_read_back(known, ana, by_api):
    assert by_api(ana).post(f"/api/v1/cases/{known.number}/readbacks").status_code == 403


def test_the_panel_and_the_card_make_few_queries(known, sam, ana, django_assert_num_queries):
    from tandem.intake import panels

    readback = known.readbacks.share(by=sam)
    readback.answer(answers(readback), by=ana)
    known.refresh_from_db()

    with django_assert_num_queries(2):
        panels.readback.words(known, sam)
    with django_assert_num_queries(1):
        panels.readback_card.words(known, ana)
