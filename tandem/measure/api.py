from django.http import HttpRequest
from ninja import Router, Schema

from tandem.measure import goals, process
from tandem.people.roles import Can

router = Router(tags=["measure"])


class BoxOut(Schema):
    id: str
    number: int
    what: str
    who: list[dict[str, str]]
    systems: list[str]
    count: int | None
    age: str | None


class GoalOut(Schema):
    title: str
    value: str
    target: str
    state: str
    formula: str


@router.get("/process", response=list[BoxOut], operation_id="get_process")
def boxes(request: HttpRequest) -> list[dict]:
    request.user.must_be_able_to(Can.WORK)  # type: ignore[union-attr]
    return process.boxes()


@router.get("/goals", response=list[GoalOut], operation_id="list_goals")
def all_goals(request: HttpRequest) -> list[dict]:
    request.user.must_be_able_to(Can.WORK)  # type: ignore[union-attr]
    return [{**tile, "title": str(tile["title"]), "target": str(tile["target"])} for tile in goals.tiles()]
