"""Two cases turn out to be one, or not after all: Sam reads them as one and takes them apart again."""

from datetime import timedelta

import pytest

from tandem.cases.audience import Audience
from tandem.cases.journey import Stage
from tandem.cases.models import Case, Message
from tandem.cases.models.merge import CannotMerge, DifferentCustomers, FurtherThanTheOther
from tandem.cases.models.undoing import TooLateToUndo, UndoneAlready
from tandem.customers.models import Contact
from tandem.kit import clock


def opened(who, *said):
    case = Case.objects.open_for(who, title="The same export again")
    for words in said:
        case.messages.write(words, by=who, audience=Audience.CUSTOMER)
    return case


@pytest.fixture
def other(ana):
    return opened(ana, "It stopped again.")


@pytest.fixture
def bo(northwind):
    return Contact.objects.meet("bo@northwind.example", name="Bo Chen", account=northwind).user


def said(case):
    return [message.body for message in Message.objects.of(case)]


def root(case):
    return Case.objects.get(pk=case.pk).merged_into


def test_two_merged_cases_read_as_one_and_part_again(case, other, ana, sam):
    before = said(case)
    merge = other.merges.join_to(case, by=sam)
    assert said(case) == [*before, "It stopped again."]

    other.messages.write("And again.", by=ana, audience=Audience.CUSTOMER)
    merge.undo(by=sam)
    assert said(other) == ["It stopped again.", "And again."]
    assert said(case) == before


def test_cases_of_two_customers_are_not_read_as_one(case, mallorys_case, sam):
    with pytest.raises(DifferentCustomers):
        mallorys_case.merges.join_to(case, by=sam)


def test_no_case_disappears_into_a_closed_one(case, other, sam):
    case.enter(Stage.CLOSE, by=sam)

    with pytest.raises(CannotMerge):
        other.merges.join_to(case, by=sam)


def test_a_case_that_engineering_has_is_merged_into_and_not_away(case, other, erin, sam):
    case.escalations.raise_to(erin.teams.get(), by=sam, asking="Why do exports stop?")
    with pytest.raises(FurtherThanTheOther, match="Merge the other case into this one"):
        case.merges.join_to(other, by=sam)

    other.merges.join_to(case, by=sam)
    assert root(other) == case


def test_what_was_merged_into_a_case_goes_with_it_and_comes_back_with_it(case, other, ana, sam):
    third = opened(ana, "A third time.")
    third.merges.join_to(other, by=sam)
    merge = other.merges.join_to(case, by=sam)
    assert (root(third), root(other)) == (case, case)
    assert said(case)[-2:] == ["It stopped again.", "A third time."]

    merge.undo(by=sam)
    assert (root(third), root(other)) == (other, None)
    assert said(other) == ["It stopped again.", "A third time."]


def test_the_first_of_two_merges_can_be_undone_alone(case, other, ana, sam):
    third = opened(ana, "A third time.")
    first = third.merges.join_to(other, by=sam)
    second = other.merges.join_to(case, by=sam)

    first.undo(by=sam)
    assert (root(third), root(other)) == (None, case)
    second.undo(by=sam)
    assert (root(third), root(other)) == (None, None)


def test_to_merge_into_a_merged_case_is_to_merge_where_that_is_read(case, other, ana, sam):
    other.merges.join_to(case, by=sam)
    third = opened(ana, "A third time.")

    assert third.merges.join_to(other, by=sam).target == case
    with pytest.raises(CannotMerge):
        case.merges.join_to(third, by=sam)


def test_who_wrote_the_one_takes_part_in_the_other(case, bo, sam):
    opened(bo).merges.join_to(case, by=sam)

    assert case in Case.objects.visible_to(bo)


def test_who_came_in_by_a_wrong_merge_leaves_with_what_they_wrote(case, bo, sam):
    bos = opened(bo, "My export stops, too.")
    merge = bos.merges.join_to(case, by=sam)
    case.messages.write("It is 10,000 rows for me.", by=bo, audience=Audience.CUSTOMER)

    merge.undo(by=sam)

    assert case not in Case.objects.visible_to(bo)
    assert said(bos) == ["My export stops, too.", "It is 10,000 rows for me."]
    assert case.participants.holding(case.participants.get(user=bo).word) is None


def test_who_took_part_before_stays_after_the_merge_is_undone(case, other, bo, ana, sam):
    case.participants.join(bo, by=sam)
    bos = opened(bo)
    bos.merges.join_to(case, by=sam).undo(by=sam)

    assert case in Case.objects.visible_to(bo)
    assert case in Case.objects.visible_to(ana)


def test_who_came_in_leaves_also_what_the_target_was_merged_into(case, other, bo, sam):
    bos = opened(bo)
    first = bos.merges.join_to(other, by=sam)
    other.merges.join_to(case, by=sam)
    assert case in Case.objects.visible_to(bo)

    first.undo(by=sam)
    assert not {case, other} & set(Case.objects.visible_to(bo))


def test_a_merge_is_undone_once_and_for_thirty_days(case, other, sam):
    merge = other.merges.join_to(case, by=sam)
    with clock.at(clock.now() + timedelta(days=31)), pytest.raises(TooLateToUndo, match="move the messages"):
        merge.undo(by=sam)
    merge.undo(by=sam)

    with pytest.raises(UndoneAlready):
        merge.undo(by=sam)
