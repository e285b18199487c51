"""Keys written with a row: those of likely duplicates, and those that only one record may hold."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias

import sqlalchemy as sa

from fangxin.fields.alike import HeldAs, held_as
from fangxin.fields.base import Field
from fangxin.kernel.arrays import among, delete_by_record, given_rows, row_values
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import Conflict, FieldProblem
from fangxin.kernel.legal_forms import bare_name
from fangxin.kernel.sql import DialectName, Row, Statement, compile_statement
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records.tables import duplicate_key

Fetch: TypeAlias = Callable[[Statement, Mapping[str, Any]], Awaitable[Sequence[Row]]]

# under this a unit's memory has what was made of values beforehand: keys by (field, value), tokens
# by text, those of a title by (TITLE, text); see transfer/drafting.py
MADE: Final = "made"
TITLE: Final = "title"
NOTHING: Final[Mapping[Any, Any]] = {}
KEY_LENGTH: Final = 400
DUPLICATES: Final = 2000
_DUPLICATE: Final = {"object": "text", "record_id": "uuid", "field": "text", "value": "text"}
_UNIQUE: Final = {"object": "text", "field": "text", "value": "text", "record_id": "uuid"}


@dataclass(frozen=True, slots=True)
class Taken:
    """A value of a unique field that another record holds."""

    record_id: str
    field: str
    value: str
    holder: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A record of `object` that has a duplicate key of the entry at `position`, by its `field`."""

    position: int
    object: str
    record_id: str
    field: str


@lru_cache(maxsize=8)
def _insert_keys(dialect: DialectName, table: str) -> Statement:
    columns = _DUPLICATE if table == "duplicate_key" else _UNIQUE
    names = ", ".join(columns)
    return compile_statement(
        sa.text(
            f"INSERT INTO {table} ({names})"  # noqa: S608 - names of ours
            f" SELECT {names} FROM {given_rows(dialect, columns)} WHERE true ON CONFLICT DO NOTHING"
        ),
        dialect,
    )


@lru_cache(maxsize=8)
def _find_keys(dialect: DialectName, table: str) -> Statement:
    where = among(dialect, "value", "values")
    return compile_statement(
        sa.text(
            f"SELECT record_id, field, value FROM {table} WHERE object = :object AND {where}"  # noqa: S608
            f" ORDER BY record_id LIMIT {DUPLICATES}"
        ),
        dialect,
    )


def _short(key: str) -> str:
    return key if len(key) <= KEY_LENGTH else hashlib.sha256(key.encode()).hexdigest()


def _bare_key(key: str) -> str:
    """Return a key without what tells no two names apart; an e-mail address or phone number
    stays.
    """
    if "@" in key or key.startswith("+"):
        return key
    return bare_name(key).replace(" ", "") or key


@lru_cache(maxsize=1000)
def duplicate_fields(definition: ObjectDef) -> tuple[Field, ...]:
    """Return the fields whose values tell that two records are one thing."""
    return tuple(field for field in definition.fields.values() if field.duplicate_key)


def keys_of(field: Field, value: Any) -> tuple[str, ...]:
    """Return the normalised texts by which a value is found to be double."""
    found: dict[str, None] = {}
    for key in field.type.keys(field, value):
        plain = key if key.isascii() else unicodedata.normalize("NFKC", key)
        if short := _short(_bare_key(plain.casefold())):
            found[short] = None
    return tuple(found)


def duplicate_rows(
    definition: ObjectDef, values: Mapping[str, Any], made: Mapping[Any, Any] = NOTHING
) -> list[tuple[str, str]]:
    """Return (field, normalised text) for each duplicate key of a record with these values."""
    until, found = definition.facts.duplicate_until or "", list[tuple[str, str]]()
    for field in duplicate_fields(definition) if values.get(until) is None else ():
        value = values.get(field.key)
        if value is not None:
            known = made.get((field.key, value)) if made and isinstance(value, str) else None
            found += [(field.key, key) for key in known or keys_of(field, value)]
    return found


async def write_duplicate_keys(
    tx: Tx,
    definition: ObjectDef,
    entries: Sequence[tuple[str, Mapping[str, Any]]],
    *,
    fresh: bool = False,
    new: bool = False,
) -> None:
    """Write the duplicate keys of `entries` (record id, values); `fresh`: none has any yet, `new`:
    the records themselves were just made.
    """
    if not duplicate_fields(definition) or not entries:
        return
    if not fresh:
        await tx.execute(
            delete_by_record(tx.dialect, "duplicate_key"), {"ids": [e[0] for e in entries]}
        )
    rows = (
        (definition.name, record_id, field, value)
        for record_id, values in entries
        for field, value in duplicate_rows(definition, values, tx.memory.get(MADE, NOTHING))
    )
    if new and len(entries) > 1:
        await tx.insert_rows(duplicate_key, list(_DUPLICATE), rows)
    elif given := list(rows):
        statement = _insert_keys(tx.dialect, "duplicate_key")
        await tx.later(statement, row_values(_DUPLICATE, given))


@lru_cache(maxsize=2)
def _find_duplicates(dialect: DialectName) -> Statement:
    where = f"{among(dialect, 'object', 'objects')} AND {among(dialect, 'value', 'values')}"
    text = (
        f"SELECT object, record_id, field, value FROM duplicate_key WHERE {where}"  # noqa: S608
        f" ORDER BY record_id, field LIMIT {DUPLICATES}"
    )
    return compile_statement(sa.text(text), dialect)


@lru_cache(maxsize=1000)
def _held(definition: ObjectDef, *others: ObjectDef) -> Sequence[HeldAs]:
    known = ((each.name, key) for each in (definition, *others) for key in duplicate_fields(each))
    return held_as(duplicate_fields(definition), list(known))


async def find_duplicates(
    fetch: Fetch,
    dialect: DialectName,
    definition: ObjectDef,
    entries: Sequence[tuple[str, Mapping[str, Any]]],
    others: Sequence[ObjectDef] = (),
) -> list[Duplicate]:
    """Return the stored records of the object and of `others` that share a duplicate key with an
    entry (record id, values).
    """
    until = definition.facts.duplicate_until or ""
    wanted: dict[tuple[str, str, str], list[tuple[int, str]]] = {}
    for position, (_, values) in enumerate(entries):
        for field, places in _held(definition, *others) if values.get(until) is None else ():
            value = values.get(field.key)
            for key in () if value is None else keys_of(field, value):
                for place in places:
                    wanted.setdefault((*place, key), []).append((position, field.key))
    if not wanted:
        return []
    objects, _, keys = (sorted(set(each)) for each in zip(*wanted, strict=True))
    rows = await fetch(_find_duplicates(dialect), {"objects": objects, "values": keys})
    return [
        Duplicate(position, name, record_id, field)
        for name, record_id, key, value in rows
        for position, field in wanted.get((name, key, value), ())
        if entries[position][0] != record_id
    ]


def moves_keys(definition: ObjectDef, change: Change) -> bool:
    """Tell whether a change gives a record other unique or duplicate keys."""
    return any(
        change.changes(field.key)
        for field in definition.fields.values()
        if field.unique or field.duplicate_key or field.key == definition.facts.duplicate_until
    )


def unique_texts(field: Field, value: Any) -> list[str]:
    """Return the texts under which a unique value is held; case and width tell none apart. An
    encrypted one has a text for each key of the ring, the newest first.
    """
    if field.encrypted:
        blinds: list[str] = field.seal.blinds(value)
        return blinds
    scalar = field.type.store(field, value)[0]
    return [_short(unicodedata.normalize("NFKC", str(scalar)).casefold())]


async def write_unique_keys(
    tx: Tx,
    definition: ObjectDef,
    entries: Sequence[tuple[str, Mapping[str, Any]]],
    *,
    fresh: bool = False,
) -> list[Taken]:
    """Claim the unique values of `entries` (record id, values) and return those that others hold.

    The caller must not commit a record named there (see `refuse_taken`).
    """
    rows = await _unique_rows(tx, definition, entries, fresh=fresh)
    if not rows:
        return []
    written = await tx.execute(_insert_keys(tx.dialect, "unique_key"), row_values(_UNIQUE, rows))
    return [] if written == len(rows) else await _holders(tx, definition, rows)


async def claim_unique_keys(
    tx: Tx,
    definition: ObjectDef,
    entries: Sequence[tuple[str, Mapping[str, Any]]],
    *,
    fresh: bool = False,
) -> None:
    """Claim the unique values of `entries` together with what else is put off; Conflict
    `not_unique` when others hold any.
    """
    rows = await _unique_rows(tx, definition, entries, fresh=fresh)

    async def check(written: int) -> None:
        if written != len(rows):
            refuse_taken(await _holders(tx, definition, rows))

    if rows:
        statement = _insert_keys(tx.dialect, "unique_key")
        await tx.later(statement, row_values(_UNIQUE, rows), check)


async def _unique_rows(
    tx: Tx,
    definition: ObjectDef,
    entries: Sequence[tuple[str, Mapping[str, Any]]],
    *,
    fresh: bool,
) -> list[tuple[str, str, str, str]]:
    fields = [each for each in definition.fields.values() if each.unique]
    if fields and entries and not fresh:
        await tx.execute(
            delete_by_record(tx.dialect, "unique_key"), {"ids": [e[0] for e in entries]}
        )
    return [
        (definition.name, field.key, text, record_id)
        for record_id, values in entries
        for field in fields
        if values.get(field.key) is not None
        for text in unique_texts(field, values[field.key])
    ]


async def _holders(
    tx: Tx, definition: ObjectDef, rows: Sequence[tuple[str, str, str, str]]
) -> list[Taken]:
    values = {"object": definition.name, "values": sorted({row[2] for row in rows})}
    found = await tx.fetch(_find_keys(tx.dialect, "unique_key"), values)
    holder = {(field, value): record_id for record_id, field, value in found}
    return [
        Taken(record_id, field, value, holder.get((field, value), ""))
        for _, field, value, record_id in rows
        if holder.get((field, value)) != record_id
    ]


def refuse_taken(taken: Sequence[Taken]) -> None:
    """Raise Conflict `not_unique` naming the fields, if anything is taken."""
    if taken:
        raise Conflict(
            "Another record has this value already.",
            code="not_unique",
            errors=[
                FieldProblem(
                    f"/{each.field}", "not_unique", "Another record has this value already."
                )
                for each in taken
            ],
        )


async def find_unique(
    tx: Tx, definition: ObjectDef, field: Field, texts: Sequence[str]
) -> dict[str, str]:
    """Return the ids of the records that hold these values (see `unique_texts`), by value."""
    values = {"object": definition.name, "values": list(texts)}
    rows = await tx.fetch(_find_keys(tx.dialect, "unique_key"), values)
    return {value: record_id for record_id, key, value in rows if key == field.key}
