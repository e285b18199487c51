"""`make bench`: the figures of DESIGN section 9 on both databases, printed and written as JSON.

`python -m bench [--size small|medium|large] [--parts PART,…] [--out FILE]`

Parts: `prices` (PostgreSQL beside the yardstick, whose answers are compared first, and pgbench's
floor), `beside` (SQLite beside PostgreSQL), `search` (10,000 companies beside the size asked for,
or the databases given by `--search-url`), `flat` (10,000 companies beside the size asked for, or
beside `--large-url`), `import`, `shapes`, `live` (how soon others hear of a change),
`children` (sums over children, links to several, a bulk change; on databases of its own),
`frames` (how smoothly a list scrolls in Chromium beside a plain table; on a database of its own),
`duplicates` (quality on files of known truth, ../shared/data/dedupe or `--file`, and the cost of
many records), `scan` (the same as a job, on databases of its own). Some take long: all on medium
data need about half an hour. `--url` and `--pid` give a PostgreSQL that is filled already, with its
postmaster's process id; `--sqlite` a file.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import (
    agreeing,
    beside,
    children,
    cpu,
    duplicates,
    flat,
    floor,
    frames,
    importing,
    live,
    scanning,
    searching,
    servers,
    shapes,
)
from bench.exploring import explore, look, tokens
from bench.load import once, request
from bench.prices import World, cases, compare

PARTS = (
    "prices",
    "beside",
    "search",
    "flat",
    "import",
    "shapes",
    "live",
    "duplicates",
    "children",
    "scan",
    "frames",
)
SIZES = {"small": 200, "medium": 100_000, "large": 1_000_000}
FEW = 10_000
# of the companies to search among, as many are whole demonstration; the rest are search rows
FIRST = 2000
# CPU ms of the hand-written endpoints in the study that the yardstick comes from
YARDSTICK_AT_FIRST = {"list, 50 rows": 1.00, "get one": 0.43, "create": 1.06}


@dataclass(slots=True)
class Run:
    """What is measured with: a folder, PostgreSQL (environment, postmaster), SQLite."""

    folder: Path
    size: str
    env: dict[str, str]
    pid: int
    small: dict[str, str]
    large_url: str | None
    search_urls: list[str]
    files: list[Path] = field(default_factory=list)
    results: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """PostgreSQL's address."""
        return self.env["FANGXIN_DATABASE_URL"]


async def _prices(run: Run) -> None:
    """Each request's price beside the yardstick, memory, and the floor."""
    found: dict[str, Any] = {}
    with servers.product(run.env, 2) as ours:
        world = await explore(ours[0], *tokens(run.env))
        for case in cases(world):
            with servers.yardstick(run.env, 2) as theirs:
                faults = await agreeing.check(case, run.url, ours[0], theirs[0])
                figures = await compare(case, ours, theirs, run.pid)
            original = YARDSTICK_AT_FIRST.get(case.name)
            if original:
                total = figures["server ms"] + figures["database ms"]
                figures["to the original study"] = round(total / original, 2)
            found[case.name] = figures | ({"the yardstick differs": faults} if faults else {})
            print(f"  {case.name}: {found[case.name]}", flush=True)
        found["memory of each process, MB"] = [round(mb) for mb in cpu.memory(ours[1])]
    found["pgbench"] = floor.measure(run.url, run.pid, world.owner, world.stage, run.folder)
    run.results["prices"] = found


async def _beside(run: Run) -> None:
    """SQLite's rates, CPU and waits beside PostgreSQL's."""
    with servers.product(run.small, 1) as ours, servers.product(run.env, 2) as theirs:
        here = cases(await explore(ours[0], *tokens(run.small)))
        there = cases(await explore(theirs[0], *tokens(run.env)))
        pairs = list(zip(here, there, strict=True))
        found = await beside.compare(pairs, ours, theirs, run.pid)
        memory = [round(mb) for mb in cpu.memory(ours[1])]
    run.results["SQLite beside PostgreSQL"] = {**found, "memory of SQLite's, MB": memory}


async def _search(run: Run) -> None:
    """Latency and cost of searches on both databases, in FEW companies and in many."""
    for kind, places in _searched(run).items():
        found: dict[str, dict[str, Any]] = {}
        for name, env in places.items():
            with servers.product(env, 1) as (port, pid):
                world = await explore(port, *tokens(env))
                poor = await searching.who_sees_little(env, port, await _accounts(port, world))
                roots = [pid] if kind == "SQLite" else [pid, run.pid]
                print(f"search, {kind}, {name}", flush=True)
                found[name] = await searching.measure(roots, port, world, poor)
        run.results[f"search, {kind}"] = searching.beside(found)


def _searched(run: Run) -> dict[str, dict[str, dict[str, str]]]:
    """Return the environments of the databases to search by kind and name, the smallest first."""
    urls = run.search_urls
    if not urls:
        address = run.url.rpartition("/")[0]
        for name, companies in (("few", FEW), ("many", SIZES[run.size])):
            pair = [f"{address}/searched_{name}", f"sqlite:///{run.folder}/searched_{name}.db"]
            servers.create_database(pair[0])
            for url in pair:
                env = servers.environment(url, run.folder)
                servers.python(env, "bench.filling", str(FIRST))
                servers.python(env, "bench.searchable", str(companies - FIRST))
            urls = [*urls, *pair]
    found: dict[str, dict[str, dict[str, str]]] = {"PostgreSQL": {}, "SQLite": {}}
    for url in urls:
        kind = "SQLite" if url.startswith("sqlite") else "PostgreSQL"
        env = servers.environment(url, run.folder)
        servers.fangxin(env, "migrate")
        found[kind][url.rpartition("/")[2]] = env
    return found


async def _accounts(port: int, world: World) -> int:
    path = "/api/v1/accounts?limit=1&fields=name&count=exact"
    _, body = await once(port, request("GET", path, world.admin))
    count: int = json.loads(body)["count"]["value"]
    return count


async def _flat(run: Run) -> None:
    """How cost grows from FEW companies on, on both databases."""
    few = {**run.env, "FANGXIN_DATABASE_URL": f"{run.url.rpartition('/')[0]}/few"}
    servers.create_database(few["FANGXIN_DATABASE_URL"])
    little = servers.environment(f"sqlite:///{run.folder}/few.db", run.folder)
    many = {**run.env, "FANGXIN_DATABASE_URL": run.large_url or run.url}
    for name, first, last, pid in (
        ("flat, PostgreSQL", few, many, run.pid),
        ("flat, SQLite", little, run.small, None),
    ):
        servers.python(first, "bench.filling", str(FEW))
        places = {
            f"{FEW}": (first, await look(first), pid),
            "large" if last is many and run.large_url else run.size: (last, await look(last), pid),
        }
        run.results[name] = await flat.compare(places)


async def _import(run: Run) -> None:
    """How fast an import is beside the database's own bulk insert."""
    run.results["import, PostgreSQL"] = importing.run(run.env, run.url, run.folder, run.pid)
    address = run.small["FANGXIN_DATABASE_URL"]
    run.results["import, SQLite"] = importing.run(run.small, address, run.folder, None)


async def _shapes(run: Run) -> None:
    """Memory under 10,000 query shapes, and the price of a miss."""
    run.results["query shapes"] = await shapes.run(run.env)


async def _live(run: Run) -> None:
    """How soon a change is heard of elsewhere, on both databases."""
    for kind, env, workers in (("PostgreSQL", run.env, 2), ("SQLite", run.small, 1)):
        with servers.product(env, workers) as (port, _):
            world = await explore(port, *tokens(env))
            run.results[f"live, {kind}"] = await live.measure(port, world)


async def _duplicates(run: Run) -> None:
    """How well duplicates are found, and what it costs."""
    run.results["duplicates"] = duplicates.measure(run.folder, run.files, SIZES[run.size])


async def _children(run: Run) -> None:
    """What sums over children, links to several and bulk changes cost, on both databases."""
    file = servers.environment(f"sqlite:///{run.folder}/children.db", run.folder)
    run.results |= await children.run(run.env, file, run.pid, SIZES[run.size])


async def _scan(run: Run) -> None:
    """What a look for duplicates costs from the database to its pairs, on both databases."""
    file = servers.environment(f"sqlite:///{run.folder}/scanned.db", run.folder)
    run.results |= await scanning.run(run.env, file, run.pid, SIZES[run.size])


async def _frames(run: Run) -> None:
    """How smoothly the list of accounts scrolls."""
    env = servers.environment(f"sqlite:///{run.folder}/frames.db", run.folder)
    servers.python(env, "bench.filling", str(frames.COMPANIES))
    with servers.product(env, 1) as (port, _):
        run.results["frames while scrolling"] = await frames.measure(port)


_ALL = (
    _prices,
    _beside,
    _search,
    _flat,
    _import,
    _shapes,
    _live,
    _duplicates,
    _children,
    _scan,
    _frames,
)
MEASURES = dict(zip(PARTS, _ALL, strict=True))
# needs no database, or makes its own
_ALONE = {"duplicates", "frames"}


def _show(results: dict[str, Any]) -> None:
    for title, found in results.items():
        print(f"\n{title}")
        for key, value in found.items():
            print(f"  {key}: {value}")


def _arguments() -> argparse.Namespace:
    words = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    words.add_argument("--size", default="medium", choices=tuple(SIZES))
    words.add_argument("--parts", default=",".join(PARTS), help="what to measure, by commas")
    words.add_argument("--out", type=Path, help="where to write the figures as JSON")
    words.add_argument("--url", help="a PostgreSQL database that is filled already")
    words.add_argument("--pid", type=int, help="its postmaster's process id")
    words.add_argument("--sqlite", help="an SQLite file that is filled already")
    words.add_argument("--large-url", help="a PostgreSQL database of 1 M companies, same cluster")
    words.add_argument("--file", type=Path, action="append", help="for duplicates: known truth")
    words.add_argument(
        "--search-url",
        action="append",
        default=[],
        help="a database that bench.searchable filled; as often as wanted, the smallest first",
    )
    return words.parse_args()


def main() -> None:
    """Run what is asked for."""
    asked = _arguments()
    parts = asked.parts.split(",")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fangxin-bench-")))
        url, pid = asked.url, asked.pid
        if set(parts) <= _ALONE:
            url, pid = "", 0
        if url is None:
            url, pid = stack.enter_context(servers.postgresql())
        env = servers.environment(url, folder)
        file = asked.sqlite or f"{folder}/crm.db"
        small = servers.environment(f"sqlite:///{file}", folder)
        # what is filled already is only brought to the newest schema
        for each, filled in ((env, asked.url), (small, asked.sqlite)):
            if filled:
                servers.fangxin(each, "migrate")
            elif set(parts) <= _ALONE:
                continue
            elif set(parts) & {"beside", "flat", "import", "live"} or (
                each is env and set(parts) & {"prices", "shapes"}
            ):
                servers.fangxin(each, "demo", "--size", asked.size)
        given = (asked.large_url, asked.search_url, asked.file or [])
        run = Run(folder, asked.size, env, pid, small, *given)
        for part in parts:
            asyncio.run(MEASURES[part](run))
    _show(run.results)
    if asked.out:
        text = json.dumps(run.results, indent=1, ensure_ascii=False)
        asked.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
