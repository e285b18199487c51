"""Exports hold what one may see, run no formula, and come back as they went."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
import python_calamine

from fangxin.access.contexts import context_for_user
from fangxin.kernel import spreadsheets
from fangxin.kernel.clock import now
from fangxin.kernel.defusing import defuse, restore
from fangxin.kernel.errors import Forbidden, Invalid, NotFound
from fangxin.kernel.ids import named_id
from fangxin.kernel.leases import Leases
from fangxin.records import engine, reading
from fangxin.transfer import exported, exporting, previewing
from fangxin.transfer.expiring import expire
from fangxin.transfer.importing import import_file
from fangxin.transfer.orders import Order


async def run_jobs(installation):
    leases = Leases(installation.database, "test-worker")
    for run in await leases.claim(10):
        result = await installation.parts.jobs[run.kind](installation, run)
        assert await leases.done(run, result)


async def csv_of(installation, ctx, **wire):
    made = await exporting.start(ctx, wire)
    await run_jobs(installation)
    done = await exporting.state(ctx, made["id"])
    assert (done["state"], done["error"]) == ("done", None)
    _, media, chunks = await exporting.content(ctx, made["id"])
    assert media.startswith("text/csv")
    data = b"".join([chunk async for chunk in chunks])
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "text", ["=1+1", "+86 138", "-x", "@a", "\tb", "\rc", "'=1", "''=", "-12.5", "a=b", "'a", ""]
)
def test_defusing_can_be_undone(text):
    safe = defuse(text)
    assert restore(safe) == text
    assert safe == text == "-12.5" or not safe.startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.shared
async def test_formulas_are_defused_and_come_back(begun, admin, shared_folder, tmp_path):
    lines = (shared_folder / "data/security/csv_formula_payloads.txt").read_text("utf-8")
    payloads = [line.strip() for line in lines.splitlines() if line.strip()]
    for name in payloads:
        await engine.create(admin, "account", {"name": name}, allow_duplicates=True)
    found = await csv_of(begun, admin, object="account", fields=["id", "name"])
    assert sorted(restore(row["Name"]) for row in found) == sorted(payloads)
    assert not any(row["Name"].startswith(("=", "+", "-", "@")) for row in found)
    path = tmp_path / "export.xlsx"
    wire = {"object": "account", "fields": ["name"], "format": "xlsx"}
    assert await exporting.export_file(admin, path, wire) == len(payloads)
    cells = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert sorted(restore(row[0]) for row in cells[1:]) == sorted(payloads)
    done = await import_file(admin, path, Order("account", map={"columns": {"Name": "name"}}))
    assert done["created"] == len(payloads)
    assert len(await csv_of(begun, admin, object="account", fields=["id"])) == 2 * len(payloads)


@pytest.mark.shared
async def test_naughty_text_comes_back_as_it_went(begun, admin, shared_folder, tmp_path):
    strings = json.loads((shared_folder / "data/security/blns.json").read_text("utf-8"))
    made = {}
    for number, text in enumerate(strings):
        body = {"name": f"Nr {number}", "description": text}
        try:
            record = await engine.create(admin, "account", body, allow_duplicates=True)
        except Invalid:
            continue
        made[record["id"]] = record["description"]
    assert len(made) > 450
    for kind in ("csv", "xlsx"):
        path = tmp_path / f"export.{kind}"
        wire = {"object": "account", "fields": ["id", "description"], "format": kind}
        assert await exporting.export_file(admin, path, wire) == len(made)
        order = Order(
            "account",
            map={"match": "id", "columns": {"Id": "id", "Description": "description"}},
        )
        done = await import_file(admin, path, order)
        assert (done["failed"], done["created"]) == (0, 0)
        page = await reading.find(admin, "account", fields=["description"], limit=1000)
        assert {item["id"]: item["description"] for item in page.items} == made


async def test_a_round_trip_changes_nothing(begun, admin, tmp_path):
    parent = await engine.create(admin, "account", {"name": "Mother"})
    body = {
        "name": "Daughter",
        "industry": "finance",
        "phone": "13800138000",
        "annual_revenue": "1234.5",
        "employees": 7,
        "parent": parent["id"],
        "tags": ["a", "b"],
        "address": {"country": "China", "city": "上海"},
    }
    await engine.create(admin, "account", body)
    path = tmp_path / "export.csv"
    fields = [*body, "id", "status", "email", "website", "source", "credit_code"]
    wire = {"object": "account", "fields": fields}
    await exporting.export_file(admin, path, wire)
    header = path.read_text("utf-8-sig").splitlines()[0].split(",")
    keys = [*body][:-1]
    columns = dict(zip(header, keys, strict=False)) | {"Id": "id", "Address - city": "address.city"}
    columns |= {"Address - country": "address.country"}
    order = Order("account", map={"match": "id", "columns": columns})
    done = await import_file(admin, path, order)
    assert (done["unchanged"], done["errors"]) == (2, [])


async def test_one_exports_what_one_may(begun, admin):
    body = {"name": "lin", "email": "lin@x.example", "role": named_id("role", "sales")}
    lin = await engine.create(admin, "user", {**body, "locale": "en"})
    rules = {"account": {"phone": {"read": "masked"}, "annual_revenue": {"read": "none"}}}
    await engine.update(admin, "role", named_id("role", "sales"), {"field_rules": rules})
    await engine.create(
        admin, "account", {"name": "Mine", "owner": lin["id"], "phone": "13800138000"}
    )
    await engine.create(admin, "account", {"name": "Hers"})
    begun.directory._memory = None
    ctx = await context_for_user(begun, lin["id"], "api")
    found = await csv_of(begun, ctx, object="accounts")
    assert [row["Name"] for row in found] == ["Mine"]
    assert "0138" not in found[0]["Phone"]
    assert "****" in found[0]["Phone"]
    assert "Annual revenue" not in found[0]
    made = await exporting.start(admin, {"object": "account"})
    with pytest.raises(NotFound):
        await exporting.state(ctx, made["id"])
    with pytest.raises(Invalid):
        await exporting.start(ctx, {"object": "account", "fields": ["annual_revenue"]})
    with pytest.raises(Forbidden):
        await exporting.start(ctx, {"object": "role"})


BAD_ORDERS = (
    {"object": "account", "format": "pdf"},
    {"object": "account", "fields": "name"},
    {"object": "account", "fields": ["nothing"]},
    {"object": "account", "sort": "nothing"},
    {"object": "account", "filter": {"field": "nothing", "op": "is", "value": 1}},
    {"object": "account", "unknown": 1},
)


async def test_bad_orders_are_refused(admin):
    for wire in BAD_ORDERS:
        with pytest.raises(Invalid):
            await exporting.start(admin, wire)


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_words_of_the_reader_go_out_and_come_back(begun, admin, tmp_path, locale, kind):
    reader = replace(admin, locale=locale, timezone="Asia/Shanghai")
    body = {
        "name": "Acme",
        "status": "dormant",
        "industry": "finance",
        "tags": ["a", "b"],
        "address": {"country": "CN", "city": "上海"},
    }
    made = await engine.create(reader, "account", body)
    due = "2026-11-21T09:30:00+08:00"
    task = await engine.create(
        reader, "task", {"name": "Call", "subject": "Call", "due_at": due, "priority": "high"}
    )
    for object_, record in (("account", made), ("task", task)):
        path = tmp_path / f"{object_}.{kind}"
        await exporting.export_file(reader, path, {"object": object_, "format": kind})
        table = spreadsheets.open_table(path)
        (row,) = spreadsheets.rows(table)
        cells = dict(zip(table.columns, row.cells, strict=True))
        field = begun.registry[object_].fields["status" if object_ == "account" else "priority"]
        option = next(each for each in field.options if each.key == record[field.key])
        assert cells[field.spoken(locale)] == option.spoken(locale)
        assert table.columns[1] == ("名称" if locale == "zh-CN" else "Name")
        if object_ == "account":
            city = "地址 - 城市" if locale == "zh-CN" else "Address - city"
            assert cells[city] == "上海"
        if object_ == "task":
            at = begun.registry[object_].fields["due_at"].spoken(locale)
            assert cells[at] == "2026-11-21 09:30:00+08:00"
        shown = await previewing.preview(reader, path, {"object": object_})
        plan = {each["name"]: each["field"] for each in shown["columns"] if each["field"]}
        plan = {name: key for name, key in plan.items() if key not in {"code", "about"}}
        assert field.key in plan.values()
        assert object_ == "task" or "address.city" in plan.values()
        plan[table.columns[0]] = "id"
        order = Order(object_, map={"columns": plan, "match": "id"}, mode="update")
        done = await import_file(reader, path, order)
        assert (done["unchanged"], done["failed"]) == (1, 0), done["errors"]


async def test_who_took_what_is_told_to_those_who_look_after_it(begun, admin, tmp_path):
    for name in ("Acme", "Bolt"):
        await engine.create(admin, "account", {"name": name})
    lin = await engine.create(admin, "user", USER)
    begun.directory._memory = None
    other = await context_for_user(begun, lin["id"], "api")
    named = {"field": "name", "op": "contains", "value": "Acme"}
    wire = {"object": "account", "filter": {"all": [named]}, "fields": ["name", "phone"]}
    assert len(await csv_of(begun, admin, **wire)) == 1
    wire = {"object": "account", "format": "json"}
    assert await exporting.export_file(replace(admin, source="cli"), tmp_path / "x.json", wire) == 2
    among = {"any": [{"field": "status", "op": "in", "value": ["lost", "active"]}, named]}
    won = {"has": "opportunities", "where": {"field": "code", "op": "is", "value": "O1"}}
    tree = {"all": [among, {"not": named}, won]}
    assert await csv_of(begun, other, object="account", q="Acme", filter=tree) == []
    page = await exported.register(admin, None, 2)
    rest = await exported.register(admin, page["next"], 2)
    assert rest["next"] is None
    keys = ("object", "source", "format", "state", "count", "q", "conditions", "fields")
    told = [tuple(each[key] for key in keys) for each in [*page["items"], *rest["items"]]]
    assert told == [
        ("account", "api", "csv", "done", 0, "Acme", OTHERWISE, None),
        ("account", "cli", "json", "done", 2, None, [], None),
        ("account", "api", "csv", "done", 1, None, [ASKED], ["Name", "Phone"]),
    ]
    assert [each["user"]["name"] for each in page["items"]] == ["lin", "Administrator"]
    with pytest.raises(Forbidden):
        await exported.register(other, None, 2)
    assert len(await exporting.listed(other)) == 1


ASKED = {"field": "Name", "op": "contains", "value": "Acme"}
OTHERWISE = [
    {"field": "", "op": "any", "value": "Status in lost, active; Name contains Acme"},
    {"field": "", "op": "not", "value": "Name contains Acme"},
    {"field": "Opportunities", "op": "has", "value": "Code is O1"},
]
USER = {"name": "lin", "email": "lin@x.example", "role": named_id("role", "sales")}


async def test_programs_may_have_keys(begun, admin):
    body = {"name": "Acme", "status": "dormant", "address": {"city": "Rom"}}
    await engine.create(admin, "account", body)
    wire = {"object": "account", "headings": "keys", "values": "keys"}
    (row,) = await csv_of(begun, admin, **wire, fields=["name", "status", "address", "created_at"])
    assert (row["status"], row["address.city"]) == ("dormant", "Rom")
    assert row["created_at"].endswith("Z")
    with pytest.raises(Invalid) as refused:
        await exporting.start(admin, {**wire, "headings": "numbers"})
    assert [each.pointer for each in refused.value.errors] == ["/headings"]


async def test_files_of_exports_go_after_a_week(begun, admin):
    made = await exporting.start(admin, {"object": "account"})
    await run_jobs(begun)
    file_id = (await exporting.load(admin, made["id"])).file_id
    later = replace(admin, clock=lambda: now() + timedelta(days=6))
    assert await expire(later) == 0
    later = replace(admin, clock=lambda: now() + timedelta(days=7, minutes=1))
    assert await expire(later) == 1
    assert (await exporting.state(admin, made["id"]))["url"] is None
    with pytest.raises(NotFound):
        await exporting.content(admin, made["id"])
    assert "expire_exports" in begun.parts.jobs
    assert not await asyncio.to_thread(admin.services.storage.path(file_id).exists)
    assert await expire(later) == 0


async def test_json_says_what_the_api_says_and_comes_back(begun, admin, tmp_path):
    for number in range(3):
        body = {"name": f"Json {number} \t=1", "annual_revenue": {"amount": "12.5"}}
        body |= {"address": {"city": "Leeds"}, "tags": ["a", "b"]}
        await engine.create(admin, "account", body)
    order = {"object": "account", "format": "json", "sort": "name"}
    order |= {"fields": ["name", "annual_revenue", "address", "tags", "owner"]}
    made = await exporting.start(admin, order)
    await run_jobs(begun)
    name, media, chunks = await exporting.content(admin, made["id"])
    data = b"".join([chunk async for chunk in chunks])
    page = await reading.find(admin, "account", sort="name", fields=order["fields"])
    wanted = json.loads(msgspec.json.encode(page.items))
    keys = set(order["fields"])
    assert (media, name.rpartition(".")[2]) == ("application/json", "json")
    assert json.loads(data) == [{key: each[key] for key in keys} for each in wanted]
    assert len(wanted) == len(data.splitlines()) - 2 == 3
    path = tmp_path / "accounts.json"
    path.write_bytes(data.replace(b"Json", b"Again"))
    columns = {"name": "name", "address.city": "address.city", "annual_revenue.amount": None}
    done = await import_file(admin, path, Order("account", map={"columns": columns}))
    assert (done["created"], done["failed"]) == (3, 0)
    again = {"field": "name", "op": "starts_with", "value": "Again"}
    found = await reading.find(admin, "account", filter=again, fields=["address"])
    assert [each["address"]["city"] for each in found.items] == ["Leeds"] * 3
