"""Records that went into others: where an old id leads, and which histories a record has taken up.

A row holds as long as its change set stands: undoing the merge is all that a way back needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.ids import is_id
from fangxin.kernel.prepared import Prepared, put_row
from fangxin.kernel.sql import Id, InArray, Timestamp, metadata
from fangxin.records.tables import change_set

# records that were merged again and again are followed so far
STEPS: Final = 20

merged_record: Final = sa.Table(
    "merged_record",
    metadata,
    sa.Column("record_id", Id(), primary_key=True),
    sa.Column("object", sa.Text(), nullable=False),
    sa.Column("into_id", Id(), nullable=False),
    sa.Column("change_set_id", Id(), nullable=False),
    sa.Column("at", Timestamp(), nullable=False),
    sa.Index("ix_merged_record_into", "into_id"),
)
_put: Final = Prepared(lambda: put_row(merged_record))
_standing: Final = sa.and_(
    change_set.c.id == merged_record.c.change_set_id, change_set.c.undone_by_id.is_(None)
)
_into: Final = Prepared(
    lambda: (
        sa.select(merged_record.c.into_id)
        .join(change_set, _standing)
        .where(
            merged_record.c.record_id == sa.bindparam("record", type_=Id()),
            merged_record.c.object == sa.bindparam("object", type_=sa.Text()),
        )
    )
)
_from: Final = Prepared(
    lambda: (
        sa.select(merged_record.c.record_id)
        .join(change_set, _standing)
        .where(InArray(merged_record.c.into_id, "records"))
        .limit(1000)
    )
)

_by: Final = Prepared(
    lambda: (
        sa.select(merged_record.c.record_id, merged_record.c.change_set_id)
        .join(change_set, _standing)
        .where(InArray(merged_record.c.record_id, "records"))
    )
)
_stayed: Final = Prepared(
    lambda: sa.select(merged_record.c.into_id).where(InArray(merged_record.c.change_set_id, "sets"))
)
_again: Final = Prepared(
    lambda: (
        sa.update(merged_record)
        .values(change_set_id=sa.bindparam("by", type_=Id()))
        .where(merged_record.c.change_set_id == sa.bindparam("set", type_=Id()))
    )
)


async def merges_of(ctx: Ctx, ids: Sequence[str]) -> dict[str, str]:
    """Return the change sets by which records went into others, by the id of the record that went;
    of merges that stand.
    """
    if not ids:
        return {}
    rows = await ctx.database.read(_by(ctx.database.dialect), {"records": list(ids)})
    return {row[0]: row[1] for row in rows}


async def stayed_in(ctx: Ctx, set_: str, undoes: str | None) -> str | None:
    """Return the id of the record that stayed in the merge that a change set made, or took back
    (`undoes`).
    """
    sets = [set_] if undoes is None else [set_, undoes]
    rows = await ctx.database.read(_stayed(ctx.database.dialect), {"sets": sets})
    return rows[0][0] if rows else None


async def note_again(tx: Tx, set_: str, by: str) -> None:
    """Write down that the merge of a change set, which was taken back, stands again by another."""
    await tx.execute(_again(tx.dialect), {"set": set_, "by": by})


async def note_merged(ctx: Ctx, tx: Tx, object: str, old: str, new: str, set_: str) -> None:
    """Write down in the transaction of a merge (change set `set_`) that `old` went into `new`."""
    values = {"record_id": old, "object": object, "into_id": new, "change_set_id": set_}
    await tx.execute(_put(tx.dialect), {**values, "at": ctx.clock()})


async def merged_into(ctx: Ctx, object: str, id: str) -> str | None:
    """Return the id of the record that a merged one went into in the end, None when it did not."""
    found: str | None = None
    here = id if is_id(id) else None
    for _ in range(STEPS):
        if here is None:
            break
        values = {"record": here, "object": object}
        rows = await ctx.database.read(_into(ctx.database.dialect), values)
        here = rows[0][0] if rows else None
        found = here or found
    return found


async def taken_up(ctx: Ctx, id: str) -> list[str]:
    """Return the ids of the records that went into one, by whatever way."""
    found: list[str] = []
    here = [id]
    for _ in range(STEPS):
        rows = await ctx.database.read(_from(ctx.database.dialect), {"records": here})
        here = [row[0] for row in rows if row[0] not in found]
        found += here
        if not here:
            break
    return found
