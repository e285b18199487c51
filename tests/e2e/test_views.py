"""Saved views: whom they are for, which one a list opens with, what a change offers."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenScreen
from tests.e2e.screen import Screen


@pytest.fixture
def screen(open_screen: OpenScreen) -> Screen:
    return open_screen("manager")


def save_for_own_role(screen: Screen, name: str) -> str:
    """Save what the list shows as a view for the role of who looks; return the view's id."""
    screen.button("另存为…").last.click()
    dialog = screen.page.get_by_role("dialog")
    dialog.get_by_label("视图名称").fill(name)
    dialog.get_by_label("指定的角色").check()
    expect(dialog.get_by_role("button", name="保存")).to_be_disabled()
    dialog.get_by_role("combobox", name="角色").click()
    role = screen.send("GET", "/auth/me")["role"]
    screen.page.get_by_role("option", name=role["name"]).click()
    screen.page.keyboard.press("Tab")
    screen.check()
    dialog.get_by_role("button", name="保存").click()
    expect(tab_of(screen, name)).to_have_attribute("aria-current", "page")
    (view,) = [each for each in screen.send("GET", "/views")["items"] if each["name"] == name]
    assert (view["shared"], view["roles"]) == (True, [role["id"]])
    return str(view["id"])


def tab_of(screen: Screen, name: str) -> Locator:
    tabs = screen.page.get_by_role("navigation", name="视图")
    return tabs.get_by_role("link", name=name, exact=True)


def test_a_view_is_shared_with_a_role_copied_and_opened_first(
    screen: Screen, open_screen: OpenScreen
) -> None:
    page = screen.page
    name = f"百万以上 {uuid4().hex[:6]}"
    screen.visit('/opportunities?filter={"field":"amount","op":">=","value":"1000000"}')
    view = save_for_own_role(screen, name)
    others = open_screen("sales").send("GET", "/views")["items"]
    assert all(each["id"] != view for each in others)

    screen.button(f"视图“{name}”的菜单").click()
    page.get_by_role("menuitem", name="设为我的默认视图").click()
    # an address with a filter of its own is of all, and stays so when that is taken back
    page.goto('/opportunities?filter={"field":"name","op":"not_empty"}')
    screen.button("还原", exact=True).click()
    expect(screen.button("编辑条件：名称")).to_have_count(0)
    expect(tab_of(screen, "全部商机")).to_have_attribute("aria-current", "page")
    page.goto("/opportunities")
    expect(tab_of(screen, name)).to_have_attribute("aria-current", "page")
    screen.button("编辑条件：金额").click()
    page.get_by_role("dialog", name="金额").get_by_role("textbox").last.fill("2000000")
    page.keyboard.press("Escape")
    screen.button("保存", exact=True).click()
    expect(screen.toast("视图已保存")).to_be_visible()
    saved = screen.send("GET", f"/views/{view}")["config"]["filter"]
    assert saved == {"all": [{"field": "amount", "op": ">=", "value": "2000000"}]}

    screen.button(f"视图“{name}”的菜单").click()
    page.get_by_role("menuitem", name="复制视图").click()
    page.get_by_role("dialog").get_by_role("button", name="保存").click()
    expect(tab_of(screen, f"{name} 副本")).to_have_attribute("aria-current", "page")
    for each in screen.send("GET", "/views")["items"]:
        if each["name"].startswith(name):
            assert each["config"]["filter"] == saved
            screen.send("DELETE", f"/views/{each['id']}")
    # the view is gone: the list opens as it does for everyone
    page.goto("/opportunities")
    screen.check()
