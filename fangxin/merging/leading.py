"""Where the id of a merged record leads: readers to the record that it went into, writers to the
word that it is gone.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

from fangxin.history.merged import merged_into
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import Conflict, NotFound
from fangxin.records.reading import get_many, readable_object

T = TypeVar("T")


async def seen_after_merge(ctx: Ctx, word: str, id: str) -> str | None:
    """Return the record that a merged one went into, None unless the reader may see it."""
    definition = readable_object(ctx, word)
    into = await merged_into(ctx, definition.name, id)
    seen = [] if into is None else await get_many(ctx, definition, [into], ["id"])
    return into if seen else None


async def or_merged(ctx: Ctx, word: str, id: str, work: Awaitable[T]) -> T:
    """Await a write to a record; where it is gone by a merge, Conflict `merged` names the one that
    stayed (`into`).
    """
    try:
        return await work
    except NotFound:
        into = await seen_after_merge(ctx, word, id)
        if into is None:
            raise
        raise Conflict(
            "This record was merged into another one.",
            code="merged",
            extra={"into": {"id": into, "object": ctx.registry[word].name}},
        ) from None
