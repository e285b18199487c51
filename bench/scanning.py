"""What a look through the whole database for duplicates costs, as a person starts it: contacts are
read, compared and their pairs kept, by a worker.

The contacts are copies of one record with names, addresses, numbers and birthdays of their own
(duplicates.people), written by SQL alone: no log, no search rows, no keys.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

import asyncpg

from bench import cpu, servers
from bench.duplicates import people
from fangxin.access.contexts import context_for_user
from fangxin.app import Installation
from fangxin.cli import prepare, started
from fangxin.kernel.pinyin import sort_key
from fangxin.kernel.settings import read_settings
from fangxin.merging.pairs import list_pairs
from fangxin.merging.scan import last_scan, start_scan
from fangxin.modules.base.first_run import FIRST_USER
from fangxin.records import engine
from fangxin.worker import Worker

SLICE: Final = 20_000
OWN: Final = ("id", "name", "title", "email", "phone", "birthday", "name_sort")


def _rows(many: int) -> Iterator[tuple[str | None, ...]]:
    return ((id_, *values, sort_key(values[0])) for id_, values in people(many))


def _others(installation: Installation) -> tuple[str, str]:
    """Return the columns that all have from the first record, by themselves and with its name."""
    names = [each.name for each in installation.registry["contact"].table.columns]
    rest = [each for each in names if each not in OWN]
    return ", ".join((*OWN, *rest)), ", ".join(f't."{each}"' for each in rest)


async def _into_postgresql(url: str, columns: str, rest: str, many: int) -> None:
    database = await asyncpg.connect(url)
    text = ", ".join(f"{each} text" for each in OWN)
    await database.execute(f"CREATE TEMP TABLE given ({text})")
    own = ", ".join(
        {"id": "g.id::uuid", "birthday": "g.birthday::date"}.get(e, f"g.{e}") for e in OWN
    )
    put = f"INSERT INTO contact ({columns}) SELECT {own}, {rest} FROM given g, one t"
    await database.execute("CREATE TEMP TABLE one AS SELECT * FROM contact LIMIT 1")
    rows = _rows(many)
    while part := list(islice(rows, SLICE)):
        await database.copy_records_to_table("given", records=part)
        await database.execute(put)
        await database.execute("TRUNCATE given")
    await database.execute("VACUUM ANALYZE contact")
    await database.close()


def _into_sqlite(path: str, columns: str, rest: str, many: int) -> None:
    database = sqlite3.connect(path)
    database.execute("CREATE TEMP TABLE one AS SELECT * FROM contact LIMIT 1")
    put = f"INSERT INTO contact ({columns}) SELECT {', '.join('?' * len(OWN))}, {rest} FROM one t"
    database.executemany(put, _rows(many))
    database.commit()
    database.close()


async def measure(env: Mapping[str, str], pid: int | None, many: int) -> dict[str, Any]:
    """Fill an empty database and look through it; return seconds, CPU seconds of the product and of
    the server, the largest memory of the worker and what it starts, and how many pairs there are.
    """
    settings = read_settings(env)
    await prepare(settings)
    async with started(settings) as installation:
        ctx = await context_for_user(installation, FIRST_USER, "api")
        # nobody else's twin
        await engine.create(ctx, "contact", {"name": "Template Nobody"})
        url, given = env["FANGXIN_DATABASE_URL"], _others(installation)
        if pid is None:
            _into_sqlite(url.removeprefix("sqlite:///"), *given, many)
        else:
            await _into_postgresql(url, *given, many)
        await start_scan(ctx)
        begun, spent = time.monotonic(), _spent(pid)
        work = asyncio.create_task(Worker(installation).drain())
        most = 0.0
        while not (await asyncio.wait([work], timeout=1))[0]:
            most = max(most, sum(cpu.memory(os.getpid())))
        await work
        scan = await last_scan(ctx)
        return {
            "state": scan and scan["state"],
            "pairs": (await list_pairs(ctx, "contact", limit=1))["count"]["value"],
            "seconds": round(time.monotonic() - begun),
            "CPU seconds, product and server": [
                round(now - then, 1) for now, then in zip(_spent(pid), spent, strict=True)
            ],
            "memory, MB": round(most),
        }


def _spent(pid: int | None) -> tuple[float, float]:
    server = 0.0 if pid is None else cpu.seconds(pid, gone=True)
    return cpu.seconds(os.getpid(), gone=True), server


async def run(env: Mapping[str, str], file: Mapping[str, str], pid: int, many: int) -> Any:
    """Measure on both databases."""
    url = f"{env['FANGXIN_DATABASE_URL'].rpartition('/')[0]}/scanned"
    servers.create_database(url)
    own = {**env, "FANGXIN_DATABASE_URL": url}
    found = {}
    for kind, given, server in (("SQLite", file, None), ("PostgreSQL", own, pid)):
        found[f"scan, {kind}"] = await measure(given, server, many)
        print(f"  scan, {kind}: {found[f'scan, {kind}']}", flush=True)
    return found
