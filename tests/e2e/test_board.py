"""The board: a card is dragged, or moved by its menu."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenScreen
from tests.e2e.screen import Screen
from tests.e2e.test_record import new_opportunity


@pytest.fixture
def screen(open_screen: OpenScreen) -> Screen:
    return open_screen("sales")


def column(screen: Screen, name: str) -> Locator:
    return screen.page.get_by_role("region", name=name, exact=True)


def card(screen: Screen, name: str) -> Locator:
    return screen.page.get_by_role("listitem").filter(has=screen.link(name, exact=True))


def test_a_card_is_dragged(screen: Screen) -> None:
    made = new_opportunity(screen, amount={"amount": "5000", "currency": "CNY"})
    screen.visit("/opportunities/board")
    expect(column(screen, "初步接触").get_by_role("link", name=made["name"])).to_be_visible()
    target = column(screen, "需求沟通")
    card(screen, made["name"]).drag_to(
        target, source_position={"x": 60, "y": 60}, target_position={"x": 120, "y": 300}
    )
    expect(target.get_by_role("link", name=made["name"])).to_be_visible()
    expect(screen.toast(re.compile("移动|修改"))).to_be_visible()
    assert screen.send("GET", f"/opportunities/{made['id']}")["stage"]["name"] == "需求沟通"
    screen.check()


def test_a_card_is_moved_by_its_menu_and_asks_for_what_is_missing(screen: Screen) -> None:
    made = new_opportunity(screen)
    page = screen.page
    screen.visit("/opportunities/board")
    with screen.refusing(422):
        screen.button(f"移动“{made['name']}”").click()
        page.get_by_role("menuitem", name="方案报价").click()
        page.get_by_role("dialog").get_by_label("金额").first.fill("7000")
    page.get_by_role("dialog").get_by_role("button", name="保存").click()
    expect(column(screen, "方案报价").get_by_role("link", name=made["name"])).to_be_visible()
    assert screen.send("GET", f"/opportunities/{made['id']}")["stage"]["name"] == "方案报价"
