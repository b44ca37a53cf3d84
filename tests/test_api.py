"""The API describes itself; what it says changes only on purpose, and everybody is asked for at its doors, too."""

import enum
import json
import typing
from pathlib import Path

import pytest
from ninja import Schema

from tandem.api.urls import api

SNAPSHOT = Path(__file__).parent / "openapi.json"


def described() -> str:
    return json.dumps(api.get_openapi_schema(), indent=1, sort_keys=True, default=str) + "\n"


def test_the_description_changes_on_purpose():
    """After a wanted change: `bin/docs` writes the new one; read the difference before committing it."""
    assert described() == SNAPSHOT.read_text()


def test_no_two_schemas_share_a_name():
    """Of two with one name, the description would show only the last."""
    brought: dict[str, set[str]] = {}

    def look_at(kind: typing.Any) -> None:
        if isinstance(kind, type) and (
            issubclass(kind, enum.Enum) or (issubclass(kind, Schema) and kind is not Schema)
        ):
            brought.setdefault(kind.__name__, set()).add(kind.__module__)
        for inner in typing.get_args(kind):
            look_at(inner)

    def below(kind: type) -> typing.Iterator[type]:
        for one in kind.__subclasses__():
            yield one
            yield from below(one)

    for schema in below(Schema):
        if schema.__module__.startswith("tandem."):
            look_at(schema)
            for field in schema.model_fields.values():
                look_at(field.annotation)
    assert not {name: rooms for name, rooms in brought.items() if len(rooms) > 1}


def operations() -> list[tuple[str, str, str]]:
    paths = api.get_openapi_schema()["paths"]
    return [(verb, path, said["operationId"]) for path, verbs in paths.items() for verb, said in verbs.items()]


@pytest.mark.django_db
def test_nobody_comes_in_without_a_token(client):
    for verb, path, name in operations():
        answer = getattr(client, verb)(path.format_map(Anything()), {}, "application/json")
        assert answer.status_code == 401, name
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_mallory_finds_nothing_of_anas_case_by_any_operation(by_api, mallory, case):
    program = by_api(mallory)
    for verb, path, name in operations():
        if "{number}" in path:
            answer = getattr(program, verb)(path.format_map(Anything(number=case.number)), {}, "application/json")
            assert answer.status_code in (403, 404, 422), f"{name}: {answer.status_code}"
            assert b"Nightly export" not in answer.content


@pytest.mark.django_db
def test_a_broken_cursor_is_refused_in_a_sentence(by_api, sam, case):
    answer = by_api(sam).get(f"/api/v1/cases/{case.number}/messages?cursor=nonsense")

    assert answer.status_code == 422
    assert "cursor" in answer.json()["title"]


class Anything(dict):
    def __missing__(self, key: str) -> str:
        return "1"


@pytest.mark.django_db
def test_whoever_lost_their_token_is_replayed_nothing(by_api, ana, production):
    program, told = by_api(ana), {"title": "It stops", "body": "At row 10,000."}
    ask = lambda: program.post("/api/v1/cases", told, "application/json", headers={"Idempotency-Key": "a"})  # noqa: E731
    assert ask().status_code == 201

    ana.tokens.update(revoked_at="2020-01-01T00:00Z")

    assert ask().status_code == 401


@pytest.mark.django_db
def test_a_secret_is_not_kept_to_be_said_again(by_api, ada):
    from tandem.api.models import Answer

    ask = lambda: by_api_ada.post("/api/v1/hooks", {"name": "m"}, "application/json", headers={"Idempotency-Key": "h"})  # noqa: E731
    by_api_ada = by_api(ada)
    first, again = ask(), ask()

    assert first.json()["secret"] not in str(Answer.objects.values())
    assert (again.status_code, "secret" in again.json()) == (409, False)


@pytest.mark.django_db
def test_a_case_is_not_opened_for_what_is_no_address(by_api, sam):
    told = {"title": "It stops", "body": "At row 10,000.", "contact": "foo"}

    assert by_api(sam).post("/api/v1/cases", told, "application/json").status_code in (409, 422)


@pytest.mark.django_db
def test_what_no_database_keeps_is_left_out_of_what_a_program_sends(by_api, sam, case):
    told = {"body": "Half a \ud83d and a \x00 in it.", "audience": "support"}
    answer = by_api(sam).post(f"/api/v1/cases/{case.number}/messages", json.dumps(told), "application/json")

    assert answer.status_code == 201
    assert answer.json()["body"] == "Half a \ufffd and a  in it."
    assert by_api(sam).get("/api/v1/cases?q=export%00").status_code == 200


@pytest.mark.django_db
def test_no_operation_breaks_on_what_no_database_keeps(by_api, ada, case):
    program = by_api(ada)
    described = api.get_openapi_schema()
    for verb, path, name in operations():
        said = described["paths"][path][verb].get("requestBody", {}).get("content", {}).get("application/json")
        if said:
            told = json.dumps(_of_its_kind(said["schema"], described["components"]["schemas"]))
            answer = getattr(program, verb)(path.format_map(Anything(number=case.number)), told, "application/json")
            assert answer.status_code < 500, name


def _of_its_kind(kind: dict, named: dict) -> typing.Any:
    """Something that fits the schema, each text with what no database keeps."""
    if "$ref" in kind:
        return _of_its_kind(named[kind["$ref"].rsplit("/", 1)[1]], named)
    if "enum" in kind:
        return kind["enum"][0]
    if variants := kind.get("anyOf") or kind.get("oneOf") or kind.get("allOf"):
        return _of_its_kind(variants[0], named)
    match kind.get("type"):
        case "object":
            return {name: _of_its_kind(one, named) for name, one in kind.get("properties", {}).items()}
        case "array":
            return [_of_its_kind(kind.get("items", {}), named)]
        case "integer" | "number":
            return kind.get("minimum", 1)
        case "boolean":
            return True
    return {"date-time": "2026-01-05T09:00:00Z", "email": "nul@northwind.example"}.get(
        kind.get("format", ""), "a\x00\ud800"
    )
