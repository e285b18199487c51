"""Out of the recycle bin with what belongs together: what a deleted record hung on and what hung on
it, as far as it lies in the bin too and the actor sees it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from fangxin.fields.base import Field
from fangxin.kernel.context import ChangeSet, Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import FangxinError, FieldProblem, Invalid, NotFound
from fangxin.kernel.i18n import translate
from fangxin.kernel.ids import is_id, new_id
from fangxin.kernel.sql import DialectName, InArray, Statement, compile_statement
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records.engine import require, run_unit, write_many
from fangxin.records.reading import find, get_many, names_of
from fangxin.records.tables import change

# records that are looked for below one, and how many links away
MOST: Final = 200
STEPS: Final = 3


@lru_cache(maxsize=2)
def _deletions(dialect: DialectName) -> Statement:
    return compile_statement(
        sa.select(change.c.record_id, change.c.change_set_id)
        .where(InArray(change.c.record_id, "records"), change.c.verb == "delete")
        .order_by(change.c.seq),
        dialect,
    )


async def belonging(ctx: Ctx, object: str, id: str) -> dict[str, Any]:
    """Return {"record", "above", "below", "missing", "more"} of a record in the bin.

    `above` are records in the bin that it points to, `below` those there that point to it, each
    with `together` where it went in the same change set; `missing` names the links that lead to
    nothing the actor sees. Raises NotFound, Forbidden as restoring does.
    """
    definition = require(ctx, object, "delete")
    found = await get_many(ctx, definition, [id] if is_id(id) else [], deleted=True)
    if not found:
        raise NotFound
    above, missing = await _above(ctx, definition, found[0])
    below = await _below(ctx, definition, id)
    every = [*above, *below]
    rows = await ctx.database.read(
        _deletions(ctx.database.dialect), {"records": [id, *(each["id"] for each in every)]}
    )
    went = {row[0]: row[1] for row in rows}
    for each in every:
        each["together"] = went.get(each["id"]) == went.get(id)
    record = {"id": id, "name": found[0]["name"], "object": definition.name}
    more = len(below) >= MOST
    return {"record": record, "above": above, "below": below, "missing": missing, "more": more}


async def _above(
    ctx: Ctx, definition: ObjectDef, record: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    above: dict[str, dict[str, Any]] = {}
    missing: list[dict[str, Any]] = []
    for field in _links(ctx, definition):
        aim = record.get(field.key)
        target = None if aim is None else ctx.registry.get(aim["object"])
        if aim is None or target is None or field.target in {"user", "department"}:
            continue
        if not await names_of(ctx, target.name, [aim["id"]]):
            missing.append({"field": field.key, "label": field.spoken(ctx.locale)})
            continue
        binned = await get_many(ctx, target, [aim["id"]], ["name"], deleted=True)
        for each in binned:
            above[each["id"]] = {"id": each["id"], "name": each["name"], "object": target.name}
    return list(above.values()), missing


def _links(ctx: Ctx, definition: ObjectDef) -> list[Field]:
    readable = ctx.rights.readable(definition)
    return [
        each
        for each in definition.fields.values()
        if (each.target is not None or each.type.references)
        and not each.system
        and readable.get(each.key) == "full"
    ]


async def _below(ctx: Ctx, definition: ObjectDef, id: str) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    here = {definition.name: [id]}
    for _ in range(STEPS):
        new: dict[str, list[str]] = {}
        for name, ids in here.items():
            for link in await _pointing(ctx, ctx.registry[name], ids, MOST - len(found)):
                if link["id"] not in found and link["id"] != id:
                    found[link["id"]] = link
                    new.setdefault(link["object"], []).append(link["id"])
        here = new
    return list(found.values())[:MOST]


async def _pointing(
    ctx: Ctx, definition: ObjectDef, ids: Sequence[str], limit: int
) -> list[dict[str, Any]]:
    """Return the records in the bin that point to some others."""
    found: list[dict[str, Any]] = []
    for child, link in ctx.registry.pointing_to(definition):
        if ctx.rights.scope(child.name, "read").kind == "none" or limit <= len(found):
            continue
        if link in _links(ctx, child):
            tree = {"field": link.key, "op": "in", "value": list(ids)}
            page = await find(
                ctx, child.name, filter=tree, fields=["name"], limit=limit, deleted=True
            )
            named = ({"id": e["id"], "name": e["name"], "object": child.name} for e in page.items)
            found += named
    return found


async def bring_back(
    ctx: Ctx, object: str, id: str, with_: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """Restore a record with others that belong to it, in one change set: {"change_set", "restored",
    "refused"}. The record itself comes back or nothing does; of the others each for itself.

    Raises Invalid for others that do not belong to it.
    """
    known = await belonging(ctx, object, id)
    name = known["record"]["object"]
    above, below = ([(e["object"], e["id"]) for e in known[side]] for side in ("above", "below"))
    wanted = [(each["object"], each["id"]) for each in with_]
    problems = [
        FieldProblem(f"/with/{place}", "not_related", "This does not belong to the record.")
        for place, each in enumerate(wanted)
        if each not in {*above, *below}
    ]
    if problems:
        raise Invalid(errors=problems)
    order = [*(e for e in above if e in wanted), (name, id), *(e for e in below if e in wanted)]
    group = ChangeSet(new_id(), "restore", name)
    inside = replace(ctx.within(group), request_key=None)

    async def unit(tx: Tx) -> dict[str, Any]:
        refused: list[dict[str, Any]] = []
        restored = 0

        def refuse(change_: Change, error: FangxinError) -> None:
            if change_.id == id:
                raise error
            message = translate(ctx.locale, error.detail, error.values)
            told = {"object": change_.object, "id": change_.id, "code": error.code}
            refused.append({**told, "message": message})

        for object_, id_ in order:
            one = [Change(object_, id_, "restore", {})]
            restored += len(await write_many(inside, tx, object_, "restore", one, refuse=refuse))
        return {"change_set": group.id, "restored": restored, "refused": refused}

    return dict(await run_unit(ctx, unit))
