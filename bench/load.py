"""A small load client: keep-alive connections on loopback, requests made ahead, latencies of
each.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus


@dataclass(slots=True)
class Load:
    """What one round of load saw: seconds of each request, and how many were not 2xx."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0
    wall: float = 0.0
    first_failure: str = ""

    def at(self, share: float) -> float:
        """Return the latency in ms below which `share` of the requests stayed."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else 0.0


def request(method: str, path: str, token: str, body: bytes = b"") -> bytes:
    """Write a request."""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    lower = head.lower()
    if b"transfer-encoding: chunked" in lower:
        body = b""
        while size := int(await reader.readline(), 16):
            body += await reader.readexactly(size)
            await reader.readexactly(2)
        await reader.readexactly(2)
        return status, body
    at = lower.find(b"content-length:")
    length = int(lower[at + 15 : lower.index(b"\r\n", at)]) if at >= 0 else 0
    return status, await reader.readexactly(length)


async def _client(port: int, requests: Iterator[bytes], load: Load) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for each in requests:
        begun = time.perf_counter()
        writer.write(each)
        status, body = await _answer(reader)
        load.seconds.append(time.perf_counter() - begun)
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            load.failed += 1
            load.first_failure = load.first_failure or f"{status} {body[:300].decode()}"
    writer.close()


async def run(port: int, clients: int, count: int, make: Callable[[int], bytes]) -> Load:
    """Send `count` requests over `clients` connections; `make` gives the request of a number."""
    load = Load()
    numbers = iter(range(count))
    requests = (make(number) for number in numbers)
    begun = time.perf_counter()
    await asyncio.gather(*(_client(port, requests, load) for _ in range(clients)))
    load.wall = time.perf_counter() - begun
    return load


async def once(port: int, what: bytes) -> tuple[int, bytes]:
    """Send one request and return status and body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(what)
    found = await _answer(reader)
    writer.close()
    return found
