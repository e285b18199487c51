"""What is written with a row so that it is found: the tokens of its search row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias

import sqlalchemy as sa

from fangxin.fields.base import Field
from fangxin.fields.searched import searched
from fangxin.kernel.arrays import among, delete_by_record, given_rows, row_values
from fangxin.kernel.db import Tx
from fangxin.kernel.sql import DialectName, Statement, compile_statement
from fangxin.kernel.token_forms import column_text, tsvector
from fangxin.kernel.tokens import HELD, TOKENS, mark_of, title_tokens, tokens_of, whole_token
from fangxin.objects.registry import ObjectDef
from fangxin.records.keys import MADE, NOTHING, TITLE
from fangxin.records.tables import search_row

# what a migration runs once the tables of records/tables.py exist
SEARCH_DDL: Final[Mapping[DialectName, tuple[str, ...]]] = {
    # what is new waits in a list that each search reads through: a short one, else it costs 30 ms
    "postgresql": (
        """CREATE INDEX ix_search_row_tokens ON search_row USING gin (tokens)
        WITH (gin_pending_list_limit = 256)""",
    ),
    "sqlite": (
        """CREATE VIRTUAL TABLE search_index
        USING fts5(title, body, scope, tokenize="ascii tokenchars '~^!='")""",
    ),
}
SEARCH_DROP_DDL: Final[Mapping[DialectName, tuple[str, ...]]] = {
    "postgresql": ("DROP INDEX ix_search_row_tokens",),
    "sqlite": ("DROP TABLE search_index",),
}
# the key, among an entry's values, of a text beside the fields: see search/contents.py
CONTENTS: Final = "="
Entry: TypeAlias = tuple[ObjectDef, str, str | None, str | None, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Document:
    """What a record is found by: its title, the title's tokens, the other fields' tokens; tokens
    have a space between them.
    """

    title: str
    head: str
    body: str


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
    used = (*searchable(definition), *cascading(definition))
    names = [definition.facts.names] if definition.facts.names else []
    own = {definition.facts.title, *names, "owner", "department"}
    return frozenset({*own, *(each.key for each in used)})


@lru_cache(maxsize=1000)
def cascading(definition: ObjectDef) -> tuple[Field, ...]:
    """Return the links whose target may lend sight of the record; their ids become tokens."""
    return tuple(each for each in definition.fields.values() if each.cascade and not each.custom)


def search_document(
    definition: ObjectDef, values: Mapping[str, Any], made: Mapping[Any, Any] = NOTHING
) -> Document:
    """Return what a record with these values (value form) is found by."""
    title = searched(definition.fields[definition.facts.title], values.get(definition.facts.title))
    filled = [each for each in searchable(definition) if values.get(each.key) is not None]
    texts = [searched(each, values[each.key]) for each in filled]
    parts = [made.get(text) or " ".join(tokens_of(text)) for text in texts]
    body = " ".join(filter(None, parts))
    if body.count(" ") >= TOKENS:
        body = " ".join(body.split(" ")[:TOKENS])
    if CONTENTS in values:
        body = f"{body} {' '.join(tokens_of(values[CONTENTS], HELD))}".strip()
    named = values.get(definition.facts.names) if definition.facts.names else None
    # each title once and whole: a word that stands in it twice is part of what its phrases are
    titles = tuple(dict.fromkeys((title, *(named or {}).values())))
    known = None if named else made.get((TITLE, title))
    return Document(title, known or head_of(titles), body)


def head_of(titles: Sequence[str]) -> str:
    """Return the tokens of a record's titles."""
    head = [token for each in titles for token in title_tokens(each)]
    return " ".join((*head, *(token for each in titles if (token := whole_token(each)))))


@lru_cache(maxsize=1000)
def scope_token(kind: str, name: str) -> str:
    """Return the token of an object ("k"), owner ("o"), department ("d") or parent ("p")."""
    return f"={kind}{name.replace('-', '').replace('_', '')}"


def _scope_tokens(entry: Entry) -> list[str]:
    definition, _, owner, department, values = entry
    found = [scope_token("k", definition.name)]
    found += [scope_token("o", owner)] if owner else []
    found += [scope_token("d", department)] if department else []
    for field in cascading(definition):
        value = values.get(field.key)
        if value is not None:
            found.append(scope_token("p", field.type.store(field, value)[-1]))
    return found


_search_index: Final = sa.table("search_index")
_SEARCH: Final = {
    "record_id": "uuid",
    "object": "text",
    "owner_id": "uuid",
    "department_id": "uuid",
    "title": "text",
    "tokens": "tsvector",
}


@lru_cache(maxsize=8)
def _upsert_search(dialect: DialectName) -> Statement:
    names = ", ".join(_SEARCH)
    sets = ", ".join(f"{name} = excluded.{name}" for name in _SEARCH if name != "record_id")
    told = " RETURNING number, record_id" if dialect == "sqlite" else ""
    return compile_statement(
        sa.text(
            f"INSERT INTO search_row ({names})"  # noqa: S608 - names of ours
            f" SELECT {names} FROM {given_rows(dialect, _SEARCH)} WHERE true"
            f" ON CONFLICT (record_id) DO UPDATE SET {sets}{told}"
        ),
        dialect,
    )


@lru_cache(maxsize=8)
def _delete_documents(dialect: DialectName) -> Statement:
    where = among(dialect, "record_id", "ids", "uuid")
    return compile_statement(
        sa.text(
            f"DELETE FROM search_index WHERE rowid IN (SELECT number FROM search_row WHERE {where})"  # noqa: S608
        ),
        dialect,
    )


@lru_cache(maxsize=1)
def _last_number() -> Statement:
    return compile_statement(sa.text("SELECT max(number) FROM search_row"), "sqlite")


async def index_rows(tx: Tx, entries: Sequence[Entry], *, new: bool = False) -> None:
    """Write the search rows of `entries`; `new`: their records were just made.

    An entry is (definition, record id, owner id, department id, values in value form by field key).
    """
    if not entries:
        return
    if tx.dialect == "sqlite":
        await _put_documents(tx, entries, new=new)
        return
    rows = (_vector_row(each, tx.memory.get(MADE, NOTHING)) for each in entries)
    if new and len(entries) > 1:
        await tx.insert_rows(search_row, list(_SEARCH), rows)
    else:
        await tx.later(_upsert_search(tx.dialect), row_values(_SEARCH, list(rows)))


def _vector_row(entry: Entry, made: Mapping[Any, Any]) -> tuple[Any, ...]:
    definition, record_id, owner, department, values = entry
    document = search_document(definition, values, made)
    tokens = (document.head.split(), document.body.split(), _scope_tokens(entry))
    vector = tsvector(*tokens, mark_of(record_id))
    return (record_id, definition.name, owner, department, document.title, vector)


async def _put_documents(tx: Tx, entries: Sequence[Entry], *, new: bool) -> None:
    made = tx.memory.get(MADE, NOTHING)
    found = [search_document(each[0], each[4], made) for each in entries]
    rows = [
        (each[1], each[0].name, each[2], each[3], document.title, None)
        for each, document in zip(entries, found, strict=True)
    ]
    if not new:
        await tx.execute(_delete_documents(tx.dialect), {"ids": [each[1] for each in entries]})
    number_of = await (_insert_numbered if new else _upsert_numbered)(tx, rows)
    documents = (
        (number_of[each[1]], *(column_text(part, mark_of(each[1])) for part in parts))
        for each, document in zip(entries, found, strict=True)
        for parts in [(document.head, document.body, " ".join(_scope_tokens(each)))]
    )
    await tx.insert_rows(_search_index, ["rowid", "title", "body", "scope"], documents)


async def _upsert_numbered(tx: Tx, rows: Sequence[Sequence[Any]]) -> dict[str, int]:
    numbers = await tx.fetch(_upsert_search(tx.dialect), row_values(_SEARCH, rows))
    return {record_id: number for number, record_id in numbers}


async def _insert_numbered(tx: Tx, rows: Sequence[Sequence[Any]]) -> dict[str, int]:
    await tx.insert_rows(search_row, list(_SEARCH), rows)
    last = await tx.fetch_one(_last_number(), {})
    # one writer: the numbers of these rows are the last ones, without a gap
    first = (last[0] if last else 0) - len(rows) + 1
    return {row[0]: number for number, row in enumerate(rows, first)}


async def unindex_rows(tx: Tx, ids: Sequence[str]) -> None:
    """Remove search rows and keys of these records; their unique values are free again."""
    if not ids:
        return
    values = {"ids": list(ids)}
    if tx.dialect == "sqlite":
        await tx.execute(_delete_documents(tx.dialect), values)
    for table in ("search_row", "duplicate_key", "unique_key"):
        await tx.execute(delete_by_record(tx.dialect, table), values)
