"""The day begins: what is due, done with one click."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.conftest import OpenScreen


def test_a_task_of_today_is_completed(open_screen: OpenScreen) -> None:
    screen = open_screen("sales")
    page = screen.page
    screen.visit("/")
    late = page.get_by_role("region", name="已逾期")
    box = late.get_by_role("checkbox", name="完成“准备报价单”")
    box.click()
    expect(screen.toast("已完成“准备报价单”")).to_be_visible()
    expect(box).to_have_count(0)
    # it is done for good, not only on this page
    page.reload()
    expect(page.get_by_role("region", name="已逾期")).to_be_visible()
    expect(box).to_have_count(0)


def test_the_pipeline_of_the_day_leads_to_its_records(open_screen: OpenScreen) -> None:
    screen = open_screen("sales")
    page = screen.page
    screen.visit("/")
    pipeline = page.get_by_role("region", name="我的商机")
    bar = pipeline.get_by_role("link").filter(has_text="方案报价")
    count = bar.locator("span.num").first.inner_text()
    bar.click()
    expect(page.get_by_role("heading", name="商机", level=1)).to_be_visible()
    screen.see(f"{count} 条")
    screen.check()
