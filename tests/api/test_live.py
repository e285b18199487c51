"""Live updates: who is told what, and what nobody without the right hears."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from fangxin.access.callers import Caller, context_for_session
from fangxin.api.hub import Client, Hub, watch_of
from tests.patience import PATIENCE_SECONDS


class Screen:
    """One listening client, and all that it was told."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.told: list[tuple[str, Any]] = []

    def read(self) -> None:
        while not self.client.queue.empty():
            message = self.client.queue.get_nowait()
            if message is not None:
                name, data = message.decode().strip().split("\ndata: ")
                self.told.append((name.removeprefix("event: "), msgspec.json.decode(data)))

    async def hears(self, name: str, test: Callable[[Any], bool]) -> Any:
        """The first event that passes, or a failure after PATIENCE_SECONDS."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            self.read()
            for kind, data in self.told:
                if kind == name and test(data):
                    return data
            await asyncio.sleep(0.02)
        pytest.fail(f"no {name} within {PATIENCE_SECONDS} s; told: {self.told}")

    def ids(self) -> set[str]:
        self.read()
        changes = [data for name, data in self.told if name == "change"]
        return {id_ for data in changes for id_ in (*data["ids"], *data["gone"])}


async def _screen(house: Any, hub: Hub, name: str, **watch: Any) -> Screen:
    browser = await house.browser(name)
    secret = browser.cookies["fangxin_session"]

    async def resolve() -> Caller | None:
        return await context_for_session(house.installation, secret)

    client = await hub.add(await resolve(), resolve)
    screen = Screen(client)
    await screen.hears("hello", lambda data: data == {"client": client.id})
    assert hub.watch(client.id, house.ids[name], watch_of(watch))
    return screen


async def test_a_colleagues_change_arrives_and_never_without_the_right(house, hub):
    admin, lin = await house.browser("admin"), await house.browser("lin")
    mine = await _screen(house, hub, "lin", account="*")
    theirs = await _screen(house, hub, "zhao", account="*")
    boss = await _screen(house, hub, "admin", account="*")
    id_ = (await lin.post("/accounts", json={"name": "A"})).json()["id"]
    for screen in (mine, boss):
        await screen.hears("change", lambda data: data["ids"] == [id_])
    assert theirs.ids() == set()
    moved = await admin.patch(f"/accounts/{id_}", json={"owner": house.ids["zhao"]})
    assert moved.status_code == 200
    await theirs.hears("change", lambda data: data["ids"] == [id_])
    await mine.hears("change", lambda data: data["gone"] == [id_])
    await admin.delete(f"/accounts/{id_}")
    await theirs.hears("change", lambda data: data["gone"] == [id_])
    await boss.hears("change", lambda data: data["gone"] == [id_])


async def test_a_screen_of_few_records_hears_of_those_alone(house, hub):
    lin = await house.browser("lin")
    ids = [(await lin.post("/accounts", json={"name": name})).json()["id"] for name in ("A", "B")]
    screen = await _screen(house, hub, "lin", account=[ids[0]])
    for id_ in reversed(ids):
        await lin.patch(f"/accounts/{id_}", json={"phone": "13800138000"})
    await screen.hears("change", lambda data: data["ids"] == [ids[0]])
    assert screen.ids() == {ids[0]}


async def test_only_ones_own_client_may_be_told_what_to_watch(house, hub):
    screen = await _screen(house, hub, "lin", account="*")
    assert not hub.watch(screen.client.id, house.ids["zhao"], watch_of({"account": "*"}))
    assert not hub.watch("no such client", house.ids["lin"], {})


async def test_a_word_left_by_another_worker_is_fetched(house, hub):
    lin = await house.browser("lin")
    screen = await _screen(house, hub, "lin")
    # this application has a hub of its own, which does not know the client
    watch = {"client": screen.client.id, "watch": {"accounts": "*"}}
    assert (await lin.post("/live/watch", json=watch)).status_code == 204
    end = time.monotonic() + PATIENCE_SECONDS
    while "account" not in screen.client.watch and time.monotonic() < end:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    assert screen.client.watch == {"account": None}
    bad = {"client": "x", "watch": {}}
    assert (await lin.post("/live/watch", json=bad)).status_code == 422


async def test_the_bell_rings_and_is_read(house, hub):
    admin, zhao = await house.browser("admin"), await house.browser("zhao")
    screen = await _screen(house, hub, "zhao")
    await asyncio.sleep(1.3)
    await admin.post("/tasks", json={"subject": "Call", "assignee": house.ids["zhao"]})
    await screen.hears("notification", lambda data: data == {"unread": 1})
    page = (await zhao.get("/notifications")).json()
    assert (page["unread"], page["items"][0]["kind"]) == (1, "assigned")
    assert page["items"][0]["actor"]["name"] == "Admin"
    await zhao.post("/notifications/read", json={"ids": "all"})
    assert (await zhao.get("/notifications")).json()["unread"] == 0
    assert (await admin.get("/notifications")).json()["items"] == []


async def test_signing_out_ends_the_stream(house, hub):
    lin = await house.browser("lin")
    secret = lin.cookies["fangxin_session"]

    async def resolve() -> Caller | None:
        return await context_for_session(house.installation, secret)

    client = await hub.add(await resolve(), resolve)
    hub.watch(client.id, house.ids["lin"], watch_of({"account": "*"}))
    await lin.post("/auth/logout")
    await asyncio.sleep(0.3)
    other = await house.browser("lin")
    await other.post("/accounts", json={"name": "A"})
    end = time.monotonic() + PATIENCE_SECONDS
    messages: list[bytes | None] = []
    while None not in messages and time.monotonic() < end:
        await asyncio.sleep(0.05)
        while not client.queue.empty():
            messages.append(client.queue.get_nowait())
    assert messages[-1] is None
    assert not any(b"event: change" in (each or b"") for each in messages)


async def test_watching_what_one_may_not_see_tells_nothing(house, hub):
    admin, lin = await house.browser("admin"), await house.browser("lin")
    id_ = (await lin.post("/accounts", json={"name": "A"})).json()["id"]
    curious = await _screen(house, hub, "zhao", account=[id_])
    owner = await _screen(house, hub, "lin", account=[id_])
    await lin.patch(f"/accounts/{id_}", json={"phone": "13800138000"})
    await owner.hears("change", lambda data: data["ids"] == [id_])
    await admin.delete(f"/accounts/{id_}")
    await owner.hears("change", lambda data: data["gone"] == [id_])
    assert curious.ids() == set()
