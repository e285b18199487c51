"""Cells whose value is lost: the row is told, never left with nothing in it."""

from __future__ import annotations

import xlsxwriter

from fangxin.records import reading
from fangxin.transfer import previewing
from fangxin.transfer.importing import import_file
from fangxin.transfer.orders import Order


async def names(ctx):
    page = await reading.find(ctx, "account", fields=["name", "description"], sort="name")
    return {(item["name"], item["description"]) for item in page.items}


async def test_a_lost_value_is_told_and_never_left_empty(admin, tmp_path):
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Name", "Employees", "Owner", "Note"])
    sheet.write_row(1, 0, ["A", 5, "", "x"])
    sheet.write_row(2, 0, ["B"])
    sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
    sheet.write_row(3, 0, ["C", 7])
    sheet.write_formula(3, 2, "=VLOOKUP(1,A1:B2,2)", None, "#N/A")
    sheet.write_row(4, 0, ["D", 8])
    # of a column that is left out it does not matter
    sheet.write_formula(4, 3, "=A1", None, "#REF!")
    sheet.write_row(5, 0, ["E"])
    sheet.write_formula(5, 1, "=1+1", None, "")
    book.close()
    columns = {"Name": "name", "Employees": "employees"}
    chosen = {"columns": {**columns, "Owner": {"field": "owner", "missing": "skip"}}}
    shown = await previewing.preview(admin, path, {"object": "account", "map": chosen})
    told = [each["problem"] for each in shown["columns"][1]["reads"][0]["after"]]
    assert [bool(each) for each in told] == [False, True, False, False, True]
    owners = shown["columns"][2]["values"]["items"]
    assert [each["problem"]["code"] for each in owners] == ["formula_error"]
    done = await import_file(admin, path, Order("account", map=chosen))
    found = {(each["row"], each["column"], each["code"]) for each in done["errors"]}
    assert found == {
        *[(3, "Employees", "formula_error"), (4, "Owner", "formula_error")],
        (6, "Employees", "formula_error"),
    }
    assert {name for name, _ in await names(admin)} == {"A", "D"}
    # who knows what the error stands for says so
    known = {"columns": {**chosen["columns"], "Owner": {"field": "owner", "values": {"#N/A": ""}}}}
    done = await import_file(admin, path, Order("account", map=known, duplicates="skip"))
    assert "C" in {name for name, _ in await names(admin)}


async def test_what_a_file_says_of_units_and_days_holds_without_a_map_too(admin, tmp_path):
    path = tmp_path / "deals.csv"
    text = "Name,Amount (万元),Close date\nA,120,13/04/2026\nB,3.5万,03/04/2026\n"
    path.write_text(text, "utf-8")
    shown = await previewing.preview(admin, path, {"object": "opportunity"})
    assert [each["times"] for each in shown["columns"]] == [None, "10000", None]
    done = await import_file(admin, path, Order("opportunity"))
    assert (done["created"], done["failed"]) == (2, 0)
    page = await reading.find(
        admin, "opportunity", fields=["amount", "expected_close_date"], sort="name"
    )
    found = [(each["amount"]["amount"], str(each["expected_close_date"])) for each in page.items]
    assert found == [("1200000.00", "2026-04-13"), ("35000.00", "2026-04-03")]
