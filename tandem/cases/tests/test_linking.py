import pytest

from tandem.cases.models import Case, Link
from tandem.cases.models.link import CannotLink, LinkKind, RemovedAlready, UnknownKind
from tandem.cases.sentences import sentence


@pytest.fixture
def link(case, mallorys_case, sam):
    return case.links.link_to(mallorys_case, kind=LinkKind.CAUSED_BY, why="The same index.", by=sam)


def test_each_of_two_linked_cases_says_what_the_other_is_to_it(case, mallorys_case, link):
    assert sentence(case.events.last()) == f"Caused by case {mallorys_case.number}"
    assert sentence(mallorys_case.events.last()) == f"Cause of case {case.number}"
    assert [*Link.objects.standing().of(mallorys_case)] == [link]


def test_two_cases_are_linked_once_whichever_asks(case, mallorys_case, link, sam):
    with pytest.raises(CannotLink):
        mallorys_case.links.link_to(case, by=sam)
    with pytest.raises(CannotLink):
        case.links.link_to(case, by=sam)
    with pytest.raises(UnknownKind):
        case.links.link_to(mallorys_case, kind="cousin", by=sam)


def test_a_link_is_removed_once_and_can_be_made_again(case, mallorys_case, link, sam):
    link.remove(by=sam)
    with pytest.raises(RemovedAlready):
        link.remove(by=sam)

    mallorys_case.links.link_to(case, kind=LinkKind.RELATED, by=sam)
    assert Link.objects.standing().count() == 1


def test_customers_do_not_see_what_their_case_is_linked_to(case, mallorys_case, link, ana, mallory):
    assert not Link.objects.visible_to(ana).exists()
    assert mallorys_case not in Case.objects.visible_to(ana)
