import pytest
from django.db import IntegrityError, transaction

from tandem.cases.models import Case
from tandem.cases.query import ask
from tandem.kit.errors import NotAllowed
from tandem.organize.models import Tag, Tagging, TagKind
from tandem.organize.models.tag import CannotMergeTags, NameTaken, NoName, UndoneAlready
from tandem.organize.models.tagging import UnknownTag


@pytest.fixture
def lost(max):
    return Tag.objects.make("Data loss", by=max, kind=TagKind.CAUSE)


@pytest.fixture
def gone(max):
    return Tag.objects.make("rows-gone", by=max)


def found(text, actor) -> list[Case]:
    asked = ask(text, actor)
    assert asked.doubts == []
    return list(Case.objects.filter(asked.clause).order_by("pk"))


def on(case) -> list[str]:
    return [row.name for row in case.taggings.standing().named()]


def test_it_is_put_on_by_name_found_by_it_and_taken_off_again(case, mallorys_case, sam, lost):
    case.taggings.put_on("Data loss", by=sam)
    case.taggings.put_on("#data-loss", by=sam)

    assert on(case) == ["data-loss"]
    assert found("tag:data-loss", sam) == [case]
    assert found("tag:none", sam) == [mallorys_case]
    assert case.taggings.take_off("data-loss", by=sam)
    assert not case.taggings.take_off("data-loss", by=sam)
    assert found("tag:data-loss", sam) == []
    assert [event.verb for event in case.events.order_by("-seq")[:2]] == ["tag.taken_off", "tag.put_on"]
    assert case.taggings.get().removed_by == sam


def test_only_who_may_arrange_makes_new_ones(case, sam, max, lost):
    with pytest.raises(UnknownTag, match="Did you mean “data-loss”"):
        case.taggings.put_on("data-los", by=sam)
    with pytest.raises(NotAllowed):
        Tag.objects.make("mine", by=sam)

    case.taggings.put_on("Time-outs", by=max)
    assert on(case) == ["time-outs"]


@pytest.mark.parametrize("name", ["", "  ", "none", "a,b", "x" * 41, 'a"b', "(a)"])
def test_a_name_is_one_that_one_can_ask_for(case, max, name):
    with pytest.raises(NoName):
        case.taggings.put_on(name, by=max)


def test_two_that_mean_the_same_are_read_as_one_until_that_is_undone(case, mallorys_case, sam, max, lost, gone):
    third = Tag.objects.make("third", by=max)
    case.taggings.put_on("data-loss", by=sam)
    mallorys_case.taggings.put_on("rows-gone", by=sam)

    first = gone.merge_into(lost, by=max)
    assert on(mallorys_case) == ["data-loss"]
    assert found("tag:rows-gone", sam) == found("tag:data-loss", sam) == [case, mallorys_case]
    assert case.taggings.put_on("rows-gone", by=sam) is None
    Tag.objects.get(pk=lost.pk).merge_into(third, by=max)
    assert on(case) == on(mallorys_case) == ["third"]
    with pytest.raises(CannotMergeTags):
        gone.merge_into(third, by=max)

    first.undo(by=max)
    assert (on(case), on(mallorys_case)) == (["third"], ["rows-gone"])
    with pytest.raises(UndoneAlready):
        first.undo(by=max)


def test_a_tag_is_renamed_and_retired_and_made_again(case, sam, max, lost, gone):
    case.taggings.put_on("data-loss", by=sam)
    with pytest.raises(NameTaken):
        lost.change(by=max, name="rows-gone", kind=TagKind.CAUSE)
    lost.change(by=max, name="lost rows", kind=TagKind.AREA)
    assert on(case) == ["lost-rows"]

    lost.retire(by=max)
    assert on(case) == ["lost-rows"]
    with pytest.raises(UnknownTag):
        case.taggings.put_on("lost-rows", by=sam)
    assert Tag.objects.make("lost-rows", by=max) == lost


def test_the_name_a_tag_had_finds_it_until_another_has_that_name(case, sam, max, lost, at_the_desk):
    case.taggings.put_on("data-loss", by=sam)
    for name in ("lost-rows", "gone-rows", "lost-rows"):
        lost.change(by=max, name=name, kind=TagKind.CAUSE)

    assert lost.earlier_names == ["data-loss", "gone-rows"]
    assert found("tag:data-loss", sam) == found("tag:gone-rows", sam) == found("tag:lost-rows", sam) == [case]
    assert "data-loss, gone-rows" in at_the_desk(max).get(f"/desk/tags/{lost.pk}/").text
    Tag.objects.make("data-loss", by=max)
    assert found("tag:data-loss", sam) == []
    assert found("tag:gone-rows", sam) == [case]


def test_the_database_keeps_one_of_each_on_a_case(case, sam, lost):
    case.taggings.put_on("data-loss", by=sam)
    with pytest.raises(IntegrityError, match="one_standing_tagging"), transaction.atomic():
        case.taggings.create(tag=lost, tagged_by=sam)


def test_at_the_desk(case, sam, max, ana, at_the_desk, lost, gone):
    desk, page = at_the_desk(sam), f"/desk/cases/{case.number}/"
    assert "tag:data-loss" in desk.post(f"{page}tags/", {"name": "data-loss"}, follow=True).text
    assert "There is no tag" in desk.post(f"{page}tags/", {"name": "datalos"}).text
    assert "tag:data-loss" in desk.get(f"{page}strip/").text
    desk.post(f"{page}tags/{case.taggings.get().pk}/removal/")
    assert on(case) == []

    settings = at_the_desk(max)
    settings.post(f"/desk/tags/{gone.pk}/merge/", {"into": lost.pk})
    assert "means the same as data-loss" in settings.get("/desk/tags/").text
    settings.post(f"/desk/tag-merges/{lost.tag_merges_in.get().pk}/undo/")
    settings.post(f"/desk/tags/{gone.pk}/", {"name": "rows-lost", "kind": "area"})
    assert "rows-lost" in settings.get("/desk/tags/").text
    assert desk.post("/desk/tags/", {"name": "x", "kind": "free"}).status_code == 403
    assert not Tagging.objects.visible_to(ana).exists()


def test_by_api(case, sam, max, by_api, lost):
    api, json = by_api(sam), {"content_type": "application/json"}
    at = f"/api/v1/cases/{case.number}/tags"
    assert api.post(at, {"name": "data-loss"}, **json).status_code == 204
    assert [row["name"] for row in api.get(at).json()] == ["data-loss"]
    assert api.delete(f"{at}/data-loss").status_code == 204
    assert api.post("/api/v1/tags", {"name": "new"}, **json).status_code == 403
    assert by_api(max).post("/api/v1/tags", {"name": "new"}, **json).status_code == 201
    merged = by_api(max).post("/api/v1/tags/new/merge", {"into": "data-loss"}, **json).json()
    assert by_api(max).delete(f"/api/v1/tag-merges/{merged['id']}").status_code == 204
