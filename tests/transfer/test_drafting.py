"""Long files are read by a process of their own: it makes what this one would have made."""

from __future__ import annotations

import csv
import pickle
from dataclasses import replace

import pytest

from fangxin.kernel.errors import Invalid
from fangxin.kernel.spreadsheets import open_table
from fangxin.kernel.sql import Statement
from fangxin.records import change as store
from fangxin.records.indexes import index_rows
from fangxin.records.keys import write_duplicate_keys
from fangxin.records.reading import environment, find_ids
from fangxin.transfer import drafting
from fangxin.transfer.drafting import Apart, Here, task_of
from fangxin.transfer.importing import import_file
from fangxin.transfer.mapping import Column, ImportMap, read_map
from fangxin.transfer.orders import Order

HEADER = ("Name", "Industry", "Phone", "Mail", "Web", "Revenue", "Text", "Parent")
COMPANY = "北京测试科技有限公司"
ROWS = (
    (COMPANY, "软件", "138 0013 8000", "Info+x@C1.Example.com", "c1.cn", "1.25", "a\nb", ""),
    ("Straße GmbH", "nonsense", "+1 212 555 0101", "a@b.de", "https://www.b.de", "¥3", "", ""),
    ("ＦＵＬＬ　Width 😀", "", "(010) 6552 9988", "", "", "12.5", "<b>bold</b> " * 40, "Later"),
    ("臺灣國際貿易股份有限公司", "finance", "12", "bad", "javascript:x", "many", "", ""),
    ("=1+1", "finance", "", "x@y.cn", "", "", "word " * 6000, COMPANY),
    (COMPANY, "", "", "", "", "", "", ""),
    ("Later", "retail", "", "", "", "", "Z" * 90, ""),
)
MAP = {
    "match": "name",
    "columns": {
        "Name": "name",
        "Industry": {"field": "industry", "values": {"nonsense": "other"}},
        "Phone": {"field": "phone", "clean": ["width"]},
        "Mail": "email",
        "Web": "website",
        "Revenue": "annual_revenue",
        "Text": "description",
        "Parent": {"field": "parent", "by": "name"},
    },
    "defaults": {"source": "import", "credit_code": "{Name}-{Phone}"},
}
TABLES = {
    "postgresql": ("record_id, object, title, CAST(tokens AS text) FROM search_row",),
    "sqlite": ("title, body, scope FROM search_index",),
}


def written(tmp_path, rows=ROWS):
    path = tmp_path / "accounts.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def task(ctx, path):
    table = open_table(path, encoding="utf-8")
    plan = read_map(ctx, ctx.registry["account"], MAP, table.columns)
    return task_of(plan, table, environment(ctx))


async def test_a_process_of_its_own_makes_the_same_drafts(admin, tmp_path):
    given = task(admin, written(tmp_path))
    here, apart = Here(given), Apart(given)
    try:
        for count in (3, 2, 10, 1):
            mine, theirs = here.next(count), apart.next(count)
            assert mine.drafts == theirs.drafts
            assert bool(theirs.made) == any(not draft.issues for draft in mine.drafts)
    finally:
        apart.close()
    assert mine.drafts == []


async def test_faults_of_the_file_and_of_the_process_are_told(admin, tmp_path):
    path = written(tmp_path, ROWS[:1] * 5000)
    with path.open("ab") as file:
        file.write(b"\xff\xfe broken,,,,,,,\n")
    apart = Apart(task(admin, path))
    assert len(apart.next(10).drafts) == 10
    with pytest.raises(Invalid) as refused:
        apart.next(9000)
    assert refused.value.code == "wrong_encoding"
    apart.close()
    apart = Apart(task(admin, path))
    apart.next(1)
    apart._child.kill()
    with pytest.raises((RuntimeError, BrokenPipeError)):
        apart.next(1)
    apart.close()


async def figures(database):
    found = []
    for table in (*TABLES[database.dialect], "object, record_id, field, value FROM duplicate_key"):
        statement = Statement(f"SELECT {table} ORDER BY 1, 2, 3", (), {}, (), ())
        found.append([tuple(map(str, row)) for row in await database.read(statement, {})])
    return found


async def test_records_are_found_by_what_was_made_apart(admin, tmp_path, monkeypatch):
    monkeypatch.setattr(drafting, "LONG", 1)
    done = await import_file(admin, written(tmp_path), Order("account", map=MAP))
    assert (done["created"], done["failed"]) == (5, 2)
    imported = await figures(admin.database)
    definition = admin.registry["account"]
    ids = [id_ for id_, _ in await find_ids(admin, definition, None)]
    assert len(ids) == 5

    async def anew(tx):
        loaded = await store.load(admin, tx, definition, ids, "update")
        values = {id_: row.values for id_, row in loaded.items()}
        entries = [(definition, i, v["owner"], v["department"], v) for i, v in values.items()]
        await index_rows(tx, entries)
        await write_duplicate_keys(tx, definition, list(values.items()))

    await admin.database.write(anew)
    assert await figures(admin.database) == imported
    assert any("测试" in str(row) for row in imported[0])


async def test_every_field_can_be_read_apart(admin, tmp_path):
    table = open_table(written(tmp_path))
    for definition in admin.registry.objects.values():
        columns = tuple(Column("Name", 0, each) for each in definition.stored if not each.read_only)
        plan = ImportMap(definition, columns, (), None, "create", None)
        given = task_of(plan, table, environment(admin)).portable()
        told = pickle.loads(pickle.dumps(given))  # noqa: S301 - our own
        assert [each.field.key for each in told.columns] == [each.field.key for each in columns]


async def test_what_is_to_be_encrypted_is_read_here(admin, tmp_path):
    given = task(admin, written(tmp_path))
    first, *others = given.columns
    secret = replace(first, field=replace(first.field, encrypted=True))
    for each in (replace(given, columns=(secret, *others)), replace(given, title=secret.field)):
        assert isinstance(drafting.open_source(each, drafting.LONG), Here)
    source = drafting.open_source(given, drafting.LONG)
    assert isinstance(source, Apart)
    source.close()
