"""The door, and the choices that go with a person: language and theme."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests import servers
from tests.e2e.conftest import OpenScreen


def test_wrong_password_then_the_right_one(open_screen: OpenScreen) -> None:
    screen = open_screen(None)
    page = screen.page
    with screen.refusing(401):
        screen.visit("/opportunities?sort=name")
        expect(page).to_have_url(re.compile(r"/login\?next="))
        page.get_by_label("邮箱").fill("zhang.wei@demo.local")
        page.get_by_label("密码", exact=True).fill("not this one")
        screen.button("登录").click()
        screen.see("邮箱或密码不对。")
        screen.check()
        page.get_by_label("密码", exact=True).fill(servers.PASSWORD)
        page.keyboard.press("Enter")
        # one arrives where one wanted to go
        expect(page.get_by_role("heading", name="商机", level=1)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/opportunities\?sort=name"))


def test_language_and_theme_change_at_once_and_stay(open_screen: OpenScreen) -> None:
    screen = open_screen("gao.lin")
    page = screen.page
    screen.visit("/opportunities")
    screen.button("账户菜单").click()
    page.get_by_role("menuitem", name="English").click()
    expect(page.get_by_role("heading", name="Opportunities", level=1)).to_be_visible()
    expect(page.get_by_role("columnheader", name="Expected close")).to_be_visible()
    screen.locale = "en"
    screen.button("Account menu").click()
    page.get_by_role("menuitem", name="Dark").click()
    screen.theme = "dark"
    screen.check()
    page.reload()
    screen.check()
    screen.button("Account menu").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()


def test_pages_behind_the_door_stay_shut_after_signing_out(open_screen: OpenScreen) -> None:
    screen = open_screen("he.tao")
    screen.visit("/")
    screen.button("账户菜单").click()
    with screen.refusing(401):
        screen.page.get_by_role("menuitem", name="退出登录").click()
        expect(screen.page).to_have_url(re.compile("/login"))
        screen.page.goto("/opportunities")
        expect(screen.page).to_have_url(re.compile("/login"))
