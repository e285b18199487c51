"""Bringing an installation to what a file of the configuration says: all of it, or nothing.

Everything goes through the checked functions of a change by hand, in one transaction and one change
set. A rehearsal does the same and takes it back before it is committed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final

from fangxin.configuring.compare import Difference, compare, read_document
from fangxin.configuring.design import Designer, Faults, current
from fangxin.configuring.portray import Document, Portrait, portray
from fangxin.configuring.setting_records import apply_records, remove_records
from fangxin.configuring.shared import apply_views, remove_views
from fangxin.history.noting import SETTINGS, noted
from fangxin.history.telling import told_changes
from fangxin.kernel.context import ChangeSet, Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import Forbidden, Invalid
from fangxin.kernel.ids import new_id
from fangxin.records.engine import run_unit

CONFIGURATION: Final = "configuration"
Told = dict[str, Any]


class _Rehearsed(Exception):
    """Everything fits: rolls the unit of a rehearsal back."""

    def __init__(self, differences: list[Difference]) -> None:
        self.differences = differences
        super().__init__("rehearsed")


def require_administrator(ctx: Ctx) -> None:
    """Raise Forbidden for all but administrators: a file holds every role's rights."""
    if not ctx.rights.admin:
        raise Forbidden


async def export(ctx: Ctx, asked: Collection[str] = ()) -> Document:
    """Return the whole configuration; `asked` names objects that are carried only on demand."""
    require_administrator(ctx)

    async def unit(tx: Tx) -> Document:
        return (await portray(await current(ctx, tx), tx, asked)).document

    made: Document = await ctx.database.write(unit)
    return made


async def diff(ctx: Ctx, wire: Any) -> Told:
    """Return {"changes"}: how a file differs from what is here."""
    require_administrator(ctx)
    document = read_document(wire)

    async def unit(tx: Tx) -> list[Difference]:
        here = await portray(await current(ctx, tx), tx, None)
        return compare(here.document, document)

    found = await ctx.database.write(unit)
    return {"changes": [_worded(ctx, each) for each in found]}


async def apply(ctx: Ctx, wire: Any, *, prune: bool = False, rehearse: bool = False) -> Told:
    """Bring everything the file names to what it says: {"changes", "applied", "change_set"}.

    What the file does not name stays, unless `prune` removes it where the file names others of its
    kind. Raises Invalid with a fault for each place that does not fit; nothing is changed then,
    nor by a rehearsal.
    """
    require_administrator(ctx)
    document = read_document(wire)
    group = ChangeSet(new_id(), SETTINGS, CONFIGURATION)
    inside = ctx.within(group)

    async def unit(tx: Tx) -> list[Difference]:
        fresh = await current(inside, tx)
        here = await portray(fresh, tx, None)
        found = [
            each for each in compare(here.document, document) if prune or each.change != "removed"
        ]
        faults = Faults()
        await _bring(fresh, tx, here, found, faults)
        if faults.problems:
            raise Invalid(errors=faults.problems)
        if rehearse:
            raise _Rehearsed(found)
        return found

    try:
        found = await run_unit(inside, unit)
    except _Rehearsed as done:
        return _told(ctx, done.differences, None)
    return _told(ctx, found, group.id)


def _told(ctx: Ctx, found: list[Difference], group: str | None) -> Told:
    done = group is not None and bool(found)
    return {
        "changes": [_worded(ctx, each) for each in found],
        "applied": done,
        "change_set": group if done else None,
    }


def _worded(ctx: Ctx, each: Difference) -> Told:
    """Return a difference as JSON, with its parts in the reader's words as `lines`."""
    definition = ctx.registry.get(each.address[1]) if each.address[0] == "records" else None
    sides: dict[str, Any] = {
        "before": {key: old for key, (old, _) in each.properties.items()},
        "after": {key: new for key, (_, new) in each.properties.items()},
    }
    if definition is not None:
        fields = definition.fields
        sides["plain"] = [
            {
                "field": key,
                "label": fields[key].spoken(ctx.locale) if key in fields else key,
                "before": old,
                "after": new,
            }
            for key, (old, new) in each.properties.items()
        ]
    return {**each.wire(), "lines": told_changes(ctx, each.address[0], each.change, sides)}


async def _bring(ctx: Ctx, tx: Tx, here: Portrait, found: list[Difference], faults: Faults) -> None:
    if not found:
        return
    designer = Designer(ctx, tx, faults)
    kept = _sections([each for each in found if each.change != "removed"])
    gone = _sections([each for each in found if each.change == "removed"])

    async def define(tx: Tx) -> None:
        await designer.objects(kept["custom_objects"])
        await designer.fields(kept["custom_fields"])
        await designer.company(kept["company"])

    async def remove(tx: Tx) -> None:
        await designer.remove([*gone["custom_objects"], *gone["custom_fields"]])

    await noted(ctx, tx, define)
    ctx = replace(ctx, registry=designer.registry)
    await apply_records(ctx, tx, here, kept["records"], faults)
    await apply_views(ctx, tx, here, kept["views"], faults)
    await remove_views(ctx, tx, here, gone["views"])
    await remove_records(ctx, tx, here, gone["records"], faults)
    await noted(ctx, tx, remove)


def _sections(found: list[Difference]) -> Mapping[str, list[Difference]]:
    names = ("company", "custom_objects", "custom_fields", "records", "views")
    return {name: [each for each in found if each.address[0] == name] for name in names}
