"""Asking for records by the value of a masked field: who knows a telephone number finds whose it
is; who tries all that the mask leaves open is stopped, and the server's log tells of him.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import TooMany
from fangxin.kernel.logging import logger
from fangxin.kernel.quotas import Quota, spend

# values of masked fields that one user may ask for, in whatever filters
QUOTAS: Final = (Quota(30, timedelta(minutes=1)), Quota(300, timedelta(hours=24)))

log = logger("masked")


async def count_guesses(ctx: Ctx, name: str, guesses: int) -> None:
    """Count the values of masked fields that a filter of the object `name` asks for, or raise
    TooMany. The log of the server tells who asked, and not for what.
    """
    if not guesses:
        return
    try:
        await spend(ctx.database, f"masked:{ctx.actor.id}", ctx.clock(), QUOTAS, guesses)
    except TooMany:
        log.warning("too many masked values were asked for", user=ctx.actor.id, object=name)
        raise
    log.info("masked values were asked for", user=ctx.actor.id, object=name, values=guesses)
