"""Filling a PostgreSQL database: one transaction from the first statement to the last."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import urlsplit

import asyncpg
import msgspec

from fangxin.kernel.clock import now
from fangxin.kernel.db import open_database
from fangxin.kernel.postgres import PostgresTx, prepare_connection
from fangxin.migrations.migrate import LOCK, head, statements
from fangxin.migrations.partitions import partition_ddl
from fangxin.moving.finishing import finish
from fangxin.moving.reading import PostgresReader, quoted
from fangxin.moving.rows import SEARCH, Batches, Shape
from fangxin.moving.searching import to_vector
from fangxin.moving.target import (
    REVISION_TABLE,
    Target,
    check_loadable,
    in_use,
    loadable,
    made_by_migrations,
    occupied,
)

APPLICATION: Final = "fangxin moving"
_SERVER: Final = "fangxin"
_encode: Final = msgspec.json.Encoder().encode
_NULL: Final = "\\N"
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
# skip one-door: the catalogue of the database
_TABLES: Final = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
# skip one-door: the catalogue of the database
_OTHERS: Final = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = $1"""
# skip one-door: the catalogue of the database
_FOREIGN_KEYS: Final = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
    FROM pg_constraint
    WHERE contype = 'f' AND conparentid = 0 AND connamespace = current_schema()::regnamespace"""
# skip one-door: the catalogue of the database
_INDEXES: Final = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
    FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
    WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind = 'r'
      AND NOT t.relispartition
      AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)"""
# skip one-door: the catalogue of the database
_TRIGGERS: Final = """
    SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid
    WHERE NOT tgisinternal AND t.relnamespace = current_schema()::regnamespace"""
# skip one-door: the catalogue of the database
_IDENTITIES: Final = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND is_identity = 'YES'
      AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL"""


def _text(value: str) -> str:
    return value.translate(_ESCAPES)


_WRITE: Final[dict[str, Callable[[Any], str]]] = {
    "text": _text,
    "json": lambda value: _text(_encode(value).decode()),
    "boolean": lambda value: "t" if value else "f",
    SEARCH: lambda value: _text(to_vector(value) or ""),
}


async def _copied(shape: Shape, batches: Batches) -> AsyncIterator[bytes]:
    """Give rows as COPY reads them."""
    writers = [_WRITE.get(kind, str) for kind in shape.kinds]
    async for rows in batches:
        lines = [
            "\t".join(
                _NULL if value is None else write(value)
                for write, value in zip(writers, row, strict=True)
            )
            for row in rows
        ]
        yield ("\n".join(lines) + "\n").encode()


class PostgresTarget:
    """The database in the transaction that fills it."""

    def __init__(
        self, connection: Any, url: str, tables: frozenset[str], epochs: Mapping[str, int]
    ) -> None:
        self._connection = connection
        self._url = url
        self._epochs = epochs
        self.reader = PostgresReader(connection)
        self.tables = tables
        self._again: list[str] = []

    async def loosen(self) -> None:
        """Take away what slows the rows down or judges them before all are in."""
        for table, name, definition in await self._connection.fetch(_FOREIGN_KEYS):
            await self._connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            self._again.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        for name, definition in await self._connection.fetch(_INDEXES):
            await self._connection.execute(f"DROP INDEX {name}")
            self._again.insert(0, definition)
        for (table,) in await self._connection.fetch(_TRIGGERS):
            await self._connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            self._again.append(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    async def load(self, shape: Shape, batches: Batches) -> None:
        check_loadable(shape, self.tables)
        await self._connection.copy_to_table(
            shape.name, source=_copied(shape, batches), columns=shape.names, format="text"
        )

    async def settle(self) -> None:
        for text in self._again:
            await self._connection.execute(text)
        for table, column in await self._connection.fetch(_IDENTITIES):
            # skip one-door: numbers go on behind the highest
            await self._connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{quoted(table)}', '{column}'),"  # noqa: S608
                f" coalesce(max({quoted(column)}), 0) + 1, false) FROM {quoted(table)}"
            )
        await self._connection.execute("ANALYZE " + ", ".join(map(quoted, sorted(self.tables))))

    async def finish(self, revision: str) -> None:
        if revision != head():
            for text in statements("postgresql", revision):
                await self._connection.execute(text)
        tx = PostgresTx(self._connection)
        await finish(tx, open_database(self._url), self._epochs)
        await tx.settle()


@asynccontextmanager
async def postgres_target(url: str, revision: str, *, force: bool) -> AsyncIterator[Target]:
    """Open the target as `open_target` says."""
    connection = await asyncpg.connect(url, server_settings={"application_name": APPLICATION})
    try:
        await prepare_connection(connection)
        async with connection.transaction():
            await connection.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
            epochs = await _cleared(connection, shown(url), force=force)
            for text in statements("postgresql", None, revision):
                await connection.execute(text)
            for text in partition_ddl(now()):
                await connection.execute(text)
            tables = [row[0] for row in await connection.fetch(_TABLES)]
            target = PostgresTarget(connection, url, loadable(tables, "postgresql"), epochs)
            await target.loosen()
            yield target
    finally:
        await connection.close()


def shown(url: str) -> str:
    """Return an address without its password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"


async def _cleared(connection: Any, place: str, *, force: bool) -> Mapping[str, int]:
    """Drop what is ours, or refuse; return the epochs of what stood there."""
    if await connection.fetchval(_OTHERS, _SERVER):
        raise in_use(place)
    ours = made_by_migrations("postgresql")
    tables = sorted(ours["TABLE"].intersection(row[0] for row in await connection.fetch(_TABLES)))
    if not force:
        filled = [each for each in tables if await _has_rows(connection, each)]
        if filled:
            raise occupied(place, filled)
    epochs = {}
    if "epoch" in tables:
        epochs = dict(await connection.fetch("SELECT name, value FROM epoch"))
    for table in tables:
        await connection.execute(f"DROP TABLE IF EXISTS {quoted(table)} CASCADE")
    for name in sorted(ours["FUNCTION"]):
        await connection.execute(f"DROP FUNCTION IF EXISTS {quoted(name)} CASCADE")
    return epochs


async def _has_rows(connection: Any, table: str) -> bool:
    if table == REVISION_TABLE:
        return False
    # skip one-door: whether anything is there at all
    return bool(await connection.fetchval(f"SELECT EXISTS (SELECT 1 FROM {quoted(table)})"))  # noqa: S608
