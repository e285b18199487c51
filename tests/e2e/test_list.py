"""The list: find, sort, keep as a view, edit in place, edit many, look at one after another."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenScreen
from tests.e2e.screen import Screen

ANY_NAME = {"all": [{"field": "name", "op": "not_empty"}]}


@pytest.fixture
def screen(open_screen: OpenScreen) -> Screen:
    return open_screen("manager")


def name_in(screen: Screen, row: int) -> str:
    """The record's name, without the initial on its portrait."""
    return cell(screen, row, "名称").inner_text().split("\n")[-1].strip()


def rows(screen: Screen) -> Locator:
    return screen.page.get_by_role("grid").locator("[role=row][aria-selected]")


def cell(screen: Screen, row: int, column: str) -> Locator:
    """The cell in a row, counted from 0, under the head with this name."""
    head = screen.page.get_by_role("columnheader", name=column).first
    key = head.get_attribute("data-column")
    return rows(screen).nth(row).locator(f"[id^=cell-][id$='-{key}']")


def sort(screen: Screen, column: str, order: str) -> None:
    head = screen.page.get_by_role("columnheader", name=column)
    head.get_by_role("button").click()
    screen.page.get_by_role("menuitem", name=order).click()
    expect(head).to_have_attribute("aria-sort", "ascending" if order == "升序" else "descending")


def filter_by(screen: Screen, field: str) -> None:
    screen.page.get_by_role("search").get_by_role("button", name=re.compile("筛选$")).click()
    screen.page.get_by_role("option", name=field, exact=True).click()


def test_filter_and_sort(screen: Screen) -> None:
    page = screen.page
    screen.visit("/opportunities")
    filter_by(screen, "阶段")
    page.get_by_role("dialog", name="阶段").get_by_text("商务谈判").click()
    page.keyboard.press("Escape")
    expect(cell(screen, 0, "阶段")).to_have_text("商务谈判")
    sort(screen, "金额", "降序")
    expect(page).to_have_url(re.compile("sort=-amount"))
    screen.check()
    stages = [cell(screen, row, "阶段").inner_text() for row in range(rows(screen).count())]
    assert set(stages) == {"商务谈判"}
    money = [cell(screen, row, "金额").inner_text() for row in range(len(stages))]
    amounts = [float(re.sub(r"[^\d.]", "", text)) for text in money]
    assert amounts == sorted(amounts, reverse=True)
    # the address holds all of it
    page.reload()
    expect(cell(screen, 0, "金额")).to_have_text(money[0])
    expect(page.get_by_role("button", name="编辑条件：阶段")).to_be_visible()


def test_quick_search_finds_by_name(screen: Screen) -> None:
    screen.visit("/accounts")
    name = name_in(screen, 0)
    screen.page.get_by_role("textbox", name="在列表中搜索").fill(name)
    expect(rows(screen).nth(5)).to_have_count(0)
    expect(cell(screen, 0, "名称")).to_contain_text(name)


def test_edit_in_the_cell_and_undo(screen: Screen) -> None:
    page = screen.page
    screen.visit("/opportunities?sort=name")
    before = cell(screen, 0, "金额").inner_text()
    cell(screen, 0, "金额").dblclick()
    page.keyboard.type("123456")
    page.keyboard.press("Enter")
    expect(cell(screen, 0, "金额")).to_have_text("¥123,456")
    screen.undo("已修改金额")
    expect(cell(screen, 0, "金额")).to_have_text(before)


def test_a_view_is_saved_and_pinned(screen: Screen) -> None:
    page = screen.page
    screen.visit("/opportunities?sort=-amount")
    page.get_by_role("columnheader", name="客户").get_by_role("button").click()
    page.get_by_role("menuitem", name="隐藏此列").click()
    screen.button("另存为…").last.click()
    page.get_by_label("视图名称").fill("大单")
    page.get_by_label("固定到侧栏").check()
    screen.check()
    page.get_by_role("dialog").get_by_role("button", name="保存").click()
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="大单").click()
    expect(page).to_have_url(re.compile("view="))
    expect(page.get_by_role("columnheader", name="金额")).to_have_attribute(
        "aria-sort", "descending"
    )
    expect(page.get_by_role("columnheader", name="客户")).to_have_count(0)


def test_many_are_edited_at_once_and_undone(screen: Screen) -> None:
    page = screen.page
    filter_ = '{"field":"status","op":"is","value":"prospect"}'
    screen.visit(f"/accounts?sort=name&filter={filter_}")
    before = [cell(screen, row, "状态").inner_text() for row in range(3)]
    for row in range(3):
        rows(screen).nth(row).get_by_role("checkbox").click()
    screen.see("已选 3 条")
    screen.check()
    screen.button("修改字段").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("字段").fill("行业")
    page.get_by_role("option", name="行业", exact=True).click()
    dialog.get_by_label("行业").last.click()
    page.get_by_role("option").last.click()
    screen.button("应用修改").click()
    screen.undo("已修改 3 条记录")
    assert [cell(screen, row, "状态").inner_text() for row in range(3)] == before


def test_side_panel_walks_down_and_up(screen: Screen) -> None:
    page = screen.page
    screen.visit("/opportunities?sort=name")
    names = [name_in(screen, row) for row in range(2)]
    cell(screen, 0, "名称").click()
    panel = page.get_by_role("complementary", name="预览")
    expect(panel.get_by_role("heading", name=names[0])).to_be_visible()
    screen.check()
    page.keyboard.press("j")
    expect(panel.get_by_role("heading", name=names[1])).to_be_visible()
    page.keyboard.press("k")
    expect(panel.get_by_role("heading", name=names[0])).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)


def test_the_end_of_a_page_is_not_the_end_and_a_record_leads_back(screen: Screen) -> None:
    page = screen.page
    asked = {"sort": "name", "limit": 101, "fields": ["name"], "filter": ANY_NAME}
    ids = [each["id"] for each in screen.send("POST", "/opportunities/query", asked)["items"]]
    address = f"/opportunities?sort=name&filter={quote(json.dumps(ANY_NAME))}"
    # the hundredth, where the first page ends
    page.goto(f"{address}&peek={ids[99]}")
    following = page.get_by_role("complementary", name="预览").get_by_role("button", name="下一条")
    expect(following).to_be_enabled()
    page.keyboard.press("j")
    page.wait_for_url(f"**peek={ids[100]}*")
    page.get_by_role("complementary", name="预览").get_by_role("link").first.click()
    page.wait_for_url(f"**/opportunities/{ids[100]}")
    # which of how many it is there
    expect(page.get_by_title("在列表中的位置")).to_contain_text("101 / ")
    page.get_by_role("button", name="上一条").click()
    page.wait_for_url(f"**/opportunities/{ids[99]}")
    page.get_by_role("link", name="返回列表").click()
    page.wait_for_url("**/opportunities?*")
    asked_again = parse_qs(urlsplit(page.url).query)
    assert (asked_again["sort"], json.loads(asked_again["filter"][0])) == (["name"], ANY_NAME)
    screen.check()
