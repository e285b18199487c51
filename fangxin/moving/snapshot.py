"""One moment of a database that goes on working: a single read transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Final

import asyncpg

from fangxin.kernel.settings import SQLITE
from fangxin.migrations.migrate import head
from fangxin.moving.into_postgres import APPLICATION
from fangxin.moving.reading import PostgresReader, Reader, SqliteReader
from fangxin.moving.target import sqlite_path
from fangxin.moving.troubles import refused

_NOTHING: Final = "There is no database of 放心 CRM to read."


@asynccontextmanager
async def snapshot(url: str) -> AsyncIterator[Reader]:
    """Open a snapshot of the database at `url`; Refused when it is not there or not at the newest
    revision. Writers are not kept waiting.
    """
    if url.startswith(SQLITE) and not sqlite_path(url).exists():
        raise refused(_NOTHING)
    opened = _sqlite(sqlite_path(url)) if url.startswith(SQLITE) else _postgresql(url)
    async with opened as reader:
        found = await reader.revision()
        if found is None:
            raise refused(_NOTHING)
        if found != head():
            message = (
                "The database is at revision {found}, this version works with {wanted}: run"
                " `fangxin migrate` first, or use the version that belongs to the database."
            )
            raise refused(message, found=found, wanted=head())
        yield reader


@asynccontextmanager
async def _sqlite(path: Path) -> AsyncIterator[Reader]:
    # so that a wrong path makes no empty file; reading a write-ahead log takes the right to write
    place = f"{path.as_uri()}?mode=rw"
    with closing(sqlite3.connect(place, uri=True, isolation_level=None, timeout=10)) as connection:
        # skip one-commit: it reads only; closing ends it
        connection.execute("BEGIN")
        yield SqliteReader(connection)


@asynccontextmanager
async def _postgresql(url: str) -> AsyncIterator[Reader]:
    connection = await asyncpg.connect(url, server_settings={"application_name": APPLICATION})
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield PostgresReader(connection)
    finally:
        await connection.close()
