"""SQLite (one process) beside PostgreSQL (two workers), 16 clients, rounds alternating."""

from __future__ import annotations

from statistics import median
from typing import Any

from bench.prices import CLIENTS, Case, Side

ROUNDS = 5
# the wanted: at least, at least, at most, at most
WANTED = {"reads": 0.8, "writes": 0.6, "CPU": 1.0, "p99 ms with 16 writers": 150}


async def compare(
    pairs: list[tuple[Case, Case]],
    sqlite: tuple[int, int],
    postgresql: tuple[int, int],
    postmaster: int,
) -> dict[str, Any]:
    """Return by request how SQLite's rate and CPU stand to PostgreSQL's, and its own p99 in ms.

    A pair is the same case as SQLite's and as PostgreSQL's ids name it.
    """
    found: dict[str, Any] = {}
    for ours, theirs in pairs:
        small = Side(*sqlite, None, [], [], [])
        large = Side(*postgresql, postmaster, [], [], [])
        for _ in range(ROUNDS + 1):
            await small.round(ours, ours.product, CLIENTS)
            await large.round(theirs, theirs.product, CLIENTS)
        rates = [
            median(len(each.seconds) / each.wall for each in side.loads[1:])
            for side in (small, large)
        ]
        waits = [median(each.at(0.99) for each in side.loads[1:]) for side in (small, large)]
        found[ours.name] = {
            "a second": [round(rate) for rate in rates],
            "rate": round(rates[0] / rates[1], 2),
            "CPU ms": [round(small.total(), 2), round(large.total(), 2)],
            "CPU": round(small.total() / large.total(), 2),
            "p99 ms": [round(wait, 1) for wait in waits],
        }
        print(f"  {ours.name}: {found[ours.name]}", flush=True)
    return found
