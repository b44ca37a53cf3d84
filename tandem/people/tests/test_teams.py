"""Teams are made, named anew and removed, as long as nothing names them."""

import pytest

from tandem.kit.errors import NotAllowed
from tandem.people.models import Team
from tandem.people.models.team import NoTeamName, TeamNamed, TeamNameTaken


def test_a_team_is_asked_for_by_a_short_name_made_of_its_name(ada, sam):
    night = Team.objects.make("  Night   shift ", kind="support", by=ada, members=[sam])

    assert (night.name, night.slug, list(night.members.all())) == ("Night shift", "night-shift", [sam])
    assert Team.objects.make("Night-Shift!", kind="support", by=ada).slug == "night-shift-2"
    assert Team.objects.make("夜班", kind="support", by=ada).slug == "team"


def test_a_name_is_one_teams(ada, platform, support):
    with pytest.raises(TeamNameTaken):
        Team.objects.make("platform", kind="other", by=ada)
    with pytest.raises(TeamNameTaken):
        support.change(by=ada, name="Platform", members=[])
    with pytest.raises(NoTeamName):
        support.change(by=ada, name=" ", members=[])


def test_a_name_somebody_else_gave_meanwhile_is_refused_in_a_sentence(ada, support, monkeypatch):
    Team.objects.make("Platform", kind="engineering", by=ada)
    monkeypatch.setattr(type(Team.objects), "free", lambda _teams, name, **_besides: name)

    with pytest.raises(TeamNameTaken):
        support.change(by=ada, name="Platform", members=[])

    support.refresh_from_db()
    assert support.name != "Platform"


def test_whoever_retired_stays_in_their_team_for_when_they_come_back(ada, sam, max, support):
    sam.retire(by=ada)

    support.change(by=ada, name="First line", members=[])

    assert (support.name, support.slug, list(support.members.all())) == ("First line", "support", [sam])


def test_a_team_goes_only_while_nothing_names_it(ada, sam, case, platform, erin):
    case.escalations.raise_to(platform, by=sam, asking="Why does it stop?")

    with pytest.raises(TeamNamed, match="scalations.* still name “Platform”"):
        platform.remove(by=ada)

    empty = Team.objects.make("Night shift", kind="support", by=ada, members=[sam])
    empty.remove(by=ada)
    assert not Team.objects.filter(slug="night-shift").exists()
    assert sam.teams.count() == 1


def test_only_an_administrator_makes_teams(max, support):
    for act in (
        lambda: Team.objects.make("Night shift", kind="support", by=max),
        lambda: support.change(by=max, name="First line", members=[]),
        lambda: support.remove(by=max),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_teams_are_carried_to_another_house_without_their_members(ada, sam, platform, support):
    from tandem.kit import portable

    text = portable.exported()
    assert "teams:\n- team: platform\n  name: Platform\n  kind: engineering\n" in text
    assert sam.email not in text
    platform.remove(by=ada)

    told = portable.take(text, by=ada)

    assert "Team “Platform”" in told[0]
    assert Team.objects.get(slug="platform").kind == "engineering"
    assert portable.take(text, by=ada) == []
    with pytest.raises(portable.Unreadable, match="stays “support”"):
        portable.take("tandem: 1\nteams:\n- {team: support, name: Support, kind: other}\n", by=ada)
    with pytest.raises(portable.Unreadable, match="teams: "):
        portable.take("tandem: 1\nteams:\n- {team: n s, name: Night, kind: other}\n", by=ada)
