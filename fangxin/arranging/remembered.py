"""The layouts that hold, remembered by each worker until one changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from fangxin.kernel.context import Ctx
from fangxin.kernel.epoch import read_epochs
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import metadata

# the epoch (kernel/epoch.py) that moves with every change of a layout
LAYOUTS: Final = "layouts"
_MEMORY: Final = "layouts"


@dataclass(frozen=True, slots=True)
class Laid:
    """One layout; no `roles` means all, no `record_type` all records."""

    id: str
    body: Mapping[str, Any]
    roles: Sequence[str]
    record_type: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Layouts:
    """The active layouts by object and place, the one that is asked first in front. `at` is the
    counter that they were read behind.
    """

    at: int
    by_place: Mapping[tuple[str, str], Sequence[Laid]]


def _find() -> sa.Select[Any]:
    layout = metadata.tables["page_layout"].c
    live = (layout.active.is_(sa.true()), layout.deleted_at.is_(None))
    # skip one-door: what a screen looks like is no record of anybody's
    found = sa.select(
        *(layout.id, layout.applies_to, layout.place),
        *(layout.body, layout.roles, layout.record_type),
    )
    return found.where(*live).order_by(layout.order, layout.id)


_active: Final = Prepared(_find)


async def layouts_of(ctx: Ctx) -> Layouts:
    """Return the layouts as they are committed now; an unmoved counter costs one small query."""
    at = (await read_epochs(ctx.database)).get(LAYOUTS, 0)
    memory = ctx.registry.memory
    found: Layouts | None = memory.get(_MEMORY)
    if found is None or found.at != at:
        by_place: dict[tuple[str, str], list[Laid]] = {}
        for id_, name, place, body, roles, type_ in await ctx.database.read(
            _active(ctx.database.dialect), {}
        ):
            by_place.setdefault((name, place), []).append(Laid(id_, body, roles or (), type_))
        found = memory[_MEMORY] = Layouts(at, by_place)
    return found
