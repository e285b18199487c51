"""Reading the tables of a database as neutral rows, a batch at a time, in the caller's
transaction: one snapshot while others go on writing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

from fangxin.kernel.clock import STORED_LENGTH, from_stored, to_stored
from fangxin.moving.rows import BATCH, SEARCH, Batches, Line, Shape, read_json
from fangxin.moving.searching import COLUMNS, JOIN, from_document, from_vector

Convert = Callable[[Any], Any]
# skip one-door: the schema's own revision is no record
_REVISION: Final = "SELECT version_num FROM alembic_version"


class Reader(Protocol):
    """An open snapshot of a database."""

    async def revision(self) -> str | None:
        """Return the revision of the schema, None where there is none of ours."""

    def rows(self, shape: Shape) -> Batches:
        """Give all rows of a table."""


def quoted(name: str) -> str:
    """Return a name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def _convert(row: Sequence[Any], conversions: Sequence[tuple[int, Convert]]) -> Line:
    line = list(row)
    for at, convert in conversions:
        if line[at] is not None:
            line[at] = convert(line[at])
    return line


def _conversions(shape: Shape, known: dict[str, Convert]) -> list[tuple[int, Convert]]:
    return [(at, known[kind]) for at, kind in enumerate(shape.kinds) if kind in known]


def _moment(text: str) -> str:
    whole = len(text) == STORED_LENGTH and text.endswith("Z")
    return text if whole else to_stored(from_stored(text))


_FROM_SQLITE: Final[dict[str, Convert]] = {
    "json": read_json,
    "boolean": bool,
    "moment": _moment,
    SEARCH: from_document,
}


class SqliteReader:
    """Reads on a SQLite connection in autocommit mode, inside its transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def revision(self) -> str | None:
        try:
            row = self._connection.execute(_REVISION).fetchone()
        except sqlite3.OperationalError:
            return None
        return None if row is None else str(row[0])

    async def rows(self, shape: Shape) -> Batches:
        chosen = ", ".join(
            COLUMNS if kind == SEARCH else f"t.{quoted(name)}" for name, kind in shape.columns
        )
        joined = JOIN if SEARCH in shape.kinds else ""
        # skip one-door: whole tables are moved, in nobody's name
        cursor = self._connection.execute(f"SELECT {chosen} FROM {quoted(shape.name)} t{joined}")  # noqa: S608
        conversions = _conversions(shape, _FROM_SQLITE)
        try:
            while rows := cursor.fetchmany(BATCH):
                yield [_convert(row, conversions) for row in rows]
        finally:
            cursor.close()


_FROM_POSTGRESQL: Final[dict[str, Convert]] = {"json": read_json, SEARCH: from_vector}
# what the database writes itself, quicker than we could
_AS_TEXT: Final = {
    "moment": "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
    "day": "to_char({}, 'YYYY-MM-DD')",
    **dict.fromkeys(("id", "json", SEARCH), "{}::text"),
}


class PostgresReader:
    """Reads on a PostgreSQL connection, inside its transaction, by a cursor."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def revision(self) -> str | None:
        if await self._connection.fetchval("SELECT to_regclass('alembic_version')") is None:
            return None
        found = await self._connection.fetchval(_REVISION)
        return None if found is None else str(found)

    async def rows(self, shape: Shape) -> Batches:
        chosen = ", ".join(
            _AS_TEXT.get(kind, "{}").format(quoted(name)) for name, kind in shape.columns
        )
        # skip one-door: whole tables are moved, in nobody's name
        query = f"SELECT {chosen} FROM {quoted(shape.name)}"  # noqa: S608
        conversions = _conversions(shape, _FROM_POSTGRESQL)
        cursor = await self._connection.cursor(query)
        while rows := await cursor.fetch(BATCH):
            yield [_convert(row, conversions) for row in rows]
        # an open one would keep the table from being altered
        await self._connection.execute("CLOSE ALL")
