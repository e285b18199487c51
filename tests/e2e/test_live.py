"""A colleague's change is seen at once, through another worker, and only by those who may.

PostgreSQL with two processes, each on a port of its own: so it is certain that the one who writes
and the one who looks are served by different workers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from tests import servers
from tests.e2e.conftest import DESKTOP, sign_in
from tests.e2e.screen import Screen

LISTENED_MS = 2000
# whatever the server says to this person about opportunities, shown or not
LISTEN = """(token) => new Promise((done) => {
  window.heard = []
  const live = new EventSource('/api/v1/live')
  for (const kind of ['hello', 'change', 'notification', 'metadata', 'job'])
    live.addEventListener(kind, ({data}) => window.heard.push(kind + data))
  live.addEventListener('hello', ({data}) => fetch('/api/v1/live/watch', {
    method: 'POST',
    headers: {'Content-Type': 'application/json', 'X-CSRF-Token': token},
    body: JSON.stringify({client: JSON.parse(data).client, watch: {opportunity: '*'}}),
  }).then(({ok}) => done(ok)))
})"""
OpenAt = Callable[[int, str], Screen]


@dataclass
class Pair:
    """Two processes on one database."""

    both: tuple[servers.Server, servers.Server]


@pytest.fixture(scope="module")
def pair(postgresql_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    first = servers.start(postgresql_url, folder, demo="1", workers="2")
    first.wait(120)
    second = servers.start(postgresql_url, folder, command="serve", demo="1")
    second.wait()
    yield Pair((first, second))
    second.stop()
    first.stop()


@pytest.fixture
def open_at(pair: Pair, browser: Browser) -> Iterator[OpenAt]:
    """Opens a window for a person at the first or second process."""
    screens: list[Screen] = []

    def open_for(place: int, name: str) -> Screen:
        options: dict[str, Any] = {"locale": "zh-CN", "viewport": DESKTOP}
        context = browser.new_context(base_url=pair.both[place].url, **options)
        sign_in(context, f"{name}@demo.local")
        screens.append(Screen(context.new_page()))
        return screens[-1]

    yield open_for
    for screen in screens:
        screen.page.context.close()
    for screen in screens:
        screen.leave()


def test_a_change_appears_by_itself_and_never_without_the_right(open_at: OpenAt) -> None:
    writer, boss, stranger = open_at(0, "sales"), open_at(1, "manager"), open_at(1, "luo.mei")
    mark = uuid4().hex[:8]
    made = writer.send("POST", "/opportunities", {"name": f"实时商机 {mark}"})
    for screen in (boss, stranger):
        screen.visit("/opportunities?sort=-created_at")
    row = boss.page.get_by_role("row").filter(has_text=mark)
    expect(row).to_be_visible()
    # the list says to the server what it shows before anything can arrive
    boss.page.wait_for_timeout(500)
    assert stranger.page.evaluate(LISTEN, stranger.send("GET", "/auth/me")["csrf_token"])
    change = {"amount": {"amount": "434343", "currency": "CNY"}, "version": made["version"]}
    writer.send("PATCH", f"/opportunities/{made['id']}", change)
    expect(row.get_by_text("¥434,343")).to_be_visible()
    stranger.page.wait_for_timeout(LISTENED_MS)
    assert stranger.page.get_by_text(mark).count() == 0
    heard = stranger.page.evaluate("window.heard")
    assert "hello" in heard[0]
    assert made["id"] not in "".join(heard)
