"""The list as a spreadsheet: blocks chosen, copied, pasted, filled and undone by keyboard."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenScreen
from tests.e2e.screen import Screen

PASTE = """(grid, text) => {
  const data = new DataTransfer()
  data.setData('text/plain', text)
  grid.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true}))
}"""


@pytest.fixture
def screen(open_screen: OpenScreen) -> Screen:
    return open_screen("manager")


@pytest.fixture
def tab(screen: Screen) -> Page:
    """The page, which may use the clipboard."""
    screen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return screen.page


def cell(screen: Screen, id_: str, key: str) -> Locator:
    return screen.page.locator(f"[id='cell-{id_}-{key}']")


def values(screen: Screen, ids: list[str], key: str) -> list[Any]:
    return [screen.send("GET", f"/accounts/{each}")[key] for each in ids]


def test_blocks_are_pasted_filled_and_undone(screen: Screen, tab: Page) -> None:
    mark = f"表格{uuid4().hex[:8]}"
    made = [
        screen.send("POST", "/accounts", {"name": f"{mark} {n}", "status": "prospect"})["id"]
        for n in range(4)
    ]
    view = {"columns": [{"key": key} for key in ("status", "employees", "industry")]}
    body = {"object": "account", "name": mark, "config": view}
    view_id = screen.send("POST", "/views", body)["id"]
    screen.visit(f"/accounts?view={view_id}&q={mark}&sort=name")
    grid = tab.get_by_role("grid")
    # the preview, which a click opens, stands beside the list and takes no key from it
    cell(screen, made[0], "status").click()
    grid.evaluate(PASTE, "已流失\t1,200\n沉睡\tviele")
    expect(tab.get_by_role("dialog")).to_contain_text("1 个单元格没有写入")
    expect(tab.get_by_role("dialog")).to_contain_text("员工")
    screen.check()
    tab.keyboard.press("Escape")
    expect(cell(screen, made[1], "status")).to_have_text("沉睡")
    assert values(screen, made, "status") == ["lost", "dormant", "prospect", "prospect"]
    assert values(screen, made, "employees") == [1200, None, None, None]

    cell(screen, made[0], "status").click()
    for key in ("ArrowRight", *["ArrowDown"] * 3):
        tab.keyboard.press(f"Shift+{key}")
    expect(grid.locator("[data-range]")).to_have_count(8)
    screen.check()
    tab.keyboard.press("Control+d")
    expect(cell(screen, made[3], "employees")).to_have_text("1,200")
    assert values(screen, made, "status") == ["lost"] * 4
    tab.keyboard.press("Control+c")
    copied = tab.evaluate("navigator.clipboard.readText()")
    assert [line.split("\t")[0] for line in copied.split("\n")] == ["已流失"] * 4
    tab.keyboard.press("Control+z")
    expect(cell(screen, made[3], "employees")).to_have_text("")
    tab.keyboard.press("Control+z")
    expect(cell(screen, made[0], "status")).to_have_text("潜在客户")
    assert values(screen, made, "status") == ["prospect"] * 4
    history_of_cells(screen, made)
    screen.send("DELETE", f"/views/{view_id}")


def history_of_cells(screen: Screen, ids: list[str]) -> None:
    """Who changed a cell when: not asked before a key asks, or a click on the clock."""
    page, grid = screen.page, screen.page.get_by_role("grid")
    asked: list[str] = []
    page.on("request", lambda each: asked.append(each.url) if "/history?" in each.url else None)
    cell(screen, ids[0], "status").click()
    cell(screen, ids[1], "status").hover()
    expect(page.get_by_role("button", name="“状态”的修改历史").last).to_be_visible()
    assert asked == []
    grid.focus()
    page.keyboard.press("h")
    expect(page.get_by_role("dialog", name="“状态”的修改历史")).to_contain_text("已流失")
    assert [ids[0] in each for each in asked] == [True]
    screen.check()
    page.keyboard.press("Escape")
    expect(grid).to_be_focused()
