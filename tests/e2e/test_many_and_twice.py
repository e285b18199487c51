"""What keeps data clean: tags of many, duplicates while typing, views in one's own order."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenScreen
from tests.e2e.screen import Screen


@pytest.fixture
def screen(open_screen: OpenScreen) -> Screen:
    return open_screen("manager")


def tags_of(screen: Screen, ids: list[str]) -> list[set[str]]:
    return [set(screen.send("GET", f"/accounts/{each}")["tags"]) for each in ids]


def test_tags_of_many_are_added_and_removed_not_replaced(screen: Screen) -> None:
    page = screen.page
    mark = uuid4().hex[:8]
    made = [
        screen.send("POST", "/accounts", {"name": f"标签客户 {mark} {each}", "tags": tags})["id"]
        for each, tags in (("甲", ["旧", "留"]), ("乙", ["留"]))
    ]
    screen.visit(f"/accounts?q={mark}")
    page.get_by_role("checkbox", name="选择全部").check()
    screen.button("打标签").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("加上标签").fill("新")
    page.keyboard.press("Enter")
    dialog.get_by_label("去掉标签").fill("旧")
    page.keyboard.press("Enter")
    screen.check()
    dialog.get_by_role("button", name="应用修改").click()
    expect(screen.toast("已修改 2 条")).to_be_visible()
    assert tags_of(screen, made) == [{"留", "新"}, {"留", "新"}]
    screen.undo("已修改 2 条")
    assert tags_of(screen, made) == [{"旧", "留"}, {"留"}]


def test_a_duplicate_shows_while_one_types(screen: Screen) -> None:
    page = screen.page
    name = f"重名客户 {uuid4().hex[:8]}"
    made = screen.send("POST", "/accounts", {"name": name})
    screen.visit("/accounts")
    screen.button("新建").first.click()
    dialog = page.get_by_role("dialog", name="新建客户")
    dialog.get_by_label("名称").fill(name)
    expect(dialog.get_by_role("status")).to_contain_text("可能已经存在")
    screen.check()
    dialog.get_by_role("link", name=name).click()
    expect(page).to_have_url(f"/accounts/{made['id']}")


@pytest.mark.timeout(900)
def test_two_of_one_are_found_merged_and_taken_apart(open_screen: OpenScreen) -> None:
    screen = open_screen("admin")
    page = screen.page
    mark = "".join(chr(0x4E00 + each) for each in uuid4().bytes[:3])
    phone = f"139{uuid4().int % 10**8:08}"
    body = {"name": f"{mark}精工机械有限公司", "phone": phone, "email": f"{phone}@twice.example"}
    first = screen.send("POST", "/accounts", body)
    twin = {**body, "name": f"{mark}精工机械"}
    second = screen.send("POST", "/accounts?allow_duplicates=true", twin)
    lead = {"name": f"{mark}经理", "company": body["name"], "phone": phone, "email": body["email"]}
    third = screen.send("POST", "/leads?allow_duplicates=true", lead)
    screen.visit("/duplicates?object=account")
    screen.button("全库查重").click()
    # all is compared with all, by a worker that has other work too
    expect(screen.toast("查重完成")).to_be_visible(timeout=600_000)
    pairs = page.get_by_role("navigation", name="相似的记录").get_by_role("button")
    of_two = pairs.filter(has_text=f"{mark}精工机械有限公司").filter(has_not_text="线索")
    of_two.first.click()
    screen.check()
    screen.button("合并", exact=True).click()
    expect(screen.toast("已合并为")).to_be_visible()
    expect(of_two).to_have_count(0)
    screen.undo("已合并为")
    for made in (first, second):
        assert screen.send("GET", f"/accounts/{made['id']}")["id"] == made["id"]
    expect(of_two).to_have_count(1)
    # the lead is converted into the account instead, and nothing new is made
    across = pairs.filter(has_text=f"{mark}经理").first
    across.click()
    screen.check()
    page.get_by_role("button", name=re.compile("^转化到")).click()
    expect(screen.toast("已转化到")).to_be_visible()
    converted = screen.send("GET", f"/leads/{third['id']}")
    assert converted["account"]["id"] in {first["id"], second["id"]}
    assert (converted["contact"], converted["opportunity"]) == (None, None)


def test_own_views_are_dragged_into_order(screen: Screen) -> None:
    page = screen.page
    mark = uuid4().hex[:6]
    made = [
        screen.send("POST", "/views", {"object": "account", "name": f"{each} {mark}"})["id"]
        for each in ("一号", "二号")
    ]
    for position, view in enumerate(made, 1):
        screen.send("PATCH", f"/views/{view}", {"position": position})
    screen.visit("/accounts")
    tabs = page.get_by_role("navigation", name="视图").get_by_role("link", name=mark)
    expect(tabs).to_have_text([f"一号 {mark}", f"二号 {mark}"])
    tabs.nth(1).drag_to(tabs.nth(0), target_position={"x": 4, "y": 16})
    expect(tabs).to_have_text([f"二号 {mark}", f"一号 {mark}"])
    page.reload()
    expect(tabs).to_have_text([f"二号 {mark}", f"一号 {mark}"])
    tabs.nth(0).click()
    screen.button(f"视图“二号 {mark}”的菜单").click()
    page.get_by_role("menuitem", name="右移").click()
    expect(tabs).to_have_text([f"一号 {mark}", f"二号 {mark}"])
    for view in made:
        screen.send("DELETE", f"/views/{view}")
