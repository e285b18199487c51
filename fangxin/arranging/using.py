"""Which layouts name a field: told before it is deleted. Afterwards they skip it."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from fangxin.arranging.body import fields_of
from fangxin.fields.base import Field
from fangxin.kernel.context import Ctx
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import metadata
from fangxin.objects.registry import ObjectDef


def _find() -> sa.Select[Any]:
    layout = metadata.tables["page_layout"].c
    columns = (layout.name, layout.applies_to, layout.body, layout.record_type)
    # skip one-door: whoever deletes a field must hear of every layout that names it
    return sa.select(*columns).where(layout.deleted_at.is_(None)).order_by(layout.name, layout.id)


_all: Final = Prepared(_find)


async def naming(ctx: Ctx, definition: ObjectDef, field: Field) -> list[str]:
    """Return the names of the layouts that place a field, show it in a list of related records, or
    tell records apart by it.
    """
    found = []
    for name, of, body, type_ in await ctx.database.read(_all(ctx.database.dialect), {}):
        here = of == definition.name
        placed = here and any(key == field.key for _, key in fields_of(body))
        typed = here and type_ is not None and type_["field"] == field.key
        listed = any(
            each["object"] == definition.name and field.key in (each["field"], *each["columns"])
            for each in body["related"]
        )
        if placed or typed or listed:
            found.append(name)
    return found
