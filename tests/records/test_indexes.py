"""Search rows, duplicate keys and unique keys on both databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from fangxin.fields.base import Field
from fangxin.fields.link import Link
from fangxin.fields.reach import Email, Phone
from fangxin.fields.text import Text
from fangxin.kernel.errors import Conflict
from fangxin.kernel.ids import new_id
from fangxin.kernel.sql import compile_statement
from fangxin.kernel.tokens import parse_query
from fangxin.objects.declare import ObjectFacts
from fangxin.objects.registry import ObjectDef
from fangxin.records import tables
from fangxin.records.indexes import index_rows, scope_token, unindex_rows
from fangxin.records.keys import (
    duplicate_rows,
    find_duplicates,
    find_unique,
    refuse_taken,
    write_duplicate_keys,
    write_unique_keys,
)
from fangxin.search.matching import Group, Reach, asked, search_match
from tests.schema import open_with

FIELDS = (
    Field(key="name", type=Text(), label="Name", searchable=True, duplicate_key=True),
    Field(key="email", type=Email(), label="Email", searchable=True, duplicate_key=True),
    Field(key="phone", type=Phone(), label="Phone", searchable=True, duplicate_key=True),
    Field(key="code", type=Text(), label="Code", searchable=True, unique=True),
    Field(key="parent", type=Link(), label="Parent", target="house", cascade=True),
)
HOUSES = sa.Table("house", sa.MetaData(), sa.Column("id", sa.Text(), primary_key=True))
HOUSE = ObjectDef(
    name="house",
    facts=ObjectFacts(path="houses", label="House", label_plural="Houses"),
    table=HOUSES,
    fields={field.key: field for field in FIELDS},
)
TABLES = [tables.search_row, tables.duplicate_key, tables.unique_key]
NASTY = ["Robert'); DROP TABLE", '"quoted" OR x', "a\\b:c*", "-- NOT NEAR(", "𝔘𝔫𝔦 🎉 ﷽"]


@pytest.fixture
async def database(empty_database_url):
    async with open_with(empty_database_url, TABLES) as opened:
        yield opened


async def write(database, function, *arguments, **options):
    async def unit(tx):
        return await function(tx, *arguments, **options)

    return await database.write(unit)


async def alike(tx, asked):
    return await find_duplicates(tx.fetch, tx.dialect, HOUSE, asked)


async def find(database, query, *, title_only=False, scope=None, mark=""):
    statement = compile_statement(
        sa.select(tables.search_row.c.title).where(search_match(database.dialect)),
        database.dialect,
    )
    # every entry here is of one kind: with its tokens the reach says no more than the scope
    group = Group([Reach(HOUSE, tuple(scope or ()))], title_only=title_only)
    values = asked(parse_query(query), [group], database.dialect, mark=mark)
    rows = await database.read(statement, values)
    return sorted(row[0] for row in rows)


def entry(owner=None, department=None, **values):
    return (HOUSE, new_id(), owner, department, values)


async def test_rows_are_found_and_follow_changes(database):
    me, them = new_id(), new_id()
    first = entry(me, None, name="华为技术有限公司", phone="+8613800138000")
    second = entry(them, None, name="Globex Systems", email="tony@huawei.example")
    await write(database, index_rows, [first, second])
    assert await find(database, "为技") == ["华为技术有限公司"]
    assert await find(database, "huawei") == ["Globex Systems", "华为技术有限公司"]
    assert await find(database, "huawei", title_only=True) == ["华为技术有限公司"]
    mine = [scope_token("o", me)]
    assert await find(database, "huawei", scope=mine) == ["华为技术有限公司"]
    both = [scope_token("o", me), scope_token("o", them)]
    assert len(await find(database, "huawei", scope=both)) == 2
    changed = (HOUSE, first[1], them, None, {"name": "小米科技"})
    await write(database, index_rows, [changed])
    assert await find(database, "为技") == []
    assert await find(database, "13800138000") == []
    assert await find(database, "xmkj") == ["小米科技"]
    await write(database, unindex_rows, [first[1]])
    assert await find(database, "xmkj") == []
    assert await find(database, "lobex") == ["Globex Systems"]


async def test_a_few_records_stand_for_all_and_say_so_by_their_id(database):
    entries = [
        (HOUSE, f"{new_id()[:-2]}{end}", None, None, {"name": f"Common House {end}"})
        for end in ("00", "10", "01", "ab")
    ]
    await write(database, index_rows, entries)
    assert len(await find(database, "common house")) == 4
    assert await find(database, "mmon hous", mark="²") == ["Common House 00"]
    assert await find(database, "common house", mark="¹") == ["Common House 10"]
    # a mark is no part of what somebody may type
    assert await find(database, "²common") == await find(database, "¹common") == []


async def test_any_text_can_be_indexed_and_asked_for(database):
    entries = [entry(name=text, email=None) for text in NASTY]
    await write(database, index_rows, entries)
    for text in NASTY[:4]:
        assert text in await find(database, text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("华为技术有限公司", "华为技术股份有限公司"),
        ("华为技术（深圳）有限公司", "华为技术(深圳)有限公司"),
        ("Acme, Inc.", "ACME LLC"),
        ("Müller GmbH", "müller  gmbh"),
        ("ＡＣＭＥ Co., Ltd.", "acme"),
        ("華為技術有限公司", "华为技术"),
        ("上海电气（集团）股份有限公司", "上海电气"),
        ("Bayer GmbH & Co. KG", "Bayer"),
    ],
)
def test_names_alike(one, other):
    assert duplicate_rows(HOUSE, {"name": one}) == duplicate_rows(HOUSE, {"name": other})


def test_names_not_alike():
    keys = [
        duplicate_rows(HOUSE, {"name": name})[0]
        for name in ("Acme", "Acme Robotics", "公司", "华为", "Co", "Inc")
    ]
    assert len(set(keys)) == len(keys)


async def test_duplicates_are_found_by_any_key(database):
    known = [
        (new_id(), {"name": "Acme Inc.", "email": "a+1@x.example"}),
        (new_id(), {"name": "Other", "phone": "+8613800138000"}),
    ]
    await write(database, write_duplicate_keys, HOUSE, known, fresh=True)
    asked = [
        ("", {"name": "ACME", "phone": "+8613800138000"}),
        ("", {"name": "New", "email": "a@x.example"}),
        known[0],
    ]
    found = await write(database, alike, asked)
    assert {(d.position, d.record_id, d.field) for d in found} == {
        (0, known[0][0], "name"),
        (0, known[1][0], "phone"),
        (1, known[0][0], "email"),
    }
    await write(database, write_duplicate_keys, HOUSE, [(known[0][0], {"name": "Changed"})])
    found = await write(database, alike, asked[:2])
    assert {(d.position, d.record_id) for d in found} == {(0, known[1][0])}


async def test_unique_values_have_one_holder(database):
    code = HOUSE.fields["code"]
    first, second = new_id(), new_id()
    entries = [(first, {"code": "A-1"}), (second, {"code": "B-1"})]
    assert await write(database, write_unique_keys, HOUSE, entries, fresh=True) == []
    taken = await write(database, write_unique_keys, HOUSE, [(new_id(), {"code": "a-1"})])
    assert [(each.field, each.holder) for each in taken] == [("code", first)]
    with pytest.raises(Conflict) as refused:
        refuse_taken(taken)
    assert [each.pointer for each in refused.value.errors] == ["/code"]
    swapped = [(first, {"code": "B-1"}), (second, {"code": "A-1"})]
    assert await write(database, write_unique_keys, HOUSE, swapped) == []
    assert await write(database, find_unique, HOUSE, code, ["a-1", "zz"]) == {"a-1": second}
    await write(database, unindex_rows, [second])
    assert await write(database, write_unique_keys, HOUSE, [(first, {"code": "A-1"})]) == []


async def test_two_of_one_write_cannot_hold_the_same_value(database):
    entries = [(new_id(), {"code": "same"}), (new_id(), {"code": "SAME"})]
    taken = await write(database, write_unique_keys, HOUSE, entries, fresh=True)
    assert [each.record_id for each in taken] == [entries[1][0]]
