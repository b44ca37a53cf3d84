from datetime import timedelta

import pytest

from tandem.cases.audience import Audience
from tandem.cases.journey import Stage
from tandem.cases.models import Ball, Channel, Message
from tandem.communicate.models import Kind
from tandem.investigate.models import Needed, Outcome
from tandem.kit import clock
from tandem.kit.errors import Invalid
from tandem.resolve.models import Resolution, Verdict, Via
from tandem.resolve.models.refusals import (
    CaseClosed,
    NotAsked,
    NotTheirs,
    NotVerifiedByUs,
    OneProposedAlready,
    Withdrawn,
)


def verbs(case):
    return list(case.events.order_by("seq").values_list("verb", flat=True))


def test_it_is_proposed_once_at_a_time(case, resolution, erin):
    with pytest.raises(OneProposedAlready):
        case.resolutions.propose(words="Something else", by=erin)

    resolution.withdraw(by=erin, why="Not the cause")
    assert case.resolutions.propose(words="Something else", by=erin).withdrawn_at is None


def test_it_says_what_happened(case, tried, erin):
    with pytest.raises(Invalid, match="what happened"):
        case.resolutions.propose(words="  ", by=erin)


def test_the_customer_is_not_asked_before_we_checked_ourselves(case, resolution, sam):
    with pytest.raises(NotVerifiedByUs, match="our own verification"):
        resolution.ask_customer(by=sam)

    assert case.stage == Stage.INVESTIGATE
    assert not case.updates.exists()


@pytest.mark.parametrize("verdict", [Verdict.PARTLY, Verdict.NO])
def test_a_check_of_ours_that_is_not_green_keeps_the_gate_shut(resolution, erin, sam, verdict):
    resolution.verify_ours(verdict=Verdict.WORKS, how="Ran it once", by=erin)
    resolution.verify_ours(verdict=verdict, how="Ran it again", by=erin)

    with pytest.raises(NotVerifiedByUs):
        resolution.ask_customer(by=sam)


def test_asking_tells_the_customer_and_passes_them_the_ball(case, asked, ana, sam):
    update = case.updates.get()

    assert (update.kind, update.page, update.page_of) == (Kind.RESOLUTION, "verify_link", asked.pk)
    assert "We recalculated the statistics" in update.message.body
    assert "Stale planner statistics" not in update.message.body
    assert "WORKS, PARTLY or NO" in update.message.body
    assert (case.stage, case.ball, case.ball_holder) == (Stage.RESOLVE, Ball.CUSTOMER, ana)


def test_a_word_not_asked_for_is_refused(resolution, ana):
    with pytest.raises(NotAsked):
        resolution.verify_customer(verdict=Verdict.WORKS, by=ana)


def test_only_somebody_who_takes_part_for_the_customer_confirms(asked, sam, mallory):
    for person in (sam, mallory):
        with pytest.raises(NotTheirs):
            asked.verify_customer(verdict=Verdict.WORKS, by=person)


def test_works_from_the_customer_is_kept_with_who_said_it_and_who_wrote_it_down(case, asked, ana, sam):
    asked.verify_customer(verdict=Verdict.WORKS, by=ana, via=Via.PHONE, recorded_by=sam, note="All rows are there.")

    said = asked.verifications.customers().get()
    assert (said.verified_by, said.recorded_by, said.via) == (ana, sam, Via.PHONE)
    assert Resolution.objects.confirmed().get() == asked
    assert (case.stage, case.ball, case.ball_holder) == (Stage.RESOLVE, Ball.SUPPORT, sam)
    assert case.events.filter(verb="verification.made").last().facts["verdict"] == "works"


def test_saying_it_twice_counts_once(asked, ana):
    asked.verify_customer(verdict=Verdict.WORKS, by=ana)
    asked.verify_customer(verdict=Verdict.WORKS, by=ana)

    assert asked.verifications.customers().count() == 1


@pytest.mark.parametrize(
    ("verdict", "outcome"), [(Verdict.PARTLY, Outcome.INCONCLUSIVE), (Verdict.NO, Outcome.NO_EFFECT)]
)
def test_what_did_not_help_her_stays_in_the_ledger_and_the_investigation_begins_again(
    case, asked, ana, sam, verdict, outcome
):
    asked.verify_customer(verdict=verdict, by=ana, note="It stops at 20,000 now.")

    kept = case.attempts.get(what="We recalculated the statistics of your tables.")
    assert (kept.outcome, kept.still_in_place, kept.effect) == (outcome, True, "It stops at 20,000 now.")
    assert not Resolution.objects.standing().exists()
    assert (case.stage, case.ball, case.ball_holder) == (Stage.INVESTIGATE, Ball.SUPPORT, sam)
    assert not Resolution.objects.confirmed().exists()


def test_nothing_more_is_said_of_a_withdrawn_resolution(asked, ana, erin):
    asked.withdraw(by=erin, why="It was the disk")

    with pytest.raises(Withdrawn):
        asked.verify_customer(verdict=Verdict.WORKS, by=ana)


def test_silence_is_never_a_confirmation(case, asked, worker):
    with clock.at(clock.now() + timedelta(days=400)):
        worker()

    assert not Resolution.objects.confirmed().exists()
    assert Resolution.objects.awaiting_customer().get() == asked


def test_a_closed_case_takes_no_answers(case, asked, ana, sam):
    case.enter(Stage.CLOSE, by=sam)

    with pytest.raises(CaseClosed):
        asked.verify_customer(verdict=Verdict.WORKS, by=ana)


def test_the_question_whether_it_is_also_required_is_asked_and_its_answer_kept(
    case, tried, resolution, sam, at_the_desk
):
    desk = at_the_desk(sam)
    page = desk.get(f"/desk/cases/{case.number}/resolution/", headers={"HX-Request": "true"}).content.decode()
    assert "“Rebuilt the index” (no effect): is it also required?" in page
    assert "Recalculated the statistics” (" not in page

    desk.post(f"/desk/cases/{case.number}/resolution/needed/", {f"needed-{tried.pk}": "no"})

    tried.refresh_from_db()
    assert (tried.needed, tried.settled_by) == (Needed.NO, sam)
    again = desk.get(f"/desk/cases/{case.number}/resolution/", headers={"HX-Request": "true"}).content.decode()
    assert "is it also required?" not in again


def write(case, ana, text, **told):
    return case.messages.write(text, by=ana, audience=Audience.CUSTOMER, channel=Channel.MAIL, **told)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("WORKS", "works"), ("works!\n\nThank you, Ana", "works"), ("  *Partly*.\nStill slow.", "partly"), ("No", "no")],
)
def test_a_mail_that_begins_with_an_offered_word_is_the_customers_verification(case, asked, ana, worker, text, verdict):
    write(case, ana, text)
    worker()

    said = asked.verifications.customers().get()
    assert (said.verdict, said.via, said.verified_by, said.recorded_by) == (verdict, Via.REPLY, ana, None)


@pytest.mark.parametrize("text", ["It works, I think.", "No, wait", "Thank you", "", "It is what it is.\nWORKS"])
def test_any_other_mail_confirms_nothing_and_a_person_records_what_it_says(
    case, asked, ana, sam, worker, at_the_desk, text
):
    write(case, ana, text)
    worker()

    assert not asked.verifications.customers().exists()
    page = at_the_desk(sam).get(f"/desk/cases/{case.number}/resolution/", headers={"HX-Request": "true"})
    assert "Ana Lima has replied just now: record what they say." in page.content.decode()


def test_a_mail_of_an_unverified_sender_confirms_nothing(case, asked, ana, worker):
    write(case, ana, "WORKS", verified=False)
    worker()

    assert not asked.verifications.customers().exists()


def test_a_word_written_before_we_asked_confirms_nothing(case, resolution, ana, erin, sam, worker):
    write(case, ana, "WORKS")
    resolution.verify_ours(verdict=Verdict.WORKS, how="Ran it", by=erin)
    resolution.ask_customer(by=sam)
    worker()

    assert not resolution.verifications.customers().exists()


def test_the_offered_words_are_understood_in_the_language_of_who_writes(case, asked, ana, worker, monkeypatch):
    from tandem.resolve.models import answers

    ana.contact.language = "de"
    ana.contact.save()
    monkeypatch.setattr(answers, "_", lambda word: "GEHT" if word == "WORKS" else word)
    write(case, ana, "geht")
    worker()

    assert asked.verifications.customers().get().verdict == Verdict.WORKS


def test_customers_see_only_what_they_were_asked(case, resolution, ana, mallory, sam, erin):
    assert not Resolution.objects.visible_to(ana).exists()
    resolution.verify_ours(verdict=Verdict.WORKS, how="Ran it", by=erin)
    resolution.ask_customer(by=sam)

    assert Resolution.objects.visible_to(ana).get() == resolution
    assert not Resolution.objects.visible_to(mallory).exists()
    assert Message.objects.visible_to(ana).filter(body__contains="We recalculated").exists()
