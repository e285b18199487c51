"""Search latency as administrator, and as a salesperson who sees next to nothing of it all."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from bench.load import request, run
from bench.prices import World

# words that many records share, so that candidates must be cut off
FREQUENT = ("科技", "有限公司", "Systems", "Group", "hz", "上海")


async def measure(port: int, world: World, poor: str) -> dict[str, Any]:
    """Return p50/p95 in ms of rare and frequent words for both readers, one request at a time."""
    found: dict[str, Any] = {}
    readers = {"administrator": world.admin, "salesperson": world.token, "who sees 0.01 %": poor}
    for who, token in readers.items():
        for kind, words in (("rare", world.words[:30]), ("frequent", FREQUENT)):

            def ask(number: int, words: Any = words, token: str = token) -> bytes:
                path = f"/api/v1/search?q={quote(words[number % len(words)])}"
                return request("GET", path, token)

            load = await run(port, 1, 120, ask)
            if load.failed:
                raise RuntimeError(load.first_failure)
            found[f"{who}, {kind} words"] = [round(load.at(share), 1) for share in (0.5, 0.95)]
    return found
