"""Take the pictures of the README from a running product with demo data.

`python -m tools.screenshots http://127.0.0.1:8000 PASSWORD [EMAIL]` writes docs/images/*.png.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "images"
MANAGER = "manager@demo.local"
SIZE = {"width": 1440, "height": 900}
# conditions that a reader of the picture understands
LARGE = """{"all":[{"field":"expected_close_date","op":"in_period","value":"this_year"},
    {"field":"amount","op":">=","value":"100000"}]}"""
PAGES: Mapping[str, str] = {
    "list": "/opportunities?sort=-amount&filter=" + quote(LARGE),
    "board": "/opportunities/board",
    "dashboard": "/dashboard",
    "day": "/",
}


def _open(browser: Browser, address: str, email: str, password: str) -> Page:
    """Sign in through the form, as a person does."""
    page = browser.new_page(viewport=SIZE, locale="en-US", base_url=address)  # type: ignore[arg-type]
    page.goto("/login")
    page.locator("input[type=email]").fill(email)
    page.locator("input[type=password]").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    return page


def _open_panel(page: Page) -> None:
    """Open the side panel of the second row, as a click does."""
    page.locator("[role=row][aria-rowindex='3'] [role=gridcell]").nth(1).click()
    page.get_by_role("complementary").get_by_role("heading").first.wait_for()
    page.wait_for_timeout(500)


def take(address: str, email: str, password: str) -> None:
    """Write one picture a page."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=arguments)
        page = _open(browser, address, email, password)
        for name, path in PAGES.items():
            page.goto(path)
            # the live connection stays open, so the network never falls silent
            page.wait_for_load_state("load")
            page.wait_for_timeout(1500)
            if name == "list":
                _open_panel(page)
            page.screenshot(path=FOLDER / f"{name}.png")
            print(f"docs/images/{name}.png")
        browser.close()


def main() -> None:
    """Entry point."""
    address, password, *rest = sys.argv[1:]
    take(address, rest[0] if rest else MANAGER, password)


if __name__ == "__main__":
    main()
