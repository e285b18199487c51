"""The tail of the log never skips what a slow transaction is still to commit."""

from __future__ import annotations

import contextlib

import asyncpg

from fangxin.access.contexts import system_context
from fangxin.history.tail import Position, end, tail
from fangxin.records import engine
from tests.patience import until


@contextlib.asynccontextmanager
async def unfinished(url):
    """A transaction that has a number in the order of transactions, and has not committed."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute("SELECT pg_current_xact_id()")
            yield
    finally:
        await connection.close()


async def tell_all(database):
    return [each.record for each in await tail(database, Position())]


async def test_a_slow_transaction_is_not_skipped(installation):
    ctx = await system_context(installation)
    database = installation.database
    if database.dialect == "sqlite":
        # one writer: what is there is settled
        made = await engine.create(ctx, "account", {"name": "One"})
        assert await tell_all(database) == [made["id"]]
        return
    async with unfinished(installation.settings.database_url):
        quick = await engine.create(ctx, "account", {"name": "Quick"})
        assert await tell_all(database) == []
        assert await end(database) == Position()
    assert await tell_all(database) == [quick["id"]]


async def test_a_slow_transaction_of_another_database_holds_nobody_back(installation, databases):
    if installation.database.dialect == "sqlite":
        return
    async with unfinished(databases.new("postgresql", migrated=False)):
        made = await engine.create(await system_context(installation), "account", {"name": "A"})
        await until(lambda: tell_all(installation.database))
    assert await tell_all(installation.database) == [made["id"]]
