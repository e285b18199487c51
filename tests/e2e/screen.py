"""A page as a user sees it, with an eye on what no page may have.

`Screen.check` looks at the page as it is: overflow, a word in the wrong language, a violation of
WCAG 2.2 AA. What goes wrong on the way, errors on the console and in scripts, is
collected and fails when the screen is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import axe_playwright_python
from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from tests.e2e.words import strange_words

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
BUSY = "[aria-busy=true], [data-skeleton], .mantine-Skeleton-root"
REFUSED = re.compile(r"the server responded with a status of (\d+)")
HERE = Path(__file__).parent
# animations end at once, so that no check meets a half-faded page
STILL = f"""{{
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(`{(HERE / "still.css").read_text("utf-8")}`)
  document.adoptedStyleSheets.push(sheet)
}}"""
# follows a link within the app
GO = "(path) => window.__TSR_ROUTER__.navigate({href: path})"
ARRIVED = """() => {
  const {status, location, resolvedLocation} = window.__TSR_ROUTER__.state
  return status === 'idle' && resolvedLocation?.href === location.href
}"""
# every piece of text that is shown or read out, and how far the document is too wide
SEEN = """() => {
  const texts = new Set()
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const shown = node.parentElement
    if (!shown.closest('script,style,noscript,[lang]:not(html)')) texts.add(node.data.trim())
  }
  for (const one of document.querySelectorAll('[aria-label],[title],[placeholder]'))
    if (!one.closest('[lang]:not(html)'))
      for (const name of ['aria-label', 'title', 'placeholder'])
        texts.add((one.getAttribute(name) ?? '').trim())
  texts.add(document.title)
  const root = document.documentElement
  return {
    texts: [...texts].filter(Boolean),
    overflow: root.scrollWidth - innerWidth,
    lang: root.lang,
    scheme: root.dataset.mantineColorScheme,
  }
}"""
SHAPES = (HERE / "shapes.js").read_text("utf-8")
# of what has a shape, only what axe has not judged yet, and of many alike the first
VIOLATIONS = """([tags, judged]) => {
  const known = new Set(judged.split(' '))
  const exclude = []
  const leave = (element) => {
    const shape = window.shapes?.get(element)
    if (known.has(shape)) return exclude.push(element)
    if (shape) known.add(shape)
    for (const child of element.children) leave(child)
  }
  leave(document.documentElement)
  return axe.run({exclude}, {
    runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'],
  }).then(({violations}) => violations.map(({id, help, nodes}) =>
    `${id}: ${help}\\n` + nodes.slice(0, 4).map(
      (node) => `    ${node.target.join(' ')}  ${node.html.slice(0, 160)}\\n      ${
        node.any.concat(node.all, node.none).map((one) => one.message).join('; ').slice(0, 240)}`
    ).join('\\n')))
}"""


@dataclass
class Screen:
    """A page in one language and theme. `written` are names that users gave, `refused` statuses
    that a step asks for on purpose.
    """

    page: Page
    locale: str = "zh-CN"
    theme: str = "light"
    written: frozenset[str] = frozenset()
    faults: list[str] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)
    # by theme and width: the shapes that axe has found nothing in
    judged: ClassVar[dict[tuple[str, int], set[str]]] = {}
    # the long run has axe judge all again on each page, and loads each by its address
    sparing: ClassVar[bool] = True

    def __post_init__(self) -> None:
        self.page.add_init_script(STILL)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        status = REFUSED.search(message.text)
        if status and int(status[1]) in self.refused:
            return
        self.faults.append(f"console: {message.text} ({message.location.get('url')})")

    @contextmanager
    def refusing(self, *statuses: int) -> Iterator[None]:
        """Answers with these statuses are part of the step inside."""
        before, self.refused = self.refused, self.refused | set(statuses)
        yield
        self.refused = before

    def visit(self, path: str) -> Screen:
        """Open a page by its address and check it."""
        self.page.goto(path)
        self.check()
        return self

    def go(self, path: str) -> Screen:
        """Open a page as a link within the app does, without loading all anew, and check it."""
        if not self.sparing or not self.page.evaluate("'__TSR_ROUTER__' in window"):
            return self.visit(path)
        self.page.evaluate(GO, path)
        self.page.wait_for_function(ARRIVED)
        self.check()
        return self

    def settle(self) -> None:
        """Return when the page's first content stands."""
        expect(self.page.locator("h1").first).to_be_visible()
        expect(self.page.locator(BUSY)).to_have_count(0)

    def check(self) -> None:
        """Fail on anything no page of ours may show."""
        self.settle()
        seen = self.page.evaluate(SEEN)
        found = [
            f"not translated: {text!r}"
            for text in strange_words(seen["texts"], self.locale, self.written)
        ]
        if seen["overflow"] > 0:
            found.append(f"wider than the window by {seen['overflow']} px")
        if (seen["lang"], seen["scheme"]) != (self.locale, self.theme):
            found.append(f"asked for {self.locale}, {self.theme}; got {seen}")
        found += self.judge()
        address = urlsplit(self.page.url).path
        self.faults += [f"{address}: {one}" for one in found]

    def judge(self) -> list[str]:
        """What axe objects to in all that it has not judged in this theme and width before.

        It takes as long as all else of a page together, and most of a page stood on the last.
        """
        judged = self.judged.setdefault((self.theme, self.page.evaluate("innerWidth")), set())
        shapes = set(self.page.evaluate(SHAPES).split()) if self.sparing else set()
        if shapes and shapes <= judged:
            return []
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text("utf-8"))
        found: list[str] = self.page.evaluate(VIOLATIONS, [WCAG, " ".join(shapes & judged)])
        if not found:
            judged |= shapes
        return found

    def leave(self) -> None:
        """Fail when anything went wrong on the way."""
        assert not self.faults, "\n".join(self.faults)

    def send(self, method: str, path: str, data: object = None) -> Any:
        """Call the API as this user, to prepare what a walk begins with, and to look behind it."""
        request = self.page.request
        token = request.get("/api/v1/auth/me").json()["csrf_token"]
        answer = request.fetch(
            f"/api/v1{path}", method=method, data=data, headers={"X-CSRF-Token": token}
        )
        assert answer.ok, f"{method} {path}: {answer.status} {answer.text()}"
        return answer.json() if answer.body() else None

    # --- what a user names things by ------------------------------------------------------------

    def button(self, name: str | re.Pattern[str], **options: Any) -> Locator:
        """The button that a reader hears under this name."""
        return self.page.get_by_role("button", name=name, **options)

    def link(self, name: str | re.Pattern[str], **options: Any) -> Locator:
        """The link that a reader hears under this name."""
        return self.page.get_by_role("link", name=name, **options)

    def text(self, words: str | re.Pattern[str], **options: Any) -> Locator:
        """Where these words stand."""
        return self.page.get_by_text(words, **options)

    def toast(self, words: str | re.Pattern[str]) -> Locator:
        """The short message with these words."""
        return self.page.get_by_role("alert").filter(has_text=words).last

    def undo(self, words: str | re.Pattern[str]) -> None:
        """Take back what the message with these words tells."""
        self.toast(words).get_by_role("button", name="撤销").click()
        expect(self.toast("已撤销")).to_be_visible()

    def see(self, words: str | re.Pattern[str]) -> None:
        """These words are to be seen."""
        expect(self.text(words).first).to_be_visible()
