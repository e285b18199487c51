"""What is written with a row so that it is found: search tokens, duplicate keys, unique keys."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias

import sqlalchemy as sa

from fangxin.fields.base import Field
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import Conflict, FieldProblem
from fangxin.kernel.sql import DialectName, Statement, compile_statement
from fangxin.objects.registry import ObjectDef
from fangxin.records.tokens import (
    TOKENS,
    title_tokens,
    tokens_of,
)

# what a migration runs once the tables of records/tables.py exist
SEARCH_DDL: Final[Mapping[DialectName, tuple[str, ...]]] = {
    "postgresql": ("CREATE INDEX ix_search_row_tokens ON search_row USING gin (tokens)",),
    "sqlite": (
        "CREATE VIRTUAL TABLE search_index"
        " USING fts5(title, body, scope, tokenize=\"ascii tokenchars '~^!='\")",
    ),
}
SEARCH_DROP_DDL: Final[Mapping[DialectName, tuple[str, ...]]] = {
    "postgresql": ("DROP INDEX ix_search_row_tokens",),
    "sqlite": ("DROP TABLE search_index",),
}
KEY_LENGTH: Final = 400
DUPLICATES: Final = 2000
_COMPANY: Final = re.compile(
    r"(?:集团)?(?:股份)?(?:有限)?(?:责任)?公司$"
    r"|[\s,，]+(?:inc|incorporated|corp|corporation|co|company|llc|llp|ltd|limited|plc|gmbh|ag|kg|se|sa|sas|"
    r"sarl|srl|spa|bv|nv|ab|as|oy|pty|pte|kk|co\.,?\s*ltd|pty\.?\s*ltd|pte\.?\s*ltd|s\.a|b\.v|n\.v)\.?$"
)
_NOISE: Final = re.compile(r"[\s,，.。·・()（）【】\[\]\-_'\"]+")
Entry: TypeAlias = tuple[ObjectDef, str, str | None, str | None, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Document:
    """What a record is found by: its title as read, the title's tokens, the other fields' tokens."""

    title: str
    head: tuple[str, ...]
    body: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """A value of a unique field that another record holds."""

    record_id: str
    field: str
    value: str
    holder: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A record that shares a duplicate key with the entry at `position`."""

    position: int
    record_id: str
    field: str


@lru_cache(maxsize=1000)
def searchable(definition: ObjectDef) -> tuple[Field, ...]:
    """Return the fields whose text is searched, without the title."""
    title = definition.facts.title
    return tuple(
        each
        for each in definition.fields.values()
        if each.searchable and each.key != title and each.target is None
    )


@lru_cache(maxsize=1000)
def search_keys(definition: ObjectDef) -> frozenset[str]:
    """Return the keys of all fields that a search row depends on."""
    parents = (each.key for each in definition.links if each.cascade)
    return frozenset(
        {definition.facts.title, "owner", "department", *parents}
        | {each.key for each in searchable(definition)}
    )


def field_text(field: Field, value: Any) -> str:
    """Return a value (None allowed) as the text people would search for."""
    if value is None:
        return ""
    kind = field.type
    return kind.write_text(field, kind.write(field, kind.store(field, value)))


def search_document(definition: ObjectDef, values: Mapping[str, Any]) -> Document:
    """Return what a record with these values (value form) is found by."""
    title = field_text(
        definition.fields[definition.facts.title], values.get(definition.facts.title)
    )
    body: list[str] = []
    for field in searchable(definition):
        value = values.get(field.key)
        if value is not None and len(body) < TOKENS:
            body += tokens_of(field_text(field, value))
    return Document(title, tuple(title_tokens(title)), tuple(body[:TOKENS]))


def scope_token(kind: str, name: str) -> str:
    """Return the token of an object ("k"), owner ("o"), department ("d"), cascading parent ("p")."""
    return f"={kind}{name.replace('-', '').replace('_', '')}"


def _scope_tokens(entry: Entry) -> list[str]:
    definition, _, owner, department, values = entry
    found = [scope_token("k", definition.name)]
    found += [scope_token("o", owner)] if owner else []
    found += [scope_token("d", department)] if department else []
    for link in definition.links:
        parent = values.get(link.key) if link.cascade else None
        if parent:
            found.append(scope_token("p", parent))
    return found


def _vector(document: Document, scope: Sequence[str]) -> str:
    """Write a tsvector literal: title weighs A, body B, scope D. Tokens never hold a quote."""
    parts = []
    position = 0
    for tokens, weight in ((document.head, "A"), (document.body, "B"), (scope, "D")):
        for token in tokens:
            position += 1
            parts.append(f"'{token}':{position}{weight}")
        position += 2
    return " ".join(parts)


def _rows(dialect: DialectName, columns: Mapping[str, str]) -> str:
    """Return a derived table "r" over rows given at once.

    Each column is an array on PostgreSQL; on SQLite all are one JSON array of arrays.
    """
    names = ", ".join(columns)
    if dialect == "postgresql":
        arrays = ", ".join(f"CAST(:{name} AS text[])" for name in columns)
        casts = ", ".join(f"CAST({name} AS {cast}) AS {name}" for name, cast in columns.items())
        return f"(SELECT {casts} FROM unnest({arrays}) AS u({names})) AS r"  # noqa: S608 - names of this file
    parts = ", ".join(
        f"json_extract(value, '$[{index}]') AS {name}" for index, name in enumerate(columns)
    )
    return f"(SELECT {parts} FROM json_each(:rows)) AS r"  # noqa: S608 - names of this file


def _row_values(columns: Iterable[str], rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    return {name: [row[at] for row in rows] for at, name in enumerate(columns)} | {"rows": rows}


_SEARCH: Final = {
    "record_id": "uuid",
    "object": "text",
    "owner_id": "uuid",
    "department_id": "uuid",
    "title": "text",
    "tokens": "tsvector",
}
_DUPLICATE: Final = {"object": "text", "record_id": "uuid", "field": "text", "value": "text"}
_UNIQUE: Final = {"object": "text", "field": "text", "value": "text", "record_id": "uuid"}


@lru_cache(maxsize=8)
def _upsert_search(dialect: DialectName) -> Statement:
    names = ", ".join(_SEARCH)
    sets = ", ".join(f"{name} = excluded.{name}" for name in _SEARCH if name != "record_id")
    return compile_statement(
        sa.text(
            f"INSERT INTO search_row ({names}) SELECT {names} FROM {_rows(dialect, _SEARCH)} WHERE true"  # noqa: S608
            f" ON CONFLICT (record_id) DO UPDATE SET {sets} RETURNING number, record_id"
        ),
        dialect,
    )


@lru_cache(maxsize=8)
def _insert_keys(dialect: DialectName, table: str) -> Statement:
    columns = _DUPLICATE if table == "duplicate_key" else _UNIQUE
    names = ", ".join(columns)
    return compile_statement(
        sa.text(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM {_rows(dialect, columns)} WHERE true"  # noqa: S608
            " ON CONFLICT DO NOTHING"
        ),
        dialect,
    )


def _among(dialect: DialectName, column: str, name: str, cast: str = "text") -> str:
    if dialect == "postgresql":
        return f"{column} = ANY (CAST(CAST(:{name} AS text[]) AS {cast}[]))"
    return f"{column} IN (SELECT value FROM json_each(:{name}))"


@lru_cache(maxsize=16)
def _delete(dialect: DialectName, table: str) -> Statement:
    where = _among(dialect, "record_id", "ids", "uuid")
    return compile_statement(sa.text(f"DELETE FROM {table} WHERE {where}"), dialect)  # noqa: S608


@lru_cache(maxsize=8)
def _delete_documents(dialect: DialectName) -> Statement:
    where = _among(dialect, "record_id", "ids", "uuid")
    return compile_statement(
        sa.text(
            f"DELETE FROM search_index WHERE rowid IN (SELECT number FROM search_row WHERE {where})"  # noqa: S608
        ),
        dialect,
    )


@lru_cache(maxsize=8)
def _find_keys(dialect: DialectName, table: str) -> Statement:
    where = _among(dialect, "value", "values")
    return compile_statement(
        sa.text(
            f"SELECT record_id, field, value FROM {table} WHERE object = :object AND {where}"  # noqa: S608
            f" ORDER BY record_id LIMIT {DUPLICATES}"
        ),
        dialect,
    )


@lru_cache(maxsize=1)
def _put_document() -> Statement:
    return compile_statement(
        sa.text(
            "INSERT OR REPLACE INTO search_index (rowid, title, body, scope)"
            " VALUES (:number, :title, :body, :scope)"
        ),
        "sqlite",
    )


async def index_rows(tx: Tx, entries: Sequence[Entry]) -> None:
    """Write the search rows of `entries`, new or not.

    An entry is (definition, record id, owner id, department id, values in value form by field key).
    """
    if not entries:
        return
    made = [(search_document(each[0], each[4]), _scope_tokens(each)) for each in entries]
    vectors = tx.dialect == "postgresql"
    rows = [
        (
            *(each[1], each[0].name, each[2], each[3], document.title),
            _vector(document, scope) if vectors else None,
        )
        for each, (document, scope) in zip(entries, made, strict=True)
    ]
    numbers = await tx.fetch(_upsert_search(tx.dialect), _row_values(_SEARCH, rows))
    if vectors:
        return
    number_of = {record_id: number for number, record_id in numbers}
    documents = [
        {
            "number": number_of[each[1]],
            "title": " ".join(document.head),
            "body": " ".join(document.body),
            "scope": " ".join(scope),
        }
        for each, (document, scope) in zip(entries, made, strict=True)
    ]
    await tx.execute_many(_put_document(), documents)


async def unindex_rows(tx: Tx, ids: Sequence[str]) -> None:
    """Remove all that this file wrote for these records; their unique values are free again."""
    if not ids:
        return
    values = {"ids": list(ids)}
    if tx.dialect == "sqlite":
        await tx.execute(_delete_documents(tx.dialect), values)
    for table in ("search_row", "duplicate_key", "unique_key"):
        await tx.execute(_delete(tx.dialect, table), values)


def _short(key: str) -> str:
    return key if len(key) <= KEY_LENGTH else hashlib.sha256(key.encode()).hexdigest()


def _bare(key: str) -> str:
    """Take legal form and punctuation off a name; an e-mail address or phone number stays."""
    if "@" in key or key.startswith("+"):
        return key
    stem = _COMPANY.sub("", key, count=1)
    return _NOISE.sub("", stem if len(stem) > 1 else key) or key


def duplicate_rows(definition: ObjectDef, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (field, normalised text) for each duplicate key of a record with these values."""
    found: dict[tuple[str, str], None] = {}
    for field in definition.fields.values():
        value = values.get(field.key) if field.duplicate_key else None
        if value is not None:
            for key in field.type.keys(field, value):
                plain = unicodedata.normalize("NFKC", key).casefold()
                found[field.key, _short(_bare(plain))] = None
    return [pair for pair in found if pair[1]]


async def write_duplicate_keys(
    tx: Tx,
    definition: ObjectDef,
    entries: Sequence[tuple[str, Mapping[str, Any]]],
    *,
    fresh: bool = False,
) -> None:
    """Write the duplicate keys of `entries` (record id, values); `fresh`: none has any yet."""
    if not any(field.duplicate_key for field in definition.fields.values()) or not entries:
        return
    if not fresh:
        await tx.execute(_delete(tx.dialect, "duplicate_key"), {"ids": [e[0] for e in entries]})
    rows = [
        (definition.name, record_id, field, value)
        for record_id, values in entries
        for field, value in duplicate_rows(definition, values)
    ]
    if rows:
        statement = _insert_keys(tx.dialect, "duplicate_key")
        await tx.execute(statement, _row_values(_DUPLICATE, rows))


async def find_duplicates(
    tx: Tx, definition: ObjectDef, entries: Sequence[tuple[str, Mapping[str, Any]]]
) -> list[Duplicate]:
    """Return the stored records that share a duplicate key with an entry (record id, values)."""
    wanted: dict[tuple[str, str], list[int]] = {}
    for position, (_, values) in enumerate(entries):
        for pair in duplicate_rows(definition, values):
            wanted.setdefault(pair, []).append(position)
    if not wanted:
        return []
    values = {"object": definition.name, "values": sorted({value for _, value in wanted})}
    rows = await tx.fetch(_find_keys(tx.dialect, "duplicate_key"), values)
    return [
        Duplicate(position, record_id, field)
        for record_id, field, value in rows
        for position in wanted.get((field, value), ())
        if entries[position][0] != record_id
    ]


def unique_text(field: Field, value: Any) -> str:
    """Return the text under which a unique value is held; case and width tell none apart."""
    scalar = field.type.store(field, value)[0]
    return _short(unicodedata.normalize("NFKC", str(scalar)).casefold())


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
    fields = [each for each in definition.fields.values() if each.unique]
    if not fields or not entries:
        return []
    if not fresh:
        await tx.execute(_delete(tx.dialect, "unique_key"), {"ids": [e[0] for e in entries]})
    rows = [
        (definition.name, field.key, unique_text(field, values[field.key]), record_id)
        for record_id, values in entries
        for field in fields
        if values.get(field.key) is not None
    ]
    if not rows:
        return []
    written = await tx.execute(_insert_keys(tx.dialect, "unique_key"), _row_values(_UNIQUE, rows))
    return [] if written == len(rows) else await _holders(tx, definition, rows)


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
    """Return the ids of the records that hold these values (see `unique_text`), by value."""
    values = {"object": definition.name, "values": list(texts)}
    rows = await tx.fetch(_find_keys(tx.dialect, "unique_key"), values)
    return {value: record_id for record_id, key, value in rows if key == field.key}
