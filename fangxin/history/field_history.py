"""How one field of a record came by its value: who changed it when, from what to what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from fangxin.fields.base import Field
from fangxin.history.entries import name_actors, name_links, told_value
from fangxin.history.record_log import LAST, LoggedRow, kept_field, log_of_field
from fangxin.kernel.context import Ctx
from fangxin.kernel.cursor import binding, seal, unseal
from fangxin.objects.registry import ObjectDef
from fangxin.records.log import log_key
from fangxin.records.reading import get, readable_object

ENTRIES: Final = 5


async def field_history(
    ctx: Ctx, object: str, id: str, key: Any, *, cursor: str | None = None, limit: int = ENTRIES
) -> dict[str, Any]:
    """Return {"field", "label", "items", "next"}, the latest change first, with today's rights on
    record and field; an entry of kind `create` tells what the record began with.

    Raises NotFound for what the actor may not see, Invalid for a field without history.
    """
    definition = readable_object(ctx, object)
    record = await get(ctx, object, id, ["id"])
    field = kept_field(ctx, definition, key)
    bound = binding("field history", record["id"], field.key, ctx.actor.id)
    below = unseal(ctx.services.secret, bound, cursor)[1][0] if cursor else LAST
    rows = await log_of_field(ctx, field, id, below=below, limit=limit + 1)
    page = rows[:limit]
    items = [_item(ctx, definition, field, row) for row in page]
    for item, row in zip(items, page, strict=True):
        if row.rebuilt:
            item["changes"][0]["after"] = await _first_value(ctx, definition, field, row)
    items = [each for each in items if each["kind"] == "change" or not _empty(each)]
    await name_links(ctx, items)
    await name_actors(ctx, items)
    following = None
    if len(rows) > limit:
        following = seal(ctx.services.secret, bound, "field history", [page[-1].seq])
    label = field.spoken(ctx.locale)
    return {
        "field": field.key,
        "label": label,
        "items": [_flat(each) for each in items],
        "next": following,
    }


def _item(ctx: Ctx, definition: ObjectDef, field: Field, row: LoggedRow) -> dict[str, Any]:
    key = log_key(field)
    held = ((row.record, side.get(key)) for side in (row.before, row.after))
    sides = [told_value(ctx, definition, field, *each) for each in held]
    return {
        "id": str(row.seq),
        "at": row.at,
        "kind": "create" if row.verb == "create" else "change",
        "actor": {"id": row.actor, "name": None, "object": "user"},
        "source": row.source,
        "change_set": row.change_set,
        "changes": [{"before": sides[0], "after": sides[1]}],
    }


def _empty(item: dict[str, Any]) -> bool:
    return item["changes"][0]["after"] in (None, [])


def _flat(item: dict[str, Any]) -> dict[str, Any]:
    (sides,) = item.pop("changes")
    return {**item, **sides}


async def _first_value(ctx: Ctx, definition: ObjectDef, field: Field, made: LoggedRow) -> Any:
    """Return what a record had that came in bulk: what its first change found there, else what it
    has now.
    """
    later = await _first_after(ctx, field, made)
    if later is not None:
        return told_value(ctx, definition, field, made.record, later.before.get(log_key(field)))
    return (await get(ctx, definition.name, made.record, [field.key])).get(field.key)


async def _first_after(ctx: Ctx, field: Field, made: LoggedRow) -> LoggedRow | None:
    below, found = LAST, None
    while True:
        rows: Sequence[LoggedRow] = await log_of_field(
            ctx, field, made.record, below=below, limit=500
        )
        newer = [row for row in rows if row.seq > made.seq]
        found = newer[-1] if newer else found
        if len(newer) < len(rows) or not rows:
            return found
        below = rows[-1].seq
