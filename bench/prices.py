"""The engine's price: CPU milliseconds a request of the product, divided by those of the yardstick,
in one run, alternating.

CPU is user + system of the server's process tree plus all of PostgreSQL's processes, from /proc;
the client's is not in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any
from urllib.parse import quote

from bench import cpu
from bench.load import Load, request, run

ROUNDS = 5
CLIENTS = 16


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of request on both sides; each maker gets the request's number."""

    name: str
    limit: float
    count: int
    product: Callable[[int], bytes]
    yardstick: Callable[[int], bytes] | None
    # the number of a request that has an effect after request number 0
    second: int = 0


@dataclass(slots=True)
class Side:
    """One server under load: where it listens, its process, its figures by round."""

    port: int
    pid: int
    database: int | None
    server_ms: list[float]
    database_ms: list[float]
    loads: list[Load]

    async def round(self, case: Case, make: Callable[[int], bytes], clients: int) -> None:
        """Run one round and note CPU a request."""
        before = cpu.seconds(self.pid), cpu.seconds(self.database) if self.database else 0.0
        load = await run(self.port, clients, case.count, make)
        after = cpu.seconds(self.pid), cpu.seconds(self.database) if self.database else 0.0
        if load.failed:
            message = (
                f"{case.name}: {load.failed} of {case.count} failed, first {load.first_failure}"
            )
            raise RuntimeError(message)
        self.server_ms.append((after[0] - before[0]) * 1000 / case.count)
        self.database_ms.append((after[1] - before[1]) * 1000 / case.count)
        self.loads.append(load)

    def total(self) -> float:
        """Return the median CPU ms a request, database included."""
        return median(s + d for s, d in zip(self.server_ms, self.database_ms, strict=True))


@dataclass(frozen=True, slots=True)
class World:
    """What requests speak of: ids that exist in the sized data, and a salesperson's token."""

    token: str
    admin: str
    stage: str
    owner: str
    open_stages: tuple[str, ...]
    accounts: tuple[str, ...]
    opportunities: tuple[str, ...]
    words: tuple[str, ...]
    names: tuple[str, ...]


FIELDS = "name,amount,expected_close_date,stage,account,owner"


def cases(world: World) -> list[Case]:
    """Return the requests of DESIGN section 9."""
    return [
        _listing(world),
        _one(world),
        _creation(world),
        _move(world),
        _sums(world),
        _search(world),
    ]


def _listing(world: World) -> Case:
    tree = json.dumps({"field": "stage", "op": "is", "value": world.stage}, separators=(",", ":"))
    path = f"/api/v1/opportunities?filter={quote(tree)}&sort=-amount&fields={FIELDS}&limit=50"
    ours = request("GET", path, world.token)
    theirs = request("GET", f"/opportunities?stage={world.stage}", world.token)
    return Case("list, 50 rows", 1.6, 1500, lambda _: ours, lambda _: theirs)


def _one(world: World) -> Case:
    def ask(prefix: str, number: int) -> bytes:
        id_ = world.accounts[number % len(world.accounts)]
        return request("GET", f"{prefix}/accounts/{id_}", world.token)

    return Case("get one", 2.0, 3000, partial(ask, "/api/v1"), partial(ask, ""))


def _creation(world: World) -> Case:
    def ask(path: str, number: int) -> bytes:
        values = {
            "name": f"Bench deal {number} 测试商机",
            "account": world.accounts[number % len(world.accounts)],
            "amount": f"{number % 9000 + 100}.50",
            "stage": "prospecting",
            "expected_close_date": "2027-03-01",
        }
        return request("POST", path, world.token, json.dumps(values).encode())

    ours = partial(ask, "/api/v1/opportunities?allow_duplicates=true")
    return Case("create", 2.0, 1000, ours, partial(ask, "/opportunities"))


def _move(world: World) -> Case:
    def ask(prefix: str, number: int) -> bytes:
        turn, place = divmod(number, len(world.opportunities))
        body = json.dumps({"stage": ("engaging", "proposal")[turn % 2]}).encode()
        path = f"{prefix}/opportunities/{world.opportunities[place]}"
        return request("PATCH", path, world.token, body)

    # whole turns there and back, so that no request of a round finds its work done
    many = len(world.opportunities)
    turns = 2 * max(1, round(500 / many))
    product, yardstick = partial(ask, "/api/v1"), partial(ask, "")
    return Case("update a stage", 2.5, turns * many, product, yardstick, many)


def _sums(world: World) -> Case:
    measures = [{"op": "sum", "field": "amount"}, {"op": "count"}]
    body = json.dumps({"group": ["stage"], "measures": measures}).encode()
    ours = request("POST", "/api/v1/opportunities/aggregate", world.admin, body)
    theirs = request("POST", "/opportunities/aggregate", world.admin, body)
    return Case("aggregate by stage", 1.1, 60, lambda _: ours, lambda _: theirs)


def _search(world: World) -> Case:
    def ask(prefix: str, number: int) -> bytes:
        word = quote(world.words[number % len(world.words)])
        return request("GET", f"{prefix}/search?q={word}", world.admin)

    return Case("search, 20 hits", 1.6, 600, partial(ask, "/api/v1"), partial(ask, ""))


async def compare(
    case: Case, product: tuple[int, int], yardstick: tuple[int, int] | None, database: int | None
) -> dict[str, Any]:
    """Run a case in alternating rounds (the first warms up) and return its figures."""
    ours = Side(*product, database, [], [], [])
    theirs = Side(*yardstick, database, [], [], []) if yardstick else None
    for _ in range(ROUNDS + 1):
        await ours.round(case, case.product, CLIENTS)
        if theirs is not None and case.yardstick is not None:
            await theirs.round(case, case.yardstick, CLIENTS)
    for side in (ours, theirs):
        if side is not None:
            del side.server_ms[0], side.database_ms[0], side.loads[0]
    alone = await run(product[0], 1, max(20, case.count // 10), case.product)
    return _figures(case, ours, theirs, alone)


def _figures(case: Case, ours: Side, theirs: Side | None, alone: Load) -> dict[str, Any]:
    together = Load([s for load in ours.loads for s in load.seconds])
    rate = sum(len(load.seconds) for load in ours.loads) / sum(load.wall for load in ours.loads)
    found = {
        "request": case.name,
        "server ms": round(median(ours.server_ms), 3),
        "database ms": round(median(ours.database_ms), 3),
        "per second at 16": round(rate),
        "p50/p95/p99 at 1": [round(alone.at(share), 1) for share in (0.5, 0.95, 0.99)],
        "p50/p95/p99 at 16": [round(together.at(share), 1) for share in (0.5, 0.95, 0.99)],
    }
    if theirs is not None:
        found |= {
            "yardstick server ms": round(median(theirs.server_ms), 3),
            "yardstick database ms": round(median(theirs.database_ms), 3),
            "price": round(ours.total() / theirs.total(), 2),
            "price at most": case.limit,
        }
    return found
