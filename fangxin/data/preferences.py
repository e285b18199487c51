"""How one user likes his screens: plain JSON that belongs to the web app."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from fangxin.access.users import user_preference
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import FieldProblem, Invalid
from fangxin.kernel.ids import is_id
from fangxin.kernel.prepared import Prepared, put_row, upsert
from fangxin.kernel.sql import Id

SIZE: Final = 32_000
RECENT: Final = 12


_find: Final = Prepared(
    lambda: sa.select(user_preference.c.value).where(
        user_preference.c.user_id == sa.bindparam("user_id", type_=Id())
    )
)


def _hold_row() -> Any:
    """What stands there, locked; the first time it is put there, so that there is a row to lock."""
    as_it_is = {"value": user_preference.c.value}
    held = upsert(user_preference).on_conflict_do_update(index_elements=["user_id"], set_=as_it_is)
    return held.returning(user_preference.c.value)


_hold: Final = Prepared(_hold_row)
_put: Final = Prepared(lambda: put_row(user_preference))


async def read_preferences(ctx: Ctx) -> dict[str, Any]:
    """Return the actor's preferences; nothing stored is an empty object."""
    rows = await ctx.database.read(_find(ctx.database.dialect), {"user_id": ctx.actor.id})
    return dict(rows[0][0] or {}) if rows else {}


async def write_preferences(ctx: Ctx, changes: Mapping[str, Any]) -> None:
    """Set the keys of `changes` among the actor's preferences, null removes one; the others stay
    as they are, so that two open windows lose nothing of each other's. Raise Invalid when all
    together are too many.
    """
    who = {"user_id": ctx.actor.id}

    async def unit(tx: Tx) -> None:
        row = await tx.fetch_one(_hold(tx.dialect), {**who, "value": {}})
        merged = {**((row and row[0]) or {}), **changes}
        value = {key: each for key, each in merged.items() if each is not None}
        if len(msgspec.json.encode(value)) > SIZE:
            message = "At most {limit} bytes of preferences are kept."
            problem = FieldProblem("/preferences", "too_long", message, {"limit": SIZE})
            raise Invalid(errors=[problem])
        await tx.execute(_put(tx.dialect), {**who, "value": value})

    await ctx.database.write(unit)


def recent_ids(preferences: Mapping[str, Any]) -> list[str]:
    """Return the ids of the records that were opened lately, as the web app notes them, the latest
    first; at most RECENT.
    """
    noted = preferences.get("recents")
    links = [each for each in noted if isinstance(each, Mapping)] if isinstance(noted, list) else []
    ids = [each.get("id") for each in links]
    return [each for each in ids if isinstance(each, str) and is_id(each)][:RECENT]
