"""A real pipeline of 8,800 opportunities arrives whole; figures come from the files alone."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from decimal import Decimal
from importlib.resources import files

import pytest

from fangxin.history.undo import undo
from fangxin.kernel.sql import Statement
from fangxin.records import reading
from fangxin.transfer.importing import import_file
from fangxin.transfer.orders import Order

pytestmark = pytest.mark.shared

FILES = {
    "users": ("user", "sales_teams"),
    "accounts": ("account", "accounts"),
    "products": ("product", "products"),
    "opportunities": ("opportunity", "sales_pipeline"),
}
TABLES = ("user", "department", "account", "product", "opportunity")


def plan(name):
    return json.loads(files("fangxin.transfer").joinpath(f"maps/maven_{name}.json").read_bytes())


def source(folder, name):
    path = folder / "data/pipeline_maven" / f"{FILES[name][1]}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return path, list(csv.DictReader(file))


async def bring(ctx, folder, name, **options):
    path, _ = source(folder, name)
    order = Order(FILES[name][0], map=plan(name), **options)
    return await import_file(ctx, path, order)


async def everything(ctx, object_, fields):
    items, cursor = [], None
    while True:
        page = await reading.find(ctx, object_, fields=fields, sort="id", limit=1000, cursor=cursor)
        items += page.items
        cursor = page.next
        if cursor is None:
            return items


async def rows_of(database, table):
    sql = f'SELECT * FROM "{table}" ORDER BY id'
    return [tuple(row) for row in await database.read(Statement(sql, (), {}, (), ()), {})]


def name_of(link):
    return None if link is None else link["name"]


async def test_the_pipeline_arrives_whole_and_is_undone_to_the_byte(admin, shared_folder):
    states, sets = [], []
    before = {table: await rows_of(admin.database, table) for table in TABLES}
    for name in FILES:
        rehearsed = None
        if name != "opportunities":
            rehearsed = await bring(admin, shared_folder, name, dry_run=True)
            assert {table: len(await rows_of(admin.database, table)) for table in TABLES} == {
                table: len(rows) for table, rows in before.items()
            }
        states.append(await contents_of(admin.database))
        done = await bring(admin, shared_folder, name)
        sets.append(done["change_set"])
        assert done["errors"] == []
        counts = {k: done[k] for k in ("state", "created", "updated", "unchanged", "failed")}
        expected = len(source(shared_folder, name)[1])
        assert list(counts.values()) == ["done", expected, 0, 0, 0]
        if rehearsed is not None:
            assert {key: rehearsed[key] for key in counts} == counts
        before = {table: await rows_of(admin.database, table) for table in TABLES}
    await check_people(admin, shared_folder)
    await check_accounts(admin, shared_folder)
    await check_opportunities(admin, shared_folder)
    for name in FILES:
        again = await bring(admin, shared_folder, name)
        assert (again["unchanged"], again["failed"], again["change_set"]) == (
            len(source(shared_folder, name)[1]),
            0,
            None,
        )
    after = {table: await rows_of(admin.database, table) for table in TABLES}
    assert after == before
    for state, change_set in reversed(list(zip(states, sets, strict=True))):
        undone = await undo(admin, change_set)
        assert undone["conflicts"] == []
        assert await contents_of(admin.database) == state


async def contents_of(database):
    """All that a table of records and its indexes hold, in an order of its own."""
    found = {}
    for table in (*TABLES, "search_row", "duplicate_key", "unique_key"):
        statement = Statement(f'SELECT * FROM "{table}"', (), {}, (), ())
        found[table] = sorted(map(repr, map(tuple, await database.read(statement, {}))))
    return found


async def check_people(admin, folder):
    _, expected = source(folder, "users")
    people = await everything(admin, "user", ["name", "manager", "department", "email"])
    found = {each["name"]: each for each in people}
    assert len(people) == 1 + 35 + len({row["manager"] for row in expected})
    for row in expected:
        person = found[row["sales_agent"]]
        assert name_of(person["manager"]) == row["manager"]
        assert name_of(person["department"]) == row["regional_office"]
        assert name_of(found[row["manager"]]["department"]) == row["regional_office"]
    offices = await everything(admin, "department", ["name"])
    assert {"Central", "East", "West"} <= {each["name"] for each in offices}


async def check_accounts(admin, folder):
    _, expected = source(folder, "accounts")
    fields = ["name", "industry", "annual_revenue", "employees", "parent", "address"]
    found = {each["name"]: each for each in await everything(admin, "account", fields)}
    assert set(found) == {row["account"] for row in expected}
    for row in expected:
        account = found[row["account"]]
        assert name_of(account["parent"]) == (row["subsidiary_of"] or None)
        assert account["employees"] == int(row["employees"])
        revenue = Decimal(account["annual_revenue"]["amount"])
        assert revenue == Decimal(row["revenue"]) * 1_000_000
        assert account["industry"] == row["sector"].replace("technolgy", "technology")
        country = row["office_location"].replace("Philipines", "Philippines")
        assert account["address"]["country"] == country


async def check_opportunities(admin, folder):
    _, expected = source(folder, "opportunities")
    fields = ["code", "account", "owner", "product", "stage", "amount", "engaged_on", "closed_on"]
    found = await everything(admin, "opportunity", fields)
    assert len(found) == 8800
    assert Counter(name_of(each["account"]) is None for each in found)[True] == 1425
    assert sum(each["amount"] is None for each in found) == 2089
    assert sum(each["engaged_on"] is None for each in found) == 500
    assert Counter(name_of(each["product"]) for each in found)["GTX Pro"] == 1480
    by_code = {each["code"]: each for each in found}
    sums, wanted = defaultdict(Decimal), defaultdict(Decimal)
    for row in expected:
        each = by_code[row["opportunity_id"]]
        product = row["product"].replace("GTXPro", "GTX Pro")
        wanted["stage", row["deal_stage"]] += Decimal(row["close_value"] or 0)
        wanted[row["account"] or None, row["sales_agent"], product] += Decimal(
            row["close_value"] or 0
        )
        assert str(each["engaged_on"] or "")[:10] == row["engage_date"]
        assert str(each["closed_on"] or "")[:10] == row["close_date"]
    for each in found:
        value = Decimal(each["amount"]["amount"]) if each["amount"] else Decimal(0)
        sums["stage", each["stage"]["name"]] += value
        sums[name_of(each["account"]), name_of(each["owner"]), name_of(each["product"])] += value
    assert sums == wanted
    stages = Counter(each["stage"]["name"] for each in found)
    assert stages == Counter(row["deal_stage"] for row in expected)
