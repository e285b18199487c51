"""Which records have just left a reader's sight: deleted, moved to another owner or department, or
changed so that no sharing rule lends them any more.

Ids of what one never could see must not be told, so the log is asked who could before. Sight that
was lent by a parent is not looked into: such a record stays on a screen until it is read again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from fangxin.access.departments import places_of
from fangxin.access.lending import rules_of
from fangxin.access.scope import effective_scope
from fangxin.fields.settings import SHARES
from fangxin.history.entries import seen_records
from fangxin.history.tail import Entry
from fangxin.kernel.context import Ctx
from fangxin.kernel.sql import DialectName, InArray, Statement, compile_statement
from fangxin.objects.registry import ObjectDef
from fangxin.records.change import read_row
from fangxin.records.log import log_key
from fangxin.records.plans import remember
from fangxin.records.tables import change_payload
from fangxin.rules.conditions import met, read_tree


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


def _rows_statement(ctx: Ctx, definition: ObjectDef) -> Statement:
    table = definition.table
    columns = [table.c[name] for name in definition.empty_row]
    # skip one-door: of these rows nothing is told but that the reader saw them
    made = sa.select(*columns, table.c.custom).where(InArray(table.c.id, "ids"))
    return compile_statement(made.where(*definition.where(table)), ctx.database.dialect)


async def _were_lent(ctx: Ctx, name: str, changed: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Return which records a sharing rule lent to the reader when they held what was there before
    (`changed`: by record, packed values by log key).
    """
    definition = ctx.registry[name]
    rules = rules_of(ctx.rights.rules, name, "read")
    trees = [tree for each in rules if (tree := read_tree(ctx, definition, each.tree))]
    if not trees or not changed:
        return set()
    statement = remember(
        ctx.registry, ("as stored", name), lambda: _rows_statement(ctx, definition)
    )
    stored = await ctx.database.read(statement, {"ids": sorted(changed)})
    rows = [read_row(definition, row) for row in stored]
    for row in rows:
        before = changed[row["id"]]
        for field in definition.stored:
            if log_key(field) in before:
                packed = before[log_key(field)]
                row[field.key] = field.type.load(field, field.unpack(packed, row["id"]))
    flags = await met(ctx, ctx.database.read, definition, trees, rows)
    return {row["id"] for row, lent in zip(rows, flags, strict=True) if any(lent)}


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
    rows = await ctx.database.read(_payload_statement(ctx.database.dialect), values)
    first: dict[str, dict[str, Any]] = {}
    for seq, payload in sorted(rows, key=lambda row: row[0]):
        before, after = ((payload or {}).get(side) or {} for side in ("before", "after"))
        if _was_in_scope(ctx, name, before):
            found.add(moved[seq])
        # empty values are left out of the log; of several changes the first tells what there was
        held = first.setdefault(moved[seq], {})
        held |= {key: before.get(key) for key in {*before, *after} - held.keys()}
    return found | await _were_lent(ctx, name, first)
