"""Rows written by statements that are composed once and planned once: for what is written many times a second.

They do what `row.save()` does to a row of one table, and send no signals: nobody here listens to any. The connection is
looked up once, for `connection` looks it up anew for each word.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Field, Model
from django.db.models.expressions import DatabaseDefault
from psycopg import sql

from tandem.kit import prepared

Row = TypeVar("Row", bound=Model)


def insert(row: Row) -> Row:
    """A new row. What the database fills in by itself, such as its id, is read back."""
    _insert(row)
    return row


def insert_once(row: Row) -> bool:
    """As `insert`; False if a row like it is there. Waits for whoever is writing that one just now."""
    return _insert(row, "ON CONFLICT DO NOTHING")


def _insert(row: Model, unless: str = "") -> bool:
    here = connections[DEFAULT_DB_ALIAS]
    told: dict[str, Any] = {}
    asked: list[Field] = []
    for field in _columns(row):
        value = field.pre_save(row, add=True)
        if isinstance(value, DatabaseDefault) or (field.primary_key and value is None):
            asked.append(field)
        else:
            told[str(field.column)] = field.get_db_prep_save(value, here)
    names = tuple(field.column for field in asked or [row._meta.pk])
    with transaction.mark_for_rollback_on_error():
        found = prepared.run(_insertion(row._meta.db_table, tuple(told), names, unless), told)
    for filled in found:
        for field, value in zip(asked, filled, strict=False):
            setattr(row, field.attname, value)
        row._state.adding, row._state.db = False, here.alias
    return bool(found)


def update(row: Model, *names: str, was: Mapping[str, Any]) -> bool:
    """These fields of a row, if in the database its columns are still what they were (`was={"state": "waiting"}`).

    Whether they are: then the row is held until the transaction ends.
    """
    here, fields = connections[DEFAULT_DB_ALIAS], [field for field in _columns(row) if field.name in names]
    told = {str(field.column): field.get_db_prep_save(field.pre_save(row, add=False), here) for field in fields}
    text = _change(row._meta.db_table, tuple(told), tuple(was), str(row._meta.pk and row._meta.pk.column))
    with transaction.mark_for_rollback_on_error():
        return bool(prepared.run(text, told | {f"was {name}": value for name, value in was.items()} | {"pk": row.pk}))


def _columns(row: Model) -> list[Field]:
    return [field for field in row._meta.local_concrete_fields if not field.generated]


@lru_cache(maxsize=prepared.SHAPES)
def _insertion(table: str, told: tuple[str, ...], asked: tuple[str, ...], unless: str) -> str:
    values = sql.SQL(", ").join(map(sql.Placeholder, told))
    text = sql.SQL("INSERT INTO {} ({}) VALUES ({}) {} RETURNING {}").format(
        sql.Identifier(table), _names(told), values, sql.SQL(unless), _names(asked)
    )
    return text.as_string(None)


@lru_cache(maxsize=prepared.SHAPES)
def _change(table: str, told: tuple[str, ...], was: tuple[str, ...], key: str) -> str:
    text = sql.SQL("UPDATE {} SET {} WHERE {} RETURNING 1").format(
        sql.Identifier(table),
        sql.SQL(", ").join(_is(name, name) for name in told),
        sql.SQL(" AND ").join([_is(key, "pk"), *(_is(name, f"was {name}") for name in was)]),
    )
    return text.as_string(None)


def _is(column: str, slot: str) -> sql.Composed:
    return sql.SQL("{} = {}").format(sql.Identifier(column), sql.Placeholder(slot))


def _names(columns: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
