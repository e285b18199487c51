"""What stands in the way of undoing, told to a reader: the values on both sides as far as he may
read them, and who changed them since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from fangxin.history.entries import name_actors, name_links, told_value
from fangxin.history.turning import CHANGED
from fangxin.kernel.context import Ctx
from fangxin.kernel.sql import DialectName, InArray, Statement, compile_statement
from fangxin.objects.registry import ObjectDef
from fangxin.records.log import log_key
from fangxin.records.tables import change, change_payload

# so many conflicts tell who changed it since; the rest only what
TRACED: Final = 100
ROWS: Final = 1000


@lru_cache(maxsize=2)
def _later_statement(dialect: DialectName) -> Statement:
    columns = (change.c.seq, change.c.at, change.c.actor_id, change.c.record_id)
    return compile_statement(
        sa.select(*columns, change_payload.c.payload)
        .join(change_payload, change_payload.c.seq == change.c.seq)
        .where(
            InArray(change.c.record_id, "records"),
            change.c.seq > sa.bindparam("above", type_=sa.BigInteger()),
        )
        .order_by(change.c.seq.desc())
        .limit(ROWS),
        dialect,
    )


async def told_conflicts(ctx: Ctx, conflicts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return conflicts with the label of their field, and `mine` (what undoing would put) and
    `theirs` (what is there) as far as the actor may read them; `by` and `changed_at` tell who
    changed it since.
    """
    later = await _later(ctx, [each for each in conflicts if each["code"] == CHANGED][:TRACED])
    told = [_told(ctx, each, later.get(each["id"], ())) for each in conflicts]
    sides = [each for each in told if "mine" in each]
    pairs = [{"changes": [{"before": e["mine"], "after": e["theirs"]}]} for e in sides]
    await name_links(ctx, pairs)
    await name_actors(ctx, [{"actor": each["by"]} for each in told if each.get("by")])
    return told


async def _later(ctx: Ctx, conflicts: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return the later changes of their records, the latest first, by record."""
    found: dict[str, list[Any]] = {}
    if conflicts:
        values = {
            "records": sorted({each["id"] for each in conflicts}),
            "above": min(each["seq"] for each in conflicts),
        }
        statement = _later_statement(ctx.database.dialect)
        for row in await ctx.database.read(statement, values):
            found.setdefault(row[3], []).append(row)
    return found


def _told(ctx: Ctx, conflict: Mapping[str, Any], later: Sequence[Any]) -> dict[str, Any]:
    seq, key = conflict["seq"], conflict["field"]
    plain = {each: value for each, value in conflict.items() if each != "seq"}
    definition: ObjectDef | None = ctx.registry.get(conflict["object"])
    field = None if definition is None or key is None else definition.fields.get(key)
    if definition is None and key is not None:
        # a setting that is no record is told in words already
        return {**plain, **_since(key, seq, later)}
    if definition is None or field is None:
        return plain
    told = {**plain, "label": field.spoken(ctx.locale), "mine": None, "theirs": None}
    if ctx.rights.readable(definition).get(key) is None or conflict["name"] is None:
        return told
    sides = {
        side: told_value(ctx, definition, field, conflict["id"], conflict[side])
        for side in ("mine", "theirs")
    }
    return {**told, **sides, **_since(log_key(field), seq, later)}


def _since(key: str, seq: int, later: Sequence[Any]) -> dict[str, Any]:
    for row_seq, at, actor, _, payload in later:
        sides = payload or {}
        if row_seq > seq and any(key in (sides.get(side) or {}) for side in ("before", "after")):
            return {"by": {"id": actor, "name": None, "object": "user"}, "changed_at": at}
    return {}
