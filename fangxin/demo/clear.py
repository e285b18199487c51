"""Removing demonstration data: exactly the records that came with it, whatever was done to them
since.

What somebody made himself stays; it loses its links to what goes. A record of the demonstration
that cannot go since something of his own needs it stays too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from fangxin.access.contexts import system_context
from fangxin.access.settings import put_settings, read_company
from fangxin.data.notifications import notification
from fangxin.demo.cast import company_settings
from fangxin.kernel.context import Actor, ChangeSet, Ctx
from fangxin.kernel.db import ConstraintViolated
from fangxin.kernel.errors import FangxinError
from fangxin.kernel.ids import new_id
from fangxin.kernel.leases import Run
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import InArray
from fangxin.modules.base.first_run import ROOT
from fangxin.objects.declare import Change
from fangxin.records.engine import write_many
from fangxin.records.reading import find
from fangxin.records.tables import change, change_set

if TYPE_CHECKING:
    from fangxin.kernel.db import Tx

SLICE: Final = 250
# children first
ORDER: Final = (
    *("file", "task", "activity", "payment", "payment_plan", "order", "contract", "quote"),
    *("lead", "lead_form", "opportunity", "contact", "account"),
    *("product", "exchange_rate", "user", "department"),
)

_sets: Final = Prepared(
    lambda: (
        sa.select(change_set.c.id)
        .where(change_set.c.source == "demo", change_set.c.object == sa.bindparam("object"))
        .where(change_set.c.kind == "create")
        .order_by(change_set.c.at.desc(), change_set.c.id.desc())
    )
)
_made: Final = Prepared(
    lambda: (
        sa.select(change.c.record_id)
        .where(InArray(change.c.change_set_id, "sets"), change.c.verb == "create")
        .order_by(change.c.seq.desc())
    )
)
_forget: Final = Prepared(
    lambda: notification.delete().where(
        sa.or_(
            InArray(notification.c.record_id, "ids"),
            InArray(notification.c.user_id, "ids"),
        )
    )
)
_CLEARED: Final = "demo.cleared"


async def clear_demo(ctx: Ctx) -> dict[str, int]:
    """Remove demonstration data and return how many records went and how many had to stay."""
    group = ChangeSet(new_id(), "purge", "", _CLEARED)
    # the rules of money and contracts hold what a company works with, not what comes and goes whole
    within = replace(ctx.within(group), source="demo")
    gone = kept = 0
    for object_ in ORDER:
        rows = await ctx.database.read(_sets(ctx.database.dialect), {"object": object_})
        sets = [row[0] for row in rows]
        for start in range(0, len(sets), SLICE):
            values = {"sets": sets[start : start + SLICE]}
            made = await ctx.database.read(_made(ctx.database.dialect), values)
            ids = [row[0] for row in made]
            for place in range(0, len(ids), SLICE):
                part = ids[place : place + SLICE]
                await _give_away(within, object_, part)
                went = await _purge_all(within, object_, part)
                gone, kept = gone + went[0], kept + went[1]
    await ctx.database.write(_forget_company)
    return {"removed": gone, "kept": kept}


async def _forget_company(tx: Tx) -> None:
    """Take back what the demonstration said of the company, but for what was changed since."""
    company = await read_company(tx)
    emptied = {
        key: ""
        for chinese in (True, False)
        for key, text in company_settings(chinese=chinese).items()
        if getattr(company, key) == text
    }
    await put_settings(tx, {"demo": False, **emptied})


async def _give_away(ctx: Ctx, object_: str, ids: Sequence[str]) -> None:
    """Give what is one's own and hangs on users or departments that go to the one who clears."""
    if object_ not in {"user", "department"}:
        return
    heir: Any = {"owner": ctx.actor.id} if object_ == "user" else {"department": ROOT}
    link = next(iter(heir))
    for definition in ctx.registry.objects.values():
        if definition.facts.open_to_all and definition.name != "user":
            continue
        tree = {"field": link, "op": "in", "value": list(ids)}
        while True:
            page = await find(ctx, definition.name, filter=tree, fields=["id"], limit=200)
            mine = [item["id"] for item in page.items if item["id"] not in ids]
            if not mine or not await _update(ctx, definition.name, mine, heir):
                break


async def _update(ctx: Ctx, object_: str, ids: Sequence[str], values: Mapping[str, Any]) -> int:
    async def unit(tx: Tx) -> int:
        changes = [Change(object_, id_, "update", dict(values)) for id_ in ids]
        return len(
            await write_many(
                ctx, tx, object_, "update", changes, refuse=lambda _change, _error: None
            )
        )

    written: int = await ctx.database.write(unit)
    return written


async def _purge_all(ctx: Ctx, object_: str, ids: Sequence[str]) -> tuple[int, int]:
    """Remove records round by round, since a department goes only once those below it are gone."""
    gone = 0
    while True:
        went, kept = await _purge(ctx, object_, ids)
        gone += went
        if not went or not kept:
            return gone, kept


async def _purge(ctx: Ctx, object_: str, ids: Sequence[str]) -> tuple[int, int]:
    """Remove records and return (gone, kept); those that the database refuses are tried one by
    one.
    """
    kept: list[str] = []

    async def unit(tx: Tx) -> int:
        kept.clear()

        def refuse(change_: Change, error: FangxinError) -> None:
            # gone already, by an earlier attempt or by hand
            if error.code != "not_found":
                kept.append(change_.id)

        changes = [Change(object_, id_, "purge", {}) for id_ in ids]
        went = await write_many(ctx, tx, object_, "purge", changes, refuse=refuse)
        await tx.execute(_forget(tx.dialect), {"ids": [each.id for each in went]})
        return len(went)

    try:
        gone = await ctx.database.write(unit)
    except ConstraintViolated:
        if len(ids) == 1:
            return 0, 1
        halves = (ids[: len(ids) // 2], ids[len(ids) // 2 :])
        counts = [await _purge(ctx, object_, half) for half in halves]
        return sum(count[0] for count in counts), sum(count[1] for count in counts)
    return gone, len(kept)


async def handle(installation: Any, run: Run) -> Mapping[str, Any]:
    """Run as the job `demo.clear`, for the administrator who asked."""
    ctx = await system_context(installation)
    if run.actor_id is not None:
        ctx = replace(ctx, actor=Actor(run.actor_id))
    return await clear_demo(ctx)


JOBS: Final = {"demo.clear": handle}
