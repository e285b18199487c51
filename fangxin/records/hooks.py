"""Where modules join a write: prepare, check, after, and the transition of a state field; nowhere
else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import FangxinError
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef

Hook: TypeAlias = Callable[[Ctx, Tx, Sequence[Change]], Awaitable[None]]
Refuse: TypeAlias = Callable[[Change, FangxinError], None]


async def call(
    hook: Hook | None, ctx: Ctx, tx: Tx, changes: Sequence[Change], refuse: Refuse | None
) -> None:
    """Run a hook over all changes. When it refuses and `refuse` collects, run it one by one to find
    whom it meant.
    """
    if hook is None or not changes:
        return
    try:
        await hook(ctx, tx, changes)
    except FangxinError as error:
        if refuse is None:
            raise
        if len(changes) == 1:
            refuse(changes[0], error)
            return
        for change in changes:
            await call(hook, ctx, tx, [change], refuse)


async def transition(
    ctx: Ctx, tx: Tx, definition: ObjectDef, changes: Sequence[Change], refuse: Refuse | None
) -> None:
    """Let the object's transition decide about changes of its state field."""
    rule = definition.facts.transition
    if rule is not None:
        moved = [change for change in changes if change.changes(rule.field)]
        await call(rule.move, ctx, tx, moved, refuse)
