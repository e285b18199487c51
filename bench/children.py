"""Sums over children, links to several and bulk changes, at any number of children.

`python -m bench --size large --parts children` fills a database of its own on each kind, with ten
times as many opportunities as companies, all made from one record by SQL alone (no log, no search
rows), and asks through the product's own functions. One figure is the CPU time of this process and,
on PostgreSQL, of the server.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, Final

import asyncpg

from bench import cpu, servers
from fangxin.access.contexts import context_for_user
from fangxin.app import Installation
from fangxin.cli import prepare, started
from fangxin.customizing import customize
from fangxin.fields.money import SCALE
from fangxin.kernel import sqlite
from fangxin.kernel.clock import now
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.settings import read_settings
from fangxin.kernel.sql import Statement
from fangxin.migrations.migrate import statements
from fangxin.modules.base.first_run import FIRST_USER
from fangxin.records import engine, reading
from fangxin.records.bulk import Selection, bulk
from fangxin.worker import Worker

# opportunities of one company
EACH: Final = 10
# the revisions between which links to several got rows
LINKED: Final = ("0022", "0023")
# opportunities that one bulk change sets anew
CHANGED: Final = 20_000
FIELDS: Final[tuple[dict[str, Any], ...]] = (
    {
        "object": "opportunities",
        "key": "partners",
        "type": "link_to_many",
        "label": "Partners",
        "target": "accounts",
    },
    {
        "object": "accounts",
        "key": "won_sum",
        "type": "roll_up",
        "label": "Sum",
        "over": "opportunity.account",
        "function": "sum",
        "of": "amount",
        "indexed": True,
    },
)
# a number as an id, on both databases
_ID: Final = {
    "sqlite": "'01990000-0000-7000-8{kind}00-' || printf('%012d', {number})",
    "postgresql": "CAST('01990000-0000-7000-8{kind}00-' || lpad(CAST({number} AS text), 12, '0')"
    " AS uuid)",
}
_NUMBERS: Final = {
    "sqlite": "WITH RECURSIVE numbers(n) AS"
    " (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < {last})",
    "postgresql": "WITH numbers AS (SELECT generate_series(CAST(0 AS bigint), {last}) AS n)",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A filled database, and the server's process where it has one."""

    installation: Installation
    ctx: Ctx
    pid: int | None
    parents: int

    def id(self, number: int) -> str:
        """Return the id of a company."""
        return f"01990000-0000-7000-8000-{number:012d}"


async def _run(installation: Installation, text: str) -> None:
    async def unit(tx: Tx) -> None:
        await tx.execute(Statement(text, (), {}, (), ()), {})

    await installation.database.write(unit)


def _copies(installation: Installation, name: str, count: int, own: Mapping[str, str]) -> str:
    """Return the statement that makes `count` rows of the one there is, with columns of their
    own.
    """
    dialect = installation.database.dialect
    columns = [each.name for each in installation.registry[name].table.columns]
    taken = [own.get(each, f't."{each}"') for each in columns if each != "code"]
    names = ", ".join(f'"{each}"' for each in columns if each != "code")
    numbers = _NUMBERS[dialect].format(last=count - 1)
    return (
        f'{"" if dialect == "sqlite" else numbers} INSERT INTO "{name}" ({names})'
        f" {numbers if dialect == 'sqlite' else ''}"
        f' SELECT {", ".join(taken)} FROM (SELECT * FROM "{name}" LIMIT 1) AS t, numbers'
    )


def _id(installation: Installation, kind: int, number: str) -> str:
    return _ID[installation.database.dialect].format(kind=kind, number=number)


async def _fill(installation: Installation, children: int) -> None:
    for body in FIELDS:
        await installation.database.write(
            lambda tx, body=body: customize.create_field(  # type: ignore[misc]
                tx, installation.registry, body, now(), installation.jobs
            )
        )
        await installation.refresh_registry()
    ctx = await context_for_user(installation, FIRST_USER, "api")
    account = await engine.create(ctx, "account", {"name": "One"})
    body = {"name": "Deal", "account": account["id"], "amount": {"amount": "1", "currency": "CNY"}}
    await engine.create(ctx, "opportunity", body)
    parents = children // EACH
    name = {"name": "'Company ' || n", "name_sort": "'company ' || n"}
    own = {"id": _id(installation, 0, "n"), **name}
    await _run(installation, _copies(installation, "account", parents, own))
    await _fill_children(installation, children, parents)
    await Worker(installation).drain()
    if installation.database.dialect == "postgresql":
        for table in ("account", "opportunity", "record_link"):
            # as autovacuum leaves it: what a sum reads from the index alone is known to be visible
            vacuum = Statement(f"VACUUM ANALYZE {table}", (), {}, (), ())
            await installation.database.read(vacuum, {})


async def _fill_children(installation: Installation, children: int, parents: int) -> None:
    dialect = installation.database.dialect
    code = installation.registry["opportunity"].fields["partners"].custom_id
    # every other one is linked to company 0
    held = [_id(installation, 0, f"n % {parents}"), _id(installation, 0, "0")]
    listed = f"'[\"' || {held[0]} || CASE WHEN n % 2 = 0 THEN '\",\"' || {held[1]} ELSE '' END"
    custom = f"'{{\"{code}\":' || {listed} || '\"]}}'"
    amount = f"(n * 7919) % {children} * {10**SCALE}"
    own = {
        "id": _id(installation, 1, "n"),
        "account_id": _id(installation, 0, f"(n * 7919) % {parents}"),
        "amount_base": amount,
        "amount": amount,
        "custom": custom if dialect == "sqlite" else f"CAST({custom} AS jsonb)",
    }
    await _run(installation, _copies(installation, "opportunity", children, own))
    for which, where in zip(held, (f"n % {parents} <> 0 OR n % 2 = 1", "n % 2 = 0"), strict=True):
        numbers = _NUMBERS[dialect].format(last=children - 1)
        into = "INSERT INTO record_link (field, target_id, record_id)"
        record = _id(installation, 1, "n")
        rows = f"SELECT '{code}', {which}, {record} FROM numbers WHERE {where} ORDER BY 2, 3"
        # a common table stands before INSERT on one, after it on the other
        parts = (into, numbers) if dialect == "sqlite" else (numbers, into)
        await _run(installation, " ".join((*parts, rows)))


async def _cost(place: Place, work: Callable[[], Awaitable[Any]]) -> tuple[float, Any]:
    """Return the CPU milliseconds of some work, and what it gave."""
    await asyncio.sleep(0.2)

    def spent() -> float:
        server = 0.0 if place.pid is None else cpu.seconds(place.pid, gone=True)
        return time.process_time() + server

    begun = spent()
    found = await work()
    return (spent() - begun) * 1000, found


def _questions(place: Place) -> dict[str, Callable[[], Awaitable[Any]]]:
    ctx, most = place.ctx, {"field": "won_sum", "op": ">", "value": "85000"}

    def page(object_: str, **said: Any) -> Callable[[], Awaitable[Any]]:
        return lambda: reading.find(ctx, object_, limit=50, **said)

    def linked(number: int) -> dict[str, Any]:
        return {"field": "partners", "op": "has_any", "value": [place.id(number)]}

    sums = ("name", "won_sum")
    named = {"field": "name", "op": "is", "value": "Company 7"}
    return {
        "page with a sum": page("account", fields=sums, sort="name"),
        "sorted by the sum": page("account", fields=sums, sort="-won_sum"),
        "filtered by the sum": page("account", fields=sums, filter=most, sort="name"),
        "counted by the sum": lambda: reading.count(ctx, "account", filter=most),
        "linked to one (few)": page("opportunity", fields=("name",), filter=linked(7)),
        "linked to one (half of all)": page("opportunity", fields=("name",), filter=linked(0)),
        "count of those": lambda: reading.count(ctx, "opportunity", filter=linked(0)),
        "has one linked": page(
            "account", fields=("name",), filter={"all": [{"has": "opportunity.partners"}, named]}
        ),
    }


async def _change(place: Place) -> dict[str, float]:
    few = {"field": "amount", "op": "<", "value": CHANGED}
    body = {"probability": 40}
    selection = Selection(filter=few)
    spent, report = await _cost(place, lambda: bulk(place.ctx, "opportunity", selection, body=body))
    return {"changed": report["changed"], "ms each": round(spent / max(report["changed"], 1), 3)}


async def _links_again(place: Place, url: str) -> dict[str, float]:
    """Make all links' rows again as migration 0023 made them: CPU seconds, and seconds."""
    todo = ["DROP TABLE record_link", *statements(place.installation.database.dialect, *LINKED)]

    def on_sqlite() -> None:
        with closing(sqlite.connect(url.removeprefix("sqlite:///"))) as database:
            for each in ("BEGIN IMMEDIATE", *todo, "COMMIT"):
                database.execute(each)

    async def on_postgresql() -> None:
        database = await asyncpg.connect(url)
        async with database.transaction():
            for each in todo:
                await database.execute(each)
        await database.close()

    begun = time.monotonic()
    again = asyncio.to_thread(on_sqlite) if place.pid is None else on_postgresql()
    spent, _ = await _cost(place, lambda: again)
    return {"CPU seconds": round(spent / 1000, 1), "seconds": round(time.monotonic() - begun, 1)}


async def measure(env: Mapping[str, str], pid: int | None, children: int) -> dict[str, Any]:
    """Fill an empty database and return CPU milliseconds by question, the better of two."""
    settings = read_settings(env)
    await prepare(settings)
    async with started(settings) as installation:
        begun = time.monotonic()
        await _fill(installation, children)
        print(f"  filled in {time.monotonic() - begun:.0f} s", flush=True)
        ctx = replace(await context_for_user(installation, FIRST_USER, "api"), source="api")
        place = Place(installation, ctx, pid, children // EACH)
        found: dict[str, Any] = {}
        for name, ask in _questions(place).items():
            found[name] = round(min([(await _cost(place, ask))[0] for _ in range(2)]), 1)
            print(f"  {name}: {found[name]} ms", flush=True)
        found["bulk change"] = await _change(place)
        print(f"  bulk change: {found['bulk change']}", flush=True)
        found["links made again"] = await _links_again(place, env["FANGXIN_DATABASE_URL"])
        print(f"  links made again: {found['links made again']}", flush=True)
        return found


async def run(env: Mapping[str, str], file: Mapping[str, str], pid: int, size: int) -> Any:
    """Measure on both databases."""
    found = {}
    url = f"{env['FANGXIN_DATABASE_URL'].rpartition('/')[0]}/children"
    servers.create_database(url)
    own = {**env, "FANGXIN_DATABASE_URL": url}
    for kind, given, server in (("SQLite", file, None), ("PostgreSQL", own, pid)):
        print(f"children, {kind}", flush=True)
        found[f"children, {kind}"] = await measure(given, server, size)
    return found
