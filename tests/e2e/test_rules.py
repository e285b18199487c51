"""What an administrator asks of records, as it meets somebody in a form and on a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, expect

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
    screen.go(f"/accounts/{made['id']}")
    expect(screen.button("编辑: 电话")).to_be_visible()
    expect(screen.button("编辑: 网站")).to_have_count(0)
    # the number itself is a link that dials
    screen.button("编辑: 电话").press("Enter")
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    with screen.refusing(422):
        page.keyboard.press("Enter")
        expect(screen.toast("请先填写电话。")).to_be_visible()
    assert screen.send("GET", f"/accounts/{made['id']}")["phone"] == made["phone"]


# ---------------------------------------------------------------- made on the screen, met at work


class Maker:
    """An administrator at the screen of rules, who has never seen it."""

    def __init__(self, screen: Screen, mark: str) -> None:
        self.screen, self.mark = screen, mark
        screen.visit("/settings/rules")
        self.choose(screen.page.get_by_role("combobox", name="对象"), "商机")

    def choose(self, box: Locator, *words: str) -> None:
        """Pick options of a list by their words, and leave it."""
        for word in words:
            box.click()
            self.screen.page.get_by_role("option", name=word, exact=True).first.click()
        self.screen.page.keyboard.press("Tab")

    def begin(self, kind: str, name: str) -> Locator:
        """Open a new rule for the records of this test."""
        screen = self.screen
        screen.button("新建规则").click()
        form = screen.page.get_by_role("dialog", name="新建规则")
        form.get_by_text(kind, exact=True).click()
        form.get_by_label("名称（中文）").fill(f"{name} {self.mark}")
        self.ask(form, "名称", self.mark)
        return form

    def ask(self, form: Locator, field: str, value: str) -> None:
        """Add a condition to the first tree."""
        form.get_by_role("button", name="添加条件").first.click()
        self.screen.page.get_by_role("option", name=field, exact=True).click()
        form.get_by_role("textbox", name="值").last.fill(value)

    def save(self, form: Locator) -> None:
        # a list opens as one comes to it; none stands open now
        form.get_by_label("名称（中文）").focus()
        expect(self.screen.page.get_by_role("listbox")).to_have_count(0)
        self.screen.check()
        form.get_by_role("button", name="保存").click()
        expect(form).to_have_count(0)


@pytest.fixture
def rules(open_screen: OpenScreen, mark: str) -> Iterator[Screen]:
    """An administrator's screen; what he makes on it goes when the test ends."""
    screen = open_screen("admin")
    yield screen
    for each in screen.send("GET", f"/rules?q={mark}")["items"]:
        screen.send("DELETE", f"/rules/{each['id']}")


def make_rules(maker: Maker) -> None:
    """One of each kind, as somebody finds his way."""
    form = maker.begin("校验", "大单")
    maker.ask(form, "金额", "900000")
    form.get_by_label("提示（中文）").fill("大单须先立项。")
    form.get_by_label("提示（英文）").fill("Large deals need approval first.")
    maker.choose(form.get_by_role("combobox", name="提示显示在字段"), "金额")
    form.get_by_role("button", name="用现有记录试算").click()
    expect(form.get_by_text("全部符合")).to_be_visible()
    maker.save(form)
    form = maker.begin("显示", "简表")
    maker.choose(form.get_by_role("combobox", name="隐藏"), "预计成交日期")
    maker.choose(form.get_by_role("combobox", name="必填"), "金额")
    maker.save(form)
    form = maker.begin("阶段关卡", "先有计划")
    maker.choose(form.get_by_role("combobox", name="状态字段"), "阶段")
    maker.choose(form.get_by_role("combobox", name="值"), "需求沟通")
    maker.choose(form.get_by_role("combobox", name="必须填写"), "下一步")
    form.get_by_role("button", name="添加条件").last.click()
    maker.screen.page.get_by_role("option", name="金额", exact=True).click()
    form.get_by_role("textbox", name="值").last.fill("8000")
    form.get_by_label("提示（中文）").fill("金额须满八千。")
    maker.choose(form.get_by_role("combobox", name="提示显示在字段"), "金额")
    maker.save(form)


def put_in_order(screen: Screen, mark: str) -> None:
    """The last becomes the first, by keys and by the menu."""
    named = screen.page.get_by_role("listitem").filter(has_text=mark)
    expect(named).to_have_count(3)
    handle = screen.button(f"移动“先有计划 {mark}”：用方向键")
    handle.focus()
    screen.page.keyboard.press("ArrowUp")
    expect(named.nth(1)).to_contain_text("先有计划")
    handle.click()
    screen.page.get_by_role("menuitem", name="上移").click()
    expect(named.first).to_contain_text("先有计划")
    screen.check()


def meet_the_gate(seller: Screen, name: str, made: dict[str, Any]) -> None:
    """The stage stops on the board and on the page, says why, and asks for what is missing."""
    page = seller.page
    seller.visit("/opportunities/board")
    with seller.refusing(422):
        seller.button(f"移动“{name}”").click()
        page.get_by_role("menuitem", name="需求沟通").click()
        asked = page.get_by_role("dialog")
        expect(asked.get_by_text("金额须满八千。").first).to_be_visible()
        expect(asked.get_by_label("下一步")).to_be_visible()
        seller.check()
        asked.get_by_role("button", name="取消").click()
        expect(asked).to_have_count(0)
        place = f"/opportunities/{made['id']}"
        assert seller.send("GET", place)["stage"]["name"] == made["stage"]["name"]
        seller.visit(place)
        page.get_by_role("list", name="阶段").get_by_role("button", name="需求沟通").click()
        expect(asked.get_by_text("金额须满八千。").first).to_be_visible()
        asked.get_by_label("下一步").fill("拜访")
        asked.get_by_label("金额").first.fill("8800")
        asked.get_by_role("button", name="保存").click()
    expect(seller.toast(re.compile("需求沟通|阶段"))).to_be_visible()
    assert seller.send("GET", place)["stage"]["name"] == "需求沟通"


def test_rules_are_made_on_the_screen_and_met_at_work(
    rules: Screen, open_screen: OpenScreen, mark: str
) -> None:
    make_rules(Maker(rules, mark))
    put_in_order(rules, mark)
    seller = open_screen("sales")
    seller.visit("/opportunities")
    seller.button("新建").first.click()
    form = seller.page.get_by_role("dialog", name="新建商机")
    expect(form.get_by_label("预计成交日期")).to_be_visible()
    name = f"{mark}项目"
    form.get_by_label("名称").fill(name)
    expect(form.get_by_label("预计成交日期")).to_have_count(0)
    with seller.refusing(422):
        form.get_by_label("金额").first.fill("1000000")
        form.get_by_role("button", name="保存", exact=True).click()
        expect(form.get_by_text("大单须先立项。")).to_be_visible()
        seller.check()
    form.get_by_label("金额").first.fill("5000")
    form.get_by_role("button", name="保存", exact=True).click()
    expect(seller.toast("已新建")).to_be_visible()
    [made] = seller.send("GET", f"/opportunities?q={mark}")["items"]
    meet_the_gate(seller, name, made)
    reader = open_screen("emily.carter", locale="en")
    reader.visit("/opportunities")
    reader.button("New").first.click()
    form = reader.page.get_by_role("dialog", name="New opportunity")
    form.get_by_label("Name").fill(f"{mark} abroad")
    expect(form.get_by_label("Expected close")).to_have_count(0)
    with reader.refusing(422):
        form.get_by_label("Amount").first.fill("1000000")
        form.get_by_role("button", name="Save", exact=True).click()
        expect(form.get_by_text("Large deals need approval first.")).to_be_visible()
        reader.check()
