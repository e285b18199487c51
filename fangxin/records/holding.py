"""What holds a record: others that point to it and still need it (`Field.holds`)."""

from __future__ import annotations

from collections.abc import Sequence

from fangxin.access.contexts import elevated
from fangxin.fields.base import Field
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import Conflict, FangxinError
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records.hooks import Refuse
from fangxin.records.reading import find_ids, get_many

SLICE, NAMED = 250, 5  # at a time, and so many by name


async def refuse_held(
    ctx: Ctx, tx: Tx, definition: ObjectDef, changes: Sequence[Change], refuse: Refuse
) -> None:
    """Refuse (Conflict `in_use`) to delete what others need, naming those the actor may see."""
    held: dict[str, list[tuple[ObjectDef, list[str]]]] = {}
    for child, link in ctx.registry.children.get(definition.name, ()):
        if link.holds is None:
            continue
        for start in range(0, len(changes), SLICE):
            part = [change.id for change in changes[start : start + SLICE]]
            for id_, ids in (await _holders(ctx, tx, child, link, part)).items():
                held.setdefault(id_, []).append((child, ids))
    for change in changes:
        if change.id in held:
            refuse(change, await _held(ctx, tx, held[change.id]))


async def _holders(
    ctx: Ctx, tx: Tx, child: ObjectDef, link: Field, ids: list[str]
) -> dict[str, list[str]]:
    every = elevated(ctx)  # what needs a record does so whoever sees it
    tree = {"all": [{"field": link.key, "op": "in", "value": ids}, link.holds or {"all": []}]}
    found = [id_ for id_, _ in await find_ids(every, child, tree, fetch=tx.fetch)]
    held: dict[str, list[str]] = {}
    for item in await get_many(every, child, sorted(found), ["id", link.key], tx.fetch):
        held.setdefault(item[link.key]["id"], []).append(item["id"])
    return held


async def _held(ctx: Ctx, tx: Tx, holders: Sequence[tuple[ObjectDef, list[str]]]) -> FangxinError:
    told, extra = [], []
    for child, ids in holders:
        seen = ctx.rights.scope(child.name, "read").kind != "none"
        shown = await get_many(ctx, child, sorted(ids), ["id", "name"], tx.fetch) if seen else []
        named = ", ".join(sorted(str(each["name"]) for each in shown)[:NAMED])
        told.append(f"{child.plural(ctx.locale)} ({len(ids)}): {named or '…'}")
        extra.append({"object": child.name, "ids": sorted(each["id"] for each in shown)})
    return Conflict(
        "Others still need this record. Close or remove them first: {names}",
        code="in_use",
        values={"names": "; ".join(told)},
        extra={**extra[0], "holders": extra},
    )
