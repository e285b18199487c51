"""Verbs on a task: complete and reopen; and what a write of a task brings with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from fangxin.data.notifications import Notice, notify
from fangxin.handover.holdings import HAND_OVER
from fangxin.objects.declare import Action, Change
from fangxin.objects.registry import ObjectDef
from fangxin.records.engine import write_many

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx


async def prepare_task(ctx: Ctx, _tx: Tx, changes: Sequence[Change]) -> None:
    """A new task is the actor's own unless given away; who is to do it owns it and so sees it."""
    for change in changes:
        if change.before is None and change.get("assignee") is None:
            actor = ctx.actor.id if ctx.actor.kind == "user" else None
            change.values["assignee"] = change.get("owner") or actor
        assignee = change.values.get("assignee")
        if assignee is not None and assignee != change.get("owner"):
            change.values["owner"] = assignee
            # filled with the actor's own: it follows the new owner
            change.values.pop("department", None)


async def after_task(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Tell the assignee when somebody else gave him the task; who is handed all the tasks of a
    colleague is told once, by whoever does that.
    """
    if ctx.change_set is not None and ctx.change_set.kind == HAND_OVER:
        return
    notices = [
        Notice(
            user=change.values["assignee"],
            kind="assigned",
            text=change.get("subject") or "",
            object=change.object,
            record=change.id,
        )
        for change in changes
        if change.verb in {"create", "update"}
        and change.changes("assignee")
        and change.values["assignee"] not in {None, ctx.actor.id}
    ]
    if notices:
        await notify(ctx, tx, notices)


async def _set_done(
    ctx: Ctx, tx: Tx, definition: ObjectDef, record: dict[str, Any], done_at: Any
) -> None:
    change = Change(
        object=definition.name,
        id=record["id"],
        verb="update",
        values={"done_at": done_at},
        version=record["version"],
    )
    await write_many(ctx, tx, definition.name, "update", [change])


async def complete(
    ctx: Ctx, tx: Tx, definition: ObjectDef, record: dict[str, Any], _params: dict[str, Any]
) -> None:
    """Mark as done now; a task that is done stays as it is."""
    if record.get("done_at") is None:
        await _set_done(ctx, tx, definition, record, ctx.clock())


async def reopen(
    ctx: Ctx, tx: Tx, definition: ObjectDef, record: dict[str, Any], _params: dict[str, Any]
) -> None:
    """Mark as not done."""
    if record.get("done_at") is not None:
        await _set_done(ctx, tx, definition, record, None)


COMPLETE: Final = Action(
    key="complete",
    label="Complete",
    icon="check",
    run=complete,
    primary=True,
    when={"field": "done_at", "op": "empty"},
)
REOPEN: Final = Action(
    key="reopen",
    label="Reopen",
    icon="refresh",
    run=reopen,
    when={"field": "done_at", "op": "not_empty"},
)
