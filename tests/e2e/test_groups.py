"""Groups in a list and the figures in its foot, compared with what the API counts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenScreen
from tests.e2e.screen import Screen


@pytest.fixture
def screen(open_screen: OpenScreen) -> Screen:
    return open_screen("manager")


def figures(screen: Screen, group: Any, measures: list[Any]) -> Any:
    body = {"group": group, "measures": measures}
    return screen.send("POST", "/opportunities/aggregate", body)["rows"]


def test_groups_fold_count_and_sum(screen: Screen) -> None:
    page = screen.page
    screen.visit("/opportunities")
    screen.button("分组").click()
    page.get_by_role("menuitem", name="阶段", exact=True).click()
    heads = (
        page.get_by_role("grid").locator("button[aria-expanded]").filter(has_text=re.compile(r"\d"))
    )
    expect(heads.first).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("menu")).to_have_count(0)
    screen.check()
    counted = {
        row["group"][0]["name"]: row["values"][0]
        for row in figures(screen, ["stage"], [{"op": "count"}])
    }
    stages = screen.send("GET", "/stages?sort=order&fields=name&limit=200")["items"]
    order = [each["name"] for each in stages if each["name"] in counted]
    # folded one after the other, all heads come into sight, in the order of the stages
    for number, name in enumerate(dict.fromkeys(order)):
        head = heads.nth(number)
        expect(head).to_have_text(re.compile(rf"^{name}\s*{counted[name]}$"))
        head.click()
        expect(head).to_have_attribute("aria-expanded", "false")
    heads.first.click()
    expect(page.locator("[role=row][aria-selected]").first).to_contain_text(order[0])
    page.reload()
    expect(heads.first).to_contain_text(order[0])
    # asked something else, the groups are those of the new question and not dimmed as former ones
    search = page.get_by_role("search").get_by_role("textbox").first
    search.fill("a")
    expect(page.get_by_role("grid")).to_be_visible()
    expect(page.locator("[data-former]")).to_have_count(0)
    search.fill("")
    screen.button("按阶段分组").click()
    page.get_by_role("menuitem", name="预计成交日期").click()
    expect(heads.first).to_contain_text(re.compile(r"^\d{4}年\d+月"))
    screen.button("按预计成交日期分组").click()
    page.get_by_role("menuitem", name="按季度").click()
    expect(heads.first).to_contain_text(re.compile(r"^\d{4} Q\d"))


# a row that is opened stands between the head and the foot, which lie over what is behind them
BETWEEN = """() => {
  const row = document.querySelector('[data-peek]')?.getBoundingClientRect()
  const [head, ...others] = document.querySelectorAll('[role=grid] > [role=rowgroup]')
  const foot = others.at(-1).getBoundingClientRect()
  return row && row.top >= head.getBoundingClientRect().bottom - 1 && row.bottom <= foot.top + 1
}"""


def test_the_records_of_a_grouped_list_follow_one_another(screen: Screen) -> None:
    page = screen.page
    screen.go("/opportunities?group=stage")
    page.locator("[role=row][aria-selected]").first.locator("[role=gridcell]").nth(2).click()
    place = page.get_by_title("在列表中的位置")
    for number in range(1, 26):
        expect(place).to_contain_text(re.compile(rf"^{number} /"))
        page.keyboard.press("j")
    page.wait_for_function(BETWEEN)
    for number in range(26, 23, -1):
        expect(place).to_contain_text(re.compile(rf"^{number} /"))
        page.keyboard.press("k")
    page.wait_for_function(BETWEEN)
    page.get_by_role("complementary").get_by_role("link", name="打开完整页面").last.click()
    # the list stands until the record's page is there
    expect(page.get_by_role("grid")).to_have_count(0)
    expect(page.locator("h1").first).not_to_have_text("商机")
    expect(place).to_contain_text(re.compile("^23 /"))
    name = page.locator("h1").first.inner_text()
    # what has not come is waited for
    expect(screen.button("下一条")).to_be_enabled()
    page.keyboard.press("j")
    expect(place).to_contain_text(re.compile("^24 /"))
    expect(screen.button("上一条")).to_be_enabled()
    page.keyboard.press("k")
    expect(page.locator("h1").first).to_have_text(name)
    screen.go("/nowhere/to/be/found")
    expect(page.locator("h1")).to_have_text("没有找到这个页面")
    expect(screen.link("商机", exact=True)).to_be_visible()


def test_the_foot_counts_over_all_that_match(screen: Screen) -> None:
    page = screen.page
    screen.visit("/opportunities")
    ops = {"平均": "avg", "最大": "max", "最小": "min", "合计": "sum"}
    ((most, least),) = [
        (row["values"][0]["amount"], row["values"][1]["amount"])
        for row in figures(screen, [], [{"op": op, "field": "amount"} for op in ("max", "min")])
    ]
    assert float(most) > float(least)
    foot = screen.button("金额的合计方式")
    for word in ops:
        foot.click()
        page.get_by_role("menu", name="金额").get_by_role("menuitem", name=word).click()
        expect(foot).to_contain_text(word)
    foot.click()
    page.get_by_role("menu", name="金额").get_by_role("menuitem", name="最大").click()
    whole = f"{round(float(most)):,}"
    expect(foot.locator("[title]")).to_have_attribute("title", re.compile(re.escape(whole)))
    dates = screen.button("预计成交日期的合计方式")
    dates.click()
    page.get_by_role("menu", name="预计成交日期").get_by_role("menuitem", name="已填写").click()
    (row,) = figures(screen, [], [{"op": "count", "field": "expected_close_date"}])
    expect(dates).to_contain_text(str(row["values"][0]))
    screen.check()
