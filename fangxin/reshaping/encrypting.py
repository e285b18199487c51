"""Encrypting a field that holds values: checked at once, done by a job (sealing/seal_anew.py).

From the change on whatever is written is sealed, and what is not yet is read as it is; the job
seals the rest, in records and in the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fangxin.customizing import customize
from fangxin.fields.base import Field
from fangxin.fields.sealed import sealed
from fangxin.history.noting import noted
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.objects.registry import ObjectDef
from fangxin.reshaping import unique
from fangxin.reshaping.convert import check_filters
from fangxin.reshaping.uses import refuse_asked
from fangxin.sealing.bound import bound


def sealed_from_now(
    ctx: Ctx, definition: ObjectDef | None, field: Field | None, body: Mapping[str, Any]
) -> Field | None:
    """Return a field as it will be where `body` encrypts it, else None."""
    if definition is None or field is None or field.encrypted or body.get("encrypted") is not True:
        return None
    made = replace(field, type=sealed(field.type, wanted=True), encrypted=True)
    return bound(made, definition.name, ctx.services.keys)


async def update_field(
    ctx: Ctx, id_: str, body: dict[str, Any], definition: ObjectDef | None, field: Field | None
) -> dict[str, Any]:
    """Change a custom field; where it is encrypted from now on, its unique values are claimed anew.

    Raises Conflict `in_use` while rules ask for its text, Invalid where a formula or roll-up does.
    """
    made = sealed_from_now(ctx, definition, field, body)
    if made is None or definition is None:
        return await unique.update_field(ctx, id_, body, definition, field)
    check_filters(made, definition, ctx.registry)
    alone = body.get("unique", made.unique)

    async def work(tx: Tx) -> dict[str, Any]:
        await refuse_asked(ctx, tx, definition, made)
        changed = await customize.update_field(tx, ctx.registry, id_, body, ctx.services.jobs)
        await unique.switch(tx, definition, made, wanted=bool(alone))
        return changed

    done: dict[str, Any] = await ctx.database.write(lambda tx: noted(ctx, tx, work))
    return done
