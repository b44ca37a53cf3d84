"""Nothing is asked twice: not by two colleagues, not by a double click, and not because two cases became one."""

import pytest

from tandem.cases.audience import Audience
from tandem.cases.models import Ball, Case, Channel
from tandem.intake import evidence, panels, realms
from tandem.intake.models import Asking, Fact, Hold, LineVerdict, Question
from tandem.intake.models.once import AskedAlready

BROWSER, SINCE = Asking("Which browser is it?", "browser"), Asking("When did you first see it?", "since")


def keys(case):
    return [question.key for question in Question.objects.of(case).waiting()]


@pytest.fixture
def other(ana, sam):
    """Ana reported it a second time, and told more."""
    case = Case.objects.open_for(ana, title="The same export again")
    case.messages.write("It stopped again.", by=ana, audience=Audience.CUSTOMER)
    return case


def test_a_line_that_waits_or_was_told_is_left_out(case, sam, ana):
    case.facts.note("browser", "Firefox 131", by=ana)
    case.questions.ask_together([Asking("Which page?", "page")], by=sam)

    asked = case.questions.ask_together([BROWSER, Asking("Which page?", "page"), SINCE, SINCE], by=sam)

    assert [question.key for question in asked] == ["since"]
    assert keys(case) == ["page", "since"]
    assert "Which browser" not in case.updates.last().message.body


def test_a_list_of_which_nothing_is_left_is_refused_and_says_why(case, sam, ana):
    case.facts.note("browser", "Firefox 131", by=ana)
    case.questions.ask_together([SINCE], by=sam)

    with pytest.raises(AskedAlready) as refusal:
        case.questions.ask_together([BROWSER, SINCE], by=sam)

    assert "When did you first see it?" in refusal.value.sentence
    assert "Browser" in refusal.value.sentence
    assert case.updates.count() == 1


def test_a_double_click_asks_once(case, sam, at_the_desk):
    address, words = f"/desk/cases/{case.number}/questions/", {"missing": ["since"], "own": "Which page?"}
    desk = at_the_desk(sam)
    desk.post(address, words)
    again = desk.post(address, words)

    assert again.status_code in (409, 422)
    assert case.updates.count() == 1
    assert case.questions.count() == 2


def test_two_colleagues_with_the_same_page_ask_once(case, sam, erin, ana, at_the_desk, monkeypatch):
    """The page of the second was made before the first one asked."""
    monkeypatch.setattr(panels, "to_ask", lambda case, asked: {"missing": realms.lines(case.realm)})
    address = f"/desk/cases/{case.number}/questions/"
    at_the_desk(sam).post(address, {"missing": ["since"]})
    at_the_desk(sam).post(address, {"missing": ["since", "affected"]})

    assert keys(case) == ["since", "affected"]


def test_a_program_that_asks_again_is_told_so(case, sam, by_api):
    program, told = by_api(sam), {"questions": [{"text": "Which browser is it?", "key": "browser"}]}
    ask = lambda: program.post(f"/api/v1/cases/{case.number}/questions", told, content_type="application/json")  # noqa: E731

    assert ask().status_code == 201
    again = ask()
    assert again.status_code == 409
    assert "Which browser is it?" in again.json()["title"]


def test_a_program_reads_what_waits_already_beside_what_it_asked(case, sam, by_api):
    (waits,) = case.questions.ask_together([SINCE], by=sam)
    told = {"questions": [asking._asdict() for asking in (SINCE, BROWSER)]}

    answer = by_api(sam).post(f"/api/v1/cases/{case.number}/questions", told, content_type="application/json")

    assert [(question["id"] == waits.pk, question["text"]) for question in answer.json()] == [
        (True, SINCE.text),
        (False, BROWSER.text),
    ]


def test_on_the_merged_case_nobody_asks_what_is_known_where_it_is_read(case, other, ana, sam):
    case.facts.note("since", "Monday", by=ana)
    other.merges.join_to(case, by=sam)

    with pytest.raises(AskedAlready):
        other.questions.ask_together([SINCE], by=sam)


def test_a_read_back_of_the_merged_case_is_confirmed_by_a_reply_to_the_other(case, other, ana, sam, worker):
    worker()
    other.facts.note("browser", "Firefox", by=ana)
    readback = other.readbacks.share(by=sam)
    other.merges.join_to(case, by=sam)
    lines = list(readback.lines.all())

    said = "\n".join(f"{line.number} {'wrong: Safari' if line.key == 'browser' else 'right'}" for line in lines)
    reading = replies(case, ana, said, worker)

    assert (reading.doubt, reading.is_waiting) == ("", False)
    assert [row.told for row in case.facts.table() if row.key == "browser"] == ["Safari"]


def test_a_read_back_of_the_merged_case_is_confirmed_where_it_is_read(case, other, ana, sam, at_the_desk):
    readback = other.readbacks.share(by=sam)
    other.merges.join_to(case, by=sam)
    portal, address = at_the_desk(ana), f"/portal/cases/{case.number}/readback/"
    assert "Did we understand you right?" in portal.get(address).text

    told = {f"line-{line.pk}": "right" for line in readback.lines.all()}
    portal.post(address, {"version": readback.version, **told})

    readback.refresh_from_db()
    assert readback.answered_by == ana
    assert "answered" in at_the_desk(sam).get(f"/desk/cases/{case.number}/").text


def test_a_read_back_of_the_merged_case_is_read_out_where_it_is_read(case, other, ana, sam, worker, at_the_desk):
    worker()
    readback = other.readbacks.share(by=sam)
    other.merges.join_to(case, by=sam)
    worker()
    told = {"told_by": ana.pk}
    for line in readback.lines.all():
        told |= {f"read-{line.key}": line.value, f"line-{line.key}": "right", f"line-{line.key}-correction": ""}

    answer = at_the_desk(sam).post(f"/desk/cases/{case.number}/readback/phone/", told)
    worker()

    assert answer.status_code == 302
    readback.refresh_from_db()
    assert (readback.answered_by, readback.through) == (ana, "phone")
    assert not case.readbacks.exists()
    case.refresh_from_db()
    assert case.ball == Ball.SUPPORT


def test_a_program_reads_out_the_read_back_of_the_merged_case(case, other, ana, sam, by_api):
    readback = other.readbacks.share(by=sam)
    other.merges.join_to(case, by=sam)
    address = f"/api/v1/cases/{case.number}/readbacks/phone"
    script = by_api(sam).get(address).json()
    lines = [{"key": line["key"], "value": line["value"], "verdict": "right"} for line in script]

    made = by_api(sam).post(address, {"told_by": ana.email, "lines": lines}, "application/json")

    assert (made.status_code, made.json()["answered_by"]) == (201, ana.name)
    readback.refresh_from_db()
    assert readback.answered_by == ana


def test_of_two_that_wait_the_newest_is_read_out_and_the_other_is_outdated(case, other, ana, sam):
    older, newer = case.readbacks.share(by=sam), other.readbacks.share(by=sam)
    other.merges.join_to(case, by=sam)

    said = {line.key: (line.value, "right", "") for line in case.readbacks.lines_to_read_out()}
    case.readbacks.read_out(said, told_by=ana, by=sam)

    newer.refresh_from_db()
    older.refresh_from_db()
    assert newer.answered_at == older.outdated_at


def test_once_the_newest_is_confirmed_nothing_that_nobody_sees_waits(case, other, ana, sam, worker, at_the_desk):
    worker()
    older, newer = other.readbacks.share(by=sam), case.readbacks.share(by=sam)
    merge = other.merges.join_to(case, by=sam)
    worker()
    told = {f"line-{line.pk}": "right" for line in newer.lines.all()}
    at_the_desk(ana).post(f"/portal/cases/{case.number}/readback/", {"version": newer.version, **told})
    worker()

    older.refresh_from_db()
    case.refresh_from_db()
    assert (older.is_waiting, case.ball) == (False, Ball.SUPPORT)

    merge.undo(by=sam)
    worker()
    other.refresh_from_db()
    assert other.ball == Ball.SUPPORT


def test_a_colleague_asks_anew_by_hand(case, sam, ana):
    case.facts.note("browser", "Firefox 131", by=ana)

    case.questions.ask_together([BROWSER._replace(anew=True)], by=sam)

    assert keys(case) == ["browser"]
    with pytest.raises(AskedAlready):
        case.questions.ask_together([BROWSER._replace(anew=True)], by=sam)


def test_a_merged_case_brings_what_was_told_on_it(case, other, ana, sam):
    other.facts.note("since", "Monday", by=ana)
    assert "since" in [line.key for line in case.facts.table().missing]
    merge = other.merges.join_to(case, by=sam)

    assert [row.told for row in case.facts.table() if row.key == "since"] == ["Monday"]
    assert "since" not in [line.key for line in case.facts.table().missing]
    assert "since" not in [line.key for line in panels.to_ask(case, [])["missing"]]
    with pytest.raises(AskedAlready):
        case.questions.ask_together([SINCE], by=sam)

    merge.undo(by=sam)
    assert "since" in [line.key for line in case.facts.table().missing]
    assert [row.told for row in other.facts.table() if row.key == "since"] == ["Monday"]


def test_of_two_words_the_newest_holds(case, other, ana, sam):
    case.facts.note("browser", "Firefox", by=ana)
    other.facts.note("browser", "Safari", by=ana)
    other.merges.join_to(case, by=sam)
    told = lambda: [row.told for row in case.facts.table() if row.key == "browser"]  # noqa: E731
    assert told() == ["Safari"]

    assert case.facts.note("browser", "Firefox", by=ana).value == "Firefox"
    assert told() == ["Firefox"]
    assert case.facts.note("browser", "Firefox", by=ana).case == case


def test_the_same_word_as_on_the_merged_case_is_no_news(case, other, ana, sam):
    known = other.facts.note("browser", "Safari", by=ana)
    other.merges.join_to(case, by=sam)

    assert case.facts.note("browser", "Safari", by=ana) == known
    assert Fact.objects.of(case).filter(key="browser").count() == 1


def test_evidence_on_a_merged_case_is_evidence(case, other, ana, sam, monkeypatch):
    line = next(line for line in realms.lines("") if line.key == "since")
    marked = type(line)(**{**vars(line), "evidence": True})
    monkeypatch.setattr(evidence.realms, "lines", lambda slug: (marked,))
    assert not evidence.is_enough(case)

    other.facts.note("since", "Monday", by=ana)
    merge = other.merges.join_to(case, by=sam)
    assert evidence.is_enough(case)

    merge.undo(by=sam)
    assert not evidence.is_enough(case)


def test_who_holds_still_on_the_merged_case_holds_still_here(case, other, ana, sam, at_the_desk):
    other.holds.ask(by=sam)
    other.merges.join_to(case, by=sam)

    assert "hold still" in at_the_desk(ana).get(f"/portal/cases/{case.number}/").text
    assert "holds still until" in at_the_desk(sam).get(f"/desk/cases/{case.number}/").text
    at_the_desk(sam).post(f"/desk/cases/{case.number}/hold/", {"words": ""})
    assert not Hold.objects.of(case).standing().exists()


def test_a_question_on_a_merged_case_is_answered_where_it_is_read(case, other, ana, sam, worker, at_the_desk):
    (question,) = other.questions.ask_together([SINCE], by=sam)
    other.merges.join_to(case, by=sam)
    worker()
    case.refresh_from_db()
    assert (case.ball, case.ball_holder) == (Ball.CUSTOMER, ana)

    portal = at_the_desk(ana)
    assert SINCE.text in portal.get(f"/portal/cases/{case.number}/").text
    portal.post(f"/portal/cases/{case.number}/questions/", {f"answer_{question.pk}": "Monday"})
    worker()

    assert [row.told for row in case.facts.table() if row.key == "since"] == ["Monday"]
    case.refresh_from_db()
    assert case.ball == Ball.SUPPORT


def test_after_the_merge_is_undone_the_turn_is_ours_again(case, other, ana, sam, worker):
    worker()
    other.questions.ask_together([SINCE], by=sam)
    merge = other.merges.join_to(case, by=sam)
    worker()
    merge.undo(by=sam)
    worker()

    case.refresh_from_db()
    assert case.ball == Ball.SUPPORT
    assert keys(other) == ["since"]


def test_bo_who_only_takes_part_here_reads_the_question_of_the_merged_case(case, other, sam, northwind, mallory):
    from tandem.customers.models import Contact

    bo = Contact.objects.meet("bo@northwind.example", name="Bo Chen", account=northwind).user
    case.participants.join(bo, by=sam)
    other.questions.ask_together([SINCE], by=sam)
    assert not Question.objects.visible_to(bo).of(case).exists()
    other.merges.join_to(case, by=sam)

    assert Question.objects.visible_to(bo).of(case).count() == 1
    assert not Question.objects.visible_to(mallory).exists()


def test_what_is_told_here_is_no_longer_asked_on_the_merged_case(case, other, ana, sam):
    (question,) = other.questions.ask_together([SINCE], by=sam)
    other.merges.join_to(case, by=sam)

    case.facts.note("since", "Monday", by=ana)

    question.refresh_from_db()
    assert question.withdrawn_at


def replies(case, ana, body, worker):
    message = case.messages.write(body, by=ana, audience=Audience.CUSTOMER, channel=Channel.MAIL, verified=True)
    worker()
    return case.readings.filter(message=message).first()


def test_a_read_back_goes_together_with_what_is_asked(case, sam, ana, worker):
    worker()
    case.facts.standing().filter(source="measured").exclude(key="version").delete()
    case.questions.ask_together([BROWSER], by=sam)
    case.readbacks.share(by=sam)

    letter = case.updates.last().message.body
    assert "1. Which browser is it?" in letter
    assert "2. The problem: " in letter
    assert "3. Product version: 4.3" in letter

    reading = replies(case, ana, "1. Firefox 131\n2 right\n3 wrong: 4.2", worker)
    assert (reading.doubt, reading.is_waiting) == ("", False)
    assert case.facts.standing().get(key="browser", source="told").value == "Firefox 131"
    assert case.facts.standing().get(key="version", source="told").value == "4.2"
    assert case.readbacks.get().lines.get(key="problem").verdict == LineVerdict.RIGHT
    case.refresh_from_db()
    assert case.ball == Ball.SUPPORT


def test_what_is_asked_after_a_read_back_has_numbers_of_its_own(case, sam, ana, worker):
    worker()
    case.facts.standing().filter(source="measured").exclude(key="version").delete()
    case.readbacks.share(by=sam)
    case.questions.ask_together([BROWSER], by=sam)
    assert "3. Which browser is it?" in case.updates.last().message.body

    reading = replies(case, ana, "3. Firefox 131", worker)
    assert (reading.doubt, reading.is_waiting) == ("", False)
    assert case.readbacks.waiting().exists()


def test_ana_does_not_know_and_is_not_asked_again(case, sam, ana, at_the_desk):
    (question,) = case.questions.ask_together([SINCE], by=sam)
    portal, address = at_the_desk(ana), f"/portal/cases/{case.number}/questions/"
    assert "I do not know" in portal.get(address).text

    portal.post(address, {f"answer_{question.pk}": "", f"answer_{question.pk}_unknown": "on"})

    question.refresh_from_db()
    assert (question.answer_text, question.is_unknown, question.answered_by) == ("I do not know", True, ana)
    assert not case.facts.filter(key="since").exists()
    case.refresh_from_db()
    assert case.ball == Ball.SUPPORT
    with pytest.raises(AskedAlready):
        case.questions.ask_together([SINCE], by=sam)


def test_sam_asks_anew_by_hand_what_she_did_not_know(case, sam, ana, at_the_desk):
    case.questions.ask_together([SINCE], by=sam)[0].answer("I don't know.", by=ana)
    desk, address = at_the_desk(sam), f"/desk/cases/{case.number}/questions/"
    assert "They did not know; ask anew" in desk.get(address, headers={"HX-Request": "true"}).text
    assert desk.post(address, {"missing": ["since"]}).status_code == 422

    desk.post(address, {"anew": ["since"]})

    assert keys(case) == ["since"]


def test_she_says_by_reply_that_she_does_not_know(case, sam, ana, worker):
    case.questions.ask_together([BROWSER, SINCE, Asking("A way around it?", "workaround")], by=sam)

    reading = replies(case, ana, "1. Firefox 131\n2: don’t know\n3. I do not know", worker)

    assert (reading.doubt, reading.is_waiting) == ("", False)
    assert [question.is_unknown for question in case.questions.all()] == [False, True, True]
    assert [*case.facts.filter(source="told").values_list("key", flat=True)] == ["browser"]


def test_not_knowing_is_one_of_the_choices(case, sam, ana, at_the_desk):
    (question,) = case.questions.ask_together([Asking("A way around it?", "workaround")], by=sam)

    at_the_desk(ana).post(f"/portal/cases/{case.number}/questions/", {f"answer_{question.pk}": "I do not know"})

    question.refresh_from_db()
    assert question.is_unknown
