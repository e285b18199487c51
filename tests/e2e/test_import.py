"""A table is imported in the browser: mapping, trial, result, error file, undo."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import xlsxwriter
from playwright.sync_api import expect

from tests.e2e.conftest import OpenScreen
from tests.e2e.screen import Screen


def write_table(path: Path, mark: str) -> None:
    """Three good rows and two bad ones, as a Chinese spreadsheet program saves them."""
    lines = [
        "客户名称,员工人数,电子邮件,备注列",
        f"导入甲 {mark},120,a@import.example.com,一",
        f"导入乙 {mark},abc,b@import.example.com,二",
        f"导入丙 {mark},35,c@import.example.com,三",
        ",12,d@import.example.com,四",
        f"导入丁 {mark},8,e@import.example.com,五",
    ]
    path.write_bytes("\r\n".join([*lines, ""]).encode("gb18030"))


def figure(screen: Screen, name: str) -> str:
    term = screen.page.get_by_role("term").filter(has_text=name)
    return term.locator("xpath=following-sibling::dd[1]").inner_text()


def choose_file(screen: Screen, path: Path) -> None:
    with screen.page.expect_file_chooser() as chooser:
        screen.button("选择 CSV、Excel、vCard 或 JSON 文件").click()
    chooser.value.set_files(path)


def choose(screen: Screen, box: str, option: str) -> None:
    screen.page.get_by_role("combobox", name=box, exact=True).click()
    screen.page.get_by_role("option", name=option, exact=True).click()


def test_good_rows_come_in_bad_ones_are_told(open_screen: OpenScreen, tmp_path: Path) -> None:
    screen = open_screen("manager")
    page = screen.page
    mark = uuid4().hex[:8]
    table = tmp_path / "客户名单.csv"
    write_table(table, mark)
    screen.visit("/imports")
    choose(screen, "导入到", "客户")
    choose_file(screen, table)
    expect(page.get_by_role("combobox", name="编码", exact=True)).to_have_value("GB18030 (GBK)")
    screen.see("5 行")
    name = page.get_by_role("combobox", name="字段: 客户名称", exact=True)
    expect(name).to_have_value("名称")
    choose(screen, "分隔符", "分号 ;")
    expect(name).to_have_count(0)
    choose(screen, "分隔符", "逗号 ,")
    expect(name).to_have_value("名称")
    people = page.get_by_role("combobox", name="字段: 员工人数")
    people.fill("员工")
    page.get_by_role("option", name="员工", exact=False).first.click()
    screen.check()
    screen.button("先试一遍").click()
    screen.see("检查完毕，尚未写入")
    assert figure(screen, "有问题") == "2"
    assert screen.send("GET", f"/accounts?q={mark}")["items"] == []
    # by the file that was sent for the trial
    screen.button("开始导入").click()
    expect(page.get_by_role("heading", name="导入完成")).to_be_visible()
    assert (figure(screen, "新建"), figure(screen, "有问题")) == ("3", "2")
    screen.check()
    with page.expect_download() as download:
        screen.link("下载错误文件").click()
    errors = Path(download.value.path()).read_text("utf-8-sig")
    assert f"导入乙 {mark}" in errors
    assert f"导入甲 {mark}" not in errors
    assert len(screen.send("GET", f"/accounts?q={mark}")["items"]) == 3
    screen.button("撤销这次导入").click()
    page.get_by_role("dialog").get_by_role("button", name="撤销").click()
    expect(screen.toast("已撤销 3 条")).to_be_visible()
    assert screen.send("GET", f"/accounts?q={mark}")["items"] == []


def test_links_are_found_and_values_corrected(open_screen: OpenScreen, tmp_path: Path) -> None:
    screen = open_screen("manager")
    page = screen.page
    mark = uuid4().hex[:8]
    known = screen.send("POST", "/accounts", {"name": f"已有客户 {mark}"})
    lines = [
        "名称,客户,阶段",
        f"商机甲 {mark},已有客户 {mark},谈着呢",
        f"商机乙 {mark},没见过的客户 {mark},方案报价",
    ]
    table = tmp_path / "商机.csv"
    table.write_text("\n".join([*lines, ""]), "utf-8")
    screen.visit("/imports")
    choose(screen, "导入到", "商机")
    choose_file(screen, table)
    screen.see("1 种读不懂")
    screen.check()
    choose(screen, "读作: 谈着呢", "商务谈判")
    choose(screen, "按什么查找: 客户", "名称")
    choose(screen, "找不到时: 客户", "新建一条")
    expect(page.get_by_role("textbox", name=f"读作: 没见过的客户 {mark}")).to_have_attribute(
        "placeholder", "将新建"
    )
    screen.button("开始导入").click()
    expect(page.get_by_role("heading", name="导入完成")).to_be_visible()
    assert (figure(screen, "新建"), figure(screen, "有问题")) == ("2", "0")
    found = screen.send("GET", f"/opportunities?q={mark}&sort=name")["items"]
    told = {(each["account"]["name"], each["stage"]["name"]) for each in found}
    assert told == {
        (f"已有客户 {mark}", "商务谈判"),
        (f"没见过的客户 {mark}", "方案报价"),
    }
    assert known["id"] in {each["account"]["id"] for each in found}
    screen.button("撤销这次导入").click()
    page.get_by_role("dialog").get_by_role("button", name="撤销").click()
    expect(screen.toast("已撤销 3 条")).to_be_visible()


def test_sheets_of_a_workbook_and_cleaning(open_screen: OpenScreen, tmp_path: Path) -> None:
    mark = uuid4().hex[:8]
    path = tmp_path / "名单.xlsx"
    book = xlsxwriter.Workbook(str(path))
    companies, people = book.add_worksheet("客户"), book.add_worksheet("联系人")
    for at, row in enumerate([["客户名称"], [f"表甲 {mark}"], [f"表乙 {mark}"]]):
        companies.write_row(at, 0, row)
    for at, row in enumerate([["姓名", "客户"], [f"ANN {mark}", f"表甲 {mark}"]]):
        people.write_row(at, 0, row)
    book.close()
    screen = open_screen("manager")
    page = screen.page
    screen.visit("/imports")
    choose_file(screen, path)
    screen.see("每张表导入到哪里")
    expect(page.get_by_role("combobox", name="导入到: 联系人")).to_have_value("联系人")
    screen.check()
    screen.button("下一步").click()
    expect(page.get_by_role("combobox", name="字段: 姓名")).to_have_value("名称")
    screen.button("整理内容: 姓名").click()
    choose(screen, "大小写: 姓名", "全部小写")
    expect(page.get_by_role("cell", name=f"ann {mark}", exact=True)).to_be_visible()
    screen.check()
    screen.button("开始导入").click()
    expect(page.get_by_role("heading", name="导入完成")).to_be_visible()
    found = screen.send("GET", f"/contacts?q={mark}")["items"]
    assert [(each["name"], each["account"]["name"]) for each in found] == [
        (f"ann {mark}", f"表甲 {mark}")
    ]
    screen.check()
    screen.button("撤销这次导入").click()
    page.get_by_role("dialog").get_by_role("button", name="撤销").click()
    expect(screen.toast("已撤销 3 条")).to_be_visible()
    for name in ("accounts", "contacts"):
        assert screen.send("GET", f"/{name}?q={mark}")["items"] == []
