"""The same records on the days of a calendar, and on a board by any of their choices."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenScreen
from tests.e2e.screen import Screen


@pytest.fixture
def screen(open_screen: OpenScreen) -> Screen:
    return open_screen("manager")


def test_a_record_moves_to_another_day(screen: Screen) -> None:
    page = screen.page
    name = f"日历 {uuid4().hex[:8]}"
    account = screen.send("GET", "/accounts?limit=1&fields=name")["items"][0]["id"]
    body = {"name": name, "account": account, "expected_close_date": "2031-05-14"}
    made = screen.send("POST", "/opportunities", body)["id"]
    screen.visit("/opportunities/calendar?at=2031-05-01")
    page.get_by_role("combobox", name="按哪个日期").click()
    page.get_by_role("option", name="预计成交日期").click()
    day = page.get_by_role("region", name="2031年5月14日")
    expect(day.get_by_role("link", name=name)).to_be_visible()
    screen.check()
    entry = page.get_by_role("link", name=name)
    entry.drag_to(page.get_by_role("region", name="2031年5月20日"))
    expect(
        page.get_by_role("region", name="2031年5月20日").get_by_role("link", name=name)
    ).to_be_visible()
    expect(screen.toast("已修改预计成交日期")).to_be_visible()
    assert screen.send("GET", f"/opportunities/{made}")["expected_close_date"] == "2031-05-20"
    entry.focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(
        page.get_by_role("region", name="2031年5月27日").get_by_role("link", name=name)
    ).to_be_visible()
    page.get_by_text("周", exact=True).click()
    expect(page.get_by_role("region", name=re.compile("^2031年"))).to_have_count(7)
    screen.send("DELETE", f"/opportunities/{made}")


def test_a_board_of_any_choice_with_a_limit(screen: Screen) -> None:
    page = screen.page
    screen.visit("/accounts/board")
    screen.button("看板设置").click()
    dialog = page.get_by_role("dialog", name="看板设置")
    dialog.get_by_role("combobox", name="按什么分列").click()
    page.get_by_role("option", name="行业").click()
    dialog.get_by_label("“软件”最多几张卡片").fill("1")
    screen.check()
    page.keyboard.press("Escape")
    (row,) = [
        row
        for row in screen.send("POST", "/accounts/aggregate", {"group": ["industry"]})["rows"]
        if row["group"] == ["software"]
    ]
    column = page.get_by_role("region", name="软件")
    expect(column.locator("header")).to_contain_text(f"{row['values'][0]} / 1")
    expect(column.get_by_title("超过了上限 1")).to_be_visible()
    screen.check()
