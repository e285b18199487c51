"""Rows that look like records that are there: kept out, put into the found one, or queued."""

from __future__ import annotations

from itertools import product

import pytest

from fangxin.access.contexts import context_for_user
from fangxin.history.undo import undo
from fangxin.kernel.ids import named_id
from fangxin.kernel.leases import Leases
from fangxin.merging import scan
from fangxin.merging.pairs import list_pairs
from fangxin.records import engine, reading
from fangxin.transfer import previewing, reporting
from fangxin.transfer.importing import import_file
from fangxin.transfer.orders import Order

ROWS = """Name,Phone,E-mail
Known Ltd,,new@known.example
Fresh One,13900000001,
Fresh Two,13900000002,
Fresh One Again,13900000001,
"""
COLUMNS = {"Name": "name", "Phone": "phone", "E-mail": "email"}


@pytest.fixture
async def path(admin, tmp_path):
    """A file of which one row is there already and one repeats another."""
    await engine.create(admin, "account", {"name": "Known Ltd.", "employees": 7})
    path = tmp_path / "accounts.csv"
    path.write_text(ROWS, "utf-8")
    return path


def order(choice, **more):
    return Order("account", map={"columns": COLUMNS}, duplicates=choice, **more)


async def accounts(ctx):
    fields = ["name", "email", "employees"]
    page = await reading.find(ctx, "account", fields=fields, sort="name")
    return [tuple(item[key] for key in fields) for item in page.items]


async def test_what_looks_alike_is_kept_out_with_its_reason(admin, path):
    tried = await import_file(admin, path, order("skip", dry_run=True))
    done = await import_file(admin, path, order("skip"))
    counts = ("created", "updated", "failed", "duplicates")
    assert [tried[each] for each in counts] == [done[each] for each in counts] == [2, 0, 0, 2]
    found = [(each["row"], each["column"], each["code"]) for each in done["errors"]]
    assert found == [(2, "Name", "duplicate"), (5, "Phone", "duplicate")]
    assert "Known Ltd." in done["errors"][0]["message"]
    assert [name for name, _, _ in await accounts(admin)] == [
        "Fresh One",
        "Fresh Two",
        "Known Ltd.",
    ]


async def test_the_found_record_is_updated(admin, path):
    tried = await import_file(admin, path, order("update", dry_run=True))
    done = await import_file(admin, path, order("update"))
    for found in (tried, done):
        assert (found["created"], found["updated"], found["duplicates"]) == (2, 2, 2)
    assert await accounts(admin) == [
        ("Fresh One Again", None, None),
        ("Fresh Two", None, None),
        ("Known Ltd", "new@known.example", 7),
    ]


async def test_both_are_made_and_stand_in_the_queue(admin, path):
    done = await import_file(admin, path, order("review"))
    assert (done["created"], done["duplicates"]) == (4, 2)
    pairs = (await list_pairs(admin, "account"))["items"]
    names = {tuple(sorted(each["name"] for each in pair["records"])) for pair in pairs}
    assert names == {("Known Ltd", "Known Ltd."), ("Fresh One", "Fresh One Again")}
    assert {each["field"] for pair in pairs for each in pair["evidence"]} == {"name", "phone"}


async def test_what_has_no_key_in_common_is_compared_after_the_import(begun, admin, tmp_path):
    """The rows of the file with each other and with what is there, explained pair by pair."""
    await engine.create(admin, "account", {"name": "上海放心软件有限公司", "address": PLACE})
    path = tmp_path / "many.csv"
    lines = [f"{brand}{trade}{number}厂,某路{number}号" for brand, trade, number in STRANGERS]
    lines += ["放心软件（上海）股份有限公司,南京路 100 号", "北京恒瑞贸易有限公司,王府井 8 号"]
    lines += ["Beijing Hengrui Trading Co. Ltd.,王府井 8 号"]
    path.write_text("name,address.street\n" + "\n".join(lines) + "\n", "utf-8")
    assert (await import_file(admin, path, plain("review", dry_run=True)))["created"] == len(lines)
    assert await run_scans(begun) == 0
    assert (await import_file(admin, path, plain("review")))["created"] == len(lines)
    path.write_text("name\n独此一家有限公司\n", "utf-8")
    # another one before anything was compared: one comparison does for both
    await import_file(admin, path, plain("review"))
    assert await run_scans(begun) == 1
    pairs = (await list_pairs(admin, "account"))["items"]
    found = {tuple(sorted(each["name"] for each in pair["records"])) for pair in pairs}
    assert ("上海放心软件有限公司", "放心软件（上海）股份有限公司") in found
    assert ("Beijing Hengrui Trading Co. Ltd.", "北京恒瑞贸易有限公司") in found
    assert len(found) == 2
    assert all("name" in {each["field"] for each in pair["evidence"]} for pair in pairs)


def plain(choice, **more):
    return Order("account", duplicates=choice, **more)


PLACE = {"street": "南京路 100 号"}
STRANGERS = [
    (f"{one}{two}", trade, number)
    for number, (one, two, trade) in enumerate(
        product("华泰宏远达康", "鑫润博雅智", ("贸易", "机械", "食品"))
    )
]


async def run_scans(begun):
    """Run what comparisons wait and return how many there were."""
    leases = Leases(begun.database, "test-worker")
    runs = [run for run in await leases.claim(10) if run.kind == scan.AFTER]
    for run in runs:
        assert await leases.done(run, await scan.JOBS[run.kind](begun, run))
    return len(runs)


async def test_nothing_is_told_of_what_one_may_not_see(begun, admin, path):
    body = {"name": "Lin", "email": "lin@x.example", "role": named_id("role", "sales")}
    made = await engine.create(admin, "user", body)
    begun.directory._memory = None
    lin = await context_for_user(begun, made["id"], "api")
    for choice in ("skip", "update", "review"):
        tried = await import_file(lin, path, order(choice, dry_run=True))
        assert tried["duplicates"] == 1
        assert all("Known" not in each["message"] for each in tried["errors"])
    done = await import_file(lin, path, order("review"))
    assert (done["created"], done["duplicates"]) == (4, 1)
    seen = [len((await list_pairs(each, "account"))["items"]) for each in (lin, admin)]
    # whoever sees both records finds the pair in the queue
    assert seen == [1, 2]
    assert ("Known Ltd.", None, 7) in await accounts(admin)


async def test_a_mended_error_file_joins_the_import(admin, path, tmp_path):
    first = await import_file(admin, path, order("skip"))
    lines = b"".join([line async for line in reporting.error_lines(admin, first["id"])])
    text = lines.decode("utf-8-sig").replace("Known Ltd", "Unknown GmbH")
    mended = tmp_path / "accounts-errors.csv"
    mended.write_text(text.replace("13900000001", "13900000003"), "utf-8")
    shown = await previewing.preview(admin, mended, {"object": "account"})
    assert shown["remembered"]["corrects"] == first["id"]
    assert shown["remembered"]["duplicates"] == "skip"
    done = await import_file(admin, mended, Order("account", corrects=first["id"]))
    assert (done["created"], done["failed"], done["duplicates"]) == (2, 0, 0)
    assert done["change_set"] == first["change_set"]
    undone = await undo(admin, first["change_set"])
    assert undone["undone"] == 4
    assert [name for name, _, _ in await accounts(admin)] == ["Known Ltd."]
    # what was undone grows no more
    again = await import_file(admin, mended, Order("account", corrects=first["id"]))
    assert again["change_set"] not in (None, first["change_set"])


async def test_a_file_of_the_same_columns_is_mapped_as_before(begun, admin, path):
    assert (await previewing.preview(admin, path, {"object": "account"}))["remembered"] is None
    chosen = {"match": "name", "columns": {"Name": {"field": "name", "clean": ["upper"]}}}
    await import_file(admin, path, Order("account", map=chosen, dry_run=True))
    shown = await previewing.preview(admin, path, {"object": "account"})
    assert shown["remembered"]["map"] == chosen
    assert (shown["remembered"]["mode"], shown["remembered"]["match"]) == ("upsert", "name")
    assert [each["field"] for each in shown["columns"]] == ["name", None, None]
    assert shown["columns"][0]["reads"][0]["after"][0]["text"] == "KNOWN LTD"
