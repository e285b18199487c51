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
from fangxin.kernel.prepared import Prepared, put_row
from fangxin.kernel.sql import Id

SIZE: Final = 32_000

_find: Final = Prepared(
    lambda: sa.select(user_preference.c.value).where(
        user_preference.c.user_id == sa.bindparam("user_id", type_=Id())
    )
)
_put: Final = Prepared(lambda: put_row(user_preference))


async def read_preferences(ctx: Ctx) -> dict[str, Any]:
    """Return the actor's preferences; nothing stored is an empty object."""
    rows = await ctx.database.read(_find(ctx.database.dialect), {"user_id": ctx.actor.id})
    return dict(rows[0][0] or {}) if rows else {}


async def write_preferences(ctx: Ctx, value: Mapping[str, Any]) -> None:
    """Replace the actor's preferences, or raise Invalid when they are too many."""
    if len(msgspec.json.encode(value)) > SIZE:
        message = "At most {limit} bytes of preferences are kept."
        problem = FieldProblem("/preferences", "too_long", message, {"limit": SIZE})
        raise Invalid(errors=[problem])

    async def unit(tx: Tx) -> None:
        await tx.execute(_put(tx.dialect), {"user_id": ctx.actor.id, "value": dict(value)})

    await ctx.database.write(unit)
