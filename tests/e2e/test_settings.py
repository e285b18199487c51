"""An administrator shapes fields and rights; users see it at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenScreen
from tests.e2e.screen import Screen


@pytest.fixture
def admin(open_screen: OpenScreen) -> Screen:
    return open_screen("admin")


@pytest.fixture
def sales_role(admin: Screen) -> Iterator[dict[str, Any]]:
    """The role of salespeople, as it was when the test has ended."""
    roles = admin.send("GET", "/roles?limit=100")["items"]
    path = next(f"/roles/{role['id']}" for role in roles if role["key"] == "sales")
    role = admin.send("GET", path)
    yield role
    now = admin.send("GET", path)
    rules = {"field_rules": role["field_rules"], "version": now["version"]}
    admin.send("PATCH", path, rules)


def test_a_new_field_stands_on_the_record(admin: Screen, open_screen: OpenScreen) -> None:
    page = admin.page
    mark = uuid4().hex[:6]
    admin.visit("/settings/fields")
    page.get_by_role("combobox", name="对象").click()
    page.get_by_role("option", name="客户", exact=True).click()
    admin.button("新建字段").first.click()
    dialog = page.get_by_role("dialog", name="新建字段")
    dialog.get_by_label("中文名称").fill(f"信用评级 {mark}")
    dialog.get_by_label("英文名称").fill(f"Credit grade {mark}")
    admin.check()
    dialog.get_by_role("button", name="保存").click()
    expect(admin.toast("已保存")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text=f"信用评级 {mark}")).to_be_visible()
    sales = open_screen("sales")
    made = sales.send("POST", "/accounts", {"name": f"评级客户 {mark}"})
    sales.visit(f"/accounts/{made['id']}")
    sales.button(f"编辑: 信用评级 {mark}").click()
    sales.page.keyboard.type("甲级")
    sales.page.keyboard.press("Enter")
    expect(sales.toast(f"已修改信用评级 {mark}")).to_be_visible()
    assert "甲级" in sales.send("GET", f"/accounts/{made['id']}").values()


def test_a_field_taken_from_a_role_is_gone_from_its_screens(
    admin: Screen, open_screen: OpenScreen, sales_role: dict[str, Any]
) -> None:
    page = admin.page
    sales = open_screen("sales")
    sales.visit("/opportunities")
    expect(sales.page.get_by_role("columnheader", name="金额")).to_be_visible()
    admin.visit("/settings/roles")
    page.get_by_role("combobox", name="角色", exact=True).click()
    page.get_by_role("option", name=sales_role["name"], exact=True).click()
    page.get_by_role("tab", name="字段权限").click()
    page.get_by_role("combobox", name="对象").click()
    page.get_by_role("option", name="商机", exact=True).click()
    admin.check()
    page.get_by_label("金额 · 可见", exact=True).select_option(label="不可见")
    admin.button("保存修改").click()
    expect(admin.toast("已保存")).to_be_visible()
    sales.visit("/opportunities")
    expect(sales.page.get_by_role("columnheader", name="阶段")).to_be_visible()
    expect(sales.page.get_by_role("columnheader", name="金额")).to_have_count(0)
    assert "amount" not in sales.send("GET", "/opportunities?limit=1")["items"][0]
    sales.visit("/opportunities/board")
    expect(sales.page.get_by_text("加权")).to_have_count(0)


@pytest.fixture
def laying(admin: Screen) -> Iterator[Screen]:
    """The editor of a new layout for products; what was made is gone when the test has ended."""
    admin.visit("/settings/layouts")
    admin.page.get_by_role("combobox", name="对象").click()
    admin.page.get_by_role("option", name="产品", exact=True).click()
    place = admin.page.get_by_role("region", name="记录页")
    place.get_by_role("button", name="以此新建布局").click()
    yield admin
    for one in admin.send("GET", "/page_layouts?fields=id")["items"]:
        admin.send("DELETE", f"/page_layouts/{one['id']}")


def rename(screen: Screen, name: str, chinese: str, english: str) -> None:
    screen.button(f"修改标题“{name}”").click()
    screen.page.get_by_label("中文标题").fill(chinese)
    screen.page.get_by_label("英文标题").fill(english)
    screen.page.keyboard.press("Enter")


def test_a_layout_is_arranged_by_hand_and_key_and_seen_at_once(
    laying: Screen, open_screen: OpenScreen
) -> None:
    page = laying.page
    handle = page.get_by_role("button", name="移动“单位”：用方向键")
    column = page.get_by_role("list").filter(has=handle)
    expect(handle).to_be_visible()
    before = column.get_by_role("listitem").all_inner_texts()
    at = before.index("单位")
    handle.focus()
    page.keyboard.press("ArrowUp")
    expect(column.get_by_role("listitem").nth(at - 1)).to_have_text("单位")
    expect(handle).to_be_focused()
    # by hand into a new tab of two columns
    laying.button("添加页签").click()
    rename(laying, "页签 2", "新页签", "New tab")
    page.get_by_role("region", name="新页签").get_by_text("双列").click()
    target = page.get_by_role("list", name="“分区 1”第 2 列")
    target.scroll_into_view_if_needed()
    last = page.get_by_role("button", name="移动“更新人”：用方向键")
    page.get_by_role("listitem").filter(has=last).drag_to(target)
    expect(target.get_by_role("listitem")).to_have_text("更新人")
    page.keyboard.press("Control+z")
    expect(target.get_by_role("listitem")).to_have_text("把字段拖到这里")
    page.keyboard.press("Control+Shift+z")
    expect(target.get_by_role("listitem")).to_have_text("更新人")
    laying.check()
    page.get_by_text("预览", exact=True).click()
    page.get_by_text("English", exact=True).click()
    expect(page.get_by_role("tab", name="New tab")).to_be_visible()
    laying.check()
    laying.button("保存").click()
    expect(laying.toast("布局已保存")).to_be_visible()
    sales = open_screen("sales")
    product = sales.send("GET", "/products?limit=1")["items"][0]
    sales.visit(f"/products/{product['id']}")
    sales.page.get_by_role("tab", name="新页签").click()
    expect(sales.page.get_by_role("tabpanel").get_by_text("更新人")).to_be_visible()
    sales.check()
