"""Many writers at once: no update is lost, and one alone gets a unique value."""

from __future__ import annotations

import asyncio

import pytest

from fangxin.access.contexts import system_context
from fangxin.kernel.errors import Conflict
from fangxin.kernel.sql import Statement
from fangxin.objects.declare import Change
from fangxin.records import engine, reading

WRITERS = 12


@pytest.fixture
async def ctx(installation):
    return await system_context(installation)


async def test_no_update_is_lost(ctx):
    """Each reads, adds one and saves under the version read; who was too late does it again."""
    made = await engine.create(ctx, "account", {"name": "Counter", "employees": 0})

    async def add_one() -> None:
        while True:
            seen = await reading.get(ctx, "account", made["id"])
            body = {"employees": seen["employees"] + 1}
            try:
                await engine.update(ctx, "account", made["id"], body, version=seen["version"])
            except Conflict as error:
                assert error.code == "stale"  # noqa: PT017 - the loop goes on
            else:
                return

    await asyncio.gather(*(add_one() for _ in range(WRITERS)))
    record = await reading.get(ctx, "account", made["id"])
    assert (record["employees"], record["version"]) == (WRITERS, WRITERS + 1)
    await one_log_row_a_version(ctx, made["id"], WRITERS + 1)


async def test_different_fields_written_at_once_all_stay(ctx):
    made = await engine.create(ctx, "account", {"name": "Many"})
    bodies = [
        {"description": "d"},
        {"credit_code": "c"},
        {"employees": 7},
        {"industry": "retail"},
        {"annual_revenue": "5.00"},
        {"tags": ["t"]},
    ]
    await asyncio.gather(*(engine.update(ctx, "account", made["id"], body) for body in bodies))
    record = await reading.get(ctx, "account", made["id"])
    assert record["version"] == len(bodies) + 1
    for key in ("description", "credit_code", "employees", "industry", "tags"):
        assert record[key] == next(body[key] for body in bodies if key in body)
    await one_log_row_a_version(ctx, made["id"], len(bodies) + 1)


async def test_one_alone_gets_a_unique_value(ctx):
    async def claim(number: int) -> object:
        body = {"name": f"Product {number}", "code": "ONE"}
        try:
            return (await engine.create(ctx, "product", body))["id"]
        except Conflict as error:
            return error.code

    got = await asyncio.gather(*(claim(number) for number in range(WRITERS)))
    assert got.count("not_unique") == WRITERS - 1
    page = await reading.find(ctx, "product", limit=100)
    assert [item["code"] for item in page.items] == ["ONE"]
    assert page.items[0]["id"] in got


async def test_a_value_given_free_can_be_taken(ctx):
    one = await engine.create(ctx, "product", {"name": "One", "code": "A"})
    two = await engine.create(ctx, "product", {"name": "Two", "code": "B"})
    with pytest.raises(Conflict):
        await engine.update(ctx, "product", two["id"], {"code": "a"})
    await engine.update(ctx, "product", one["id"], {"code": "C"})
    assert (await engine.update(ctx, "product", two["id"], {"code": "A"}))["code"] == "A"
    await engine.delete(ctx, "product", two["id"])
    third = await engine.create(ctx, "product", {"name": "Three", "code": "A"})
    # somebody else has it by now
    with pytest.raises(Conflict) as caught:
        await engine.restore(ctx, "product", two["id"])
    assert caught.value.code == "not_unique"
    assert (await reading.get(ctx, "product", third["id"]))["code"] == "A"


async def test_two_moves_make_no_circle_together(ctx):
    """B lies below C. One puts A below B while another, who cannot see that yet, puts C below A."""
    top = await engine.create(ctx, "account", {"name": "C"})
    mid = await engine.create(ctx, "account", {"name": "B", "parent": top["id"]})
    low = await engine.create(ctx, "account", {"name": "A"})
    begun = asyncio.Event()
    waiting = Statement(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'",
        (),
        {},
        (),
        (),
    )

    async def first(tx):
        change = Change("account", low["id"], "update", {"parent": mid["id"]})
        await engine.write_many(ctx, tx, "account", "update", [change])
        begun.set()
        # SQLite has one writer: nobody else is inside
        while tx.dialect == "postgresql" and not other.done():
            if (await ctx.database.read(waiting, {}))[0][0]:
                return
            await asyncio.sleep(0.01)

    async def second():
        await begun.wait()
        await engine.update(ctx, "account", top["id"], {"parent": low["id"]})

    other = asyncio.ensure_future(second())
    await ctx.database.write(first)
    with pytest.raises(Conflict) as refused:
        await other
    assert refused.value.code == "circle"
    assert (await reading.get(ctx, "account", top["id"]))["parent"] is None


async def one_log_row_a_version(ctx, id_, versions):
    text = f"SELECT version FROM change WHERE record_id = '{id_}' ORDER BY version"
    rows = await ctx.database.read(Statement(text, (), {}, (), ()), {})
    assert [row[0] for row in rows] == list(range(1, versions + 1))
