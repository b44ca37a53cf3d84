"""Sam keeps a query under a name, and shares it."""

import pytest

from tandem.cases.query import NotUnderstood
from tandem.kit.errors import Invalid
from tandem.people.models import Team
from tandem.queue import counts
from tandem.queue.models import NameTaken, NotTheirs, OwnLayout, SavedView, Sharing
from tandem.queue.portables import Views

LATE = {"name": "Late exports", "text": "is:late realm:data"}


@pytest.fixture
def late(sam):
    return SavedView.objects.save_as(**LATE, by=sam)


@pytest.fixture
def shared(sam):
    return SavedView.objects.save_as("Unjudged", text="priority:none", by=sam, shared=Sharing.ALL)


def test_a_view_is_its_owners_alone_until_it_is_shared(late, sam, erin, ana):
    seen = SavedView.objects.visible_to
    assert late in seen(sam)
    assert late not in seen(erin)

    late.change(by=sam, shared=Sharing.ALL)
    assert late in seen(erin)
    assert late not in seen(ana)


def test_a_view_of_a_team_is_seen_by_its_members(late, sam, erin, max):
    late.change(by=sam, shared=Sharing.TEAM, team=Team.objects.get(members=erin))

    assert late in SavedView.objects.visible_to(erin)
    assert late not in SavedView.objects.visible_to(max)


def test_what_is_shared_is_changed_by_its_owner_and_who_shapes_words(shared, late, sam, erin, max):
    with pytest.raises(NotTheirs):
        shared.change(by=erin, name="Mine now")
    shared.change(by=max, name="Not judged yet")
    with pytest.raises(NotTheirs):
        late.remove(by=max)


def test_a_view_has_a_name_of_its_own_and_words_that_are_understood(late, sam, erin):
    with pytest.raises(NameTaken):
        SavedView.objects.save_as(**LATE, by=sam)
    SavedView.objects.save_as(**LATE, by=erin)
    with pytest.raises(NotUnderstood):
        SavedView.objects.save_as("Wrong", text="stage:tirage", by=sam)


def test_deleting_can_be_undone_unless_the_name_is_taken_by_then(late, sam):
    late.remove(by=sam)
    assert not SavedView.objects.standing().exists()

    late.bring_back(by=sam)
    assert SavedView.objects.standing().get() == late

    late.remove(by=sam)
    SavedView.objects.save_as(**LATE, by=sam)
    with pytest.raises(NameTaken):
        late.bring_back(by=sam)


def test_erin_copies_what_sam_shares(shared, sam, erin, at_the_desk):
    at_the_desk(erin).post(f"/desk/queue/views/{shared.pk}/copy/")

    copy = SavedView.objects.get(owner=erin)
    assert (copy.name, copy.text, copy.shared) == (shared.name, shared.text, Sharing.NOBODY)
    assert "Not judged" not in at_the_desk(erin).get(f"/desk/queue/?view={shared.pk}").text


def test_the_whole_way_on_pages(sam, case, at_the_desk):
    desk = at_the_desk(sam)
    told = {"name": "Northwind", "text": "account:northwind", "shared": "nobody", "pinned": "on"}
    address = desk.post("/desk/queue/views/", told).url
    page = desk.get(address).text
    assert "<title>Northwind</title>" in page
    assert case.title in page
    assert '<span class="hear">1 case</span>' in page

    view = SavedView.objects.get()
    assert "Needs a name" not in desk.get(f"/desk/queue/views/{view.pk}/").text
    desk.post(f"/desk/queue/views/{view.pk}/", {**told, "name": "Northwind, all", "shared": "all"})
    assert "Northwind, all" in desk.get("/desk/queue/views/").text

    gone = desk.post(f"/desk/queue/views/{view.pk}/removal/").url
    left = desk.get(gone).text
    assert "is deleted" in left
    assert 'data-key="z"' in left
    assert desk.post(f"/desk/queue/views/{view.pk}/return/").url == address


def test_a_form_that_is_not_right_says_so(sam, late, at_the_desk):
    answer = at_the_desk(sam).post("/desk/queue/views/", {**LATE, "shared": "nobody"})

    assert answer.status_code == 422
    assert "You have a view of this name already." in answer.text


def test_other_words_typed_in_a_view_can_be_kept_in_it(late, sam, erin, at_the_desk):
    desk = at_the_desk(sam)
    page = desk.get("/desk/queue/", {"view": late.pk, "q": "is:late realm:api"}).text
    assert "Keep “Late exports” as it is shown now" in page

    desk.post(f"/desk/queue/views/{late.pk}/query/", {"q": "is:late realm:api"})
    late.refresh_from_db()
    assert late.text == "is:late realm:api"
    assert at_the_desk(erin).post(f"/desk/queue/views/{late.pk}/query/").status_code == 404


def test_each_view_stands_in_the_bar_with_its_count(case, mallorys_case, sam, at_the_desk):
    view = SavedView.objects.save_as("Globex", text="account:globex", by=sam)

    page = at_the_desk(sam).get("/desk/queue/").text
    assert f'view={view.pk}">Globex <span class="count" aria-hidden="true">1</span>' in page
    assert 'Open <span class="count" aria-hidden="true">2</span>' in page


def test_what_can_have_no_case_is_counted_too(case, sam):
    assert counts.of({1: "owner:me -is:any", 2: "-is:any", 3: "is:open", 4: "zebra"}, sam) == {1: 0, 2: 0, 3: 1, 4: 0}


def test_many_are_counted_up_to_a_hundred():
    assert [counts.told(n) for n in (None, 0, 99, 100)] == ["", "0", "99", "99+"]


def test_what_is_too_costly_to_count_has_no_count_for_a_while(case, sam, monkeypatch):
    asked = []

    def slow(texts, actor):
        asked.append(texts)
        if "realm:data" in texts.values():
            raise counts.TooMuchToSearch
        return dict.fromkeys(texts, 1)

    monkeypatch.setattr(counts, "_at_once", slow)
    monkeypatch.setattr(counts, "costly", {})
    texts = {1: "is:late", 2: "realm:data", 3: "is:open"}

    assert counts.of(texts, sam) == {1: 1}
    assert counts.of(texts, sam) == {1: 1, 3: 1}
    assert asked == [texts, {1: "is:late"}, {2: "realm:data"}, {1: "is:late", 3: "is:open"}]


def test_a_layout_is_remembered_for_all_lists_and_for_one_view(late, case, sam, at_the_desk):
    desk = at_the_desk(sam)
    desk.post("/desk/queue/layout/", {"density": "compact", "columns": ["number", "realm", "opened"]})
    page = desk.get("/desk/queue/").text
    assert 'class="queue compact shaped cells-2"' in page
    assert '<span class="name">Realm</span>' in page

    desk.post("/desk/queue/layout/", {"density": "comfortable", "view": late.pk, "order": "priority"})
    own = OwnLayout.objects.get(view=late)
    assert (own.person, own.order) == (sam, "priority")
    assert OwnLayout.objects.get(view=None).density == "compact"


def test_a_program_does_the_same(by_api, sam, erin, shared):
    program = by_api(sam)
    made = program.post("/api/v1/views", {**LATE, "order": "priority"}, "application/json").json()
    assert (made["order"], made["owner"]) == ("priority", sam.email)
    address = f"/api/v1/views/{made['id']}"
    changed = program.put(address, {**LATE, "name": "Late"}, "application/json").json()
    assert changed["name"] == "Late"
    assert program.get(f"{address}/count").json() == {"count": 0, "at_least": False}
    assert program.delete(address).status_code == 204
    assert program.post(f"{address}/return").json()["name"] == "Late"

    assert [view["name"] for view in by_api(erin).get("/api/v1/views").json()["items"]] == ["Unjudged"]
    assert by_api(erin).delete(f"/api/v1/views/{shared.pk}").status_code == 403
    assert by_api(erin).delete(address).status_code == 404


def test_shared_views_go_out_and_come_in_as_rows(shared, late, sam, max):
    rows = Views().told()
    assert rows == [{"name": "Unjudged", "text": "priority:none"}]
    assert Views().take(rows, by=max) == []

    told = [{**rows[0], "order": "opened", "columns": ["number", "realm"]}, {"name": "Lost", "text": "owner:none"}]
    assert [sentence.split(":")[0] for sentence in Views().take(told, by=max)] == [
        "View “Unjudged”",
        "View “Lost” is new.",
    ]
    shared.refresh_from_db()
    assert (shared.order, shared.columns, shared.owner) == ("opened", ["number", "realm"], sam)
    assert SavedView.objects.get(name="Lost").owner == max

    for wrong in (
        {"text": "stage:tirage"},
        {"order": "sideways"},
        {"position": -1},
        {"columns": "number"},
        {"team": "x"},
    ):
        with pytest.raises(Invalid):
            Views().take([{**rows[0], **wrong}], by=max)


def test_a_view_opens_and_says_why_it_is_empty_when_nothing_is_called_so_any_more(globex, sam, at_the_desk):
    view = SavedView.objects.save_as("Globex", text="account:globex", by=sam)
    globex.delete()

    page = at_the_desk(sam).get("/desk/queue/", {"view": view.pk})
    assert page.status_code == 200
    assert "There is no customer “globex”" in page.text
    assert "Fewer words find more" not in page.text


def test_a_view_one_may_not_see_or_that_is_gone_is_said_to_be_so(case, sam, max, at_the_desk):
    theirs, says = SavedView.objects.save_as("Mine alone", text="is:late", by=max), "This view was deleted, or is not"
    desk = at_the_desk(sam)

    for view in (theirs.pk, 99_999, "nonsense"):
        page = desk.get("/desk/queue/", {"view": view}).text
        assert says in page
        assert case.title in page
        assert "Mine alone" not in page
    assert says not in desk.get("/desk/queue/", {"view": "mine"}).text
    assert says not in at_the_desk(max).get("/desk/queue/", {"view": theirs.pk}).text
