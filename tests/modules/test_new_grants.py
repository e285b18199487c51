"""Installations of earlier releases: shipped roles get what this one ships them with, once, and
what an administrator changed stays.

`first_roles.json` is what the first release gave them, copied from it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fangxin.access.contexts import context_for_user, system_context
from fangxin.access.settings import setting
from fangxin.kernel.context import ChangeSet, Ctx
from fangxin.kernel.ids import named_id, new_id
from fangxin.kernel.sql import Statement
from fangxin.modules.base import first_run, new_grants
from fangxin.modules.base.default_roles import ROLES
from fangxin.modules.base.first_run import FIRST_USER
from fangxin.modules.base.new_grants import OFFERED, grant_new_rights
from fangxin.objects.declare import Change
from fangxin.records import change as store
from fangxin.records.engine import run_unit, write_many
from tests.conftest import begin

NEW = {"lead", "quote", "contract", "order", "payment_plan", "payment"}
PARTS = ("grants", "field_rules", "permissions")
SHIPPED = {each["key"]: each for each in ROLES}


async def role(ctx: Ctx, key: str) -> Any:
    async def unit(tx: Any) -> Any:
        id_ = named_id("role", key)
        return (await store.load(ctx, tx, ctx.registry["role"], [id_], "read"))[id_].values

    return await ctx.database.write(unit)


async def put(ctx: Ctx, key: str, **values: Any) -> None:
    async def unit(tx: Any) -> None:
        change = Change("role", named_id("role", key), "update", values)
        await write_many(ctx, tx, "role", "update", [change])

    await run_unit(ctx, unit)


async def sql(ctx: Ctx, text: str) -> None:
    await ctx.database.write(lambda tx: tx.execute(Statement(text, (), {}, (), ()), {}))


@pytest.fixture
async def older(installation: Any, monkeypatch: pytest.MonkeyPatch) -> Ctx:
    """An installation that the first release made, which kept no book of what it gave."""
    first = json.loads((Path(__file__).parent / "first_roles.json").read_text())
    made = tuple({**each, **first.get(each["key"], {})} for each in ROLES)
    monkeypatch.setattr(first_run, "ROLES", made)
    ctx = await system_context(await begin(installation))
    await sql(ctx, f"DELETE FROM {setting.name} WHERE key = '{OFFERED}'")
    return ctx


async def shape(older: Ctx, admin: Ctx) -> None:
    """Do what a release between the first and this one did, and then an administrator."""
    # that release brought leads, as releases did then
    leads = {"lead": SHIPPED["sales"]["grants"]["lead"]}
    brought = older.within(ChangeSet(new_id(), "update", "role", "Rights on new objects"))
    await put(brought, "sales", grants={**(await role(older, "sales"))["grants"], **leads})
    # the administrator: sales may read all accounts and delete no lead; managers undo nothing and
    # keep off tasks; he wrote quotes himself
    held = (await role(older, "sales"))["grants"]
    held |= {"account": {**held["account"], "read": "all"}, "lead": {**leads["lead"]}}
    del held["lead"]["delete"]
    await put(admin, "sales", grants=held)
    held = (await role(older, "manager"))["grants"]
    held |= {"task": {}, "quote": {"read": "own"}}
    await put(admin, "manager", grants=held, permissions=[])


async def test_an_upgrade_gives_what_nobody_changed_and_nothing_else(
    older: Ctx, installation: Any
) -> None:
    admin = await context_for_user(installation, FIRST_USER, "api")
    await shape(older, admin)
    assert set(await grant_new_rights(older)) == {*SHIPPED} - {"administrator"}
    for key in ("service", "marketing", "executive"):
        now = await role(older, key)
        assert {part: now[part] for part in PARTS} == {part: SHIPPED[key][part] for part in PARTS}
    sales, shipped = await role(older, "sales"), SHIPPED["sales"]["grants"]
    expected = {**shipped, "account": {**shipped["account"], "read": "all"}}
    expected["lead"] = {k: each for k, each in shipped["lead"].items() if k != "delete"}
    assert sales["grants"] == expected
    assert sales["permissions"] == ["look_up", "share", "undo"]
    manager, shipped = await role(older, "manager"), SHIPPED["manager"]["grants"]
    assert manager["grants"]["quote"] == {**shipped["quote"], "read": "own"}
    assert not manager["grants"].get("task")
    assert manager["grants"]["payment"] == shipped["payment"]
    assert manager["permissions"] == ["look_up", "share"]
    # once: what is taken away afterwards stays away
    await put(admin, "sales", grants={"account": {"read": "own"}}, permissions=[])
    assert await grant_new_rights(older) == []


async def test_a_later_release_takes_back_as_well(
    ctx: Ctx, admin: Ctx, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(admin, "sales", grants={"account": {"read": "own"}}, permissions=[])
    # it gives an action, takes one back and hides a field
    later = json.loads(json.dumps(ROLES))
    for each in later[1:3]:
        each["grants"]["contact"]["purge"] = "own"
        del each["grants"]["account"]["bulk"]
        each["field_rules"]["contact"] = {"birthday": {"read": "none", "edit": False}}
    monkeypatch.setattr(new_grants, "ROLES", tuple(later))
    assert set(await grant_new_rights(ctx)) == {"sales", "manager"}
    sales, manager = await role(ctx, "sales"), await role(ctx, "manager")
    assert sales["grants"] == {"account": {"read": "own"}}
    assert sales["permissions"] == []
    assert sales["field_rules"] == later[1]["field_rules"]
    assert {part: manager[part] for part in PARTS} == {part: later[2][part] for part in PARTS}
    assert await grant_new_rights(ctx) == []


async def test_a_role_whose_first_grants_are_not_known_is_left_alone(older: Ctx) -> None:
    before = await role(older, "sales")
    gone = "UPDATE change_payload SET payload = NULL WHERE seq IN "
    gone += f"(SELECT seq FROM change WHERE record_id = '{before['id']}')"
    await sql(older, gone)
    assert "sales" not in await grant_new_rights(older)
    assert await role(older, "sales") == before


async def test_a_new_installation_has_nothing_to_get(ctx: Ctx) -> None:
    before = {key: await role(ctx, key) for key in SHIPPED}
    assert await grant_new_rights(ctx) == []
    assert {key: await role(ctx, key) for key in SHIPPED} == before
