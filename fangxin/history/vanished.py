"""Which records have just left a reader's sight: deleted, or moved to another owner or department.

Ids of what one never could see must not be told, so the log is asked who could before. Sight that
was lent by a parent or a sharing rule is not looked into: such a record stays on a screen until it
is read again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from fangxin.access.departments import places_of
from fangxin.access.scope import effective_scope
from fangxin.fields.settings import SHARES
from fangxin.history.entries import seen_records
from fangxin.history.tail import Entry
from fangxin.kernel.context import Ctx
from fangxin.kernel.sql import DialectName, InArray, Statement, compile_statement
from fangxin.records.tables import change_payload


@lru_cache(maxsize=2)
def _payload_statement(dialect: DialectName) -> Statement:
    columns = (change_payload.c.seq, change_payload.c.payload)
    return compile_statement(
        sa.select(*columns).where(InArray(change_payload.c.seq, "seqs")), dialect
    )


def _was_in_scope(ctx: Ctx, name: str, before: Mapping[str, Any]) -> bool:
    """Tell whether owner or department from before lay in the reader's own scope, or the record
    was shared with him.
    """
    scope = effective_scope(ctx.rights, ctx.registry[name], "read")
    owner, department = before.get("owner"), before.get("department")
    if owner is not None and owner == ctx.actor.id:
        return True
    shares = before.get(SHARES) or ()
    if any(each["with"]["id"] in ctx.rights.holders for each in shares):
        return True
    return department in places_of(ctx, scope)


async def vanished(ctx: Ctx, name: str, lost: Mapping[str, Sequence[Entry]]) -> set[str]:
    """Return which of the records that the reader does not see now he saw before their changes."""
    deleted = [id_ for id_, entries in lost.items() if entries[-1].verb == "delete"]
    found = await seen_records(ctx, name, deleted) if deleted else set[str]()
    moved = {
        entry.position.seq: id_
        for id_, entries in lost.items()
        for entry in entries
        if entry.verb in {"update", "delete"}
    }
    values = {"seqs": list(moved)}
    for seq, payload in await ctx.database.read(_payload_statement(ctx.database.dialect), values):
        if _was_in_scope(ctx, name, (payload or {}).get("before") or {}):
            found.add(moved[seq])
    return found
