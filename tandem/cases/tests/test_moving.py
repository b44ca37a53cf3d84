"""Mail lands on the wrong case, a second topic hides in an answer: Sam puts it right, and can take that back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tandem.cases.audience import Audience
from tandem.cases.journey import Stage
from tandem.cases.models import Attachment, Case, Message
from tandem.cases.models.move import NobodyToReport, NothingToMove, NotTheirCase, NotThere, SplitsNothing
from tandem.cases.models.undoing import TooLateToUndo, UndoneAlready
from tandem.cases.sentences import sentence
from tandem.customers.models import Contact
from tandem.kit import clock, files


@pytest.fixture
def other(ana):
    case = Case.objects.open_for(ana, title="Invoices arrive twice")
    case.messages.write("Each invoice comes twice.", by=ana, audience=Audience.CUSTOMER)
    return case


@pytest.fixture
def stray(case, ana):
    """Ana answered an old mail, about something else."""
    trace = files.store([b"GET /invoices 200"], name="trace.txt")
    return case.messages.write("The invoice again!", by=ana, audience=Audience.CUSTOMER, files=[trace])


@pytest.fixture
def bo(northwind):
    return Contact.objects.meet("bo@northwind.example", name="Bo Chen", account=northwind).user


def stands(message):
    return Message.objects.get(pk=message.pk).stands_on


def said(case):
    return list(Message.objects.of(case))


def last_word(case):
    return sentence(case.events.last())


def test_a_moved_message_is_read_there_with_its_file_and_still_says_where_it_was_written(case, other, stray, sam, ana):
    case.moves.move([stray], to=other, by=sam)

    assert stray in said(other)
    assert stray not in said(case)
    assert Message.objects.get(pk=stray.pk).case == case
    assert Attachment.objects.visible_to(ana).get().message == stray


def test_both_sides_say_where_it_went(case, other, stray, sam):
    move = case.moves.move([stray], to=other, by=sam)
    assert last_word(case) == f"1 message moved to case {other.number}"
    assert last_word(other) == f"1 message came from case {case.number}"

    move.undo(by=sam)
    assert last_word(case) == f"1 message came back from case {other.number}"
    assert last_word(other) == f"1 message went back to case {case.number}"


def test_a_move_is_undone_after_later_messages(case, other, stray, sam, ana):
    move = case.moves.move([stray], to=other, by=sam)
    later = other.messages.write("Still twice.", by=ana, audience=Audience.CUSTOMER)

    move.undo(by=sam)

    assert stands(stray) == case
    assert later in said(other)


def test_moves_are_undone_in_any_order(case, other, stray, sam, ana):
    third = Case.objects.open_for(ana, title="The invoice has no number")
    first = case.moves.move([stray], to=other, by=sam)
    second = other.moves.move([stray], to=third, by=sam)

    first.undo(by=sam)
    assert stands(stray) == third
    second.undo(by=sam)
    assert stands(stray) == case


def test_a_move_is_undone_once_and_for_thirty_days(case, other, stray, sam):
    move = case.moves.move([stray], to=other, by=sam)
    with clock.at(clock.now() + timedelta(days=31)), pytest.raises(TooLateToUndo, match="thirty days"):
        move.undo(by=sam)

    move = other.moves.move([stray], to=case, by=sam)
    move.undo(by=sam)
    with pytest.raises(UndoneAlready):
        move.undo(by=sam)


def test_nobodys_word_goes_to_any_case(case, mallorys_case, sam, mallory):
    aside = case.messages.write("From: x@elsewhere.example", by=None, audience=Audience.SUPPORT, verified=False)

    case.moves.move([aside], to=mallorys_case, by=sam)

    assert aside in said(mallorys_case)
    assert aside not in Message.objects.visible_to(mallory)


@pytest.mark.parametrize("whose", ["the customer's", "ours"])
def test_no_customer_comes_to_read_what_was_said_with_another(case, mallorys_case, stray, sam, mallory, whose):
    message = stray if whose == "the customer's" else case.updates.send("It is fixed.", by=sam).message

    with pytest.raises(NotTheirCase):
        case.moves.move([message], to=mallorys_case, by=sam)
    assert message not in Message.objects.visible_to(mallory)


def test_a_colleague_of_the_author_does_not_get_their_words_unless_they_take_part(case, stray, bo, sam):
    bos = Case.objects.open_for(bo, title="Invoices arrive twice")
    with pytest.raises(NotTheirCase):
        case.moves.move([stray], to=bos, by=sam)

    bos.participants.join(stray.author, by=sam)
    case.moves.move([stray], to=bos, by=sam)
    assert stray in Message.objects.visible_to(bo)


def test_nothing_is_moved_from_where_it_does_not_stand(case, other, stray, sam, erin, max):
    with pytest.raises(NothingToMove):
        other.moves.move([stray], to=case, by=sam)
    with pytest.raises(NothingToMove):
        case.moves.move([], to=other, by=sam)
    secret = case.messages.write("Legal is in.", by=max, audience=Audience.RESTRICTED)
    with pytest.raises(NothingToMove):
        case.moves.move([secret], to=other, by=sam)


def test_nothing_is_moved_to_a_closed_case_or_to_itself(case, other, stray, sam):
    with pytest.raises(NotThere):
        case.moves.move([stray], to=case, by=sam)
    other.enter(Stage.CLOSE, by=sam)
    with pytest.raises(NotThere):
        case.moves.move([stray], to=other, by=sam)


def test_what_moves_to_a_merged_case_is_read_where_that_is_read(case, other, stray, sam, ana):
    third = Case.objects.open_for(ana, title="Twice, too")
    other.merges.join_to(third, by=sam)

    case.moves.move([stray], to=other, by=sam)

    assert stands(stray) == third


def test_a_second_topic_becomes_a_case_of_its_author(case, stray, sam, ana, production):
    move = case.moves.split([stray], title="Invoices arrive twice", by=sam)

    assert said(move.to) == [stray]
    assert (move.to.reporter, move.to.title, move.to.account) == (ana, "Invoices arrive twice", case.account)
    assert move.to in Case.objects.visible_to(ana)
    assert stray not in said(case)


def test_an_undone_split_leaves_nothing_behind(case, stray, sam, ana):
    move = case.moves.split([stray], title="Invoices arrive twice", by=sam)
    later = move.to.messages.write("Any news?", by=ana, audience=Audience.CUSTOMER)

    move.undo(by=sam)

    assert {stray, later} <= set(said(case))
    assert not Case.objects.open().filter(pk=move.to.pk).exists()


def test_undoing_a_split_for_somebody_else_lets_them_read_nothing(case, sam, bo):
    aside = case.messages.write("From: bo@northwind.example", by=None, audience=Audience.SUPPORT, verified=False)
    with pytest.raises(NobodyToReport):
        case.moves.split([aside], title="Bo's", by=sam)

    move = case.moves.split([aside], title="Bo's", reporter=bo, by=sam)
    move.undo(by=sam)

    assert stands(aside) == case
    assert case not in Case.objects.visible_to(bo)


def test_a_split_takes_not_everything_and_nobody_elses_words(case, stray, sam, bo):
    with pytest.raises(SplitsNothing):
        case.moves.split(said(case), title="All", by=sam)
    with pytest.raises(NotTheirCase):
        case.moves.split([stray], title="For Bo", reporter=bo, by=sam)
    assert Case.objects.count() == 1


def test_the_database_lets_a_message_move_and_change_in_nothing_else(case, other, stray):
    Message.objects.filter(pk=stray.pk).update(stands_on=other)

    for change in [{"body": "x"}, {"case": other}, {"stands_on": case, "audience": Audience.SUPPORT}]:
        with pytest.raises(IntegrityError, match="appended, never changed"), transaction.atomic():
            Message.objects.filter(pk=stray.pk).update(**change)


def test_our_next_mail_answers_theirs_that_was_moved_here(case, other, stray, sam, ana):
    case.mail_references.create(message=stray, mail_id="<invoice@northwind.example>")
    case.moves.move([stray], to=other, by=sam)

    mail = other.updates.send("We look at the invoice.", by=sam).deliveries.get().as_bytes()

    assert b"In-Reply-To: <invoice@northwind.example>" in mail
