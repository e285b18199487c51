"""Take pictures of a running product with demo data, all screens by one command.

`python -m tools.screenshots http://127.0.0.1:8000 PASSWORD [--folder FOLDER]` takes every screen in
both languages, light and dark, for a desktop and for a phone. `--only list,board` takes those whose
names hold one of the words; `--locales`, `--themes` and `--sizes` narrow it further.
`--guide` takes the fewer pictures of the README and of the guide into docs instead (`--only` too).
The person's language is changed meanwhile and put back at the end; theme and tour are put into what
the browser alone is told.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import product
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright
from playwright.sync_api import Error as BrowserError

from tools.guide_pictures import GUIDE, README, Picture, shrink
from tools.screens import Screen, screens

ADMINISTRATOR: Final = "admin@demo.local"
# whose pictures the guide shows: each reads names of his own language
READERS: Final = {"zh-CN": "manager@demo.local", "en": "grace.kim@demo.local"}
LOCALES: Final = ("zh-CN", "en")
THEMES: Final = ("light", "dark")
SIZES: Final[Mapping[str, tuple[int, int]]] = {"1440": (1440, 900), "390": (390, 844)}
BUSY: Final = "[aria-busy=true], .mantine-Skeleton-root"
PATIENCE: Final = 8_000


@contextmanager
def browsing() -> Iterator[Browser]:
    """A browser of this machine, else Playwright's own."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=arguments)
        yield browser
        browser.close()


def sign_in(context: BrowserContext, email: str, password: str) -> None:
    """Sign in, so that every page of the context is of this person."""
    answer = context.request.post("/api/v1/auth/login", data={"email": email, "password": password})
    if not answer.ok:
        raise SystemExit(f"{email} cannot sign in: {answer.status} {answer.text()}")


@contextmanager
def speaking(session: BrowserContext) -> Iterator[Callable[[str], None]]:
    """Give the function that sets the person's language; his own comes back at the end."""
    me = session.request.get("/api/v1/auth/me").json()

    def speak(locale: str) -> None:
        headers = {"X-CSRF-Token": me["csrf_token"]}
        session.request.patch("/api/v1/auth/me", data={"locale": locale}, headers=headers)

    try:
        yield speak
    finally:
        speak(me["locale"])


def _told(theme: str, route: Route) -> None:
    """Hand on who is signed in as one with this theme, who knows the tour."""
    answer = route.fetch()
    if not answer.ok:
        return route.fulfill(response=answer)
    me = json.loads(answer.text())
    me["preferences"] = {**(me["preferences"] or {}), "theme": theme, "tour_done": True}
    return route.fulfill(response=answer, json=me)


def open_page(
    browser: Browser, address: str, session: BrowserContext, look: tuple[str, str, str]
) -> Page:
    """Open a window of a signed-in person; `look` is language, theme and size."""
    locale, theme, size = look
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=address,
        storage_state=session.storage_state(),
        locale="zh-CN" if locale == "zh-CN" else "en-US",
        color_scheme="dark" if theme == "dark" else "light",
        viewport={"width": width, "height": height},
        is_mobile=size == "390",
        has_touch=size == "390",
        reduced_motion="reduce",
    )
    stored = f"localStorage.setItem('mantine-color-scheme-value', '{theme}')"
    context.add_init_script(stored)
    page = context.new_page()
    page.route("**/api/v1/auth/me", lambda route: _told(theme, route))
    return page


def show(page: Page, path: str) -> None:
    """Open an address and return when its content stands, or when patience is over."""
    page.goto(path)
    with suppress(BrowserError):
        page.locator("h1").first.wait_for(timeout=PATIENCE)
        # the live connection stays open, so the network never falls silent
        page.wait_for_function(
            "(busy) => !document.querySelector(busy)", arg=BUSY, timeout=PATIENCE
        )
    page.wait_for_timeout(450)


def take_all(address: str, password: str, folder: Path, wanted: argparse.Namespace) -> None:
    """Write FOLDER/LOCALE-THEME-SIZE/SCREEN.png for each screen and look that is wanted."""
    with browsing() as browser:
        session = browser.new_context(base_url=address)
        sign_in(session, wanted.email or ADMINISTRATOR, password)
        found = [each for each in screens(session.request) if _asked(each, wanted.only)]
        with speaking(session) as speak:
            for look in product(wanted.locales, wanted.themes, wanted.sizes):
                speak(look[0])
                place = folder / "-".join(look)
                _take_one_look(open_page(browser, address, session, look), found, place)
                print(f"{place}: {len(found)} pictures", flush=True)


def _take_one_look(page: Page, found: Sequence[Screen], place: Path) -> None:
    locale = place.name.rsplit("-", 2)[0]
    place.mkdir(parents=True, exist_ok=True)
    for name, path in found:
        show(page, path.replace("{locale}", locale))
        page.screenshot(path=place / f"{name}.png")
    page.context.close()


def _asked(screen: Screen, words: Sequence[str]) -> bool:
    return not words or any(word in screen[0] for word in words)


def take_guide(address: str, password: str, only: Sequence[str]) -> None:
    """Write the pictures of the README and of both languages of the guide, each small enough."""
    with browsing() as browser:
        for locale, pictures in (("en", (*README, *GUIDE)), ("zh-CN", GUIDE)):
            for administrator in (False, True):
                wanted = [
                    each
                    for each in pictures
                    if each.administrator is administrator and _asked((each.name, ""), only)
                ]
                session = browser.new_context(base_url=address)
                sign_in(session, ADMINISTRATOR if administrator else READERS[locale], password)
                with speaking(session) as speak:
                    speak(locale)
                    for picture in wanted:
                        _take_picture(browser, address, session, locale, picture)


def _take_picture(
    browser: Browser, address: str, session: BrowserContext, locale: str, picture: Picture
) -> None:
    page = open_page(browser, address, session, (locale, picture.theme, picture.size))
    show(page, picture.address(session.request))
    for step in picture.steps:
        step(page)
    path = picture.place(locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path)
    page.context.close()
    print(f"{path}: {shrink(path)} bytes", flush=True)


def _words(text: str) -> list[str]:
    return text.split(",")


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("password", help="the password of the demo's people")
    parser.add_argument("--email", help="whose screens")
    parser.add_argument("--folder", type=Path, help="where to; else a temporary folder")
    parser.add_argument("--guide", action="store_true", help="the pictures of README and guide")
    parser.add_argument("--only", type=_words, default=[])
    parser.add_argument("--locales", type=_words, default=LOCALES)
    parser.add_argument("--themes", type=_words, default=THEMES)
    parser.add_argument("--sizes", type=_words, default=tuple(SIZES))
    wanted = parser.parse_args()
    if wanted.guide:
        take_guide(wanted.address, wanted.password, wanted.only)
    else:
        folder = wanted.folder or Path(tempfile.mkdtemp(prefix="fangxin-screens-"))
        take_all(wanted.address, wanted.password, folder, wanted)


if __name__ == "__main__":
    main()
