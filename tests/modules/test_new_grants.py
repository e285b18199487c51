"""An installation from before the chain: shipped roles get their grants on new objects, once."""

from __future__ import annotations

from typing import Any

from fangxin.access.settings import setting
from fangxin.kernel.context import Ctx
from fangxin.kernel.ids import named_id
from fangxin.kernel.sql import Statement
from fangxin.modules.base.default_roles import ROLES
from fangxin.modules.base.new_grants import OFFERED, grant_new_objects
from fangxin.objects.declare import Change
from fangxin.records import change as store
from fangxin.records.engine import run_unit, write_many

NEW = {"lead", "quote", "contract", "order", "payment_plan", "payment"}


async def role(ctx: Ctx, key: str) -> Any:
    async def unit(tx: Any) -> Any:
        id_ = named_id("role", key)
        return (await store.load(ctx, tx, ctx.registry["role"], [id_], "read"))[id_].values

    return await ctx.database.write(unit)


async def put(ctx: Ctx, key: str, grants: Any, rules: Any) -> None:
    values = {"grants": grants, "field_rules": rules}

    async def unit(tx: Any) -> None:
        change = Change("role", named_id("role", key), "update", values)
        await write_many(ctx, tx, "role", "update", [change])

    await run_unit(ctx, unit)


async def forget(ctx: Ctx) -> None:
    """Make it an installation that was never told what it was offered."""
    text = f"DELETE FROM {setting.name} WHERE key = '{OFFERED}'"
    await ctx.database.write(lambda tx: tx.execute(Statement(text, (), {}, (), ()), {}))


def old(held: Any) -> Any:
    return {name: each for name, each in held.items() if name not in NEW}


async def test_shipped_roles_get_what_is_new_once(ctx: Ctx) -> None:
    assert await grant_new_objects(ctx) == []
    shipped = {each["key"]: each for each in ROLES}
    for key in ("sales", "service"):
        now = await role(ctx, key)
        await put(ctx, key, old(now["grants"]), old(now["field_rules"]))
    # a role that its administrator has shaped for one of them keeps that
    now = await role(ctx, "manager")
    own = {**old(now["grants"]), "quote": {"read": "own"}}
    await put(ctx, "manager", own, old(now["field_rules"]))
    await forget(ctx)
    assert set(await grant_new_objects(ctx)) >= NEW
    for key in ("sales", "service"):
        now = await role(ctx, key)
        assert now["grants"] == shipped[key]["grants"]
        assert now["field_rules"] == shipped[key]["field_rules"]
    now = await role(ctx, "manager")
    assert now["grants"]["quote"] == {"read": "own"}
    assert now["grants"]["payment"] == shipped["manager"]["grants"]["payment"]
    # what is taken away afterwards stays away
    await put(ctx, "sales", old((await role(ctx, "sales"))["grants"]), {})
    assert await grant_new_objects(ctx) == []
    assert not NEW & set((await role(ctx, "sales"))["grants"])
