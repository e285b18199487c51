"""Ten thousand distinct query shapes: memory stays flat, and what compiling one anew costs."""

from __future__ import annotations

import itertools
import os
import time
from dataclasses import replace
from typing import Any

from bench import cpu
from fangxin.access.contexts import system_context
from fangxin.app import build_installation
from fangxin.kernel.settings import read_settings
from fangxin.records.reading import find

SHAPES = 10_000
FIELDS = (
    "name",
    "amount",
    "probability",
    "engaged_on",
    "expected_close_date",
    "closed_on",
    "next_step",
    "code",
)


def trees(count: int) -> Any:
    """Make filters no two of which have the same shape."""
    leaves = [{"field": key, "op": op} for key in FIELDS for op in ("empty", "not_empty")]
    for size in itertools.count(1):
        for chosen in itertools.permutations(leaves, size):
            yield {"all": list(chosen)}
            count -= 1
            if not count:
                return


async def run(env: dict[str, str]) -> dict[str, Any]:
    """Ask SHAPES different questions in this process and return memory and the price of a miss."""
    installation = build_installation(read_settings(env))
    await installation.start()
    ctx = replace(await system_context(installation), source="api")
    begun, before = time.process_time(), 0.0
    for number, tree in enumerate(trees(SHAPES)):
        if number == SHAPES // 5:
            before = cpu.memory(os.getpid())[0]
        await find(ctx, "opportunities", filter=tree, fields=["name"], limit=1)
    misses = (time.process_time() - begun) / SHAPES * 1000
    after = cpu.memory(os.getpid())[0]
    same = next(iter(trees(1)))
    begun = time.process_time()
    for _ in range(1000):
        await find(ctx, "opportunities", filter=same, fields=["name"], limit=1)
    hits = time.process_time() - begun
    await installation.stop()
    return {
        "shapes": SHAPES,
        "memory after a fifth, MB": round(before),
        "memory after all, MB": round(after),
        "CPU ms of a request that compiles": round(misses, 2),
        "CPU ms of one that does not": round(hits, 2),
    }
