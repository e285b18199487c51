"""The walk from lead to payment in the browser: one salesperson, both languages, desktop and phone;
then two people at once, of whom the manager only looks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenScreen
from tests.e2e.screen import Screen

SELLERS = {"zh-CN": "sales", "en": "emily.carter"}
PRICE, RATE, DISCOUNT = "1000.55", "13", "10"
# 3 × 1000.55 less 10 % is 2701.49 (half up from 2701.485); tax 351.19; instalments of three parts
SUMS = {"subtotal": "2701.49", "tax": "351.19", "total": "3052.68"}
PARTS = ("1017.56", "1017.56", "1017.56")
WORDS = {
    "zh-CN": {
        "create": "新建",
        "save": "保存",
        "actions": "操作",
        "edit": "编辑明细",
        "add": "添加一行",
        "cell": "第 {row} 行{column}",
        "plan": "制定回款计划",
        "parts": "期数",
        "exact": "刚好",
        "over": "多出 ¥82.44",
        "record": "登记回款",
        "late": "已回款 33%",
        "figures": "往来款项",
        "received": "已回款",
        "print": "打印与 PDF",
        "tab": "回款",
        "related": "相关",
        "locked": "已锁定，不能再改",
    },
    "en": {
        "create": "New",
        "save": "Save",
        "actions": "Actions",
        "edit": "Edit lines",
        "add": "Add line",
        "cell": "Line {row}: {column}",
        "plan": "Plan the payments",
        "parts": "Number of instalments",
        "exact": "exactly right",
        "over": "¥82.44 too much",
        "record": "Record a payment",
        "late": "33% received",
        "figures": "Money",
        "received": "Received",
        "print": "Print and PDF",
        "tab": "Cash",
        "related": "Related",
        "locked": "Locked: it can no longer be changed",
    },
}
# what a spreadsheet puts on the clipboard
PASTE = """(text) => {
  const data = new DataTransfer()
  data.setData('text/plain', text)
  const paste = new ClipboardEvent('paste', {clipboardData: data, bubbles: true})
  document.activeElement.dispatchEvent(paste)
}"""


# each language and each size once; the long run takes all four
WALKS = [
    pytest.param("zh-CN", True, id="zh-CN-phone"),
    pytest.param("en", False, id="en-desktop"),
    pytest.param("zh-CN", False, id="zh-CN-desktop", marks=pytest.mark.long),
    pytest.param("en", True, id="en-phone", marks=pytest.mark.long),
]


@dataclass
class Walker:
    """A screen with the words of its language: of the app, and of the metadata's labels."""

    screen: Screen
    objects: dict[str, dict[str, Any]]

    @property
    def words(self) -> dict[str, str]:
        return WORDS[self.screen.locale]

    @property
    def dialog(self) -> Locator:
        return self.screen.page.get_by_role("dialog").last

    def label(self, object: str, action: str) -> str:
        """What an action is called."""
        found = {each["key"]: each["label"] for each in self.objects[object]["actions"]}
        return str(found[action])

    def field(self, object: str, key: str) -> str:
        """What a field is called."""
        fields = {each["key"]: each["label"] for each in self.objects[object]["fields"]}
        return str(fields[key])

    def column(self, row: int, key: str) -> Locator:
        """The cell of a line under edit."""
        lines = next(f for f in self.objects["quote"]["fields"] if f["key"] == "lines")
        label = next(each["label"] for each in lines["columns"] if each["key"] == key)
        return self.cell(row, label)

    def cell(self, row: int, label: str) -> Locator:
        name = self.words["cell"].format(row=row, column=label)
        return self.screen.page.get_by_label(name, exact=True)

    def act(self, object: str, action: str) -> None:
        """Press the action's button, or choose it in the menu."""
        label, page = self.label(object, action), self.screen.page
        button = self.screen.button(label, exact=True)
        menu = self.screen.button(self.words["actions"], exact=True)
        expect(menu).to_be_visible()
        if next(a for a in self.objects[object]["actions"] if a["key"] == action)["primary"]:
            button.first.click()
            return
        menu.click()
        page.get_by_role("menuitem", name=label, exact=True).click()

    def confirm(self, object: str, action: str) -> None:
        """Press the action's name in its dialog."""
        self.dialog.get_by_role("button", name=self.label(object, action), exact=True).click()

    def at(self, path: str) -> str:
        """Wait for a record's page and return its id."""
        page = self.screen.page
        expect(page).to_have_url(re.compile(rf"/{path}/[0-9a-f-]{{36}}"))
        self.screen.settle()
        return page.url.split("/")[-1].split("?")[0]


def walker(screen: Screen) -> Walker:
    screen.visit("/leads")
    request = screen.page.request
    headers = {"Accept-Language": screen.locale}
    answer = request.get("/api/v1/objects", headers=headers).json()
    return Walker(screen, {each["object"]: each for each in answer["objects"]})


def new_lead(walk: Walker) -> str:
    """Put a lead in by hand; returns its id."""
    screen, mark = walk.screen, uuid4().hex[:8]
    screen.button(walk.words["create"], exact=True).first.click()
    dialog = walk.dialog
    dialog.get_by_label(walk.field("lead", "name")).first.fill("周海燕 Zhou")
    dialog.get_by_label(walk.field("lead", "company")).fill(f"{mark} 精密制造 Ltd")
    dialog.get_by_label(walk.field("lead", "email")).fill(f"{mark}@example.com")
    screen.check()
    dialog.get_by_role("button", name=walk.words["save"], exact=True).click()
    return walk.at("leads")


def convert(walk: Walker) -> dict[str, Any]:
    """Convert the lead on screen into all three."""
    walk.act("lead", "convert")
    expect(walk.dialog.get_by_role("region")).to_have_count(3)
    walk.screen.check()
    lead = walk.at("leads")
    walk.confirm("lead", "convert")
    expect(walk.screen.page.get_by_role("dialog")).to_have_count(0)
    now: dict[str, Any] = walk.screen.send("GET", f"/leads/{lead}")
    assert now["status"] == "converted"
    return now


def quote(walk: Walker, opportunity: str) -> str:
    """Make a quote of the opportunity and price its line; returns the quote's id."""
    screen = walk.screen
    worth = {"amount": PRICE, "currency": "CNY"}
    screen.send("PATCH", f"/opportunities/{opportunity}", {"amount": worth})
    screen.go(f"/opportunities/{opportunity}")
    walk.act("opportunity", "create_quote")
    id = walk.at("quotes")
    screen.button(walk.words["edit"]).click()
    # what the deal is worth came along
    expect(walk.column(1, "unit_price")).to_have_value("1,000.55")
    walk.column(1, "quantity").fill("3")
    walk.column(1, "discount_percent").fill(DISCOUNT)
    walk.column(1, "tax_percent").fill(RATE)
    # the browser has the total before the server has seen it
    sums = screen.page.get_by_role("tabpanel").locator("dl").last
    expect(sums).to_contain_text("3,052.68")
    screen.check()
    screen.button(walk.words["save"], exact=True).click()
    expect(screen.button(walk.words["edit"])).to_be_visible()
    made = screen.send("GET", f"/quotes/{id}")
    assert {key: made[key]["amount"] for key in SUMS} == SUMS
    walk.act("quote", "send")
    expect(screen.text(walk.words["locked"])).to_be_visible()
    walk.act("quote", "accept")
    expect(screen.button(walk.label("quote", "create_contract")).first).to_be_visible()
    screen.check()
    return id


def sign(walk: Walker) -> str:
    """Make the contract of the quote on screen and sign it; returns the contract's id."""
    walk.act("quote", "create_contract")
    id = walk.at("contracts")
    walk.act("contract", "sign")
    walk.confirm("contract", "sign")
    expect(walk.screen.button(walk.label("contract", "create_order")).first).to_be_visible()
    return id


def plan(walk: Walker) -> None:
    """Divide the contract on screen into three instalments."""
    screen, page = walk.screen, walk.screen.page
    screen.button(walk.words["plan"], exact=True).click()
    dialog = walk.dialog
    dialog.get_by_label(walk.words["parts"]).fill("3")
    expect(dialog.get_by_role("status")).to_contain_text(walk.words["exact"])
    params = walk.objects["contract"]["actions"]
    params = next(each for each in params if each["key"] == "plan_payments")["params"]
    amount = next(each for each in params[0]["columns"] if each["key"] == "amount")["label"]
    walk.cell(1, amount).fill("1100")
    expect(dialog.get_by_role("status")).to_contain_text(walk.words["over"])
    screen.check()
    with screen.refusing(422):
        walk.confirm("contract", "plan_payments")
        expect(dialog.get_by_role("alert").first).to_be_visible()
    walk.cell(1, amount).fill(PARTS[0])
    walk.confirm("contract", "plan_payments")
    expect(page.get_by_role("dialog")).to_have_count(0)


def pay(walk: Walker) -> None:
    """Record the first instalment as it is due, from the contract's page."""
    screen, page = walk.screen, walk.screen.page
    screen.button(re.compile(f"^{walk.words['record']}")).first.click()
    amount = walk.dialog.get_by_label(walk.field("payment", "amount"))
    expect(amount).to_have_value(re.compile("1,017.56"))
    screen.check()
    walk.dialog.get_by_role("button", name=walk.words["save"], exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("img", name=walk.words["late"])).to_be_visible()


@pytest.mark.parametrize(("locale", "phone"), WALKS)
def test_from_lead_to_payment(open_screen: OpenScreen, locale: str, phone: bool) -> None:
    theme = "dark" if phone else "light"
    screen = open_screen(SELLERS[locale], locale=locale, theme=theme, phone=phone)
    walk = walker(screen)
    lead = new_lead(walk)
    screen.check()
    made = convert(walk)
    quote(walk, made["opportunity"]["id"])
    contract = sign(walk)
    plan(walk)
    screen.check()
    pay(walk)
    screen.check()
    walk.act("contract", "create_order")
    order = walk.at("orders")
    screen.check()
    now = screen.send("GET", f"/contracts/{contract}")
    assert now["received"]["amount"] == PARTS[0]
    assert now["ordered"]["amount"] == now["total"]["amount"] == SUMS["total"]
    assert screen.send("GET", f"/orders/{order}")["total"]["amount"] == SUMS["total"]
    screen.go(f"/accounts/{made['account']['id']}")
    figures = screen.page.get_by_role("region", name=walk.words["figures"], exact=True)
    expect(figures).to_be_visible()
    screen.check()
    screen.go(f"/leads/{lead}")


def test_a_lead_says_why_it_is_not_qualified(open_screen: OpenScreen) -> None:
    screen = open_screen("sales")
    made = screen.send("POST", "/leads", {"name": f"无意向 {uuid4().hex[:8]}"})
    screen.visit(f"/leads/{made['id']}")
    with screen.refusing(422):
        screen.button("移动到“无效”").click()
        dialog = screen.page.get_by_role("dialog")
        expect(dialog).to_be_visible()
    dialog.get_by_role("textbox").fill("没有预算")
    screen.check()
    dialog.get_by_role("button", name="保存").click()
    path = screen.page.get_by_role("list", name="状态")
    expect(path.locator("[aria-current=step]")).to_have_text("无效")
    now = screen.send("GET", f"/leads/{made['id']}")
    assert (now["status"], now["unqualified_reason"]) == ("unqualified", "没有预算")


def test_winning_asks_for_what_is_missing_and_a_refused_removal_stays(
    open_screen: OpenScreen,
) -> None:
    screen = open_screen("sales")
    account = screen.send("POST", "/accounts", {"name": f"缺金额 {uuid4().hex[:8]}"})
    body = {"name": f"缺金额 {uuid4().hex[:8]}", "account": account["id"]}
    made = screen.send("POST", "/opportunities", body)
    screen.visit(f"/opportunities/{made['id']}")
    screen.button("赢单", exact=True).first.click()
    dialog = screen.page.get_by_role("dialog")
    with screen.refusing(422):
        dialog.get_by_role("button", name="赢单", exact=True).click()
        dialog.get_by_label("金额").first.fill("1250")
    screen.check()
    dialog.get_by_role("button", name="赢单", exact=True).click()
    expect(dialog).to_have_count(0)
    now = screen.send("GET", f"/opportunities/{made['id']}")
    assert (now["stage"]["name"], now["amount"]["amount"]) == ("赢单", "1250.00")
    contract = {"name": "框架", "account": account["id"], "total": "12.50"}
    id_ = screen.send("POST", "/contracts", contract)["id"]
    screen.send("POST", f"/contracts/{id_}/actions/sign", {})
    screen.visit(f"/accounts/{account['id']}")
    screen.button("操作", exact=True).click()
    screen.page.get_by_role("menuitem", name="删除").click()
    with screen.refusing(409):
        dialog.get_by_role("button", name="删除").click()
        expect(screen.toast("还有记录在使用它")).to_be_visible()
    expect(screen.page.get_by_role("heading", name=account["name"], level=1)).to_be_visible()


def test_lines_by_keyboard_and_clipboard(open_screen: OpenScreen) -> None:
    screen = open_screen("sales")
    page = screen.page

    def cell(name: str) -> Locator:
        return page.get_by_role("textbox", name=name, exact=True)

    product = screen.send("GET", "/products?limit=1&fields=name")["items"][0]["name"]
    made = screen.send("POST", "/quotes", {"name": f"键盘报价 {uuid4().hex[:8]}"})
    screen.visit(f"/quotes/{made['id']}")
    screen.button("添加明细").click()
    expect(cell("第 1 行产品")).to_be_focused()
    page.keyboard.type(product[:4])
    expect(page.get_by_role("option", name=product).first).to_be_visible()
    page.keyboard.press("Enter")
    expect(cell("第 1 行数量")).to_be_focused()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(cell("第 2 行产品")).to_be_focused()
    page.keyboard.press("Tab")
    page.evaluate(PASTE, "安装\t1\t300\t\t6\n培训\t2.5\t1,200\t10\t6\n")
    expect(cell("第 3 行数量")).to_have_value("2.5")
    cell("第 3 行数量").click()
    page.keyboard.press("Alt+ArrowUp")
    expect(cell("第 2 行描述")).to_have_value("培训")
    page.keyboard.press("Control+Backspace")
    expect(page.get_by_role("row")).to_have_count(3)
    screen.check()
    cell("第 2 行数量").fill("")
    with screen.refusing(422):
        page.keyboard.press("Control+Enter")
        expect(cell("第 2 行数量")).to_have_attribute("aria-invalid", "true")
    screen.check()
    cell("第 2 行数量").fill("4")
    page.keyboard.press("Control+Enter")
    expect(screen.toast("已修改明细")).to_be_visible()
    lines = screen.send("GET", f"/quotes/{made['id']}")["lines"]
    assert [(line["quantity"], line["description"]) for line in lines[1:]] == [("4", "安装")]
    assert lines[0]["product"]["name"] == product


def test_a_manager_sees_the_cash_come_in(open_screen: OpenScreen) -> None:
    seller, boss = open_screen("sales"), open_screen("manager")
    account = seller.send("POST", "/accounts", {"name": f"收款 {uuid4().hex[:8]}"})
    body = {"name": "设备", "account": account["id"], "total": SUMS["total"]}
    contract = seller.send("POST", "/contracts", body)["id"]
    seller.send("POST", f"/contracts/{contract}/actions/sign", {})
    walk = walker(seller)
    seller.go(f"/contracts/{contract}")
    boss.visit(f"/contracts/{contract}")
    expect(boss.page.get_by_role("img", name="已回款 0%")).to_be_visible()
    # the page says to the server what it shows before anything can arrive
    boss.page.wait_for_timeout(500)
    plan(walk)
    expect(boss.page.get_by_role("region", name="回款计划").get_by_role("listitem")).to_have_count(
        3
    )
    pay(walk)
    expect(boss.page.get_by_role("img", name="已回款 33%")).to_be_visible()
    boss.check()


@pytest.mark.parametrize("path", ["leads", "quotes", "contracts", "orders", "payment_plans"])
def test_boards_of_the_chain(open_screen: OpenScreen, path: str) -> None:
    phone = path in {"quotes", "payment_plans"}
    screen = open_screen("manager", phone=phone, theme="dark" if phone else "light")
    screen.visit(f"/{path}/board")
    screen.go(f"/{path}")
