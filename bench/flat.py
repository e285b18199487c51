"""Whether cost stays flat as rows grow: the same requests on a small and on a large database."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from statistics import median
from typing import Any
from urllib.parse import quote

from bench import cpu, servers
from bench.load import request, run
from bench.prices import World

ROUNDS = 5
COUNT = 200


def questions(world: World) -> dict[str, Callable[[int], bytes]]:
    """Return the requests whose cost must not grow, by name; each maker gets a number."""
    tree = json.dumps({"field": "stage", "op": "is", "value": world.stage}, separators=(",", ":"))
    board = f"opportunities?filter={quote(tree)}&limit=50&count=none"

    def plain(path: str) -> Callable[[int], bytes]:
        whole = request("GET", f"/api/v1/{path}", world.admin)
        return lambda _: whole

    def one(number: int) -> bytes:
        id_ = world.accounts[number % len(world.accounts)]
        return request("GET", f"/api/v1/accounts/{id_}", world.admin)

    def search(number: int) -> bytes:
        name = world.names[number % len(world.names)]
        return request("GET", f"/api/v1/search?q={quote(name)}", world.admin)

    return {
        "page by default sort": plain("accounts?limit=50"),
        "page by indexed sort": plain("opportunities?limit=50&sort=-amount"),
        "page by name": plain("accounts?limit=50&sort=name"),
        "one record": one,
        "search for a name": search,
        "cards of a board": plain(board),
    }


async def compare(places: Mapping[str, tuple[dict[str, str], World, int | None]]) -> dict[str, Any]:
    """Return CPU ms (server and, with a postmaster's process id, database) and p50 in ms of each
    request by database, rounds alternating, and how many times dearer the last is than the first.
    """
    found: dict[str, Any] = {}
    with ExitStack() as stack:
        ports = {
            name: stack.enter_context(servers.product(env, 1))
            for name, (env, _, _) in places.items()
        }
        for title in questions(next(iter(places.values()))[1]):
            costs: dict[str, list[float]] = {name: [] for name in places}
            waits: dict[str, list[float]] = {name: [] for name in places}
            for _ in range(ROUNDS + 1):
                for name, (_, world, postmaster) in places.items():
                    port, pid = ports[name]
                    roots = [pid] if postmaster is None else [pid, postmaster]
                    before = sum(cpu.seconds(root) for root in roots)
                    load = await run(port, 1, COUNT, questions(world)[title])
                    if load.failed:
                        raise RuntimeError(load.first_failure)
                    spent = sum(cpu.seconds(root) for root in roots) - before
                    costs[name].append(spent * 1000 / COUNT)
                    waits[name].append(load.at(0.5))
            first, *_, last = places
            cost = {name: median(each[1:]) for name, each in costs.items()}
            wait = {name: median(each[1:]) for name, each in waits.items()}
            found[title] = {
                "CPU ms": {name: round(each, 2) for name, each in cost.items()},
                "p50 ms": {name: round(each, 1) for name, each in wait.items()},
                "times dearer": round(cost[last] / cost[first], 2),
                "times slower": round(wait[last] / wait[first], 2),
            }
            print(f"  {title}: {found[title]}", flush=True)
    return found
