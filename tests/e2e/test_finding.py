"""Finding one's way: figures lead to their records, the search box finds in three scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenScreen
from tests.e2e.screen import Screen


@pytest.fixture
def screen(open_screen: OpenScreen) -> Screen:
    return open_screen("manager")


def search(screen: Screen, typed: str) -> None:
    """Open the palette by its keys and type."""
    screen.page.keyboard.press("Control+k")
    box = screen.page.get_by_role("dialog").get_by_role("textbox")
    expect(box).to_be_focused()
    box.fill(typed)


def test_a_figure_of_the_dashboard_leads_to_its_records(screen: Screen) -> None:
    screen.visit("/dashboard")
    figure = screen.link(re.compile("^在途金额"))
    count = re.search(r"([\d,]+) 个商机", figure.inner_text())
    assert count
    figure.click()
    expect(screen.page.get_by_role("heading", name="商机", level=1)).to_be_visible()
    screen.see(f"{count[1]} 条")
    screen.check()


def test_a_chart_is_also_a_table(screen: Screen) -> None:
    screen.visit("/dashboard")
    screen.button("“每月赢单”显示为表格").click()
    tile = screen.page.get_by_role("region", name="每月赢单")
    expect(tile.get_by_role("row")).not_to_have_count(0)
    screen.check()


# tests of the search itself have all four; on the screen they differ in nothing else
@pytest.mark.parametrize(
    "typed",
    [
        *("xxgd", "星翔广电"),
        pytest.param("星翔光电", marks=pytest.mark.long),
        pytest.param("xingxiangguangdian", marks=pytest.mark.long),
    ],
)
def test_chinese_is_found_by_itself_by_pinyin_and_mistyped(screen: Screen, typed: str) -> None:
    page = screen.page
    screen.visit("/tasks")
    search(screen, typed)
    hit = (
        page.get_by_role("dialog")
        .get_by_role("button")
        .filter(has_text=re.compile("^.?武汉星翔光电"))
    )
    expect(hit.first).to_be_visible()
    screen.check()
    hit.first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("星翔光电")


def test_english_is_found_by_the_search_box(screen: Screen) -> None:
    page = screen.page
    name = "Harbor Ivory"
    screen.visit("/tasks")
    screen.button("搜索").first.click()
    page.get_by_role("dialog").get_by_role("textbox").fill(name.lower())
    page.get_by_role("dialog").get_by_role("button").filter(has_text=name).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_the_palette_opens_pages_and_runs_commands(screen: Screen) -> None:
    page = screen.page
    screen.visit("/tasks")
    search(screen, "回收站")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/recycle_bin"))
    expect(page.get_by_role("dialog")).to_have_count(0)
    search(screen, "新建联系人")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="新建联系人")).to_be_visible()
