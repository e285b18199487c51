"""Making a field unique that records hold values of, or taking a unique one out of the recycle
bin: refused, with the repeated ones named, or every value claimed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from fangxin.customizing import customize
from fangxin.customizing.extend import make_field
from fangxin.fields.base import Field
from fangxin.history.noting import noted
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.errors import Conflict, FieldProblem
from fangxin.kernel.sql import compile_statement
from fangxin.objects.custom import load
from fangxin.objects.registry import ObjectDef, Registry
from fangxin.records.keys import unique_texts, write_unique_keys
from fangxin.reshaping.values import values_of
from fangxin.sealing.bound import bound

TOLD: Final = 20


async def refuse_repeated(source: Database | Tx, definition: ObjectDef, field: Field) -> None:
    """Raise Conflict `not_unique` where records share a value; `duplicates` names up to TOLD of
    the values, each with its records.
    """
    first: dict[str, tuple[str, str]] = {}
    repeated: dict[str, list[dict[str, str]]] = {}
    shown: dict[str, Any] = {}
    async for rows in values_of(source, definition, field):
        for row in rows:
            text = unique_texts(field, field.type.load(field, row.storage))[0]
            if text not in first:
                first[text] = (row.id, row.name)
                continue
            id_, name = first[text]
            same = repeated.setdefault(text, [{"id": id_, "name": name}])
            same.append({"id": row.id, "name": row.name})
            shown[text] = field.type.write(field, row.storage)
    if repeated:
        told = [{"value": shown[text], "records": repeated[text][:TOLD]} for text in repeated][
            :TOLD
        ]
        values = {"count": len(repeated), "first": str(told[0]["value"])[:80]}
        message = "{count} values occur more than once, such as {first}. Change them first."
        problem = FieldProblem("/unique", "not_unique", message, values)
        raise Conflict(code="not_unique", errors=[problem], extra={"duplicates": told})


async def claim_values(ctx: Ctx, definition: ObjectDef, field: Field) -> None:
    """Claim the values that are there for a field that is unique from now on.

    Raises Conflict `not_unique` where somebody repeated one meanwhile; the field is as it was then.
    """
    alone = replace(definition, fields={field.key: replace(field, unique=True)})
    async for rows in values_of(ctx.database, definition, field):
        entries = [(each.id, {field.key: field.type.load(field, each.storage)}) for each in rows]

        async def unit(tx: Tx, entries: Any = entries) -> list[Any]:
            return await write_unique_keys(tx, alone, entries, fresh=True)

        taken = [each for each in await ctx.database.write(unit) if each.holder != each.record_id]
        if taken:
            await refuse_repeated(ctx.database, definition, field)


async def switch(tx: Tx, definition: ObjectDef, field: Field, *, wanted: bool) -> None:
    """Claim all values of a field that is unique from now on, or free them, inside a unit that
    changes its definition; raise Conflict `not_unique` where records share one.
    """
    await free(tx, definition.name, field.key)
    if not wanted:
        return
    await refuse_repeated(tx, definition, field)
    alone = replace(definition, fields={field.key: replace(field, unique=True)})
    async for rows in values_of(tx, definition, field):
        entries = [(each.id, {field.key: field.type.load(field, each.storage)}) for each in rows]
        await write_unique_keys(tx, alone, entries, fresh=True)


async def restore_field(
    ctx: Ctx, tx: Tx, registry: Registry, id_: str, at: datetime
) -> dict[str, Any]:
    """Take a custom field out of the recycle bin. Values of a unique one are claimed anew, since
    records written meanwhile claim none of them; Conflict `not_unique` where two share one.
    """
    restored: dict[str, Any] = await customize.restore_field(
        tx, registry, id_, at, ctx.services.jobs
    )
    row = next(each for each in (await load(tx)).fields if each.id == id_)
    field = bound(make_field(row), row.object, ctx.services.keys)
    if field.unique:
        await switch(tx, registry[row.object], field, wanted=True)
    return restored


async def free_values(ctx: Ctx, definition: ObjectDef, field: Field) -> None:
    """Free the values of a field that is not unique any more."""
    await ctx.database.write(lambda tx: free(tx, definition.name, field.key))


async def free(tx: Tx, name: str, key: str) -> None:
    """Free all values claimed for a field, by the name of its object and its key."""
    keys = sa.table("unique_key", sa.column("object"), sa.column("field"))
    statement = compile_statement(
        # skip one-door: keys are no records
        sa.delete(keys).where(keys.c.object == sa.literal(name), keys.c.field == sa.literal(key)),
        tx.dialect,
    )
    await tx.execute(statement, {})


async def update_field(
    ctx: Ctx, id_: str, body: dict[str, Any], definition: ObjectDef | None, field: Field | None
) -> dict[str, Any]:
    """Change a custom field; where it becomes unique, with all its values, or not at all."""
    wanted, jobs = body.get("unique"), ctx.services.jobs

    async def change(given: dict[str, Any]) -> dict[str, Any]:
        async def work(tx: Tx) -> dict[str, Any]:
            return await customize.update_field(tx, ctx.registry, id_, given, jobs)

        done: dict[str, Any] = await ctx.database.write(lambda tx: noted(ctx, tx, work))
        return done

    if definition is None or field is None or not isinstance(wanted, bool):
        return await change(body)
    if wanted and not field.unique:
        await refuse_repeated(ctx.database, definition, field)
        # what a field of this key claimed before it got another type
        await free_values(ctx, definition, field)
        changed = await change(body)
        try:
            await claim_values(ctx, definition, field)
        except Conflict:
            await change({"unique": False})
            await free_values(ctx, definition, field)
            raise
        return changed
    changed = await change(body)
    if field.unique and not wanted:
        await free_values(ctx, definition, field)
    return changed
