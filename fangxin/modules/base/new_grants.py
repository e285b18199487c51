"""Grants of the shipped roles on objects that came with a newer release: given once, so that what
an administrator takes away afterwards stays away.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from fangxin.access.contexts import system_context
from fangxin.access.settings import put_settings, setting
from fangxin.kernel.context import ChangeSet, Ctx
from fangxin.kernel.ids import new_id
from fangxin.kernel.jobs import Cron
from fangxin.kernel.leases import Run
from fangxin.kernel.logging import logger
from fangxin.kernel.prepared import Prepared
from fangxin.modules.base.default_roles import ROLES
from fangxin.objects.declare import Change
from fangxin.records import change as store
from fangxin.records.engine import run_unit, write_many

if TYPE_CHECKING:
    from fangxin.kernel.db import Tx

OFFERED: Final = "offered_objects"
# an installation that does not say what it was offered knows these
FIRST: Final = frozenset(
    (
        *("account", "contact", "opportunity", "activity", "task", "file", "product"),
        *("pipeline", "stage", "user", "department", "role"),
    )
)
log = logger("grants")

_offered: Final = Prepared(lambda: sa.select(setting.c.value).where(setting.c.key == OFFERED))


def shipped_objects(ctx: Ctx) -> list[str]:
    """Return the objects of this release, in order of name."""
    return sorted(name for name, each in ctx.registry.objects.items() if each.custom_id is None)


async def grant_new_objects(ctx: Ctx) -> list[str]:
    """Give each shipped role its grants and field rules on objects that are new to this
    installation and that the role does not mention; returns those objects.
    """
    objects = shipped_objects(ctx)
    rows = await ctx.database.read(_offered(ctx.database.dialect), {})
    if rows and set(objects) <= set(rows[0][0][0]):
        return []
    group = ctx.within(ChangeSet(new_id(), "update", "role", "Rights on new objects"))

    async def unit(tx: Tx) -> list[str]:
        # looked at again: another process may have been quicker
        known = await tx.fetch_one(_offered(tx.dialect), {})
        new = [name for name in objects if name not in (known[0][0] if known else FIRST)]
        await _grant(group, tx, new)
        await put_settings(tx, {OFFERED: objects})
        return new

    new: list[str] = await run_unit(group, unit)
    log.info("roles were given their grants on new objects", extra={"objects": new})
    return new


async def _grant(ctx: Ctx, tx: Tx, new: list[str]) -> None:
    shipped = {role["id"]: role for role in ROLES}
    rows = await store.load(ctx, tx, ctx.registry["role"], sorted(shipped), "update")
    changes = []
    for id_, row in rows.items():
        values = {
            part: {**_missing(shipped[id_][part], row.values[part] or {}, new)}
            for part in ("grants", "field_rules")
        }
        if not row.deleted and values != {part: row.values[part] or {} for part in values}:
            changes.append(Change("role", id_, "update", values, version=row.version))
    if changes:
        await write_many(ctx, tx, "role", "update", changes)


def _missing(shipped: Mapping[str, Any], held: Mapping[str, Any], new: list[str]) -> dict[str, Any]:
    """Return what a role holds, with what it ships with on new objects that it does not mention."""
    given = {name: shipped[name] for name in new if name in shipped and name not in held}
    return {**held, **given}


async def handle(installation: Any, _run: Run) -> Mapping[str, Any]:
    """Run as a job: whoever upgrades by `migrate` and serves in several processes has no one
    start.
    """
    return {"objects": await grant_new_objects(await system_context(installation))}


JOBS: Final = {"base.new_grants": handle}
CRON: Final = (Cron("base.new_grants", "base.new_grants", timedelta(hours=1)),)
