"""Help from the screen one is on, and the tour of the first day."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenScreen
from tests.e2e.screen import AXE, VIOLATIONS, WCAG, Screen

WORDS: dict[str, dict[str, Any]] = {
    "zh-CN": {
        "help": "帮助",
        "here": "本页怎么用",
        "tour": "带我看一遍",
        "next": "下一步",
        "skip": "跳过",
        "finish": "试试搜索",
        "page": "线索与网页表单",
        "steps": ["从“我的一天”开始", "列表：找到", "一条记录", "看板：拖一拖", "随时搜索"],
    },
    "en": {
        "help": "Help",
        "here": "Help on this page",
        "tour": "Show me around",
        "next": "Next",
        "skip": "Skip",
        "finish": "Try the search",
        "page": "Leads and web forms",
        "steps": ["Begin with My day", "Lists: find", "One record", "Board: drag", "Search from"],
    },
}
READERS = [("sales", "zh-CN"), ("emily.carter", "en")]
# each language and each size once; the long run takes all four
TOURS = [
    *(("sales", "zh-CN", True), ("emily.carter", "en", False)),
    pytest.param("sales", "zh-CN", False, marks=pytest.mark.long),
    pytest.param("emily.carter", "en", True, marks=pytest.mark.long),
]


def remember(screen: Screen, *, done: bool) -> None:
    """Set whether this person has seen the tour."""
    screen.send("PATCH", "/auth/me", {"preferences": {"tour_done": done}})


@pytest.mark.parametrize(("name", "locale"), READERS)
def test_help_opens_the_page_about_the_screen(
    open_screen: OpenScreen, name: str, locale: str
) -> None:
    screen = open_screen(name, locale=locale)
    words = WORDS[locale]
    screen.visit("/leads")
    screen.button(words["help"], exact=True).click()
    with screen.page.context.expect_page() as opened:
        screen.page.get_by_role("menuitem", name=words["here"]).click()
    page = opened.value
    expect(page.get_by_role("heading", level=1)).to_have_text(words["page"])
    assert page.url.endswith(f"/help/{locale}/leads")
    # its policy lets no style in, so the page is looked at without `Screen.check`
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        page.evaluate(AXE.read_text("utf-8"))
        assert page.evaluate(VIOLATIONS, [WCAG, ""]) == []


@pytest.mark.parametrize(("name", "locale", "phone"), TOURS)
def test_the_tour_comes_once_and_shows_five_steps(
    open_screen: OpenScreen, name: str, locale: str, phone: bool
) -> None:
    screen = open_screen(name, locale=locale, phone=phone)
    words = WORDS[locale]
    remember(screen, done=False)
    screen.visit("/")
    tour = screen.page.get_by_role("dialog")
    for number, title in enumerate(words["steps"]):
        heading = tour.get_by_role("heading", name=title)
        expect(heading).to_be_visible()
        expect(heading).to_be_focused()
        screen.check()
        last = number == len(words["steps"]) - 1
        tour.get_by_role("button", name=words["finish" if last else "next"], exact=True).click()
    expect(screen.page.locator(".mantine-Spotlight-content")).to_be_visible()
    assert screen.send("GET", "/auth/me")["preferences"]["tour_done"] is True
    screen.visit("/")
    screen.page.wait_for_timeout(1500)
    expect(tour).to_have_count(0)


def test_the_tour_is_skipped_by_key_and_comes_when_asked_for(open_screen: OpenScreen) -> None:
    screen = open_screen("sales")
    words = WORDS["zh-CN"]
    screen.visit("/accounts")
    screen.button(words["help"], exact=True).click()
    screen.page.get_by_role("menuitem", name=words["tour"]).click()
    tour = screen.page.get_by_role("dialog")
    expect(tour.get_by_role("heading", name=words["steps"][0])).to_be_focused()
    screen.page.keyboard.press("Escape")
    expect(tour).to_have_count(0)


def test_who_comes_by_a_link_is_not_led_away(open_screen: OpenScreen) -> None:
    screen = open_screen("sales")
    remember(screen, done=False)
    screen.visit("/quotes")
    screen.page.wait_for_timeout(1500)
    expect(screen.page.get_by_role("dialog")).to_have_count(0)
    assert screen.page.url.endswith("/quotes")
    # at home it begins, wherever the day began
    screen.visit("/")
    heading = screen.page.get_by_role("dialog").get_by_role("heading")
    expect(heading).to_have_text(WORDS["zh-CN"]["steps"][0])
    screen.page.keyboard.press("Escape")
    expect(screen.page.get_by_role("dialog")).to_have_count(0)
    # the tests that follow know it
    remember(screen, done=True)
