"""Filling a SQLite file: a fresh one beside the old, which takes its name at the end."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import msgspec

from fangxin.kernel.db import open_database
from fangxin.kernel.settings import SQLITE, make_private
from fangxin.kernel.sqlite import SqliteTx, connect
from fangxin.migrations.migrate import head, statements
from fangxin.moving.archive import part_of, replacing
from fangxin.moving.finishing import finish
from fangxin.moving.reading import SqliteReader, quoted
from fangxin.moving.rows import SEARCH, Batches, Line, Shape
from fangxin.moving.searching import NUMBER, PUT, to_document
from fangxin.moving.target import (
    REVISION_TABLE,
    Target,
    check_loadable,
    in_use,
    loadable,
    made_by_migrations,
    occupied,
)
from fangxin.moving.troubles import refused

# nobody else sees the file before it has its name: what a kill leaves is thrown away
_QUICK: Final = (
    *("foreign_keys=OFF", "journal_mode=OFF", "synchronous=OFF"),
    # memory stays bounded however large the indexes that are sorted
    *("temp_store=FILE", "mmap_size=0"),
)
_encode: Final = msgspec.json.Encoder().encode
# skip one-door: the catalogue of the database
_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table'"
_DEPENDENT: Final = (
    # skip one-door: the catalogue of the database
    "SELECT type, name, sql FROM sqlite_master"
    " WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
)


class SqliteTarget:
    """A fresh file that is being filled, in one transaction without a journal."""

    def __init__(self, connection: sqlite3.Connection, url: str, epochs: Mapping[str, int]) -> None:
        self._connection = connection
        self._url = url
        self._epochs = epochs
        self.reader = SqliteReader(connection)
        self.tables = loadable((row[0] for row in connection.execute(_TABLES)), "sqlite")
        self._dependent = list(connection.execute(_DEPENDENT))
        for kind, name, _ in self._dependent:
            connection.execute(f"DROP {kind} {quoted(name)}")

    async def load(self, shape: Shape, batches: Batches) -> None:
        check_loadable(shape, self.tables)
        names = ", ".join(map(quoted, shape.names))
        places = ", ".join("?" * len(shape.columns))
        # skip one-door: whole tables are moved, in nobody's name
        text = f"INSERT INTO {quoted(shape.name)} ({names}) VALUES ({places})"  # noqa: S608
        packed = [at for at, kind in enumerate(shape.kinds) if kind == "json"]
        tokens = shape.kinds.index(SEARCH) if SEARCH in shape.kinds else None
        async for rows in batches:
            if tokens is not None:
                self._index(rows, shape.names.index(NUMBER), tokens)
            self._connection.executemany(text, (_stored(row, packed, tokens) for row in rows))

    def _index(self, rows: Any, number: int, tokens: int) -> None:
        documents = ((row[number], to_document(row[tokens])) for row in rows)
        self._connection.executemany(PUT, ([key, *found] for key, found in documents if found))

    async def settle(self) -> None:
        for _, _, text in self._dependent:
            self._connection.execute(text)
        broken = self._connection.execute("PRAGMA foreign_key_check").fetchone()
        if broken is not None:
            message = "A row of {table} points to one of {parent} that is not there."
            raise refused(message, table=broken[0], parent=broken[2])

    async def finish(self, revision: str) -> None:
        if revision != head():
            for text in statements("sqlite", revision):
                self._connection.execute(text)
        await finish(SqliteTx(self._connection), open_database(self._url), self._epochs)


def _stored(row: Line, packed: list[int], tokens: int | None) -> Line:
    """Return a row as SQLite keeps it; the tokens of search lie elsewhere."""
    if packed or tokens is not None:
        row = list(row)
        for at in packed:
            row[at] = None if row[at] is None else _encode(row[at]).decode()
        if tokens is not None:
            row[tokens] = None
    return row


@asynccontextmanager
async def sqlite_target(path: Path, revision: str, *, force: bool) -> AsyncIterator[Target]:
    """Open the target `path` as `open_target` says."""
    url = f"{SQLITE}{path}"
    make_private(path.parent)
    with (
        _held(path, force=force) as epochs,
        replacing(path),
        closing(connect(str(part_of(path)))) as connection,
    ):
        for pragma in _QUICK:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN EXCLUSIVE")
        for text in statements("sqlite", None, revision):
            connection.execute(text)
        yield SqliteTarget(connection, url, epochs)
        # skip one-commit: the end of a file that nobody else has seen
        connection.execute("COMMIT")


@contextmanager
def _held(path: Path, *, force: bool) -> Iterator[Mapping[str, int]]:
    """Keep everybody away from the file that is to be replaced, and give its epochs."""
    if not path.exists():
        yield {}
        return
    with closing(sqlite3.connect(path, isolation_level=None, timeout=1)) as connection:
        tables = {row[0] for row in connection.execute(_TABLES)}
        ours = made_by_migrations("sqlite")["TABLE"]
        if tables and REVISION_TABLE not in tables:
            raise refused("{path} is the database of another program.", path=path)
        filled = [each for each in sorted(tables & ours) if _has_rows(connection, each)]
        if filled and not force:
            raise occupied(str(path), filled)
        try:
            # whoever else has the file open keeps this from happening; it also empties the
            # write-ahead log, which must not stay beside another file
            mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise in_use(str(path)) from error
        if mode != "delete":
            raise in_use(str(path))
        yield _epochs(connection)


def _has_rows(connection: sqlite3.Connection, table: str) -> bool:
    if table == REVISION_TABLE:
        return False
    # skip one-door: whether anything is there at all
    return connection.execute(f"SELECT 1 FROM {quoted(table)} LIMIT 1").fetchone() is not None  # noqa: S608


def _epochs(connection: sqlite3.Connection) -> Mapping[str, int]:
    with suppress(sqlite3.OperationalError):
        return dict(connection.execute("SELECT name, value FROM epoch").fetchall())
    return {}
