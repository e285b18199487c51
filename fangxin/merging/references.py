"""Everything that points to a record: found from the registry, counted, and turned to another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from fangxin.fields.base import Field
from fangxin.fields.lines import inner_links
from fangxin.fields.link import Reference, points_at
from fangxin.history.repointing import repoint
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import Conflict
from fangxin.kernel.sql import Id, Statement, compile_statement
from fangxin.linking.links import RECORD
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records import change as store
from fangxin.records.plans import remember
from fangxin.records.reading import Fetch

# a merge is one transaction, so that it is whole or not at all
MOST: Final = 20_000


@dataclass(frozen=True, slots=True)
class Pointer:
    """A field by which records of an object may point to a record of `target`."""

    holder: ObjectDef
    field: Field
    target: ObjectDef

    def condition(self, id_: ColumnElement[Any]) -> ColumnElement[bool]:
        """Return that a row of the holder points to the record `id_`."""
        table = self.holder.table
        if self.field.line and not self.field.type.many:
            held = sa.cast(self.field.columns(table)[0], sa.Text())
            return held.contains(sa.cast(id_, sa.Text()))
        return sa.and_(*points_at(self.field, table, self.target.name, id_))

    def turned(self, value: Any, old: str, new: str | None) -> Any:
        """Return a value with `new` in the place of `old`, as it is where `old` stands no more."""
        if self.field.line and value:
            keys = {each.key for each in inner_links(self.field) if each.target == self.target.name}
            lines = [
                {key: new if key in keys and cell == old else cell for key, cell in line.items()}
                for line in value
            ]
            return _each_once(lines) if self.field.type.many else lines
        if self.field.type.references:
            target = None if new is None else Reference(self.target.name, new)
            return target if value == Reference(self.target.name, old) else value
        return new if value == old else value


def _each_once(lines: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]] | None:
    """Return links to several records without those that lead nowhere or are there before."""
    found = dict.fromkeys(line[RECORD] for line in lines if line[RECORD] is not None)
    return [{RECORD: each} for each in found] or None


def pointers(ctx: Ctx, target: ObjectDef) -> Iterator[Pointer]:
    """Yield every field by which a record may point to one of `target`."""
    for holder, field in ctx.registry.pointing_to(target):
        yield Pointer(holder, field, target)
    for holder in ctx.registry.objects.values():
        for field in holder.fields.values():
            if any(each.target == target.name for each in inner_links(field)):
                yield Pointer(holder, field, target)


def _found_statement(ctx: Ctx, pointer: Pointer) -> Statement:
    table = pointer.holder.table
    pointing = pointer.condition(sa.bindparam("old", type_=Id()))
    # skip one-door: what points to a merged record follows it, whosever it is
    query = sa.select(table.c.id, table.c.deleted_at).where(pointing, *pointer.holder.where(table))
    return compile_statement(query.order_by(table.c.id).limit(MOST + 1), ctx.database.dialect)


async def _found(ctx: Ctx, fetch: Fetch, pointer: Pointer, old: str) -> list[tuple[str, bool]]:
    statement = remember(
        ctx.registry,
        ("pointing at", pointer.holder.name, pointer.field.key, pointer.target.name),
        lambda: _found_statement(ctx, pointer),
    )
    return [(row[0], row[1] is not None) for row in await fetch(statement, {"old": old})]


async def count_references(ctx: Ctx, target: ObjectDef, old: str) -> list[dict[str, Any]]:
    """Return what points to a record, deleted records not counted: {"object", "field", "label",
    "count"}; objects that the reader may not read at all are summed up under null.
    """
    found: list[dict[str, Any]] = []
    hidden = 0
    for pointer in pointers(ctx, target):
        rows = await _found(ctx, ctx.database.read, pointer, old)
        count = sum(not deleted for _, deleted in rows)
        if not count:
            continue
        if ctx.rights.scope(pointer.holder.name, "read").kind == "none":
            hidden += count
            continue
        label = pointer.holder.plural(ctx.locale)
        entry = {"object": pointer.holder.name, "field": pointer.field.key}
        found.append({**entry, "label": label, "count": count})
    if hidden:
        found.append({"object": None, "field": None, "label": None, "count": hidden})
    return found


async def turn_references(ctx: Ctx, tx: Tx, target: ObjectDef, old: str, new: str) -> None:
    """Let everything that points to `old` point to `new`.

    A record never comes to point to itself: such a link of `new` is emptied. Raises Conflict
    `too_many` beyond MOST.
    """
    many = 0
    for pointer in pointers(ctx, target):
        rows = await _found(ctx, tx.fetch, pointer, old)
        # what the merged record itself points to stays with it in the recycle bin
        ids = [id_ for id_, _ in rows if id_ != old]
        many += len(ids)
        if many > MOST:
            raise Conflict(
                "More than {limit} records point to it. Merge it the other way round.",
                code="too_many",
                values={"limit": MOST},
            )
        if ids:
            await _turn(ctx, tx, pointer, ids, old, new)


async def _turn(ctx: Ctx, tx: Tx, pointer: Pointer, ids: list[str], old: str, new: str) -> None:
    holder, key = pointer.holder, pointer.field.key
    # before they were locked, somebody may have let them point elsewhere or removed them
    rows = await store.load(ctx, tx, holder, ids, "update")
    changes = []
    for id_, row in rows.items():
        turned = pointer.turned(row.values[key], old, None if id_ == new else new)
        if turned != row.values[key]:
            changes.append(Change(holder.name, id_, "update", {key: turned}))
    await repoint(ctx, tx, holder, changes)
