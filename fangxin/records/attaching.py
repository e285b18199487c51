"""Files that fields point to: they come to be about their record, so that who sees it sees them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from fangxin.fields.link import Reference
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import FieldProblem, Invalid
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records import change as store


async def attach_files(
    ctx: Ctx,
    tx: Tx,
    definition: ObjectDef,
    changes: Sequence[Change],
    write: Callable[..., Awaitable[Any]],
) -> None:
    """Make files that are about nothing yet be about the records that were just written.

    Raises Invalid where a field for pictures got something else.
    """
    for field in definition.fields.values():
        media = field.type.media
        if media is None or field.target is None:
            continue
        placed = {each.values[field.key]: each.id for each in changes if each.changes(field.key)}
        placed.pop(None, None)
        if not placed:
            continue
        files = ctx.registry[field.target]
        about = next(f.key for f in files.fields.values() if f.type.references)
        rows = await store.load(ctx, tx, files, list(placed), "update")
        for row in rows.values():
            if not str(row.values.get("media_type") or "").startswith(media):
                message = "This file is no picture."
                raise Invalid(errors=[FieldProblem(f"/{field.key}", "not_an_image", message)])
        loose = [
            Change(files.name, id_, "update", {about: Reference(definition.name, placed[id_])})
            for id_, row in rows.items()
            if row.allowed and not row.deleted and row.values[about] is None
        ]
        if loose:
            await write(ctx, tx, files.name, "update", loose)
