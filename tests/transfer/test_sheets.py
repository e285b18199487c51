"""Several sheets of a workbook at once: one change set, what others link to first."""

from __future__ import annotations

import pytest
import xlsxwriter

from fangxin.history import undo as undoing
from fangxin.history.turning import Wanted
from fangxin.history.undo import undo
from fangxin.kernel.errors import Invalid
from fangxin.kernel.leases import Leases
from fangxin.records import reading
from fangxin.transfer import importing, ledger, reporting
from fangxin.transfer.orders import read_orders

SHEETS = {
    "联系人": [["姓名", "客户", "手机"], ["张三", "新公司", "13800000001"], ["李四", "没有的", ""]],
    "客户": [["客户名称", "上级"], ["新公司", "母公司"], ["母公司", ""]],
}


@pytest.fixture
def workbook(tmp_path):
    """Contacts before the customers that they belong to."""
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(str(path))
    for name, rows in SHEETS.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return path


def sheets(**more):
    people = {"姓名": "name", "客户": {"field": "account", "by": "name"}, "手机": "phone"}
    companies = {"客户名称": "name", "上级": {"field": "parent", "by": "name"}}
    return {
        "sheets": [
            {"sheet": "联系人", "object": "contacts", "map": {"columns": people}},
            {"sheet": "客户", "object": "accounts", "map": {"columns": companies}},
        ],
        **more,
    }


async def test_sheets_of_a_workbook_come_in_as_one(begun, admin, workbook, monkeypatch):
    async def chunks():
        yield workbook.read_bytes()

    tried = await importing.import_sheets(admin, workbook, read_orders(sheets(dry_run=True)))
    stored = await admin.services.storage.write(chunks(), limit=10**9)
    made = await importing.start(admin, read_orders(sheets()), stored.id, "book.xlsx")
    leases = Leases(begun.database, "test-worker")
    for run in await leases.claim(1):
        assert await leases.done(run, await importing.run_job(begun, run))
    first = await reporting.state(admin, made["id"])
    parts = [first, *first["parts"]]
    # customers first, since contacts link to them; the trial says the same
    for found in (parts, tried):
        told = [(each["sheet"], each["created"], each["failed"]) for each in found]
        assert told == [("客户", 2, 0), ("联系人", 1, 1)]
        assert [each["code"] for each in found[1]["errors"]] == ["unknown_link"]
    assert parts[0]["change_set"] == parts[1]["change_set"]
    people = (await reading.find(admin, "contact", fields=["name", "account"])).items
    assert [(each["name"], each["account"]["name"]) for each in people] == [("张三", "新公司")]
    # in slices too, what would go first stands in the way of nothing
    monkeypatch.setattr(undoing, "SLICE", 1)
    told = await undoing.preview_undo(admin, first["change_set"], Wanted())
    # three were made, and one of them got its parent once that was there
    assert (told["undone"], told["conflicts"], told["refused"]) == (4, [], False)
    assert len((await reading.find(admin, "account", fields=["name"])).items) == 2
    undone = await undo(admin, first["change_set"])
    assert (undone["undone"], undone["conflicts"]) == (4, [])
    for name in ("contact", "account"):
        assert (await reading.find(admin, name, fields=["name"])).items == []


class Killed(Exception):
    """The process dies here."""


async def test_a_killed_import_goes_on_with_the_sheet_it_was_at(
    begun, admin, workbook, monkeypatch
):
    async def chunks():
        yield workbook.read_bytes()

    stored = await admin.services.storage.write(chunks(), limit=10**9)
    made = await importing.start(admin, read_orders(sheets()), stored.id, "book.xlsx")
    saved = ledger.save

    async def dying(tx, book):
        await saved(tx, book)
        if book.object == "contact" and book.processed:
            raise Killed

    leases = Leases(begun.database, "test-worker")
    (run,) = await leases.claim(1)
    monkeypatch.setattr(ledger, "save", dying)
    with pytest.raises(Killed):
        await importing.run_job(begun, run)
    monkeypatch.setattr(ledger, "save", saved)
    between = await reporting.state(admin, made["id"])
    assert [each["state"] for each in (between, *between["parts"])] == ["done", "running"]
    result = await importing.run_job(begun, run)
    assert (result["created"], result["failed"]) == (3, 1)
    for name, count in (("account", 2), ("contact", 1)):
        assert len((await reading.find(admin, name, fields=["name"])).items) == count
    assert (await undo(admin, result["change_set_id"]))["undone"] == 4


@pytest.mark.parametrize(
    ("wire", "pointer"),
    [
        ({"sheets": []}, "/sheets"),
        ({"sheets": "all"}, "/sheets"),
        ({"sheets": [1]}, "/sheets/0"),
        ({"sheets": [{"sheet": "A"}]}, "/sheets/0/object"),
        ({"sheets": [{"object": "account"}]}, "/sheets/0/sheet"),
        ({"sheets": [{"sheet": "A", "object": "account"}], "mode": "create"}, "/mode"),
        (
            {"sheets": [{"sheet": "A", "object": "account", "corrects": "x"}] * 2},
            "/sheets/1/corrects",
        ),
        ({"object": "account", "duplicates": "burn"}, "/duplicates"),
        ({"object": "account", "corrects": 1}, "/corrects"),
    ],
)
def test_a_bad_order_is_named(wire, pointer):
    with pytest.raises(Invalid) as refused:
        read_orders(wire)
    assert pointer in [each.pointer for each in refused.value.errors]


async def test_a_fault_is_named_with_its_sheet(admin, workbook):
    wrong = sheets()
    wrong["sheets"][1]["map"] = {"columns": {"客户名称": "nothing"}}
    with pytest.raises(Invalid) as refused:
        await importing.import_sheets(admin, workbook, read_orders(wrong))
    assert [each.pointer for each in refused.value.errors] == [
        "/sheets/1/map/columns/客户名称/field"
    ]
    assert (await reading.find(admin, "contact", fields=["name"])).items == []
