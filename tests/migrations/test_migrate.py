from __future__ import annotations

import asyncio
import sqlite3
import warnings
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine

from fangxin.migrations import migrate as migrating
from fangxin.migrations.migrate import VERSIONS, head, migrate
from fangxin.migrations.partitions import partition_ddl
from fangxin.migrations.schema import complete_metadata, is_ours


def _differences(connection: sa.Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"include_name": is_ours})
    with warnings.catch_warnings():
        # SQLite cannot tell what an index of a formula is made of
        warnings.filterwarnings("ignore", "Skipped unsupported reflection")
        return list(compare_metadata(context, complete_metadata()))


async def differences(url: str) -> list[Any]:
    if url.startswith("sqlite"):
        with sa.create_engine(url).connect() as connection:
            return _differences(connection)
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with engine.connect() as connection:
        found = await connection.run_sync(_differences)
    await engine.dispose()
    return found


async def test_the_migrated_database_agrees_with_the_declarations(empty_database_url: str) -> None:
    assert await migrate(empty_database_url) is True
    assert await differences(empty_database_url) == []


async def test_what_is_missing_in_the_database_is_seen(empty_database_url: str) -> None:
    await migrate(empty_database_url)
    if empty_database_url.startswith("sqlite"):
        with sqlite3.connect(empty_database_url.removeprefix("sqlite:///")) as connection:
            connection.execute("DROP INDEX ix_account_code_id")
    else:
        connection = await asyncpg.connect(empty_database_url)
        await connection.execute("DROP INDEX ix_account_code_id")
        await connection.close()
    found = await differences(empty_database_url)
    assert [(each[0], each[1].name) for each in found] == [("add_index", "ix_account_code_id")]


async def test_two_at_once_migrate_once(empty_database_url: str) -> None:
    done = await asyncio.gather(*(migrate(empty_database_url) for _ in range(6)))
    assert sorted(done) == [*[False] * 5, True]


async def test_an_up_to_date_database_is_asked_once_and_left_alone(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrate(empty_database_url)
    asked: list[str] = []
    to_sqlite, to_postgresql = migrating.connect, asyncpg.connect

    def listened(path: str) -> sqlite3.Connection:
        connection = to_sqlite(path)
        connection.set_trace_callback(asked.append)
        return connection

    async def overheard(url: str) -> Any:
        connection = await to_postgresql(url)
        connection.add_query_logger(lambda record: asked.append(record.query))
        return connection

    def never(*_words: str) -> list[str]:
        pytest.fail("statements were built")

    monkeypatch.setattr(migrating, "connect", listened)
    monkeypatch.setattr(asyncpg, "connect", overheard)
    monkeypatch.setattr(migrating, "statements", never)
    assert await migrate(empty_database_url) is False
    assert asked == ["SELECT version_num FROM alembic_version"]
    assert head() == max(path.name[:4] for path in VERSIONS.glob("0*.py"))


def test_partitions_of_a_year_end() -> None:
    made = partition_ddl(datetime(2026, 11, 30, tzinfo=UTC), ahead=2)
    assert [each.split()[5] for each in made if "payload" not in each] == [
        "change_2026_11",
        "change_2026_12",
        "change_2027_01",
    ]
    assert "FROM ('2026-12-01 00:00+00') TO ('2027-01-01 00:00+00')" in made[2]


async def test_the_log_takes_rows_of_any_month(empty_database_url: str) -> None:
    if not empty_database_url.startswith("postgresql"):
        return
    await migrate(empty_database_url)
    connection = await asyncpg.connect(empty_database_url)
    insert = (
        "INSERT INTO change"
        " (at, xid, change_set_id, actor_id, source, object, record_id, verb, version)"
        " VALUES ($1, 1, gen_random_uuid(), gen_random_uuid(), 't', 't', gen_random_uuid(), 't', 1)"
        " RETURNING seq, tableoid::regclass::text"
    )
    now = datetime.now(UTC)
    current = await connection.fetchrow(insert, now)
    past = await connection.fetchrow(insert, datetime(2019, 1, 1, tzinfo=UTC))
    await connection.close()
    assert current[1] == f"change_{now:%Y_%m}"
    assert past[1] == "change_rest"
    assert past[0] == current[0] + 1


def _uuid(number: int) -> str:
    return f"019a0000-0000-7000-8000-{number:012d}"


# two fields that link to several records, one of a custom object and in the bin, and their lists
_LISTS = (
    "INSERT INTO custom_object (id, code, name, path, labels, labels_plural, icon, created_at)"
    f" VALUES ('{_uuid(1)}', 'o_asset', 'asset', 'assets', '{{}}', '{{}}', 'box',"
    " '2026-01-01T00:00:00Z')",
    "INSERT INTO custom_field (id, code, object, key, type, labels, options, settings, created_at,"
    " deleted_at) VALUES"
    f" ('{_uuid(2)}', 'c_one', 'account', 'x', 'link_to_many', '{{}}', '[]', '{{}}',"
    " '2026-01-01T00:00:00Z', NULL),"
    f" ('{_uuid(3)}', 'c_two', 'asset', 'x', 'link_to_many', '{{}}', '[]', '{{}}',"
    " '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'),"
    f" ('{_uuid(4)}', 'c_tag', 'account', 't', 'tags', '{{}}', '[]', '{{}}',"
    " '2026-01-01T00:00:00Z', NULL)",
)
_ROW = (
    'INSERT INTO "{table}" ({more}id, name, name_sort, tags, version, created_at, updated_at,'
    " created_by_id, updated_by_id, custom) VALUES ({value}'{id}', 'A', 'a', '[]', 1,"
    " '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', '{id}', '{id}', '{custom}')"
)


async def _play(url: str, texts: list[str], question: str) -> list[Any]:
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            for text in texts:
                connection.execute(text)
            return connection.execute(question).fetchall()
    connection = await asyncpg.connect(url)
    for text in texts:
        await connection.execute(text)
    found = [tuple(map(str, row)) for row in await connection.fetch(question)]
    await connection.close()
    return found


async def test_lists_of_links_that_are_there_get_their_rows(empty_database_url: str) -> None:
    kind = empty_database_url.split(":", maxsplit=1)[0]
    first, second = _uuid(10), _uuid(11)
    held = f'{{"c_one": ["{first}", "{second}", "{first}"], "c_tag": ["{first}"]}}'
    lists = [held, '{"c_one": null}', "{}", f'{{"c_one": ["{second}"]}}']
    rows = [
        _ROW.format(table="account", more="", value="", id=_uuid(20 + at), custom=custom)
        for at, custom in enumerate(lists)
    ]
    of = {"table": "custom_record", "more": "object_id, ", "value": "'o_asset', "}
    rows.append(_ROW.format(**of, id=_uuid(30), custom=f'{{"c_two": ["{_uuid(20)}"]}}'))
    before = migrating.statements(kind, None, "0022")
    await _play(empty_database_url, [*before, *_LISTS, *rows], "SELECT 1")
    assert await migrate(empty_database_url) is True
    question = "SELECT field, target_id, record_id FROM record_link ORDER BY 1, 2, 3"
    assert await _play(empty_database_url, [], question) == [
        ("c_one", first, _uuid(20)),
        ("c_one", second, _uuid(20)),
        ("c_one", second, _uuid(23)),
        ("c_two", _uuid(20), _uuid(30)),
    ]
