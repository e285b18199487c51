"""Refusing a new record that looks like one that is already there."""

from __future__ import annotations

from collections.abc import Sequence

from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import Conflict
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records.keys import find_duplicates
from fangxin.records.reading import get_many


async def refuse_duplicates(
    ctx: Ctx, tx: Tx, definition: ObjectDef, changes: Sequence[Change]
) -> None:
    """Raise Conflict `duplicate` with the list of records that share a duplicate key with a new
    one.
    """
    entries = [(change.id, change.values) for change in changes]
    found = await find_duplicates(tx, definition, entries)
    if not found:
        return
    matched: dict[str, list[str]] = {}
    for each in found:
        keys = matched.setdefault(each.record_id, [])
        if each.field not in keys:
            keys.append(each.field)
    seen = await get_many(ctx, definition, list(matched)[:20], ["id", "name"], tx.fetch)
    names = {item["id"]: item["name"] for item in seen}
    # what the actor may not see is told without saying which one it is
    listed = [
        {
            "id": id_ if id_ in names else None,
            "name": names.get(id_),
            "object": definition.name,
            "matched_on": keys,
        }
        for id_, keys in list(matched.items())[:20]
    ]
    raise Conflict(
        "This looks like a record that is already there.",
        code="duplicate",
        extra={"duplicates": listed},
    )
