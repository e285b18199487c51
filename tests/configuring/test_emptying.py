"""Custom fields removed for good: their values leave the records too, though the job is cut off."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from fangxin.access.contexts import system_context
from fangxin.configuring import emptying
from fangxin.customizing import customize
from fangxin.history import undo
from fangxin.history.change_sets import change_sets
from fangxin.kernel.clock import now
from fangxin.kernel.sql import Statement
from fangxin.records import engine
from fangxin.records.bulk import batch
from fangxin.records.reading import get
from fangxin.worker import Worker

COUNT = 60
CLAIMS = "SELECT count(*) FROM unique_key WHERE field = 'pin'"
LEFT = f"{CLAIMS} UNION ALL SELECT count(*) FROM record_link"


async def ask(installation: Any, text: str) -> Any:
    return await installation.database.read(Statement(text, (), {}, (), ()), {})


async def put(installation: Any, text: str) -> None:
    statement = Statement(text, (), {}, (), ())
    await installation.database.write(lambda tx: tx.execute(statement, {}))


def cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the job end in its second slice, once."""
    step, slices = emptying._step, 0

    async def cut(*given: Any) -> Any:
        nonlocal slices
        slices += 1
        if slices == 2:
            message = "the power is gone"
            raise RuntimeError(message)
        return await step(*given)

    monkeypatch.setattr(emptying, "_step", cut)


async def test_links_and_claims_go_with_their_field(installation: Any) -> None:
    jobs, write = installation.jobs, installation.database.write
    pin = {"object": "account", "key": "pin", "label": "Pin", "type": "text", "unique": True}
    kin = {"object": "account", "key": "kin", "label": "Kin", "type": "link_to_many"}

    async def define(body: dict[str, Any]) -> str:
        ctx = await system_context(installation)
        row = await write(lambda tx: customize.create_field(tx, ctx.registry, body, now(), jobs))
        await installation.refresh_registry()
        return str(row["id"])

    fields = [await define(each) for each in (pin, {**kin, "target": "account"})]
    ctx = await system_context(installation)
    first = await engine.create(ctx, "account", {"name": "A", "pin": "whisperwort"})
    await engine.create(ctx, "account", {"name": "B", "kin": [first["id"]]})
    for each in fields:
        registry = await installation.refresh_registry()
        await write(partial(customize.delete_field, registry=registry, id=each, at=now()))
    assert [tuple(row) for row in await ask(installation, LEFT)] == [(1,), (1,)]
    await put(installation, "UPDATE custom_field SET deleted_at = '2020-01-01T00:00:00Z'")
    await write(lambda tx: jobs.enqueue(tx, emptying.KIND, {}))
    await Worker(installation).drain()
    assert [tuple(row) for row in await ask(installation, LEFT)] == [(0,), (0,)]
    # another field of the key begins with nothing taken
    await define(pin)
    ctx = await system_context(installation)
    made = await engine.create(ctx, "account", {"name": "C", "pin": "whisperwort"})
    assert made["pin"] == "whisperwort"


async def test_values_go_with_their_field_and_not_before(
    installation: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs, write = installation.jobs, installation.database.write
    ctx = await system_context(installation)
    body = {"object": "account", "key": "pet", "label": "Pet", "type": "text"}
    field = await write(lambda tx: customize.create_field(tx, ctx.registry, body, now(), jobs))
    await installation.refresh_registry()
    ctx = await system_context(installation)
    rows = [{"name": f"A{each}", "pet": "whisperwort"} for each in range(COUNT)]
    made = (await batch(ctx, "account", create=rows, atomic=True))["results"]
    await write(lambda tx: customize.delete_field(tx, ctx.registry, field["id"], now()))
    await installation.refresh_registry()
    ctx = await system_context(installation)
    first, second = made[0]["id"], made[1]["id"]
    # a record that is removed for good meanwhile, and comes back, brings its value
    await engine.delete(ctx, "account", first)
    await engine.purge(ctx, "account", first)
    [purged, *_] = (await change_sets(ctx))["items"]
    await undo.undo(ctx, purged["id"])
    held = f"SELECT count(*) FROM account WHERE CAST(custom AS text) LIKE '%{field['custom_id']}%'"
    assert [tuple(row) for row in await ask(installation, held)] == [(COUNT,)]
    await engine.delete(ctx, "account", second)
    await put(installation, "UPDATE custom_field SET deleted_at = '2020-01-01T00:00:00Z'")
    cut_off(monkeypatch)
    await write(lambda tx: jobs.enqueue(tx, emptying.KIND, {}))
    await Worker(installation).drain()
    [[left]] = await ask(installation, held)
    assert 0 < left < COUNT
    await put(installation, "UPDATE job SET run_at = created_at WHERE state = 'waiting'")
    await Worker(installation).drain()
    assert [tuple(row) for row in await ask(installation, held)] == [(0,)]
    result = f"SELECT result FROM job WHERE kind = '{emptying.STRIP}'"
    assert str(COUNT) in str((await ask(installation, result))[0][0])
    await installation.refresh_registry()
    ctx = await system_context(installation)
    assert (await get(ctx, "account", made[2]["id"]))["version"] == 1
    assert (await engine.restore(ctx, "account", second))["name"] == "A1"
