"""Sam and Max merge at the same moment: somebody comes second, nobody waits for ever, and no case is lost in a circle."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tandem.cases.audience import Audience
from tandem.cases.models import Case, Merge, Message
from tandem.kit.errors import Refused

CASES, HANDS, ACTS = 4, 4, 30
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cases(ana):
    opened = [Case.objects.open_for(ana, title=f"Export {n} stops") for n in range(CASES)]
    for case in opened:
        case.messages.write(f"Export of {case.number}", by=ana, audience=Audience.CUSTOMER)
    return opened


def together(*hands):
    """Each on a connection of its own; whatever is no refusal comes out here, a deadlock too."""

    def acting(act):
        try:
            return act()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(hands)) as threads:
        return list(threads.map(acting, hands))


def fresh(case):
    return Case.objects.get(pk=case.pk)


def must_be_whole(cases):
    """No circle, nothing two steps away, and every message is read on exactly one case that is nobody's part."""
    merged = {case.pk: case.merged_into_id for case in Case.objects.all()}
    assert all(merged[into] is None for into in merged.values() if into)
    roots = [case for case in cases if merged[case.pk] is None]
    read = [message for root in roots for message in Message.objects.of(root)]
    assert sorted(message.pk for message in read) == sorted(Message.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("round", range(5))
def test_each_merged_into_the_other_one_comes_second(cases, sam, max, round):
    one, two = cases[:2]

    done = together(
        lambda: fresh(one).merges.join_to(fresh(two), by=sam), lambda: fresh(two).merges.join_to(fresh(one), by=max)
    )

    assert sum(isinstance(answer, Merge) for answer in done) == 1
    must_be_whole(cases)


@pytest.mark.parametrize("seed", range(3))
def test_many_hands_merge_split_move_and_undo_and_all_is_still_there(cases, ana, sam, seed):
    def hand(n):
        chance = random.Random(f"{seed} {n}")  # noqa: S311

        def act():
            for _ in range(ACTS):
                one, two = chance.sample(cases, 2)
                try:
                    chance.choice([merge, unmerge, move, unmove, write])(fresh(one), fresh(two))
                except Refused:
                    continue

        return act

    def merge(one, two):
        one.merges.join_to(two, by=sam)

    def unmerge(one, two):
        for standing in one.merges.standing():
            standing.undo(by=sam)

    def move(one, two):
        one.moves.move(Message.objects.of(one)[:1], to=two, by=sam)

    def unmove(one, two):
        for standing in one.moves.standing()[:1]:
            standing.undo(by=sam)

    def write(one, two):
        one.messages.write("More of it.", by=ana, audience=Audience.CUSTOMER)

    together(*map(hand, range(HANDS)))
    must_be_whole(cases)
