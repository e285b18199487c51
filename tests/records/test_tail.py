"""The tail of the log never skips what a slow transaction is still to commit."""

from __future__ import annotations

import asyncio

import asyncpg

from fangxin.access.contexts import system_context
from fangxin.history.tail import Position, end, tail
from fangxin.records import engine


async def test_a_slow_transaction_is_not_skipped(installation):
    ctx = await system_context(installation)
    database = installation.database
    if database.dialect == "sqlite":
        # one writer: what is there is settled
        made = await engine.create(ctx, "account", {"name": "One"})
        assert [each.record for each in await tail(database, Position())] == [made["id"]]
        return
    url = installation.settings.database_url
    slow = await asyncpg.connect(url)
    try:
        transaction = slow.transaction()
        await transaction.start()
        # it has a number in the order of transactions, and has not committed
        await slow.execute("SELECT pg_current_xact_id()")
        quick = await engine.create(ctx, "account", {"name": "Quick"})
        assert await tail(database, Position()) == []
        assert await end(database) == Position()
        await transaction.commit()
    finally:
        await slow.close()
    for _ in range(50):
        found = await tail(database, Position())
        if found:
            break
        await asyncio.sleep(0.1)
    assert [each.record for each in found] == [quick["id"]]
    assert await end(database) == found[-1].position
