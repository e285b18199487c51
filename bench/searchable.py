"""Fill a database with search rows cheaply: `python -m bench.searchable N` adds N companies, each
with a contact and a deal, to a database that has demonstration data (bench.filling) already.

Search rows are as the product writes them. The records behind them have their own id, name, owner
and company, and everything else from one record of the demonstration; they have no log and no keys,
and their tables lose the indexes that search has no use for. So it serves to measure search alone,
in a quarter of an hour for a million instead of hours.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import asyncpg

from fangxin.app import build_installation
from fangxin.demo.companies import Company, Market
from fangxin.demo.make import SEED
from fangxin.kernel.pinyin import sort_key
from fangxin.kernel.settings import read_settings
from fangxin.kernel.token_forms import column_text, tsvector
from fangxin.kernel.tokens import mark_of
from fangxin.objects.registry import Registry
from fangxin.records.indexes import SEARCH_DDL, SEARCH_DROP_DDL, scope_token, search_document

OBJECTS: Final = ("account", "contact", "opportunity")
SLICE: Final = 6000
# what scopes and cascades ask by
_KEPT: Final = ("_pkey", "owner_id", "account_id", "department_id")
_GIVEN: Final = ("id", "name", "name_sort", "owner_id", "department_id")
Tokens = tuple[list[str], list[str], list[str]]
Line = tuple[str, str, str, str, str, str | None, Tokens]


def _line(
    registry: Registry, object_: str, id_: str, values: dict[str, Any], company: Company
) -> Line:
    document = search_document(registry[object_], values)
    owner, department = values["owner"], values["department"]
    scope = [scope_token("k", object_), scope_token("o", owner), scope_token("d", department)]
    account = None if object_ == "account" else company.id
    scope += [scope_token("p", account)] if account else []
    tokens = (document.head.split(), document.body.split(), scope)
    return (object_, id_, values["name"], owner, department, account, tokens)


def lines(registry: Registry, companies: int) -> Iterator[Line]:
    """Yield (object, id, name, owner, department, company, tokens) of each record."""
    # other dice than the demonstration's
    market = Market(SEED + companies, datetime.now(UTC))
    for _ in range(companies):
        company = market.company()
        yield _line(registry, "account", company.id, company.values, company)
        for object_, values in (
            ("contact", market.contact(company)),
            ("opportunity", market.deal(company, None)),
        ):
            yield _line(registry, object_, market.new_id(company.born), values, company)


def _own(table: str) -> list[str]:
    return [*_GIVEN, *(["account_id"] if table != "account" else [])]


def _copied(table: str, columns: list[str]) -> tuple[str, str]:
    """Return the columns to insert, and those that come from the template."""
    given = _own(table)
    rest = [name for name in columns if name not in {*given, "code"}]
    return ", ".join((*given, *rest)), ", ".join(f't."{name}"' for name in rest)


async def _into_postgresql(url: str, given: Iterator[Line]) -> None:
    database = await asyncpg.connect(url)
    await database.execute("SET maintenance_work_mem = '1GB'; SET synchronous_commit = off")
    for table in OBJECTS:
        names = await database.fetch("SELECT indexname FROM pg_indexes WHERE tablename = $1", table)
        for (name,) in names:
            if not any(kept in name for kept in _KEPT):
                await database.execute(f'DROP INDEX "{name}"')
    for text in SEARCH_DROP_DDL["postgresql"]:
        await database.execute(text)
    await database.execute(
        "CREATE TEMP TABLE given (object text, id uuid, name text, name_sort text,"
        " owner_id uuid, department_id uuid, account_id uuid);"
        "CREATE TEMP TABLE row_given (LIKE search_row);"
        "ALTER TABLE row_given DROP COLUMN number, ALTER tokens TYPE text"
    )
    puts = [await _put(database, table) for table in OBJECTS]
    while part := list(itertools.islice(given, SLICE)):
        await _copy(database, part, puts)
    for text in SEARCH_DDL["postgresql"]:
        await database.execute(text)
    for table in ("search_row", *OBJECTS):
        await database.execute(f"VACUUM ANALYZE {table}")
    await database.close()


async def _put(database: Any, table: str) -> str:
    """Return the statement that makes records of `given`."""
    asked = "SELECT column_name FROM information_schema.columns WHERE table_name = $1"
    into, rest = _copied(table, [row[0] for row in await database.fetch(asked, table)])
    own = ", ".join(f"g.{name}" for name in into.split(", ")[: len(_own(table))])
    first = f"SELECT * FROM {table} ORDER BY id LIMIT 1"
    return (
        f"INSERT INTO {table} ({into}) SELECT {own}, {rest} FROM given g,"
        f" LATERAL ({first}) t WHERE g.object = '{table}'"
    )


async def _copy(database: Any, part: list[Line], puts: list[str]) -> None:
    known = ["object", "record_id", "owner_id", "department_id", "title", "tokens"]
    await database.copy_records_to_table(
        "given", records=[(o, i, n, sort_key(n), w, d, a) for o, i, n, w, d, a, _ in part]
    )
    rows = [(o, i, w, d, n, tsvector(*t, mark_of(i))) for o, i, n, w, d, _, t in part]
    await database.copy_records_to_table("row_given", columns=known, records=rows)
    names = ", ".join(known)
    cast = names.replace("tokens", "tokens::tsvector")
    await database.execute(f"INSERT INTO search_row ({names}) SELECT {cast} FROM row_given")
    for put in puts:
        await database.execute(put)
    await database.execute("TRUNCATE given, row_given")


def _into_sqlite(path: str, given: Iterator[Line]) -> None:
    database = sqlite3.connect(path)
    database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF")
    puts = {}
    for table in OBJECTS:
        asked = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ?"
        for (name,) in database.execute(asked, (table,)).fetchall():
            if not any(kept in name for kept in (*_KEPT, "autoindex")):
                database.execute(f'DROP INDEX "{name}"')
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        into, rest = _copied(table, columns)
        own = ", ".join("?" for _ in _own(table))
        first = f"SELECT min(id) FROM {table}"
        ((id_,),) = database.execute(first).fetchall()
        puts[table] = (
            f"INSERT INTO {table} ({into}) SELECT {own}, {rest} FROM {table} t WHERE id = '{id_}'"
        )
    (number,) = database.execute("SELECT max(number) FROM search_row").fetchone()
    while part := list(itertools.islice(given, SLICE)):
        _insert(database, list(enumerate(part, number + 1)), puts)
        number += len(part)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def _insert(database: Any, numbered: list[tuple[int, Line]], puts: dict[str, str]) -> None:
    database.executemany(
        "INSERT INTO search_row (number, object, record_id, owner_id, department_id, title)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [(at, o, i, w, d, n) for at, (o, i, n, w, d, _, _) in numbered],
    )
    database.executemany(
        "INSERT INTO search_index (rowid, title, body, scope) VALUES (?, ?, ?, ?)",
        [
            (at, *(column_text(" ".join(t), mark_of(line[1])) for t in line[6]))
            for at, line in numbered
        ],
    )
    for table, put in puts.items():
        lines_ = [line for _, line in numbered if line[0] == table]
        rows = [(i, n, sort_key(n), w, d, *([a] if a else [])) for _, i, n, w, d, a, _ in lines_]
        database.executemany(put, rows)
    database.commit()


def main() -> None:
    """Add as many companies as the first argument says to the environment's database."""
    registry = build_installation(read_settings(os.environ)).registry
    given = lines(registry, int(sys.argv[1]))
    url = os.environ["FANGXIN_DATABASE_URL"]
    if url.startswith("sqlite"):
        _into_sqlite(url.removeprefix("sqlite:///"), given)
    else:
        asyncio.run(_into_postgresql(url, given))


if __name__ == "__main__":
    main()
