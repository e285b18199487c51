"""The filter builder: groups in groups, related records, what is refused and what is left out."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenScreen
from tests.e2e.screen import Screen


@pytest.fixture
def screen(open_screen: OpenScreen) -> Screen:
    return open_screen("manager")


def asked(screen: Screen) -> Any:
    """The filter in the address."""
    return json.loads(parse_qs(urlsplit(screen.page.url).query)["filter"][0])


def counted(screen: Screen, filter_: Any) -> int:
    page = screen.send(
        "POST", "/opportunities/query", {"filter": filter_, "limit": 1, "count": "exact"}
    )
    return int(page["count"]["value"])


def choose(screen: Screen, place: Locator, *words: str) -> None:
    """Add a condition at the end of a group; each further word is a step to a linked record."""
    place.get_by_role("button", name="添加条件").last.click()
    for word in words:
        screen.page.get_by_role("option", name=word, exact=True).last.click()


def test_a_tree_is_built_shown_again_and_edited(screen: Screen) -> None:
    page = screen.page
    screen.visit("/opportunities")
    page.get_by_role("search").get_by_role("button", name=re.compile("筛选$")).click()
    page.get_by_role("option", name="添加条件组").click()
    dialog = page.get_by_role("dialog", name="筛选商机")
    inner = dialog.locator("[data-depth='1']")
    choose(screen, inner, "客户的字段", "行业")
    inner.get_by_role("checkbox", name="软件").check()
    inner.get_by_role("button", name="添加条件").click()
    page.get_by_role("option", name="任务", exact=True).click()
    inner.get_by_role("combobox", name="条件之间的关系").first.click()
    page.get_by_role("option", name="全不满足").click()
    screen.check()
    built = {
        "all": [
            {
                "not": {
                    "any": [
                        {"field": "account.industry", "op": "in", "value": ["software"]},
                        {"has": "tasks.about"},
                    ]
                }
            }
        ]
    }
    assert asked(screen) == built
    number = counted(screen, built)
    assert 0 < number < counted(screen, None)
    page.keyboard.press("Escape")
    expect(page.get_by_role("grid")).to_contain_text(f"{number} 条")
    page.reload()
    expect(page.get_by_role("button", name="编辑条件：条件组")).to_contain_text("2 个条件")
    page.get_by_role("button", name="编辑条件：条件组").click()
    inner.get_by_role("button", name="移除条件：任务").click()
    expect(dialog).to_contain_text("软件")
    assert asked(screen)["all"][0]["not"] == {"any": [built["all"][0]["not"]["any"][0]]}


def test_a_refused_condition_says_so_and_an_unknown_one_is_left_out(screen: Screen) -> None:
    page = screen.page
    tree = {"any": [{"field": "amount", "op": ">=", "value": "viel"}]}
    with screen.refusing(422):
        page.goto(f"/opportunities?filter={quote(json.dumps(tree))}")
        chip = page.get_by_role("button", name="编辑条件：金额")
        expect(chip).to_have_attribute("aria-description", re.compile("小数"))
        chip.click()
        page.get_by_role("dialog", name="金额").get_by_role("textbox").last.fill("1")
    expect(page.get_by_role("gridcell").first).to_be_visible()
    hidden = {"all": [{"field": "nobody.knows", "op": "is", "value": 1}]}
    screen.visit(f"/opportunities?filter={quote(json.dumps(hidden))}")
    expect(page.get_by_title(re.compile("没有参与筛选"))).to_be_visible()
    expect(page.get_by_role("gridcell").first).to_be_visible()
