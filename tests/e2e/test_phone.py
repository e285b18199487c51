"""The day on a phone: the bar at the bottom, cards, a record, a new one."""

from __future__ import annotations

import re
from uuid import uuid4

from playwright.sync_api import expect

from tests.e2e.conftest import OpenScreen
from tests.e2e.screen import Screen


def groups_and_cards(screen: Screen) -> None:
    """In groups, each with its count and sum; without, the cards one after the other."""
    page = screen.page
    items = page.get_by_role("main").get_by_role("listitem")
    page.get_by_role("button", name="分组").tap()
    page.get_by_role("menuitem", name="阶段", exact=True).tap()
    head = items.first.get_by_role("button", expanded=True)
    expect(head).to_be_visible()
    expect(items.first).to_contain_text("¥")
    expect(page.get_by_role("menu")).to_have_count(0)
    screen.check()
    count = items.count()
    head.tap()
    expect(items.first.get_by_role("button", expanded=False)).to_be_visible()
    assert count > 1
    page.get_by_role("button", name="按阶段分组").tap()
    page.get_by_role("menuitem", name="不分组").tap()
    expect(head).to_have_count(0)


def test_a_walk_by_thumb(open_screen: OpenScreen) -> None:
    screen = open_screen("sales", phone=True)
    page = screen.page
    screen.visit("/")
    bar = page.get_by_role("navigation", name="页面")
    bar.get_by_role("link", name="任务").tap()
    expect(page.get_by_role("heading", name="任务", level=1)).to_be_visible()
    expect(page.get_by_role("grid")).to_have_count(0)
    # what should have been done stands first, and is told by more than its colour
    items = page.get_by_role("main").get_by_role("listitem")
    expect(items.first).to_contain_text("已逾期")
    screen.check()
    bar.get_by_role("button", name="我的").tap()
    menu = page.get_by_role("dialog")
    expect(menu.get_by_role("link", name="商机")).to_be_visible()
    screen.check()
    menu.get_by_role("link", name="商机").tap()
    expect(menu).to_have_count(0)
    groups_and_cards(screen)
    card = page.get_by_role("main").get_by_role("listitem").first.get_by_role("button")
    name = card.locator("b").first.inner_text()
    card.tap()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    page.get_by_role("tab", name="详情").tap()
    screen.check()
    # whom a card is about is called without opening it
    screen.visit("/leads")
    call = items.get_by_role("link", name=re.compile(r"^拨打 \+\d+$")).first
    expect(call).to_have_attribute("href", re.compile(r"^tel:\+\d+$"))
    screen.check()


def test_a_customer_is_made_by_thumb(open_screen: OpenScreen) -> None:
    screen = open_screen("sales", phone=True)
    page = screen.page
    name = f"路上新建 {uuid4().hex[:8]}"
    screen.visit("/")
    page.get_by_role("navigation", name="页面").get_by_role("button", name="新建").tap()
    dialog = page.get_by_role("dialog", name=re.compile("^新建"))
    dialog.get_by_label("名称").fill(name)
    screen.check()
    dialog.get_by_role("button", name="保存", exact=True).tap()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    screen.check()
