"""With whom single records are shared: the rows that the scope's predicate asks, kept in step with
what each record says of itself in its field of that name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from fangxin.kernel import epoch
from fangxin.kernel.arrays import delete_by_record
from fangxin.kernel.clock import from_stored
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import Id, InArray, InSelect, Timestamp, metadata
from fangxin.objects.registry import ObjectDef

PERMISSION: Final = "share"
# what a share may let one do, each at the level that does
SHARED: Final = frozenset({"read", "update"})

record_share: Final = sa.Table(
    "record_share",
    metadata,
    # a user, a role or a department; their ids are never the same
    sa.Column("holder_id", Id(), primary_key=True),
    sa.Column("object", sa.Text(), primary_key=True),
    sa.Column("record_id", Id(), primary_key=True),
    sa.Column("edits", sa.Boolean(), nullable=False),
    sa.Column("until", Timestamp(), nullable=True),
    sa.Index("ix_record_share_record", "record_id"),
)


def _find_kinds() -> sa.Select[Any]:
    c = record_share.c
    return sa.select(c.holder_id, c.object).where(InArray(c.holder_id, "holders")).distinct()


_insert: Final = Prepared(
    lambda: sa.insert(record_share).values({c.name: sa.bindparam(c.name) for c in record_share.c})
)
_kinds: Final = Prepared(_find_kinds)


def share_condition(
    definition: ObjectDef, id_: ColumnElement[Any], action: str
) -> ColumnElement[bool]:
    """Return "the record `id_` is shared with the reader now, so far as `action` needs"; its
    parameters are those of `share_values`.
    """
    held = record_share.alias()
    still = held.c.until > sa.bindparam("scope_now", type_=Timestamp())
    # skip one-door: the predicate is the door itself
    found = sa.select(held.c.record_id).where(
        InArray(held.c.holder_id, "scope_holders"),
        held.c.object == sa.literal(definition.name),
        sa.or_(held.c.until.is_(None), still),
    )
    if action == "update":
        found = found.where(held.c.edits.is_(sa.true()))
    return InSelect(id_, found)


def share_values(holders: Sequence[str], moment: datetime) -> dict[str, Any]:
    """Return the parameters of `share_condition`."""
    return {"scope_holders": list(holders), "scope_now": moment}


async def shared_objects(database: Database, holders: Sequence[str]) -> frozenset[str]:
    """Return the objects of which some record is, or was for a time, shared with these holders."""
    rows = await database.read(_kinds(database.dialect), {"holders": list(holders)})
    return frozenset(row[1] for row in rows)


async def write_shares(
    tx: Tx, definition: ObjectDef, entries: Sequence[tuple[str, Sequence[Mapping[str, Any]]]]
) -> None:
    """Write with whom records are shared, given as (record id, value of the field)."""
    if not entries:
        return
    await tx.execute(delete_by_record(tx.dialect, "record_share"), {"ids": [e[0] for e in entries]})
    rows = [
        {
            "holder_id": each["with"]["id"],
            "object": definition.name,
            "record_id": id_,
            "edits": each["level"] == "edit",
            "until": from_stored(each["until"]) if each["until"] else None,
        }
        for id_, shares in entries
        for each in shares
    ]
    if not rows:
        return
    holders = sorted({row["holder_id"] for row in rows})
    known = {tuple(row) for row in await tx.fetch(_kinds(tx.dialect), {"holders": holders})}
    await tx.execute_many(_insert(tx.dialect), rows)
    # whose rights do not know yet that anything of the object is shared with them, must be told
    if any((holder, definition.name) not in known for holder in holders):
        await epoch.bump(tx, epoch.ACCESS)
