"""How smoothly a list scrolls: frames and the work behind them, beside a plain table.

The list of accounts is scrolled at a fixed speed in a browser that draws without a screen, once as
wide as a desktop and once as narrow as a phone with a processor four times as slow. A bare HTML
table that shows as many cells is scrolled alike, in turns, so that both meet the same machine.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from playwright.async_api import Browser, CDPSession, Page, async_playwright

from bench.servers import PASSWORD

COMPANIES: Final = 2000
ROUNDS: Final = 3
SECONDS: Final = 4
# some 30 rows a second: fast reading, with new rows in every frame
SPEED: Final = 1200
FRAME_MS, SLOW_MS, TICK_MS = 16.7, 50, 1
PATIENCE_MS: Final = 120_000
# width, height, how many times slower than this processor
PLACES: Final = {"1440 wide": (1440, 900, 1), "phone, 4x slower": (390, 844, 4)}
# what scrolls furthest goes down with the clock, whatever a frame takes
_SCROLL: Final = """async ([seconds, speed]) => {
  const far = (one) => one.scrollHeight - one.clientHeight
  const scrolls = (one) => /auto|scroll/.test(getComputedStyle(one).overflowY)
  const all = [...document.querySelectorAll('*')].filter(scrolls)
  const list = all.sort((a, b) => far(b) - far(a))[0] ?? document.scrollingElement
  list.scrollTop = 0
  await new Promise((done) => setTimeout(done, 600))
  const long = []
  const seen = (entries) => long.push(...entries.getEntries().map((one) => one.duration))
  const watch = new PerformanceObserver(seen)
  watch.observe({type: 'longtask'})
  const frames = []
  await new Promise((done) => {
    const step = (now) => {
      frames.push(now)
      list.scrollTop = (now - frames[0]) / 1000 * speed
      now - frames[0] < seconds * 1000 ? requestAnimationFrame(step) : done()
    }
    requestAnimationFrame(step)
  })
  seen({getEntries: () => watch.takeRecords()})
  watch.disconnect()
  return {far: list.scrollTop, long, times: frames.slice(1).map((at, i) => at - frames[i])}
}"""
# the cells to be seen, and what stands in them
_CELLS: Final = """() => {
  const inside = (one) => {
    const {top, bottom, left, right} = one.getBoundingClientRect()
    return bottom > 0 && top < innerHeight && right > 0 && left < innerWidth
  }
  const rows = [...document.querySelectorAll('[role=row][aria-selected], main li')].filter(inside)
  const cells = (row) => [...row.querySelectorAll('[role=gridcell]')].filter(inside)
  return rows.map((row) => {
    const texts = cells(row).map((cell) => cell.innerText)
    return texts.length ? texts : row.innerText.split('\\n')
  })
}"""
_PLAIN: Final = """<!doctype html><style>body{{margin:0;font:13px sans-serif}}
div{{height:100vh;overflow:auto}}table{{border-collapse:collapse;width:100%}}
td{{height:{height}px;padding:0 8px;border-bottom:1px solid #ddd;white-space:nowrap}}</style>
<div><table>{rows}</table></div>"""


@dataclass
class Smoothness:
    """What was seen of one page over all rounds."""

    times: list[float] = field(default_factory=list)
    long: list[float] = field(default_factory=list)
    busy: float = 0

    def add(self, seen: dict[str, Any], busy: float) -> None:
        """Add a round: its frames, its long tasks and the CPU seconds of the page's thread."""
        self.times += seen["times"]
        self.long += seen["long"]
        self.busy += busy

    @property
    def work(self) -> float:
        """Milliseconds of the page's thread behind each frame that the clock had room for."""
        return self.busy * 1000 / (sum(self.times) / FRAME_MS)

    def told(self) -> dict[str, Any]:
        """What is printed of it."""
        over = {ms: sum(each > ms + TICK_MS for each in self.times) for ms in (FRAME_MS, SLOW_MS)}
        return {
            "frames": len(self.times),
            **{f"above {ms} ms": f"{100 * n / len(self.times):.1f} %" for ms, n in over.items()},
            "longest, ms": round(max(self.times)),
            "long tasks": len(self.long),
            "main thread, ms a frame": round(self.work, 2),
        }


async def _busy(probe: CDPSession) -> float:
    found = (await probe.send("Performance.getMetrics"))["metrics"]
    return float(next(each["value"] for each in found if each["name"] == "TaskDuration"))


async def _scroll(page: Page, probe: CDPSession, into: Smoothness) -> None:
    before = await _busy(probe)
    seen = await page.evaluate(_SCROLL, [SECONDS, SPEED])
    if seen["far"] < SPEED * SECONDS / 2:
        message = f"{page.url} scrolled {seen['far']} px only"
        raise RuntimeError(message)
    into.add(seen, await _busy(probe) - before)


async def _open(browser: Browser, url: str, width: int, height: int) -> Page:
    """The list of accounts, as the administrator sees it."""
    phone = width < height
    context = await browser.new_context(
        base_url=url, viewport={"width": width, "height": height}, is_mobile=phone, has_touch=phone
    )
    context.set_default_timeout(PATIENCE_MS)
    known = {"email": "admin@demo.local", "password": PASSWORD}
    answer = await context.request.post("/api/v1/auth/login", data=known)
    if answer.status != HTTPStatus.OK:
        raise RuntimeError(await answer.text())
    page = await context.new_page()
    await page.goto("/accounts")
    await page.wait_for_selector("[role=row][aria-selected], main li")
    # what the app fetches when it is idle has come
    await asyncio.sleep(5)
    return page


async def _plain(like: Page, height: int) -> Page:
    """A table with the list's own texts, long enough to be scrolled as far."""
    shown = await like.evaluate(_CELLS)
    lines = ["".join(f"<td>{text[:40]}</td>" for text in row) for row in shown]
    length = SPEED * SECONDS // (height // len(lines)) + 2 * len(lines)
    rows = "".join(f"<tr>{lines[at % len(lines)]}</tr>" for at in range(length))
    page = await like.context.new_page()
    await page.set_content(_PLAIN.format(height=height // len(lines), rows=rows))
    return page


async def _beside(browser: Browser, url: str, place: tuple[int, int, int]) -> dict[str, Any]:
    width, height, slower = place
    ours = await _open(browser, url, width, height)
    pages = {"list": ours, "table": await _plain(ours, height)}
    found = {name: Smoothness() for name in pages}
    for _ in range(ROUNDS):
        for name, page in pages.items():
            await page.bring_to_front()
            probe = await page.context.new_cdp_session(page)
            # the thread's own time: what others take of the machine is not in it
            await probe.send("Performance.enable", {"timeDomain": "threadTicks"})
            await probe.send("Emulation.setCPUThrottlingRate", {"rate": slower})
            await _scroll(page, probe, found[name])
            await probe.detach()
    await ours.context.close()
    own, bare = found["list"], found["table"]
    frame = [sum(each.times) / len(each.times) for each in (own, bare)]
    return {
        "list": own.told(),
        "table": bare.told(),
        "a frame beside the table's": round(frame[0] / frame[1], 2),
        "work beside the table's": round(own.work / bare.work, 1),
    }


async def measure(port: int) -> dict[str, Any]:
    """Return frames and work of the list and of the plain table, at each width."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    arguments = ["--disable-background-networking", "--no-first-run"]
    async with AsyncExitStack() as stack:
        play = await stack.enter_async_context(async_playwright())
        browser = await play.chromium.launch(
            executable_path=chromium,
            args=[*arguments, *(["--no-sandbox"] if os.geteuid() == 0 else [])],
        )
        stack.push_async_callback(browser.close)
        found = {}
        for name, place in PLACES.items():
            found[name] = await _beside(browser, f"http://127.0.0.1:{port}", place)
            print(f"  {name}: {found[name]}", flush=True)
        return found
