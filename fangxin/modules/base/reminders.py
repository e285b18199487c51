"""Reminders: every minute the worker tells who has a task whose reminder or due time has come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from fangxin.access.contexts import system_context
from fangxin.data.notifications import Notice, notify
from fangxin.kernel.jobs import Cron
from fangxin.kernel.leases import Run
from fangxin.records.reading import find

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx

SLICE: Final = 200
# a worker that was away for a day still tells; older ones are plainly overdue in the list
LATE: Final = timedelta(days=1)
_FIELDS: Final = ["id", "subject", "assignee", "due_at", "reminder_at"]


def _tree(key: str, moment: datetime) -> dict[str, Any]:
    since, until = ((moment - LATE).isoformat(), moment.isoformat())
    return {
        "all": [
            {"field": "done_at", "op": "empty"},
            {"field": "assignee", "op": "not_empty"},
            {"field": key, "op": "between", "value": [since, until]},
        ]
    }


def _notice(task: Mapping[str, Any], key: str) -> Notice:
    return Notice(
        user=task["assignee"]["id"],
        kind="due",
        text=task["subject"],
        object="task",
        record=task["id"],
        dedupe=f"{key}:{task['id']}:{task[key]}",
    )


async def remind(ctx: Ctx) -> int:
    """Tell the assignees of all open tasks that have come due since LATE ago, each time once.

    Returns how many tasks were looked at.
    """
    count = 0
    for key in ("reminder_at", "due_at"):
        cursor = None
        while True:
            tree = _tree(key, ctx.clock())
            page = await find(
                ctx, "task", filter=tree, sort=key, fields=_FIELDS, limit=SLICE, cursor=cursor
            )
            notices = [_notice(task, key) for task in page.items]

            async def unit(tx: Tx, notices: list[Notice] = notices) -> None:
                await notify(ctx, tx, notices)

            if notices:
                await ctx.database.write(unit)
            count += len(notices)
            cursor = page.next
            if cursor is None:
                break
    return count


async def handle(installation: Any, _run: Run) -> Mapping[str, Any]:
    """Run as a job."""
    return {"tasks": await remind(await system_context(installation))}


JOBS: Final = {"base.remind": handle}
CRON: Final = (Cron("base.remind", "base.remind", timedelta(minutes=1)),)
