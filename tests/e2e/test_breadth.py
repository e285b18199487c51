"""Every page in both languages, both themes and both sizes.

`make test` takes for each page four of the eight combinations, in which every pair of language,
theme and size meets; `make test-all` takes all.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from tests.e2e.conftest import OpenScreen
from tests.e2e.screen import Screen

PAGES = {
    "day": "/",
    "list": "/opportunities",
    "board": "/opportunities/board",
    "record": "/opportunities/:first",
    "accounts": "/accounts",
    "account": "/accounts/:first",
    "tasks": "/tasks",
    "dashboard": "/dashboard",
    "users": "/users",
    "imports": "/imports",
    "changes": "/change_sets",
    "bin": "/recycle_bin",
    "settings": "/settings/profile",
    "security": "/settings/security",
    "unknown": "/nothing/at/all",
}
READERS = {"zh-CN": "manager", "en": "grace.kim"}


def combinations() -> Iterator[object]:
    for locale, theme, phone in product(("zh-CN", "en"), ("light", "dark"), (False, True)):
        odd = (locale == "en") ^ (theme == "dark") ^ phone
        name = f"{locale}-{theme}-{'phone' if phone else 'desktop'}"
        yield pytest.param(locale, theme, phone, id=name, marks=pytest.mark.long if odd else ())


def address(screen: Screen, path: str) -> str:
    """The path with `:first` replaced by the id of the first record one sees."""
    if not path.endswith(":first"):
        return path
    folder = path.removesuffix(":first")
    answer = screen.page.request.get(f"/api/v1{folder}?limit=1".replace("/?", "?"))
    return folder + answer.json()["items"][0]["id"]


@pytest.mark.parametrize(("locale", "theme", "phone"), list(combinations()))
def test_every_page(open_screen: OpenScreen, locale: str, theme: str, phone: bool) -> None:
    screen = open_screen(READERS[locale], locale=locale, theme=theme, phone=phone)
    for path in PAGES.values():
        screen.visit(address(screen, path))


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_every_page_of_the_administrator(open_screen: OpenScreen, phone: bool) -> None:
    screen = open_screen("admin", theme="dark" if phone else "light", phone=phone)
    for page in ("users", "departments", "roles", "fields", "objects", "company", "tokens"):
        screen.visit(f"/settings/{page}")
    screen.visit("/")


@pytest.mark.parametrize(("locale", "theme", "phone"), list(combinations()))
def test_sign_in_page(open_screen: OpenScreen, locale: str, theme: str, phone: bool) -> None:
    screen = open_screen(None, locale=locale, theme=theme, phone=phone)
    with screen.refusing(401):
        screen.visit("/login")
