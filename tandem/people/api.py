from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status

from tandem.kit import jsonapi
from tandem.kit.errors import Invalid
from tandem.people.models import Team, User
from tandem.people.roles import Can

router = Router(tags=["people"])

OurRole = Literal["support", "engineer", "manager", "administrator"]
TeamKind = Literal["support", "engineering", "other"]


class NoSuchTeam(Invalid):
    """There is no team of that short name."""


class NoSuchMember(Invalid):
    """Members are colleagues, each told by their address."""


class ColleagueOut(Schema):
    """`teams` are short names; `came_in_at` is when they signed in last."""

    id: int
    email: str
    name: str
    role: OurRole
    teams: list[str]
    is_active: bool
    since: datetime = Field(alias="created_at")
    came_in_at: datetime | None = Field(alias="last_login")

    @staticmethod
    def resolve_teams(user: User) -> list[str]:
        return [team.slug for team in user.teams.all()]


class ColleaguePage(Schema):
    items: list[ColleagueOut]
    next: str | None


class ColleagueIn(Schema):
    name: str
    role: OurRole
    teams: list[str]


class WelcomeIn(ColleagueIn):
    email: str
    teams: list[str] = []


class TeamOut(Schema):
    """`slug` is its short name; `members` are addresses of those who have not retired."""

    slug: str
    name: str
    kind: TeamKind
    members: list[str]

    @staticmethod
    def resolve_members(team: Team) -> list[str]:
        return [user.email for user in team.members.all() if user.is_active]


class TeamChangeIn(Schema):
    name: str
    members: list[str]


class TeamIn(Schema):
    name: str
    kind: TeamKind
    members: list[str] = []


@router.get("/people", response=ColleaguePage, operation_id="list_people")
def people(request: HttpRequest, q: str = "", cursor: str | None = None, limit: int = 50) -> dict[str, Any]:
    """Colleagues, those who retired too; `q` is a part of a name or address."""
    rows = _colleagues(request).named_like(q)
    return jsonapi.page(rows, cursor=cursor, limit=limit, by="pk")


@router.post("/people", response={201: ColleagueOut}, operation_id="welcome_person")
def welcome(request: HttpRequest, told: WelcomeIn) -> Status[User]:
    """A colleague, who is sent a mail with the way in."""
    user = User.objects.invite(
        told.email, name=told.name, role=told.role, teams=_teams(told.teams), by=_administrator(request)
    )
    return Status(201, user)


@router.get("/people/{id}", response=ColleagueOut, operation_id="get_person")
def person(request: HttpRequest, id: int) -> User:
    return _person(request, id)


@router.put("/people/{id}", response={204: None}, operation_id="change_person")
def change(request: HttpRequest, id: int, told: ColleagueIn) -> Status[None]:
    """Refused for the last administrator there is."""
    _person(request, id).change(by=_administrator(request), name=told.name, role=told.role, teams=_teams(told.teams))
    return Status(204, None)


@router.post("/people/{id}/retirement", response={204: None}, operation_id="retire_person")
def retire(request: HttpRequest, id: int) -> Status[None]:
    """They come in no more; `get_what_person_holds` says what is still theirs."""
    _person(request, id).retire(by=_administrator(request))
    return Status(204, None)


@router.delete("/people/{id}/retirement", response={204: None}, operation_id="bring_person_back")
def bring_back(request: HttpRequest, id: int) -> Status[None]:
    _person(request, id).bring_back(by=_administrator(request))
    return Status(204, None)


@router.post("/people/{id}/way-in", response={204: None}, operation_id="show_person_the_way_in")
def way_in(request: HttpRequest, id: int) -> Status[None]:
    """By mail, once more. A password they had is forgotten."""
    _person(request, id).show_the_way_in(by=_administrator(request))
    return Status(204, None)


@router.get("/teams", response=list[TeamOut], operation_id="list_teams")
def teams(request: HttpRequest) -> list[Team]:
    """All of them, at most 500."""
    request.user.must_be_able_to(Can.WORK)  # type: ignore[union-attr]
    return list(Team.objects.prefetch_related("members")[:500])


@router.post("/teams", response={201: TeamOut}, operation_id="make_team")
def make_team(request: HttpRequest, told: TeamIn) -> Status[Team]:
    by = _administrator(request)
    return Status(201, Team.objects.make(told.name, kind=told.kind, members=_members(told.members), by=by))


@router.put("/teams/{slug}", response={204: None}, operation_id="change_team")
def change_team(request: HttpRequest, slug: str, told: TeamChangeIn) -> Status[None]:
    """Its name and members; its short name and kind stay."""
    by = _administrator(request)
    get_object_or_404(Team, slug=slug).change(by=by, name=told.name, members=_members(told.members))
    return Status(204, None)


@router.delete("/teams/{slug}", response={204: None}, operation_id="remove_team")
def remove_team(request: HttpRequest, slug: str) -> Status[None]:
    """Only while nothing names it."""
    by = _administrator(request)
    get_object_or_404(Team, slug=slug).remove(by=by)
    return Status(204, None)


def _administrator(request: HttpRequest) -> User:
    user: Any = request.user
    user.must_be_able_to(Can.ADMINISTER)
    return user  # type: ignore[no-any-return]


def _colleagues(request: HttpRequest) -> Any:
    return User.objects.visible_to(_administrator(request)).of_the_house().prefetch_related("teams")


def _person(request: HttpRequest, id: int) -> User:
    found: User = get_object_or_404(_colleagues(request), pk=id)
    return found


def _teams(slugs: list[str]) -> list[Team]:
    found = list(Team.objects.filter(slug__in=slugs))
    if len(found) != len(set(slugs)):
        raise NoSuchTeam
    return found


def _members(addresses: list[str]) -> list[User]:
    wanted = {address.strip().lower() for address in addresses}
    found = list(User.objects.colleagues().filter(email__in=wanted))
    if len(found) != len(wanted):
        raise NoSuchMember
    return found
