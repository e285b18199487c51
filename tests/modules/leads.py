"""What tests of leads share: people with roles, and the data as it stands without its stamps."""

from __future__ import annotations

from typing import Any

from fangxin.access.contexts import context_for_user
from fangxin.app import Installation
from fangxin.kernel.context import Ctx
from fangxin.kernel.ids import named_id
from fangxin.kernel.sql import Statement
from fangxin.modules.base.first_run import ROOT
from fangxin.records.engine import create

STAMPS = frozenset({"version", "updated_at", "updated_by_id"})


async def person(
    installation: Installation, ctx: Ctx, role: str, mail: str, department: str = ROOT
) -> Ctx:
    """Make a user of a role and return him as the actor."""
    body = {
        "name": mail,
        "email": f"{mail}@house.example",
        "role": named_id("role", role),
        "department": department,
    }
    made = await create(ctx, "user", body)
    return await context_for_user(installation, made["id"], "api")


async def state(ctx: Ctx) -> dict[str, list[Any]]:
    """Every row of every object, without what every write stamps."""
    found = {}
    for table in {each.table.name: each.table for each in ctx.registry.objects.values()}.values():
        names = [column.name for column in table.c if column.name not in STAMPS]
        columns = ", ".join(f'"{name}"' for name in names)
        text = f'SELECT {columns} FROM "{table.name}"'
        rows = await ctx.database.read(Statement(text, (), {}, (), ()), {})
        found[table.name] = sorted(repr(tuple(row)) for row in rows)
    keys = Statement("SELECT object, record_id, field, value FROM duplicate_key", (), {}, (), ())
    rows = await ctx.database.read(keys, {})
    found["duplicate_key"] = sorted(repr(tuple(row)) for row in rows)
    return found
