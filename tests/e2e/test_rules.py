"""What an administrator asks of records, as it meets somebody in a form and on a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenScreen
from tests.e2e.screen import Screen


@pytest.fixture
def mark() -> str:
    """In the names of the records that this test's rules look at."""
    return f"受管{uuid4().hex[:6]}"


@pytest.fixture
def screen(open_screen: OpenScreen, mark: str) -> Iterator[Screen]:
    """An administrator's, while rules hide the website and want a phone number."""
    screen = open_screen("admin")
    marked = {"field": "name", "op": "contains", "value": mark}
    shared: dict[str, Any] = {"of_object": "account", "name": f"规则 {mark}"}
    hides = {"kind": "display", "condition": marked, "effects": {"hide": ["website"]}}
    lacks = {"all": [marked, {"field": "phone", "op": "empty"}]}
    # about no field: the words stand for themselves
    wants = {"kind": "validation", "condition": lacks, "messages": {"zh-CN": "请先填写电话。"}}
    made = [screen.send("POST", "/rules", {**shared, **each}) for each in (hides, wants)]
    yield screen
    for each in made:
        screen.send("DELETE", f"/rules/{each['id']}")


def test_rules_hold_in_a_form_and_on_a_page(screen: Screen, mark: str) -> None:
    page = screen.page
    screen.visit("/accounts")
    screen.button("新建").first.click()
    form = page.get_by_role("dialog", name="新建客户")
    expect(form.get_by_label("网站")).to_be_visible()
    form.get_by_label("名称").fill(f"{mark}客户")
    expect(form.get_by_label("网站")).to_have_count(0)
    with screen.refusing(422):
        form.get_by_role("button", name="保存", exact=True).click()
        expect(form.get_by_text("请先填写电话。")).to_be_visible()
    screen.check()
    form.get_by_label("电话").fill("13800138000")
    form.get_by_role("button", name="保存", exact=True).click()
    expect(screen.toast("已新建")).to_be_visible()
    [made] = screen.send("GET", f"/accounts?q={mark}")["items"]
    screen.visit(f"/accounts/{made['id']}")
    expect(screen.button("编辑: 电话")).to_be_visible()
    expect(screen.button("编辑: 网站")).to_have_count(0)
    screen.button("编辑: 电话").click()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    with screen.refusing(422):
        page.keyboard.press("Enter")
        expect(screen.toast("请先填写电话。")).to_be_visible()
    assert screen.send("GET", f"/accounts/{made['id']}")["phone"] == made["phone"]
