"""A database with the job table alone, on each kind in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from fangxin.kernel.db import Database, Tx, open_database
from fangxin.kernel.jobs import job
from fangxin.kernel.sql import Statement


async def make_job_table(database: Database) -> None:
    clauses = [sa.schema.CreateTable(job), *(sa.schema.CreateIndex(each) for each in job.indexes)]

    dialect = {"sqlite": sqlite.dialect, "postgresql": postgresql.asyncpg.dialect}[
        database.dialect
    ]()

    async def unit(tx: Tx) -> None:
        for clause in clauses:
            text = str(clause.compile(dialect=dialect))
            await tx.execute(Statement(text, (), {}, (), ()), {})

    await database.write(unit)


@pytest.fixture
async def database(empty_database_url: str) -> AsyncIterator[Database]:
    opened = open_database(empty_database_url)
    await opened.start()
    await make_job_table(opened)
    yield opened
    await opened.stop()
