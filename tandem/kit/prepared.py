"""Readings written as querysets, compiled once and run many times.

To build a page's queries costs Django several times what PostgreSQL needs to answer them, and PostgreSQL plans each anew.
A prepared reading does both once for each shape. What is given by position shapes its queries (a role, a view) and is part
of the key; what is given by name (an id, a time) is only filled in, and must reach the queries as it is.
"""

import secrets
from collections.abc import Callable, Mapping
from copy import copy
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from functools import cache, lru_cache
from typing import Any, TypeVar

import psycopg
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, NotSupportedError, connection, connections
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from psycopg import sql

Queries = Mapping[str, QuerySet]
Row = TypeVar("Row", bound=Model)
SHAPES = 256


def listed(build: Callable[..., QuerySet], *, for_each: bool = False) -> Callable[..., list[tuple]]:
    """The rows of one query (`….values_list(…)`). Planned `for_each` where no one plan serves those who have none and thousands."""

    @lru_cache(maxsize=SHAPES)
    def compiled(shape: tuple, kinds: tuple) -> str:
        marks = _marks(kinds)
        return _filled_in(marks, [build(*shape, **marks)])[0]

    def read(*shape: Any, **slots: Any) -> list[tuple]:
        text = compiled(shape, _kinds(slots))
        return _ask(text, slots, for_each) if text else []

    return read


def found(build: Callable[..., QuerySet]) -> Callable[..., list[Any]]:
    """The rows of one query as what they are, with what `select_related` joins and `annotate` adds."""

    @lru_cache(maxsize=SHAPES)
    def compiled(shape: tuple, kinds: tuple) -> tuple[QuerySet, SQLCompiler, str]:
        marks = _marks(kinds)
        rows = build(*shape, **marks)
        compiler = rows.query.get_compiler(connection=connection)
        if text := _filled_in(marks, [rows])[0]:
            compiler.as_sql()  # which tells it how to read the rows
            converters = compiler.get_converters([column for column, *_told in compiler.select])
            compiler.get_converters = lambda columns: converters
        return rows, compiler, text

    def read(*shape: Any, **slots: Any) -> list[Any]:
        rows, compiler, text = compiled(shape, _kinds(slots))
        if not text:
            return []
        answering = copy(compiler)
        answering.execute_sql = lambda *told, **named: [run(text, slots)]  # type: ignore[assignment,method-assign]
        asked = rows.all()
        asked.query.get_compiler = lambda *told, **named: answering  # type: ignore[method-assign]
        return list(asked)

    return read


def repeated(build: Callable[..., QuerySet]) -> Callable[..., list[tuple]]:
    """The rows of one query (`….values_list(…)`) that nobody else asks, asked several times in a row: compiled once, kept by nobody."""

    @cache
    def compiled(kinds: tuple) -> tuple[str, list[Any]]:
        marks = _marks(kinds)
        try:
            text, params = build(**marks).query.sql_with_params()
        except EmptyResultSet:
            return "", []
        placed = [_Slot(name) if (name := _name_of(param, marks)) else param for param in params]
        if unseen := marks.keys() - {*filter(lambda param: isinstance(param, _Slot), placed)}:
            raise TypeError(f"{', '.join(sorted(unseen))} must reach the query as it is.")
        return text, placed

    def read(**slots: Any) -> list[tuple]:
        text, params = compiled(_kinds(slots))
        if not text:
            return []
        return _planned_for(text, [slots[param] if isinstance(param, _Slot) else param for param in params])

    return read


def counted(build: Callable[..., Queries], *, most: int, for_each: bool = False) -> Callable[..., dict[str, int]]:
    """How many rows each query has, counted up to `most`: the same effort however many there are. `for_each` as above."""

    def cut(*shape: Any, **slots: Any) -> Queries:
        return {name: rows.order_by().values("pk")[:most] for name, rows in build(*shape, **slots).items()}

    return _together(cut, "SELECT count(*) FROM ({}) AS found", lambda: 0, for_each)


def gathered(build: Callable[..., Queries]) -> Callable[..., dict[str, list[dict[str, Any]]]]:
    """The rows of each query (`….values(…)`, cut to what one needs), as JSON has them: times are ISO 8601 text."""
    return _together(build, "SELECT coalesce(json_agg(found), '[]') FROM ({}) AS found", list)


def _together(
    build: Callable[..., Queries],
    around: str,
    nothing: Callable[[], Any],
    for_each: bool = False,
) -> Callable[..., dict[str, Any]]:
    """All queries in one round trip."""

    @lru_cache(maxsize=SHAPES)
    def compiled(shape: tuple, kinds: tuple) -> tuple[dict[str, bool], str]:
        marks = _marks(kinds)
        queries = build(*shape, **marks)
        texts = _filled_in(marks, [*queries.values()])
        columns = ", ".join(f"({around.format(text)})" for text in texts if text)
        return dict(zip(queries, map(bool, texts), strict=True)), f"SELECT {columns}"

    def read(*shape: Any, **slots: Any) -> dict[str, Any]:
        names, text = compiled(shape, _kinds(slots))
        answers = iter(_ask(text, slots, for_each)[0] if any(names.values()) else ())
        return {name: next(answers) if is_asked else nothing() for name, is_asked in names.items()}

    return read


# Values that no row has, so that we find again where they went.
MANY = 1 << 61
MARKS: dict[type, Callable[[], Any]] = {
    int: lambda: MANY + secrets.randbits(60),
    str: lambda: f"mark-{secrets.token_hex(16)}",
    datetime: lambda: datetime(9000, 1, 1, tzinfo=UTC) + timedelta(microseconds=secrets.randbits(50)),
    list: lambda: [MANY + secrets.randbits(60)],
}


class _Slot(str):
    """The name of a value that is filled in."""


def _kinds(slots: dict[str, Any]) -> tuple[tuple[str, type], ...]:
    return tuple((name, type(value)) for name, value in slots.items())


def _marks(kinds: tuple[tuple[str, type], ...]) -> dict[str, Any]:
    return {name: MARKS[kind]() for name, kind in kinds}


def _filled_in(marks: dict[str, Any], queries: list[QuerySet]) -> list[str]:
    """Each query with what is always the same written out and a place for the rest, so that one plan serves every call.

    Empty where a query can find nothing. Raises TypeError when a value does not reach the queries as it was given.
    """
    unseen = set(marks)
    texts = [_text(rows, marks, unseen) for rows in queries]
    if unseen and any(texts):
        raise TypeError(f"{', '.join(sorted(unseen))} must reach the queries as it is.")
    return texts


def _text(rows: QuerySet, marks: dict[str, Any], unseen: set[str]) -> str:
    if rows.query.is_empty():
        return ""
    try:
        text, params = rows.query.sql_with_params()
    except EmptyResultSet:
        raise TypeError("A value was too large for its column, and nothing would be found for ever.") from None

    def placed(param: Any) -> str:
        if name := _name_of(param, marks):
            unseen.discard(name)
            return f"%({name})s"
        if isinstance(param, date | time | timedelta) or _was_made_of_a_mark(param):
            raise TypeError(f"This would be the same for ever; let it be given by name, and as it is: {param!r}.")
        plain = param.value if isinstance(param, Enum) else param
        return sql.Literal(plain).as_string(connection.connection).replace("%", "%%")

    connection.ensure_connection()
    return text.replace("%%", "%%%%") % tuple(placed(param) for param in params)


def _name_of(param: Any, marks: dict[str, Any]) -> str:
    return next((name for name, mark in marks.items() if isinstance(param, type(mark)) and param == mark), "")


def _was_made_of_a_mark(param: Any) -> bool:
    if isinstance(param, list | tuple):
        return any(map(_was_made_of_a_mark, param))
    return "mark-" in param if isinstance(param, str) else isinstance(param, int) and param >= MANY


def whole(model: type[Row], text: str, slots: Mapping[str, Any]) -> list[Row]:
    """The rows of a statement that returns all columns of a table, in the order of the model's fields."""
    names, converters = _columns(model)
    rows = [list(row) for row in run(text, slots)]
    for row in rows:
        for place, convert in converters:
            row[place] = convert(row[place], None, connection)
    return [model.from_db(DEFAULT_DB_ALIAS, names, row) for row in rows]


@cache
def _columns(model: type[Model]) -> tuple[list[str], list[tuple[int, Callable[..., Any]]]]:
    fields = model._meta.concrete_fields
    converters = [(place, field.from_db_value) for place, field in enumerate(fields) if hasattr(field, "from_db_value")]
    return [field.attname for field in fields], converters


def run(text: str, slots: Mapping[str, Any]) -> list[tuple]:
    """The rows of a statement with its places written as `%(name)s`; planned once for each connection."""
    try:
        return _asked(text, slots)
    except NotSupportedError:
        # A migration changed a column under a plan that was kept: “cached plan must not change result type”.
        if connection.in_atomic_block:
            connection.close_at = 0.0  # when this request is over
            raise
        connection.close()
        return _asked(text, slots)


def _ask(text: str, slots: Mapping[str, Any], for_each: bool) -> list[tuple]:
    return _planned_for(text, slots) if for_each else run(text, slots)


def _planned_for(text: str, values: Any) -> list[tuple]:
    """Django's own cursor writes the values into the statement."""
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall()


def _asked(text: str, slots: Mapping[str, Any]) -> list[tuple]:
    here = connections[DEFAULT_DB_ALIAS]  # `connection` looks it up anew for each word
    here.close_if_health_check_failed()
    here.ensure_connection()
    bare = psycopg.Cursor(here.connection)  # Django's own would bind at our end, and prepare nothing
    wrap: Any = here.make_debug_cursor if here.queries_logged else here.make_cursor
    with wrap(bare) as cursor:
        cursor.execute(text, slots)
        return cursor.fetchall()
