"""The pages on which Ada keeps colleagues and teams."""

import html
import re

import pytest
from django.urls import reverse

from tandem.people.models import Team, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(at_the_desk, ada):
    return at_the_desk(ada)


def words_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_ada_welcomes_a_colleague_who_is_sent_the_way_in(desk, support, worker, mailoutbox):
    told = {"name": "Kim Roy", "email": "Kim@tandem.example", "role": "support", "teams": [support.pk]}

    page = desk.post(reverse("people"), told, follow=True)

    kim = User.objects.get(email="kim@tandem.example")
    assert page.redirect_chain[-1][0] == reverse("person", args=[kim.pk])
    assert "Kim Roy is one of us, and is sent the way in." in words_of(page)
    assert 'welcomed as Support</span> <span class="quiet small">Ada Novak' in words_of(page)
    assert (kim.role, list(kim.teams.all())) == ("support", [support])
    worker()
    assert mailoutbox[0].to == [kim.email]


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("ana@northwind.example", "This address is a customer&#39;s. Welcome them by another address of theirs"),
        ("SAM@tandem.example", "Sam Okafor has this address already."),
        ("nonsense", "Enter a valid email address."),
    ],
)
def test_an_address_that_is_somebodys_is_refused_in_a_sentence(desk, ana, sam, email, sentence):
    answer = desk.post(reverse("people"), {"name": "Kim Roy", "email": email, "role": "support"})

    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert not User.objects.filter(name="Kim Roy").exists()


def test_a_customer_cannot_be_made_of_a_colleague_nor_kept_here(desk, ana, sam):
    answer = desk.post(reverse("person", args=[sam.pk]), {"name": "Sam Okafor", "role": "contact"})

    assert answer.status_code == 422
    assert desk.get(reverse("person", args=[ana.pk])).status_code == 404


def test_people_are_found_by_name_or_address_and_who_retired_stands_last(desk, ana, sam, erin, ada):
    erin.retire(by=ada)

    page = words_of(desk.get(reverse("people")))
    assert page.index("Ada Novak</a>") < page.index("Sam Okafor</a>") < page.index("Erin Haas</a>")
    assert "Ana Lima" not in page
    found = words_of(desk.get(reverse("people"), {"q": "OKAFOR"}))
    assert "Sam Okafor</a>" in found
    assert "Erin Haas</a>" not in found
    assert "Erin Haas</a>" in words_of(desk.get(reverse("people"), {"q": "erin@"}))
    assert "No colleague has that" in words_of(desk.get(reverse("people"), {"q": "zebra\x00"}))


def test_page_by_page_everybody_stands_on_one_page_once(desk, ada, monkeypatch):
    from tandem.desk.people import views

    monkeypatch.setattr(views, "PAGE", 2)
    for name in ("Kim", "Kim", "Lea", "Bo"):
        user = User.objects.invite(f"u{User.objects.count()}@tandem.example", name=name, role="support", by=ada)
    user.retire(by=ada)

    seen, address = [], reverse("people")
    while address:
        page = words_of(desk.get(address))
        seen += re.findall(r'href="(/desk/people/\d+/)">(\w+)', page)
        address = html.unescape(further[1]) if (further := re.search(r'rel="next" href="([^"]+)"', page)) else ""

    assert [name for _href, name in seen] == ["Ada", "Kim", "Kim", "Lea", "Bo"]
    assert len(set(seen)) == 5


def test_what_a_colleague_holds_is_said_before_they_retire(desk, case, sam, erin, max):
    case.assignments.give("customer", to=sam, by=max)
    case.tasks.plan("Check the backup", by=max, whom=sam)

    page = words_of(desk.get(reverse("person", args=[sam.pk])))

    assert (
        f'href="{reverse("queue")}?q=owner%3Asam%40tandem.example">Open cases they own</a> <b class="num">1</b>' in page
    )
    assert (
        f'href="{reverse("queue")}?q=ball%3Asam%40tandem.example">Open cases that wait for them</a> <b class="num">1</b>'
        in page
    )
    assert "Tasks to do</span>" in page
    for query in ("owner:sam@tandem.example", "ball:sam@tandem.example"):
        assert case.title in desk.get(reverse("queue"), {"q": query}).content.decode()
    assert "Nothing." in words_of(desk.get(reverse("person", args=[erin.pk])))


def test_sam_retires_and_is_brought_back(desk, sam):
    page = words_of(desk.post(reverse("person_retirement", args=[sam.pk]), follow=True))
    assert "Sam has retired, and comes in by no door." in page

    page = words_of(desk.post(reverse("person_return", args=[sam.pk]), follow=True))

    assert "Sam Okafor is back." in page
    sam.refresh_from_db()
    assert sam.is_active


def test_nobody_retires_themselves_and_one_administrator_stays(desk, ada):
    assert "Retire Ada" not in words_of(desk.get(reverse("person", args=[ada.pk])))
    answer = desk.post(reverse("person_retirement", args=[ada.pk]))
    assert (answer.status_code, "You cannot retire yourself" in words_of(answer)) == (409, True)

    answer = desk.post(reverse("person", args=[ada.pk]), {"name": "Ada Lovelace", "role": "support"})

    assert answer.status_code == 422
    assert "Nobody could administer any more" in words_of(answer)
    ada.refresh_from_db()
    assert (ada.name, ada.role) == ("Ada Novak", "administrator")


def test_who_gives_up_what_this_page_needs_is_led_to_their_own(desk, ada, sam):
    User.objects.welcome("kim@tandem.example", name="Kim Roy", role="administrator")

    page = desk.post(reverse("person", args=[ada.pk]), {"name": ada.name, "role": "support"}, follow=True)

    assert page.redirect_chain == [(reverse("desk"), 302)]
    assert page.status_code == 200


def test_another_name_role_and_teams(desk, sam, platform):
    desk.post(reverse("person", args=[sam.pk]), {"name": "Sam O.", "role": "engineer", "teams": [platform.pk]})

    page = words_of(desk.get(reverse("person", args=[sam.pk])))
    assert "Support became Engineer" in page
    sam.refresh_from_db()
    assert (sam.name, sam.role, list(sam.teams.all())) == ("Sam O.", "engineer", [platform])


def test_the_way_in_is_sent_again(desk, sam, worker, mailoutbox):
    page = words_of(desk.get(reverse("person", args=[sam.pk])))
    assert "Forget the password, and send the way in" in page

    page = words_of(desk.post(reverse("person_way_in", args=[sam.pk]), follow=True))

    assert "The way in is sent to sam@tandem.example." in page
    assert "Send the way in again" in page
    worker()
    assert mailoutbox[0].to == ["sam@tandem.example"]


def test_ada_makes_names_and_removes_a_team(desk, sam, erin, ada, platform):
    desk.post(reverse("teams"), {"name": "Night shift", "kind": "support", "members": [sam.pk]})
    night = Team.objects.get(slug="night-shift")
    assert "team:night-shift" in words_of(desk.get(reverse("teams")))

    desk.post(reverse("team", args=[night.pk]), {"name": "Late shift", "members": [erin.pk]})
    night.refresh_from_db()
    assert (night.name, night.slug, list(night.members.all())) == ("Late shift", "night-shift", [erin])

    answer = desk.post(reverse("team", args=[night.pk]), {"name": "Platform"})
    assert (answer.status_code, "Another team has this name." in words_of(answer)) == (422, True)
    page = words_of(desk.post(reverse("team_removal", args=[night.pk]), follow=True))
    assert "The team Late shift is removed." in page


def test_a_team_that_is_asked_something_stays(desk, case, sam, platform):
    case.escalations.raise_to(platform, by=sam, asking="Why does it stop?")

    answer = desk.post(reverse("team_removal", args=[platform.pk]))

    assert (answer.status_code, "cannot be removed: take its members out instead" in words_of(answer)) == (409, True)
    assert re.findall(r'<td class="num">(\d+)</td>', words_of(desk.get(reverse("teams")))) == ["0", "1", "1", "0"]
    assert Team.objects.filter(pk=platform.pk).exists()
