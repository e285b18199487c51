"""Records that look like a new one: found over all objects that may hold the same thing, and a
reason to refuse it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import Conflict
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records.keys import Duplicate, Fetch, find_duplicates
from fangxin.records.reading import get_many

LISTED: Final = 20


async def likely_duplicates(
    ctx: Ctx,
    definition: ObjectDef,
    values: Mapping[str, Any],
    *,
    fetch: Fetch | None = None,
    id: str = "",
) -> list[dict[str, Any]]:
    """Return what looks like a record with these values (the one with `id` left out) as {"object",
    "id", "name", "matched_on"}.

    What the actor may not see is told without saying which one it is (`id` and `name` are null),
    or not at all where the company has decided so (docs/adr/0006).
    """
    fetch = fetch or ctx.database.read
    others = _others(ctx, definition)
    found = await find_duplicates(fetch, ctx.database.dialect, definition, [(id, values)], others)
    return await listed(ctx, found, fetch)


def _others(ctx: Ctx, definition: ObjectDef) -> list[ObjectDef]:
    return [ctx.registry[name] for name in definition.facts.duplicates_among]


async def listed(ctx: Ctx, found: Sequence[Duplicate], fetch: Fetch) -> list[dict[str, Any]]:
    """Return duplicates as they are told, each record once."""
    matched: dict[tuple[str, str], list[str]] = {}
    for each in found:
        keys = matched.setdefault((each.object, each.record_id), [])
        if each.field not in keys:
            keys.append(each.field)
    chosen = list(matched)[:LISTED]
    names: dict[str, str] = {}
    for name in dict.fromkeys(name for name, _ in chosen):
        if ctx.rights.scope(name, "read").kind == "none":
            continue
        ids = [id_ for other, id_ in chosen if other == name]
        seen = await get_many(ctx, ctx.registry[name], ids, ["id", "name"], fetch)
        names |= {item["id"]: item["name"] for item in seen}
    return [
        {
            "id": id_ if id_ in names else None,
            "name": names.get(id_),
            "object": name,
            "matched_on": matched[name, id_],
        }
        for name, id_ in chosen
        if id_ in names or ctx.tells_unseen
    ]


async def refuse_duplicates(
    ctx: Ctx, tx: Tx, definition: ObjectDef, changes: Sequence[Change]
) -> None:
    """Raise Conflict `duplicate` with the list of records that look like a new one."""
    entries = [(change.id, change.values) for change in changes]
    found = await find_duplicates(
        tx.fetch, tx.dialect, definition, entries, _others(ctx, definition)
    )
    if told := await listed(ctx, found, tx.fetch):
        raise looks_alike(told)


def looks_alike(duplicates: Sequence[Mapping[str, Any]]) -> Conflict:
    """Return the refusal that lists what a new record looks like."""
    return Conflict(
        "This looks like a record that is already there.",
        code="duplicate",
        extra={"duplicates": list(duplicates)},
    )
