"""What was done can be looked at and taken back: recycle bin and change sets."""

from __future__ import annotations

import re
from uuid import uuid4

from playwright.sync_api import expect

from tests.e2e.conftest import OpenScreen


def test_a_deleted_record_comes_back_from_the_bin(open_screen: OpenScreen) -> None:
    screen = open_screen("sales")
    page = screen.page
    name = f"误删客户 {uuid4().hex[:8]}"
    made = screen.send("POST", "/accounts", {"name": name})
    screen.visit(f"/accounts/{made['id']}")
    screen.button("操作").click()
    page.get_by_role("menuitem", name="删除").click()
    page.get_by_role("dialog").get_by_role("button", name="删除").click()
    expect(screen.toast(f"已删除“{name}”")).to_be_visible()
    screen.visit("/recycle_bin")
    row = page.get_by_role("listitem").filter(has_text=name)
    row.get_by_role("button", name="恢复").click()
    expect(screen.toast(f"已恢复“{name}”")).to_be_visible()
    expect(row).to_have_count(0)
    assert screen.send("GET", f"/accounts/{made['id']}")["name"] == name


def test_a_change_is_undone_and_what_was_changed_since_is_told(open_screen: OpenScreen) -> None:
    screen = open_screen("sales")
    page = screen.page
    name = f"改错客户 {uuid4().hex[:8]}"
    made = screen.send("POST", "/accounts", {"name": name, "employees": 10})
    path = f"/accounts/{made['id']}"
    screen.send("PATCH", path, {"employees": 20, "description": "第一次", "version": 1})
    screen.send("PATCH", path, {"employees": 30, "version": 2})
    screen.visit("/change_sets")
    with page.expect_response(re.compile("change_sets.*actor=")):
        page.get_by_text("只看我的").click()
    row = page.get_by_role("listitem").filter(has=screen.button("查看内容")).nth(1)
    expect(row).to_contain_text("修改了 1 条客户")
    row.get_by_role("button", name="查看内容").click()
    expect(page.get_by_role("link", name=name).first).to_be_visible()
    screen.check()
    row = page.get_by_role("listitem").filter(has=screen.link(name, exact=True)).nth(1)
    row.get_by_role("button", name="撤销").click()
    page.get_by_role("dialog").get_by_role("button", name="撤销").click()
    told = page.get_by_role("dialog", name="有些内容后来又被改过")
    expect(told).to_contain_text(re.compile("员工.*30.*10"))
    screen.check()
    told.get_by_role("button", name="关闭").last.click()
    now = screen.send("GET", path)
    assert (now["employees"], now["description"]) == (30, None)
