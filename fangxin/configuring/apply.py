"""Bringing an installation to what a file of the configuration says: all of it, or nothing.

Everything goes through the checked functions of a change by hand, in one transaction and one change
set. A rehearsal does the same and takes it back before it is committed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
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
from fangxin.reshaping.convert import Uncounted

CONFIGURATION: Final = "configuration"
Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Done:
    """What a file changed, and what became of the values of fields that got another type."""

    differences: list[Difference]
    conversions: list[Told]


class _Rehearsed(Exception):
    """Everything fits: rolls the unit of a rehearsal back."""

    def __init__(self, done: _Done) -> None:
        self.done = done
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


async def apply(
    ctx: Ctx,
    wire: Any,
    *,
    prune: bool = False,
    rehearse: bool = False,
    empty_unfit: bool = False,
) -> Told:
    """Bring everything the file names to what it says: {"changes", "conversions", "applied",
    "change_set"}.

    What the file does not name stays, unless `prune` removes it where the file names others of its
    kind. Values that do not fit a field's new type refuse the file, unless `empty_unfit` leaves
    them empty. Raises Invalid with a fault for each place that does not fit; nothing is changed
    then, nor by a rehearsal.
    """
    require_administrator(ctx)
    document = read_document(wire)
    group = ChangeSet(new_id(), SETTINGS, CONFIGURATION)
    inside = ctx.within(group)
    seen: dict[str, Told] = {}

    async def unit(tx: Tx) -> _Done:
        fresh = await current(inside, tx)
        here = await portray(fresh, tx, None)
        differences = compare(here.document, document)
        found = [each for each in differences if prune or each.change != "removed"]
        designer = Designer(fresh, tx, Faults(), seen, empty_unfit=empty_unfit)
        await _bring(designer, here, found)
        if designer.faults.problems:
            raise Invalid(errors=designer.faults.problems)
        done = _Done(found, designer.conversions)
        if rehearse:
            raise _Rehearsed(done)
        return done

    done, applied = await _run(inside, unit, seen)
    return _told(ctx, done, group.id if applied else None)


async def _run(
    ctx: Ctx, unit: Callable[[Tx], Awaitable[_Done]], seen: dict[str, Told]
) -> tuple[_Done, bool]:
    """Return what was done, and whether it stays. What becomes of values whose field gets another
    type is looked up between two attempts, so that nobody waits for it.
    """
    while True:
        try:
            return await run_unit(ctx, unit), True
        except Uncounted as left:
            seen[left.trial.key] = await left.trial.seen(ctx)
        except _Rehearsed as rehearsed:
            return rehearsed.done, False


def _told(ctx: Ctx, done: _Done, group: str | None) -> Told:
    applied = group is not None and bool(done.differences)
    return {
        "changes": [_worded(ctx, each) for each in done.differences],
        "conversions": done.conversions,
        "applied": applied,
        "change_set": group if applied else None,
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


async def _bring(designer: Designer, here: Portrait, found: list[Difference]) -> None:
    if not found:
        return
    ctx, tx, faults = designer.ctx, designer.tx, designer.faults
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
