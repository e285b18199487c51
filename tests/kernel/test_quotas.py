"""What may be done so often, or once, and how long that is remembered."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from fangxin.kernel.clock import now
from fangxin.kernel.quotas import LONGEST, Quota, spend, sweep_uses, use_once


async def test_once_is_once_and_old_uses_are_forgotten(installation: Any) -> None:
    database, at = installation.database, now()

    async def use() -> bool:
        return bool(await database.write(lambda tx: use_once(tx, "page", at)))

    assert sorted(await asyncio.gather(*(use() for _ in range(8)))) == [False] * 7 + [True]
    await spend(database, "form by 10.0.0.1", at, (Quota(5, timedelta(minutes=10)),))
    assert await sweep_uses(database, at + LONGEST - timedelta(seconds=1)) == 0
    assert not await use()
    assert await sweep_uses(database, at + LONGEST) == 2
    assert await use()
