"""Rows written by statements that are composed once and planned once: for what is written many times a second.

They do what `row.save()` does to a row of one table, and send no signals: nobody here listens to any.
"""

from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection, transaction
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
    told: dict[str, Any] = {}
    asked: list[Field] = []
    for field in _columns(row):
        value = field.pre_save(row, add=True)
        if isinstance(value, DatabaseDefault) or (field.primary_key and value is None):
            asked.append(field)
        else:
            told[str(field.column)] = field.get_db_prep_save(value, connection)
    names = tuple(field.column for field in asked or [row._meta.pk])
    with transaction.mark_for_rollback_on_error():
        found = prepared.run(_insertion(row._meta.db_table, tuple(told), names, unless), told)
    for filled in found:
        for field, value in zip(asked, filled, strict=False):
            setattr(row, field.attname, value)
        row._state.adding, row._state.db = False, connection.alias
    return bool(found)


def update(row: Model) -> None:
    """All columns of a row that was read, but those that were left out then."""
    loaded = [field for field in _columns(row) if field.attname in row.__dict__]
    told = {str(field.column): field.get_db_prep_save(field.pre_save(row, add=False), connection) for field in loaded}
    with transaction.mark_for_rollback_on_error():
        prepared.run(_change(row._meta.db_table, tuple(told), str(row._meta.pk and row._meta.pk.column)), told)


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
def _change(table: str, told: tuple[str, ...], key: str) -> str:
    pairs = [sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in told if name != key]
    text = sql.SQL("UPDATE {} SET {} WHERE {} = {} RETURNING 1").format(
        sql.Identifier(table), sql.SQL(", ").join(pairs), sql.Identifier(key), sql.Placeholder(key)
    )
    return text.as_string(None)


def _names(columns: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
