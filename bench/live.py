"""How soon a colleague's screen hears of a change: from sending the write to the event, one write
at a time, beside the two seconds that are promised.
"""

from __future__ import annotations

import asyncio
import json
import time
from http import HTTPStatus
from typing import Any

from bench.load import Load, once, request
from bench.prices import World

WRITES = 100
PROMISED_MS = 2000
# so long a worker may take to hear that another worker's client watches something
_SETTLE_SECONDS = 2
_PATIENCE_SECONDS = 60


async def _event(reader: asyncio.StreamReader, name: str, part: str = "") -> Any:
    """Read the stream up to an event that holds `part`, and return its data."""
    while True:
        text = (await reader.readuntil(b"\n\n")).decode()
        if f"event: {name}\n" in text and part in text:
            return json.loads(text.partition("data: ")[2])


async def _send(port: int, method: str, path: str, token: str, body: Any) -> None:
    made = request(method, f"/api/v1{path}", token, json.dumps(body).encode())
    status, answer = await once(port, made)
    if status not in (HTTPStatus.OK, HTTPStatus.NO_CONTENT):
        message = f"{path}: {status} {answer[:300].decode()}"
        raise RuntimeError(message)


async def measure(port: int, world: World) -> dict[str, Any]:
    """Return p50, p95 and the longest wait in ms, and the longest as a share of the promise."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request("GET", "/api/v1/live", world.admin))
    client = (await _event(reader, "hello"))["client"]
    watch = {"client": client, "watch": {"opportunities": "*"}}
    await _send(port, "POST", "/live/watch", world.admin, watch)
    await asyncio.sleep(_SETTLE_SECONDS)
    load = Load()
    for number in range(WRITES):
        id_ = world.opportunities[number % len(world.opportunities)]
        begun = time.perf_counter()
        change = {"next_step": f"Measured {number}, {begun}"}
        await _send(port, "PATCH", f"/opportunities/{id_}", world.token, change)
        await asyncio.wait_for(_event(reader, "change", id_), _PATIENCE_SECONDS)
        load.seconds.append(time.perf_counter() - begun)
    writer.close()
    return {
        "p50/p95/longest, ms": [round(load.at(share)) for share in (0.5, 0.95, 1)],
        "longest beside the promise": round(load.at(1) / PROMISED_MS, 2),
    }
