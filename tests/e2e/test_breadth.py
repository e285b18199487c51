"""Every page in both languages, both themes and both sizes.

`make test` takes two of the eight combinations for each page, in which it is seen in each language,
theme and size, by turns with the two others of these four; `make test-all` takes all, and loads
each by its address, where this goes from one to the next.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.conftest import OpenScreen
from tests.e2e.screen import Screen

PAGES = {
    "unknown": "/nothing/at/all",
    "list": "/opportunities",
    "day": "/",
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
}
READERS = {"zh-CN": "manager", "en": "grace.kim"}


# all of them, the first two differ in everything, and so do the next two
COMBINATIONS = (
    *(("zh-CN", "light", False), ("en", "dark", True)),
    *(("zh-CN", "dark", True), ("en", "light", False)),
    *(("zh-CN", "light", True), ("zh-CN", "dark", False)),
    *(("en", "light", True), ("en", "dark", False)),
)
USUAL = 4


def combinations() -> Iterator[object]:
    """Each combination with one half of the pages and with the other."""
    for place, (locale, theme, phone) in enumerate(COMBINATIONS):
        name = f"{locale}-{theme}-{'phone' if phone else 'desktop'}"
        for half in (0, 1):
            usual = place < USUAL and place // 2 == half
            pages = list(PAGES.values())[half::2]
            marks = () if usual else pytest.mark.long
            yield pytest.param(locale, theme, phone, pages, id=f"{name}-{half}", marks=marks)


def signing_in() -> Iterator[object]:
    for place, each in enumerate(COMBINATIONS):
        yield pytest.param(*each, marks=() if place < USUAL else pytest.mark.long)


def address(screen: Screen, path: str) -> str:
    """The path with `:first` replaced by the id of the first record one sees."""
    if not path.endswith(":first"):
        return path
    folder = path.removesuffix(":first")
    answer = screen.page.request.get(f"/api/v1{folder}?limit=1".replace("/?", "?"))
    return folder + answer.json()["items"][0]["id"]


@pytest.mark.parametrize(("locale", "theme", "phone", "pages"), list(combinations()))
def test_every_page(
    open_screen: OpenScreen, locale: str, theme: str, phone: bool, pages: list[str]
) -> None:
    screen = open_screen(READERS[locale], locale=locale, theme=theme, phone=phone)
    for path in pages:
        screen.go(address(screen, path))


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_every_page_of_the_administrator(open_screen: OpenScreen, phone: bool) -> None:
    screen = open_screen("admin", theme="dark" if phone else "light", phone=phone)
    for page in ("users", "departments", "roles", "fields", "objects", "company", "tokens"):
        screen.go(f"/settings/{page}")
    screen.go("/")


@pytest.mark.parametrize(("locale", "theme", "phone"), list(signing_in()))
def test_sign_in_page(open_screen: OpenScreen, locale: str, theme: str, phone: bool) -> None:
    screen = open_screen(None, locale=locale, theme=theme, phone=phone)
    with screen.refusing(401):
        screen.visit("/login")
