"""Changing the company's settings by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fangxin.access.settings import change_settings
from fangxin.history.noting import noted
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx


async def save_settings(ctx: Ctx, patch: Mapping[str, Any]) -> None:
    """Change some of the company's settings, told in the log (see access/settings)."""

    async def unit(tx: Tx) -> None:
        await noted(ctx, tx, lambda tx: change_settings(ctx, tx, patch))

    await ctx.database.write(unit)
