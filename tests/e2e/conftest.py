"""Signed-in browsers on a running product with demo data.

Each person signs in once a run; tests take over his cookie. Chinese is read by 王建国 and 李娜,
English by Grace Kim and Emily Carter, so that no test has to change what another sees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from tests import servers
from tests.e2e.screen import Screen

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
# a busy machine may take long to show what will be there
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)
OpenScreen = Callable[..., Screen]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/e2e/" in item.nodeid:
            item.add_marker(pytest.mark.e2e)


def sign_in(context: BrowserContext, email: str) -> None:
    answer = context.request.post(
        "/api/v1/auth/login", data={"email": email, "password": servers.PASSWORD}
    )
    assert answer.ok, answer.text()
    know_the_tour(context)


def know_the_tour(context: BrowserContext) -> None:
    """Say that this person has seen the tour, which would stand in front of what a test does."""
    me = context.request.get("/api/v1/auth/me").json()
    answer = context.request.patch(
        "/api/v1/auth/me",
        data={"preferences": {"tour_done": True}},
        headers={"X-CSRF-Token": me["csrf_token"]},
    )
    assert answer.ok, answer.text()


@pytest.fixture(scope="session", autouse=True)
def _sparing(request: pytest.FixtureRequest) -> None:
    """Without a choice of tests, as in the long run, nothing is left out."""
    Screen.sparing = bool(request.config.getoption("markexpr"))


@pytest.fixture(scope="session")
def session_of(browser: Browser, demo_server: servers.Server) -> Callable[[str], StorageState]:
    """The cookie of a person by the first part of his address, from one sign-in a run."""
    known: dict[str, StorageState] = {}

    def of(name: str) -> StorageState:
        if name not in known:
            context = browser.new_context(base_url=demo_server.url)
            sign_in(context, f"{name}@demo.local")
            known[name] = context.storage_state()
            context.close()
        return known[name]

    return of


@pytest.fixture(scope="session")
def written(
    browser: Browser, demo_server: servers.Server, session_of: Callable[[str], StorageState]
) -> frozenset[str]:
    """Names of records that a user may change though they came with the product."""
    context = browser.new_context(base_url=demo_server.url, storage_state=session_of("admin"))
    names: set[str] = set()
    for path in ("stages", "pipelines", "roles", "departments", "users"):
        answer = context.request.get(f"/api/v1/{path}?fields=name&limit=200").json()
        names |= {item["name"] for item in answer["items"]}
    context.close()
    return frozenset(names)


@dataclass
class Windows:
    """Browser windows by person, language, theme and size.

    One is used again when a test has left it: the app's code is in its cache then, and compiled.
    """

    browser: Browser
    url: str
    session_of: Callable[[str], StorageState]
    free: dict[tuple[object, ...], list[BrowserContext]] = field(default_factory=dict)

    def open(self, name: str | None, locale: str, theme: str, phone: bool) -> Page:
        free = self.free.get((name, locale, theme, phone))
        if name and free:
            return self._cleared(free.pop(), name)
        options: dict[str, Any] = {
            "base_url": self.url,
            "locale": locale if locale == "zh-CN" else "en-US",
            "color_scheme": theme,
            "viewport": PHONE if phone else DESKTOP,
            "has_touch": phone,
            "is_mobile": phone,
            "timezone_id": "Asia/Shanghai",
            "reduced_motion": "reduce",
        }
        if name:
            options["storage_state"] = self.session_of(name)
        context = self.browser.new_context(**options)
        context.set_default_timeout(PATIENCE_MS)
        return context.new_page()

    def _cleared(self, context: BrowserContext, name: str) -> Page:
        """A page in a window that another test has left, without what that test kept in it."""
        page = context.new_page()
        what = {"origin": self.url, "storageTypes": "local_storage"}
        context.new_cdp_session(page).send("Storage.clearDataForOrigin", what)
        context.clear_permissions()
        context.clear_cookies()
        context.add_cookies(self.session_of(name)["cookies"])
        return page

    def leave(self, context: BrowserContext, *chosen: object) -> None:
        """Close all that is open in a window; it is kept for who chooses the same."""
        if chosen[0] is None:
            context.close()
            return
        for page in context.pages:
            page.close()
        self.free.setdefault(chosen, []).append(context)


@pytest.fixture(scope="session")
def windows(
    browser: Browser, demo_server: servers.Server, session_of: Callable[[str], StorageState]
) -> Windows:
    return Windows(browser, demo_server.url, session_of)


@pytest.fixture
def open_screen(windows: Windows, written: frozenset[str]) -> Iterator[OpenScreen]:
    """Opens a browser window of its own for a person (None: nobody); looks back when it ends."""
    screens: list[tuple[Screen, tuple[str | None, str, str, bool]]] = []

    def open_for(
        name: str | None = "manager",
        *,
        locale: str = "zh-CN",
        theme: str = "light",
        phone: bool = False,
    ) -> Screen:
        chosen = (name, locale, theme, phone)
        screen = Screen(windows.open(*chosen), locale, theme, written)
        screens.append((screen, chosen))
        return screen

    yield open_for
    for screen, chosen in screens:
        windows.leave(screen.page.context, *chosen)
    for screen, _ in screens:
        screen.leave()
