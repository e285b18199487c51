"""What the passing of days does, in the company's time zone: quotes expire, instalments are
overdue.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from fangxin.access.contexts import system_context
from fangxin.kernel.context import ChangeSet
from fangxin.kernel.ids import new_id
from fangxin.kernel.jobs import Cron
from fangxin.kernel.leases import Run
from fangxin.modules.sales.change_state import day_of
from fangxin.modules.sales.settle_contracts import settle_contracts
from fangxin.objects.declare import Change
from fangxin.records.engine import run_unit, write_many
from fangxin.records.reading import find

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx

# what the log calls this work
_EXPIRED: Final = "quote.expired"
_OVERDUE: Final = "payment_plan.overdue"
# of one unit: a contract has its plans, payments and orders behind it, and others write, too
SLICE: Final = 50


async def expire_quotes(ctx: Ctx) -> int:
    """Let sent quotes expire whose last valid day is over; returns how many."""
    late = {
        "all": [
            {"field": "state", "op": "is", "value": "sent"},
            {"field": "valid_until", "op": "<", "value": day_of(ctx).isoformat()},
        ]
    }
    count, cursor = 0, None
    while True:
        page = await find(
            ctx, "quote", filter=late, sort="valid_until", fields=["id"], limit=SLICE, cursor=cursor
        )
        group = ctx.within(ChangeSet(new_id(), "update", "quote", _EXPIRED))

        async def unit(tx: Tx, ctx: Ctx = group, items: list[Any] = page.items) -> int:
            changes = [
                Change("quote", item["id"], "update", {"state": "expired"}, version=item["version"])
                for item in items
            ]
            # what somebody has moved on meanwhile is looked at again
            written = await write_many(
                ctx, tx, "quote", "update", changes, refuse=lambda _change, _error: None
            )
            return len(written)

        count += await run_unit(group, unit) if page.items else 0
        cursor = page.next
        if cursor is None:
            return count


async def mark_overdue(ctx: Ctx) -> int:
    """Settle the contracts with instalments that have come to be overdue; returns how many."""
    late = {
        "all": [
            {"field": "state", "op": "in", "value": ["open", "partial"]},
            {"field": "due_on", "op": "<", "value": day_of(ctx).isoformat()},
        ]
    }
    count, cursor, fields = 0, None, ["contract"]
    while True:
        page = await find(
            ctx,
            "payment_plan",
            filter=late,
            sort="due_on",
            fields=fields,
            limit=SLICE,
            cursor=cursor,
        )
        contracts = sorted({item["contract"]["id"] for item in page.items})
        group = ctx.within(ChangeSet(new_id(), "update", "payment_plan", _OVERDUE))

        async def unit(tx: Tx, ctx: Ctx = group, ids: list[str] = contracts) -> None:
            await settle_contracts(ctx, tx, ids)

        if contracts:
            await run_unit(group, unit)
        count += len(page.items)
        cursor = page.next
        if cursor is None:
            return count


async def handle(installation: Any, _run: Run) -> Mapping[str, Any]:
    """Run as a job."""
    ctx = await system_context(installation)
    return {"expired": await expire_quotes(ctx), "overdue": await mark_overdue(ctx)}


JOBS: Final = {"sales.pass_days": handle}
CRON: Final = (Cron("sales.pass_days", "sales.pass_days", timedelta(hours=1)),)
