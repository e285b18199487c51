"""What axe has judged is not judged again, and nothing else is left out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.screen import Screen

PAGE = """<html lang="en"><title>Page</title><style>
  li * { display: block; height: 40px } .pale { color: #bbb }
  .night .plain { color: #777; background: #666 }
</style><body class="{around}"><h1>Head</h1><ul>{rows}</ul></body></html>"""
PLAIN = """<li class="plain" data-row="{row}"><a href="/{row}">Row {row}</a></li>"""
PALE = """<li class="plain"><span class="pale">Row</span></li>"""
NAMELESS = """<li class="plain"><button><svg></svg></button></li>"""


@pytest.fixture
def screen(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    """A page without a server, of which nothing is judged yet."""
    monkeypatch.setattr(Screen, "judged", {})
    monkeypatch.setattr(Screen, "sparing", True)
    page = browser.new_page()
    yield Screen(page)
    page.close()


def look(screen: Screen, *rows: str, around: str = "") -> str:
    numbered = "".join(row.format(row=at) for at, row in enumerate(rows))
    page = PAGE.replace("{rows}", numbered).replace("{around}", around)
    screen.page.goto("about:blank")
    screen.page.set_content(page)
    return " ".join(screen.judge())


def test_each_shape_is_judged_once_in_all_that_it_stands_in(screen: Screen) -> None:
    assert look(screen, *[PLAIN] * 6) == ""
    # six more rows of the same shape, with other words: axe is not even loaded
    assert look(screen, *[PLAIN] * 6) == ""
    assert screen.page.evaluate("'axe' in window") is False
    assert "color-contrast" in look(screen, *[PLAIN] * 6, PALE, PLAIN)
    # what was found is found again
    assert "color-contrast" in look(screen, *[PLAIN] * 6, PALE, PLAIN)
    assert "button-name" in look(screen, *[PLAIN] * 5, NAMELESS)
    assert "color-contrast" in look(screen, *[PLAIN] * 6, around="night")
    # another theme, another width: all anew
    screen.theme = "dark"
    assert look(screen, *[PLAIN] * 6) == ""
    assert screen.page.evaluate("'axe' in window") is True
    assert len(screen.judged) == 2


def test_the_long_run_judges_all_each_time(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Screen, "sparing", False)
    for _ in range(2):
        assert look(screen, PLAIN) == ""
        assert screen.page.evaluate("'axe' in window") is True
