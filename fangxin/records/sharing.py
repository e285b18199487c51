"""Who may share a record, or end that: whom his role lets edit it. What was lent to somebody, by a
share or by a rule, is not his to lend on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from fangxin.access.shares import PERMISSION
from fangxin.fields.settings import SHARES
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import Forbidden
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records.change import load

_LENT: Final = "You may edit this record because it was shared with you: that cannot be passed on."


def unlent(ctx: Ctx) -> Ctx:
    """Return the same actor with the records alone that his role itself gives him."""
    return replace(ctx, rights=replace(ctx.rights, shared=frozenset(), rules=()))


async def refuse_sharing(
    ctx: Ctx,
    tx: Tx,
    definition: ObjectDef,
    changes: Sequence[Change],
    refuse: Callable[[Change, Forbidden], None],
) -> None:
    """Refuse to share, or to end it, to whoever may not."""
    sharing = [change for change in changes if change.changes(SHARES)]
    if not sharing:
        return
    permitted = ctx.rights.allows(PERMISSION)
    there = [change.id for change in sharing if change.before is not None]
    rows = await load(unlent(ctx), tx, definition, there, "update") if there else {}
    for change in sharing:
        if not permitted:
            refuse(change, Forbidden("Your role does not allow you to share records."))
        elif change.before is not None and not rows[change.id].allowed:
            refuse(change, Forbidden(_LENT, code="lent"))
