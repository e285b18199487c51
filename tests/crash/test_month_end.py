"""The log's partitions at the end of a month, and in a database that nobody kept for a year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from fangxin.migrations.partitions import PATIENCE, make_partitions
from fangxin.records import engine

INSERT = (
    "INSERT INTO change"
    " (at, xid, change_set_id, actor_id, source, object, record_id, verb, version)"
    " VALUES ($1, 1, gen_random_uuid(), gen_random_uuid(), 't', 't', gen_random_uuid(), 't', 1)"
    " RETURNING seq, tableoid::regclass::text"
)
PAYLOAD = "INSERT INTO change_payload (seq, at, salt) VALUES ($1, $2, 's')"
TOUCH = timedelta(microseconds=1)


@pytest.fixture
async def raw(admin, database_url):
    """A connection past the product, on PostgreSQL: SQLite's log has no partitions."""
    if not database_url.startswith("postgresql"):
        pytest.skip("SQLite's log has no partitions")
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def place(raw, moment):
    seq, where = await raw.fetchrow(INSERT, moment)
    await raw.execute(PAYLOAD, seq, moment)
    return where


async def names(raw, table):
    text = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = $1::regclass"
    return {row[0] for row in await raw.fetch(text, table)}


async def test_a_month_is_there_before_it_begins(admin, raw):
    end = datetime(2031, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    await make_partitions(admin.database, end)
    assert await place(raw, end) == "change_2031_12"
    assert await place(raw, end + TOUCH) == "change_2032_01"
    # the worker may sleep for two months more
    assert await place(raw, datetime(2032, 3, 31, 23, 59, 59, tzinfo=UTC)) == "change_2032_03"
    assert "change_payload_2032_03" in await names(raw, "change_payload")
    before = await names(raw, "change")
    await make_partitions(admin.database, end)
    assert await names(raw, "change") == before
    await make_partitions(admin.database, end + TOUCH)
    assert await names(raw, "change") - before == {"change_2032_04"}


async def test_rows_that_came_before_their_month_move_into_it(admin, raw):
    late = datetime(2033, 5, 1, tzinfo=UTC)
    places = [await place(raw, late + timedelta(days=day)) for day in (0, 30, 31, 400)]
    assert set(places) == {"change_rest"}
    await make_partitions(admin.database, late)
    count = "SELECT tableoid::regclass::text, count(*) FROM change WHERE at >= $1 GROUP BY 1"
    found = dict(await raw.fetch(count, late))
    assert found == {"change_2033_05": 2, "change_2033_06": 1, "change_rest": 1}
    joined = "SELECT count(*) FROM change JOIN change_payload USING (seq, at) WHERE at >= $1"
    assert await raw.fetchval(joined, late) == 4
    # as good as any other partition: unique and indexed
    counted = "SELECT count(*) FROM pg_indexes WHERE tablename = $1"
    made = [await raw.fetchval(counted, each) for each in ("change_2033_05", "change_2033_06")]
    assert set(made) == {await raw.fetchval(counted, "change_rest")}


async def test_a_long_reader_stops_neither_writers_nor_the_next_try(admin, raw, monkeypatch):
    """Making a partition gives up its place in the queue, rather than hold up every write."""
    monkeypatch.setattr("fangxin.migrations.partitions.PATIENCE", "200ms")
    moment = datetime(2034, 1, 15, tzinfo=UTC)
    async with raw.transaction():
        await raw.fetchval("SELECT count(*) FROM change")
        with pytest.raises(asyncpg.LockNotAvailableError):
            await make_partitions(admin.database, moment)
        await engine.create(admin, "account", {"name": "While somebody reads"})
    await make_partitions(admin.database, moment)
    assert "change_2034_01" in await names(raw, "change")
    assert PATIENCE.endswith("s")
