"""The record page: facts, stage path, notes, files, and the answer to "why can I see this?"."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenScreen
from tests.e2e.screen import Screen


@pytest.fixture
def screen(open_screen: OpenScreen) -> Screen:
    return open_screen("sales")


def new_opportunity(screen: Screen, **values: object) -> dict[str, str]:
    """An opportunity of one's own in the first stage, without amount or date."""
    name = f"走查商机 {uuid4().hex[:8]}"
    return screen.send("POST", "/opportunities", {"name": name, **values})


def test_quick_create_warns_of_a_double(screen: Screen) -> None:
    page = screen.page
    name = f"走查科技有限公司{uuid4().hex[:6]}"
    screen.send("POST", "/accounts", {"name": name})
    screen.visit("/accounts")
    screen.button("新建", exact=True).click()
    dialog = page.get_by_role("dialog", name="新建客户")
    dialog.get_by_label("名称").fill(name)
    screen.check()
    with screen.refusing(409):
        dialog.get_by_role("button", name="保存", exact=True).click()
        # the hint while one types says the same, and may stand there already
        expect(dialog.get_by_role("button", name="仍然新建")).to_be_visible()
    expect(dialog.get_by_text("可能已经存在")).to_be_visible()
    expect(dialog.get_by_role("link", name=name)).to_be_visible()
    screen.check()
    dialog.get_by_role("button", name="仍然新建").click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    assert len(screen.send("GET", f"/accounts?q={name}")["items"]) == 2


def test_a_fact_is_edited_in_place(screen: Screen) -> None:
    made = new_opportunity(screen)
    screen.visit(f"/opportunities/{made['id']}")
    screen.button("编辑: 下一步").click()
    screen.page.keyboard.type("周四前发合同草案")
    screen.page.keyboard.press("Enter")
    expect(screen.toast("已修改下一步")).to_be_visible()
    assert screen.send("GET", f"/opportunities/{made['id']}")["next_step"] == "周四前发合同草案"
    # the timeline tells it without a reload
    entry = screen.page.get_by_role("tabpanel").get_by_text("周四前发合同草案")
    expect(entry.first).to_be_visible()


def test_a_stage_asks_for_what_it_needs(screen: Screen) -> None:
    made = new_opportunity(screen)
    page = screen.page
    screen.visit(f"/opportunities/{made['id']}")
    path = page.get_by_role("list", name="阶段")
    with screen.refusing(422):
        path.get_by_role("button", name="移动到“商务谈判”").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_label("金额").first).to_be_visible()
    screen.check()
    dialog.get_by_label("金额").first.fill("88000")
    dialog.get_by_label("预计成交日期").first.fill("2027-03-31")
    dialog.get_by_role("button", name="保存").click()
    expect(path.locator("[aria-current=step]")).to_have_text("商务谈判")
    now = screen.send("GET", f"/opportunities/{made['id']}")
    assert (now["stage"]["name"], now["expected_close_date"]) == ("商务谈判", "2027-03-31")
    assert float(now["amount"]["amount"]) == 88000


def test_a_mention_lands_in_the_colleagues_bell(screen: Screen, open_screen: OpenScreen) -> None:
    made = new_opportunity(screen)
    page = screen.page
    screen.visit(f"/opportunities/{made['id']}")
    colleague = open_screen("manager")
    colleague.visit("/tasks")
    bell = colleague.button(re.compile("^通知"))
    before = int(re.sub(r"\D", "", bell.get_attribute("aria-label") or ""))
    editor = page.get_by_role("textbox", name=re.compile("^写点什么"))
    editor.click()
    page.keyboard.type("请看一下报价 @王建国")
    page.get_by_role("option", name="王建国").click()
    screen.check()
    screen.button("发布").click()
    note = page.get_by_role("tabpanel").get_by_text("请看一下报价")
    expect(note.last).to_be_visible()
    expect(bell).to_have_accessible_name(f"通知，{before + 1} 条未读")
    bell.click()
    colleague.check()
    told = colleague.page.get_by_role("dialog", name="通知").get_by_role("button")
    told.filter(has_text=made["name"]).first.click()
    expect(colleague.page).to_have_url(re.compile(made["id"]))
    expect(colleague.text("请看一下报价").first).to_be_visible()


def test_a_file_goes_up_and_comes_down(screen: Screen, tmp_path: Path) -> None:
    made = new_opportunity(screen)
    page = screen.page
    sent = tmp_path / "报价单 第2版.txt"
    sent.write_text("合计 88,000 元\n", "utf-8")
    screen.visit(f"/opportunities/{made['id']}?tab=files")
    with page.expect_file_chooser() as chooser:
        screen.button("上传文件").click()
    chooser.value.set_files(sent)
    expect(screen.button(f"预览 {sent.name}")).to_be_visible()
    screen.check()
    with page.expect_download() as download:
        screen.link(f"下载 {sent.name}").click()
    assert download.value.suggested_filename == sent.name
    assert Path(download.value.path()).read_bytes() == sent.read_bytes()


def test_the_record_says_why_one_sees_it(screen: Screen) -> None:
    made = new_opportunity(screen)
    screen.visit(f"/opportunities/{made['id']}")
    screen.button("操作").click()
    screen.page.get_by_role("menuitem", name="为什么我能看到？").click()
    panel = screen.page.get_by_role("dialog", name="权限说明")
    expect(panel.get_by_role("heading", name="查看 · 可以")).to_be_visible()
    expect(panel.get_by_role("rowheader", name="金额", exact=True)).to_be_visible()
    screen.check()


def test_what_points_here_is_summed_sorted_and_opened(screen: Screen) -> None:
    page = screen.page
    account = screen.send("POST", "/accounts", {"name": f"关联客户 {uuid4().hex[:8]}"})
    # one more than the card shows: the sum is of all, not of what is seen
    for amount in (300, 100, 600, 200, 500, 400):
        new_opportunity(screen, account=account["id"], amount=f"{amount}.00")
    screen.visit(f"/accounts/{account['id']}")
    card = page.get_by_role("region", name="商机", exact=True)
    rows = card.locator("tbody tr")
    expect(rows).to_have_count(5)
    expect(card.locator("tfoot")).to_contain_text("合计")
    expect(card.locator("tfoot")).to_contain_text("¥2,100")
    head = card.get_by_role("columnheader", name="金额")
    expect(head).to_have_attribute("aria-sort", "none")
    for way, first, last in (("descending", "600", "200"), ("ascending", "100", "500")):
        head.get_by_role("button").click()
        expect(head).to_have_attribute("aria-sort", way)
        expect(rows.first).to_contain_text(f"¥{first}")
        expect(rows.last).to_contain_text(f"¥{last}")
    screen.check()
    card.get_by_role("link", name="查看全部").click()
    page.wait_for_url("**/opportunities?*")
    listed = page.get_by_role("grid").get_by_role("row").filter(has_text="走查商机")
    expect(listed).to_have_count(6)
    # as it was sorted there
    expect(listed.first).to_contain_text("¥100")
    screen.check()
