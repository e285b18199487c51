"""Duplicates while one types: what looks like a record that is not saved yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from fangxin.access.viewing import looks_only
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import Invalid, NotFound
from fangxin.kernel.ids import is_id
from fangxin.kernel.quotas import Quota, spend
from fangxin.objects.registry import ObjectDef
from fangxin.records.duplicates import likely_duplicates
from fangxin.records.engine import require
from fangxin.records.keys import duplicate_rows
from fangxin.records.reading import environment, get_many
from fangxin.records.validate import accept

# A form that asks after each pause of half a second asks at most 120 times a minute; nobody types
# for an hour as fast, and a list of guessed addresses becomes a long errand.
QUOTAS: Final = (Quota(120, timedelta(minutes=1)), Quota(1200, timedelta(hours=1)))
_STRUCTURE: Final = frozenset({"unknown_field", "read_only"})


async def alike(
    ctx: Ctx, word: str, typed: Mapping[str, Any], id: str | None = None
) -> list[dict[str, Any]]:
    """Return what a record with these values would look like, as saving it would refuse it with.

    `id` is the record itself where there is one. Rights are those of saving: Forbidden without
    them, NotFound for an id that the actor may not see. Values that are no good yet are left out.
    Raises TooMany beyond QUOTAS.
    """
    definition = require(ctx, word, "create" if id is None else "update")
    if id is not None and not (is_id(id) and await get_many(ctx, definition, [id], ["id"])):
        raise NotFound
    values = _readable_so_far(ctx, definition, typed)
    if not duplicate_rows(definition, values):
        return []
    if not looks_only(ctx):
        await spend(ctx.database, f"duplicates:{ctx.actor.id}", ctx.clock(), QUOTAS)
    return await likely_duplicates(ctx, definition, values, id=id or "")


def _readable_so_far(ctx: Ctx, definition: ObjectDef, typed: Mapping[str, Any]) -> dict[str, Any]:
    env = environment(ctx)
    values: dict[str, Any] = {}
    for key, wire in typed.items():
        try:
            values |= accept(ctx, definition, {key: wire}, env, pointer="/values")
        except Invalid as error:
            if any(each.code in _STRUCTURE for each in error.errors):
                raise
    return values
