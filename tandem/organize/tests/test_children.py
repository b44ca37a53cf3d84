import pytest
from django.db import IntegrityError, transaction

from tandem.cases.models import Case, Link
from tandem.cases.models.link import HasAParent, LinkKind, WouldBeItsOwnParent
from tandem.cases.sentences import sentence
from tandem.organize.closing import ChildrenAreOpen


@pytest.fixture
def child(case, ana, sam):
    below = Case.objects.open_for(ana, title="The weekly export, too")
    below.links.link_to(case, kind=LinkKind.CHILD_OF, by=sam)
    return below


def test_nobody_has_two_parents_or_stands_above_themselves(case, child, mallorys_case, ana, sam):
    with pytest.raises(HasAParent):
        child.links.link_to(mallorys_case, kind=LinkKind.CHILD_OF, by=sam)
    grandchild = Case.objects.open_for(ana, title="Its retry")
    grandchild.links.link_to(child, kind=LinkKind.CHILD_OF, by=sam)
    with pytest.raises(WouldBeItsOwnParent):
        case.links.link_to(grandchild, kind=LinkKind.CHILD_OF, by=sam)
    with pytest.raises(IntegrityError, match="one_standing_parent"), transaction.atomic():
        Link.objects.create(case=child, other=mallorys_case, kind=LinkKind.CHILD_OF, linked_by=sam)


def test_a_parent_closes_after_its_children(case, child, sam, worker):
    with pytest.raises(ChildrenAreOpen, match=f"still open: {child.number}"):
        case.closures.close(by=sam, reason="not_a_fault")

    child.closures.close(by=sam, reason="not_a_fault")
    worker()

    told = case.events.get(verb="child.closed")
    assert sentence(told) == f"Case {child.number}, below this one, closed: all of them are now"
    case.closures.close(by=sam, reason="not_a_fault")
    assert not case.is_open


def test_or_with_a_reason(case, child, sam, at_the_desk):
    page = f"/desk/cases/{case.number}/closure/"
    panel = at_the_desk(sam).get(page, headers={"HX-Request": "true"}).text
    assert "Still open below it" in panel
    refused = at_the_desk(sam).post(page, {"reason": "not_a_fault"})
    assert (refused.status_code, "open=child#panel-child" in refused.text) == (409, True)

    at_the_desk(sam).post(page, {"reason": "not_a_fault", "despite": "They are another story."})

    assert Case.objects.get(pk=case.pk).stage == "close"
    said = sentence(case.events.get(verb="child.left_open"))
    assert said == f"Closed although children are open ({child.number}): They are another story."


def test_what_is_read_as_part_of_another_keeps_nobody(case, child, mallorys_case, ana, sam):
    other = Case.objects.open_for(ana, title="The same")
    child.merges.join_to(other, by=sam)
    case.closures.close(by=sam, reason="not_a_fault")


def test_at_the_desk(case, child, ana, sam, at_the_desk):
    desk, page = at_the_desk(sam), f"/desk/cases/{case.number}/children/"
    assert "The weekly export, too" in desk.get(page, headers={"HX-Request": "true"}).text
    assert "1 below, 1 open" in desk.get(f"/desk/cases/{case.number}/glances/").text
    assert f"below {case.number}" in desk.get(f"/desk/cases/{child.number}/glances/").text
    another = Case.objects.open_for(ana, title="Another")
    desk.post(page, {"to": str(another.number)})
    assert another.links.get().other == case
    desk.post(f"{page}{another.links.get().pk}/removal/")
    assert not another.links.standing().exists()
