"""Whether the yardstick answers what the product answers, and writes what it writes: else the price
says nothing.
"""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import Any

import asyncpg

from bench.load import once
from bench.prices import Case

# differ from one answer to the next, or are sealed
OWN = frozenset({"id", "next", "code", "created_at", "updated_at", "version", "stage_entered_at"})
TABLES = (
    *("opportunity", "change_set", "change", "change_payload", "search_row", "unique_key"),
    *("duplicate_key", "notification", "job"),
)


def differences(ours: Any, theirs: Any, place: str = "") -> list[str]:
    """Name the places where two answers differ, ids and moments aside."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        found = [f"{place}/{key} is missing" for key in ours.keys() - theirs.keys()]
        found += [f"{place}/{key} is too much" for key in theirs.keys() - ours.keys()]
        for key in ours.keys() & theirs.keys():
            if key not in OWN:
                found += differences(ours[key], theirs[key], f"{place}/{key}")
        return found
    if isinstance(ours, list) and isinstance(theirs, list):
        if len(ours) != len(theirs):
            return [f"{place} has {len(theirs)} entries, not {len(ours)}"]
        pairs = zip(ours, theirs, strict=True)
        return [
            each for at, (a, b) in enumerate(pairs) for each in differences(a, b, f"{place}/{at}")
        ]
    return [] if ours == theirs else [f"{place} is {theirs!r}, not {ours!r}"]


async def _rows(url: str) -> dict[str, int]:
    connection = await asyncpg.connect(url)
    try:
        return {name: await connection.fetchval(f"SELECT count(*) FROM {name}") for name in TABLES}
    finally:
        await connection.close()


async def _asked(url: str, port: int, what: bytes) -> tuple[Any, dict[str, int]]:
    """Return the answer and how many rows of each table it made."""
    before = await _rows(url)
    status, body = await once(port, what)
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise RuntimeError(body[:300].decode())
    # the log's own reader may write a little later
    await asyncio.sleep(0.1)
    after = await _rows(url)
    return json.loads(body), {name: after[name] - before[name] for name in TABLES}


async def check(case: Case, url: str, product: int, yardstick: int) -> list[str]:
    """Ask both twice and return how the yardstick's second answer and its rows differ."""
    if case.yardstick is None:
        return []
    await _asked(url, product, case.product(0))
    ours, made = await _asked(url, product, case.product(case.second))
    await _asked(url, yardstick, case.yardstick(0))
    theirs, made_by_hand = await _asked(url, yardstick, case.yardstick(case.second))
    found = differences(ours, theirs)[:12]
    return found + [
        f"{name}: {made_by_hand[name]} rows, not {made[name]}"
        for name in TABLES
        if made[name] != made_by_hand[name]
    ]
