"""Imports: good rows in, bad rows reported with a reason, nothing twice, resumed after a crash."""

from __future__ import annotations

import csv
import io

import pytest

from fangxin.access.contexts import context_for_user
from fangxin.kernel.errors import FangxinError, Forbidden, Invalid, NotFound
from fangxin.kernel.ids import named_id
from fangxin.kernel.leases import Leases
from fangxin.kernel.sql import Statement
from fangxin.records import engine, reading
from fangxin.transfer import importing, ledger, previewing, reporting, suggesting
from fangxin.transfer.importing import import_file
from fangxin.transfer.mapping import read_map
from fangxin.transfer.orders import Order


async def uploaded(ctx, text):
    async def chunks():
        yield text.encode()

    return (await ctx.services.storage.write(chunks(), limit=10**9)).id


def written(tmp_path, text):
    path = tmp_path / "accounts.csv"
    path.write_text(text, "utf-8")
    return path


async def all_of(ctx, object_, *fields):
    page = await reading.find(ctx, object_, fields=list(fields), sort="name", limit=1000)
    return [tuple(item[key] for key in fields) for item in page.items]


async def number_of(database, table):
    statement = Statement(f'SELECT count(*) FROM "{table}"', (), {}, (), ())
    return (await database.read(statement, {}))[0][0]


BAD = """Name,Industry,Employees,Phone,Website
Good One,finance,12,13800138000,good.example
Bad Industry,nonsense,12,,
Bad Numbers,finance,many,12,
,finance,3,,
Good Two,火星业,7,,
Too,many,1,,cells,here
"""
COLUMNS = {
    "Name": "name",
    "Industry": "industry",
    "Employees": "employees",
    "Phone": "phone",
    "Website": "website",
}


async def test_bad_rows_are_reported_and_kept_out(admin, tmp_path):
    done = await import_file(
        admin, written(tmp_path, BAD), Order("account", map={"columns": COLUMNS})
    )
    assert (done["processed"], done["created"], done["failed"]) == (6, 1, 5)
    found = {(each["row"], each["column"], each["code"]) for each in done["errors"]}
    assert found == {
        (3, "Industry", "not_an_option"),
        (4, "Employees", "wrong_type"),
        (4, "Phone", "bad_phone"),
        (5, "Name", "required"),
        (6, "Industry", "not_an_option"),
        (7, None, "too_many_cells"),
    }
    assert await all_of(admin, "account", "name", "employees") == [("Good One", 12)]


async def test_the_error_file_holds_the_rows_as_they_came(begun, admin):
    file_id = await uploaded(admin, BAD)
    order = Order("account", map={"columns": COLUMNS})
    made = await importing.start(admin, [order], file_id, "accounts.csv")
    leases = Leases(begun.database, "test-worker")
    for run in await leases.claim(1):
        result = await begun.parts.jobs[run.kind](begun, run)
        assert await leases.done(run, result)
    done = await reporting.state(admin, made["id"])
    assert (done["state"], done["total"], done["failed"]) == ("done", 6, 5)
    text = b"".join([line async for line in reporting.error_lines(admin, made["id"])])
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    assert rows[0] == [*COLUMNS, "Row", "Column", "Reason"]
    assert [row[:2] for row in rows[1:3]] == [
        ["Bad Industry", "nonsense"],
        ["Bad Numbers", "finance"],
    ]
    assert all(row[-1] for row in rows[1:])
    assert [each["id"] for each in await reporting.listed(admin)] == [made["id"]]


async def test_a_dry_run_counts_and_writes_nothing(admin, tmp_path):
    path = written(tmp_path, BAD)
    tables = ("account", "change", "change_set", "search_row", "duplicate_key", "unique_key")
    before = [await number_of(admin.database, table) for table in tables]
    order = Order("account", map={"columns": COLUMNS}, dry_run=True)
    rehearsed = await import_file(admin, path, order)
    assert [await number_of(admin.database, table) for table in tables] == before
    done = await import_file(admin, path, Order("account", map={"columns": COLUMNS}))
    same = ("total", "processed", "created", "updated", "unchanged", "failed", "errors")
    assert {key: rehearsed[key] for key in same} == {key: done[key] for key in same}
    assert rehearsed["change_set"] is None


async def test_rows_find_their_records_by_the_match_key(admin, tmp_path):
    plan = {"match": "name", "columns": {"Name": "name", "Employees": "employees"}}
    first = "Name,Employees\nA,1\nB,2\nA,3\n"
    done = await import_file(admin, written(tmp_path, first), Order("account", map=plan))
    assert (done["created"], done["failed"]) == (2, 1)
    assert done["errors"][0]["code"] == "repeated_row"
    changed = "Name,Employees\nA,10\nB,2\nC,3\n,4\n"
    path = written(tmp_path, changed)
    done = await import_file(admin, path, Order("account", map=plan, mode="update"))
    assert (done["updated"], done["unchanged"], done["failed"]) == (1, 1, 2)
    assert {each["code"] for each in done["errors"]} == {"no_match", "no_key"}
    done = await import_file(admin, path, Order("account", map=plan, mode="create"))
    assert (done["created"], done["failed"]) == (1, 3)
    assert await all_of(admin, "account", "name", "employees") == [("A", 10), ("B", 2), ("C", 3)]
    again = await import_file(admin, path, Order("account", map=plan))
    assert (again["unchanged"], again["change_set"]) == (3, None)


async def test_links_by_name(admin, tmp_path):
    await engine.create(admin, "account", {"name": "Twin"})
    await engine.create(admin, "account", {"name": "Twin"}, allow_duplicates=True)
    text = "Contact,Company\nAnn,New Co\nBob,Twin\nCid,Nowhere\nDan,\nEve,New Co\n"
    columns = {"Contact": "name", "Company": {"field": "account", "by": "name"}}
    done = await import_file(
        admin, written(tmp_path, text), Order("contact", map={"columns": columns}, dry_run=True)
    )
    assert {(each["row"], each["code"]) for each in done["errors"]} == {
        (2, "unknown_link"),
        (3, "ambiguous_link"),
        (4, "unknown_link"),
        (6, "unknown_link"),
    }
    columns["Company"] = {"field": "account", "by": "name", "missing": "skip"}
    done = await import_file(
        admin, written(tmp_path, text), Order("contact", map={"columns": columns}, dry_run=True)
    )
    assert (done["created"], done["failed"]) == (4, 1)
    columns["Company"] = {
        "field": "account",
        "by": "name",
        "missing": "create",
        "with": {"industry": "finance", "owner": "admin@demo.local"},
    }
    done = await import_file(
        admin, written(tmp_path, text), Order("contact", map={"columns": columns})
    )
    assert (done["created"], done["failed"]) == (4, 1)
    found = await all_of(admin, "account", "name", "industry")
    assert found == [("New Co", "finance"), ("Nowhere", "finance"), ("Twin", None), ("Twin", None)]


async def test_parents_below_their_children_are_found(admin, tmp_path):
    names = [f"N{number:04}" for number in range(700)]
    lines = [f"{name},{after}" for name, after in zip(names, [*names[1:], "Nobody"], strict=True)]
    path = written(tmp_path, "\n".join(["Name,Parent", *lines]))
    plan = {"match": "name", "columns": {"Name": "name", "Parent": {"field": "parent"}}}
    rehearsed = await import_file(admin, path, Order("account", map=plan, dry_run=True))
    done = await import_file(admin, path, Order("account", map=plan))
    for each in (rehearsed, done):
        assert (each["created"], each["failed"], len(each["notes"])) == (700, 0, 1)
        assert (each["notes"][0]["row"], each["notes"][0]["code"]) == (701, "unknown_link")
        # a row that is there must not come again with the mended ones
        assert (each["errors"], each["error_file"]) == ([], None)
    found = await all_of(admin, "account", "name", "parent")
    assert [parent and parent["name"] for _, parent in found] == [*names[1:], None]


async def test_parents_in_a_circle_are_reported(admin, tmp_path):
    path = written(tmp_path, "Name,Parent\nAnna,Anna\nBert,Carl\nCarl,Dora\nDora,Bert\nEmil,Anna")
    plan = {"match": "name", "columns": {"Name": "name", "Parent": {"field": "parent"}}}
    done = await import_file(admin, path, Order("account", map=plan))
    assert (done["state"], done["created"], done["failed"]) == ("done", 5, 0)
    assert [(each["row"], each["code"]) for each in done["notes"]] == [
        (2, "circle"),
        (3, "circle"),
    ]
    above = {
        name: parent and parent["name"]
        for name, parent in await all_of(admin, "account", "name", "parent")
    }
    assert above == {"Anna": None, "Bert": None, "Carl": "Dora", "Dora": "Bert", "Emil": "Anna"}


class Killed(Exception):
    pass


async def test_a_killed_import_goes_on_where_it_was(begun, admin, monkeypatch):
    lines = [f"Row {number},{number}" for number in range(1200)]
    file_id = await uploaded(admin, "\n".join(["Name,Employees", *lines]))
    plan = {"match": "name", "columns": {"Name": "name", "Employees": "employees"}}
    made = await importing.start(admin, [Order("account", map=plan)], file_id, "rows.csv")
    saved, kept = ledger.save, []

    async def dying(tx, book):
        await saved(tx, book)
        kept.append(book.processed)
        if len(kept) % 3 == 0:
            raise Killed

    attempts = 0
    run = (await Leases(begun.database, "worker").claim(1))[0]
    monkeypatch.setattr(ledger, "save", dying)
    while True:
        attempts += 1
        try:
            await importing.run_job(begun, run)
            break
        except Killed:
            book = await ledger.load(admin, made["id"])
            assert await number_of(admin.database, "account") == book.processed
    assert attempts > 1
    monkeypatch.setattr(ledger, "save", saved)
    done = await reporting.state(admin, made["id"])
    assert (done["created"], done["processed"], done["failed"]) == (1200, 1200, 0)
    assert await number_of(admin.database, "account") == 1200
    sets = Statement("SELECT kind, state, count FROM change_set WHERE kind = 'import'", *[()] * 4)
    assert [tuple(row) for row in await admin.database.read(sets, {})] == [
        ("import", "closed", 1200)
    ]


async def test_rights_hold(begun, admin, tmp_path):
    lin = await engine.create(
        admin, "user", {"name": "lin", "email": "lin@x.example", "role": named_id("role", "sales")}
    )
    begun.directory._memory = None
    ctx = await context_for_user(begun, lin["id"], "api")
    path = written(tmp_path, "Name,Owner\nMine,lin\nHers,admin@demo.local\n")
    columns = {"Name": "name", "Owner": {"field": "owner"}}
    done = await import_file(ctx, path, Order("account", map={"columns": columns}))
    assert (done["created"], done["failed"]) == (1, 1)
    assert done["errors"][0]["code"] == "out_of_scope"
    assert [name for (name,) in await all_of(admin, "account", "name")] == ["Mine"]
    with pytest.raises(Forbidden):
        await import_file(ctx, path, Order("role", map={"columns": {"Name": "name"}}))
    hers = await import_file(admin, path, Order("account", map={"columns": {"Name": "name"}}))
    for unseen in (hers["id"], named_id("import", "none"), "no id"):
        with pytest.raises(NotFound):
            await reporting.state(ctx, unseen)


BAD_MAPS = (
    ({"columns": {"Nope": "name"}}, "/map/columns/Nope", "unknown_column"),
    ({"columns": {"Name": "nope"}}, "/map/columns/Name/field", "unknown_field"),
    ({"columns": {"Name": "version"}}, "/map/columns/Name/field", "read_only"),
    ({"columns": {"Name": {"field": "name", "x": 1}}}, "/map/columns/Name/x", "unknown_key"),
    (
        {"columns": {"Name": {"field": "name", "by": "id"}}},
        "/map/columns/Name/by",
        "not_a_link",
    ),
    ({"columns": {"Name": {"field": "parent", "by": "zz"}}}, "/map/columns/Name/by", "bad_key"),
    (
        {"columns": {"Name": {"field": "parent", "missing": "x"}}},
        "/map/columns/Name/missing",
        "not_an_option",
    ),
    ({"columns": {"Name": ["name", "name"]}}, "/map/columns/Name", "repeated_field"),
    ({"columns": {}}, "/map/columns", "required"),
    ({"columns": {"Name": "name"}, "match": "code"}, "/map/match", "bad_key"),
    ({"columns": {"Name": "name"}, "match": "parent"}, "/map/match", "bad_key"),
    ({"columns": {"Name": "name"}, "mode": "update"}, "/map/match", "required"),
    ({"columns": {"Name": "name"}, "mode": "x"}, "/map/mode", "not_an_option"),
    ({"columns": {"Name": "name"}, "object": "contact"}, "/map/object", "other_object"),
    ({"columns": {"Name": "name"}, "defaults": {"zz": 1}}, "/map/defaults/zz", "unknown_field"),
    (
        {"columns": {"Name": "name"}, "defaults": {"description": "{zz}"}},
        "/map/defaults/description",
        "unknown_column",
    ),
    ([], "/map", "wrong_type"),
)


async def test_a_bad_map_is_refused_with_its_faults(admin):
    definition = admin.registry["account"]
    for plan, pointer, code in BAD_MAPS:
        with pytest.raises(Invalid) as refused:
            read_map(admin, definition, plan, ["Name"])
        told = {(each.pointer, each.code) for each in refused.value.errors}
        assert (pointer, code) in told, plan


async def test_what_one_may_not_edit_is_not_imported(begun, admin):
    body = {"name": "lin", "email": "lin@x.example", "role": named_id("role", "sales")}
    lin = await engine.create(admin, "user", body)
    rules = {"account": {"industry": {"read": "full", "edit": False}}}
    await engine.update(admin, "role", named_id("role", "sales"), {"field_rules": rules})
    begun.directory._memory = None
    ctx = await context_for_user(begun, lin["id"], "api")
    header = ["Name", "Industry", "Created"]
    account = {"Name": "name", "Industry": "industry", "Created": "created_at"}
    with pytest.raises(Invalid) as refused:
        read_map(ctx, ctx.registry["account"], {"columns": account}, header)
    assert {(each.pointer, each.code) for each in refused.value.errors} == {
        ("/map/columns/Industry/field", "not_editable"),
        ("/map/columns/Created/field", "read_only"),
    }
    link = {"field": "account", "missing": "create", "with": {"industry": "{Industry}"}}
    with pytest.raises(Invalid) as refused:
        read_map(ctx, ctx.registry["contact"], {"columns": {"Name": link}}, header)
    assert [each.code for each in refused.value.errors] == ["not_editable"]
    assert read_map(admin, admin.registry["account"], {"columns": account}, header).columns


async def test_a_file_without_a_map_is_mapped_by_its_header(admin, tmp_path):
    text = "客户名称,所属行业,联系电话,官网\n放心软件,software,010-88888888,fangxin.example\n"
    done = await import_file(admin, written(tmp_path, text), Order("account"))
    assert (done["created"], done["errors"]) == (1, [])
    found = await all_of(admin, "account", "name", "industry", "phone", "website")
    assert found == [("放心软件", "software", "+861088888888", "https://fangxin.example")]


@pytest.mark.shared
async def test_headers_of_other_programs_are_recognised(admin, shared_folder):
    folder = shared_folder / "data/crm_exports"

    def suggested(object_, path):
        header = path.read_text("utf-8-sig").splitlines()[0].split(",")
        return suggesting.suggest(admin, admin.registry[object_], header)

    account = suggested("account", folder / "salesforce_small/Account.csv")
    assert {account[key] for key in ("Name", "Industry", "AnnualRevenue", "NumberOfEmployees")} == {
        "name",
        "industry",
        "annual_revenue",
        "employees",
    }
    deal = suggested("opportunity", folder / "salesforce_small/Opportunity.csv")
    assert (deal["Name"], deal["StageName"], deal["Amount"]) == ("name", "stage", "amount")
    assert (deal["CloseDate"], deal["NextStep"]) == ("expected_close_date", "next_step")
    people = suggested("user", shared_folder / "data/pipeline_maven/sales_teams.csv")
    assert people == {
        "sales_agent": "name",
        "manager": "manager",
        "regional_office": "department",
    }
    person = suggested("contact", folder / "pipedrive_sample.csv")
    assert person["Person - Name*"] == "name"
    assert person["Person - Phone"] == "phone"
    assert person["Organization - Name*"] == "account"


async def test_a_preview_shows_how_a_file_is_read(admin, tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes("客户名称;电话\n张三;138\n".encode("gb18030"))
    shown = await previewing.preview(admin, path, {"object": "account"})
    assert (shown["encoding"], shown["delimiter"], shown["rows"]) == ("gb18030", ";", 1)
    told = ("name", "samples", "suggested", "field", "values")
    assert [tuple(each[key] for key in told) for each in shown["columns"]] == [
        ("客户名称", ["张三"], "name", "name", None),
        ("电话", ["138"], "phone", "phone", None),
    ]
    assert shown["columns"][0]["reads"][0]["after"] == [{"text": "张三", "problem": None}]
    assert shown["columns"][1]["reads"][0]["after"][0]["problem"] is not None


async def test_a_currency_for_the_whole_file(admin, tmp_path):
    text = 'Name,Revenue\nA,"1,200.50"\nB,CNY 7\n'
    plan = {
        "columns": {"Name": "name", "Revenue": "annual_revenue"},
        "defaults": {"currency": "GBP"},
    }
    done = await import_file(admin, written(tmp_path, text), Order("account", map=plan))
    assert [each["code"] for each in done["errors"]] == ["no_rate"]
    found = await all_of(admin, "account", "name", "annual_revenue")
    assert found == [("B", {"amount": "7.00", "currency": "CNY"})]


def test_an_order_is_checked():
    for wire in (
        {},
        {"object": 1},
        {"object": "account", "x": 1},
        {"object": "a", "dry_run": "yes"},
    ):
        with pytest.raises(FangxinError):
            Order.read(wire)
    assert Order.read({"object": "account", "dry_run": True}).dry_run
