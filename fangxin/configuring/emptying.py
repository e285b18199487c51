"""The job that removes for good the custom fields whose time in the recycle bin is over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from fangxin.access.contexts import system_context
from fangxin.customizing.customize import forget_fields
from fangxin.history.noting import noted
from fangxin.kernel.db import Tx
from fangxin.kernel.jobs import Cron
from fangxin.kernel.leases import Run

KIND: Final = "objects.forget_fields"


async def forget(installation: Any, _run: Run) -> Mapping[str, Any]:
    """Empty the bin of custom fields."""
    ctx = await system_context(installation)

    async def unit(tx: Tx) -> int:
        return await noted(ctx, tx, lambda tx: forget_fields(tx, ctx.clock()))

    return {"fields": await installation.database.write(unit)}


JOBS: Final = {KIND: forget}
CRON: Final = (Cron(KIND, KIND, timedelta(days=1)),)
