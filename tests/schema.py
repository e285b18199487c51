"""Tables for tests that need a few of them and not the whole schema."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from fangxin.kernel.db import Database, open_database
from fangxin.kernel.sql import _DIALECTS, Statement
from fangxin.records.indexes import SEARCH_DDL


def _statements(tables: Sequence[sa.Table], kind: str) -> list[str]:
    dialect = _DIALECTS[kind]
    made: list[str] = []
    for table in tables:
        made.append(str(CreateTable(table).compile(dialect=dialect)))
        made += [str(CreateIndex(each).compile(dialect=dialect)) for each in table.indexes]
    return made


@asynccontextmanager
async def open_with(url: str, tables: Sequence[sa.Table]) -> AsyncIterator[Database]:
    """Open the empty database at `url` with just these tables and the search index."""
    database = open_database(url)
    await database.start()
    try:
        for text in [*_statements(tables, database.dialect), *SEARCH_DDL[database.dialect]]:
            await run(database, text)
        yield database
    finally:
        await database.stop()


async def run(database: Database, text: str) -> None:
    """Run one statement in a transaction."""

    async def unit(tx):
        await tx.execute(Statement(text, (), {}, (), ()), {})

    await database.write(unit)
