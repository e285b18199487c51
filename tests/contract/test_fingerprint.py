"""A fingerprint tells of each change, also where as many rows are there as before it."""

from __future__ import annotations

from fangxin.access.contexts import system_context
from fangxin.kernel.sql import Statement
from fangxin.records import engine
from tests.contract.world import World

COLUMNS = "object, record_id, field"
SWAPPED = ("UPDATE account SET name = CASE name WHEN 'One' THEN 'Two' ELSE 'One' END",)
CHANGES = (
    ("UPDATE account SET version = version + 1",),
    # the same values, held by others
    SWAPPED,
    # one row for another
    (
        "DELETE FROM duplicate_key WHERE value = 'one'",
        f"INSERT INTO duplicate_key ({COLUMNS}, value) SELECT {COLUMNS}, 'three' FROM duplicate_key"
        " WHERE value = 'two'",
    ),
)


async def test_each_change_is_noticed_and_taking_it_back_too(begun):
    ctx = await system_context(begun)
    world = World(begun.database.dialect, begun, ctx)
    for name in ("One", "Two"):
        await engine.create(ctx, "account", {"name": name})

    async def change(*texts: str) -> None:
        async def unit(tx):
            for text in texts:
                assert await tx.execute(Statement(text, (), {}, (), ()), {}) > 0, text

        await begun.database.write(unit)

    first = seen = await world.digest()
    assert await world.digest() == first
    await change(*SWAPPED)
    await change(*SWAPPED)
    assert await world.digest() == first
    for texts in CHANGES:
        await change(*texts)
        now = await world.digest()
        assert now != seen, texts
        assert {name: rows for name, (rows, _) in now.items()} == {
            name: rows for name, (rows, _) in seen.items()
        }
        seen = now
    await world.stop()
