"""How long tests wait for what happens by itself: long, since machines may be slow and busy."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

PATIENCE_SECONDS = 60.0


async def until(ask: Callable[[], Awaitable[Any]]) -> Any:
    """The first answer that is not false or empty; TimeoutError after PATIENCE_SECONDS."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        found = await ask()
        if found:
            return found
        if time.monotonic() > end:
            message = f"{found!r} even after {PATIENCE_SECONDS:.0f} s"
            raise TimeoutError(message)
        await asyncio.sleep(0.05)
