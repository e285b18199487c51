"""Workers killed amid sealing: what they were doing is done by the next, and nothing is lost."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from typing import Any

import pytest

from fangxin.customizing.customize import SEAL_JOB
from fangxin.history.sealer import broken_seals, seal
from fangxin.records.bulk import batch
from fangxin.records.reading import find
from fangxin.reshaping import encrypting
from fangxin.sealing.examine import census
from fangxin.search.finding import search
from fangxin.worker import Worker
from tests import servers, typed
from tests.sealing.conftest import NEW, OLD, House

COUNT = 600
KILLS = 3
PATIENCE_SECONDS = 120
TEXTS = {f"A{each:03}": f"whisperwort {each:03} 机密" for each in range(COUNT)}
pytestmark = [pytest.mark.crash, pytest.mark.long, pytest.mark.timeout(600)]


async def sealed(house: House) -> int:
    """Return how many values the jobs have sealed by now."""
    rows = await house.run(f"SELECT id FROM job WHERE kind = '{SEAL_JOB}'")
    states = [await house.installation.jobs.state(id_) for (id_,) in rows]
    results = [each.result for each in states if each is not None and each.result]
    return sum((each.get("counts") or each).get("sealed", 0) for each in results)


async def killed(house: House, words: list[str], keys: str) -> bool:
    """Start a command, kill it once it has sealed something, and tell whether it was under way."""
    before, end = await sealed(house), time.monotonic() + PATIENCE_SECONDS
    process = typed.start(
        words, house.folder, servers.environment(house.url, house.folder, encryption_keys=keys)
    )
    try:
        while process.is_alive() and await sealed(house) <= before:
            assert time.monotonic() < end
            await asyncio.sleep(random.uniform(0.001, 0.01))
        under_way = process.is_alive()
    finally:
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
    return under_way


async def whole(house: House) -> None:
    """See that every text is there, and that the log is as it was sealed or says why not."""
    ctx, shown, cursor = await house.ctx(), {}, None
    while True:
        page = await find(ctx, "account", fields=["name", "passport"], limit=200, cursor=cursor)
        shown |= {each["name"]: each["passport"] for each in page.items}
        if (cursor := page.next) is None:
            break
    assert shown == TEXTS
    assert await broken_seals(house.database) == []
    assert (await census(house.database, house.installation.services.keys)).unreadable == 0


async def finish(house: House, keys: str) -> str:
    environment = servers.environment(house.url, house.folder, encryption_keys=keys)
    told = await asyncio.to_thread(
        typed.run, ["keys", "rotate"], house.folder, environment | {"LANG": "C"}
    )
    assert told.returncode == 0, told.stderr
    return told.stdout


async def test_sealing_outlives_kills(house: House) -> None:
    field = await house.define("passport", type="text", unique=True, searchable=True)
    ctx: Any = await house.ctx()
    bodies = [{"name": name, "passport": text} for name, text in TEXTS.items()]
    await batch(ctx, "account", create=bodies, atomic=True)
    await seal(house.database)
    definition = ctx.registry["account"]
    wanted = {"encrypted": True, "searchable": False}
    own = definition.fields["passport"]
    await encrypting.update_field(ctx, field["id"], wanted, definition, own)
    await house.installation.refresh_registry()
    hits = 0
    # the first goes on for the field; what a dead one leased, rotating does as well
    for words in (["work"], *[["keys", "rotate"]] * (KILLS - 1)):
        hits += await killed(house, words, OLD)
        await whole(house)
    await finish(house, OLD)
    found = await census(house.database, house.installation.services.keys)
    assert (found.plain, set(found.needed)) == (0, {1})
    await house.reopen(f"{NEW},{OLD}")
    for _ in range(KILLS):
        hits += await killed(house, ["keys", "rotate"], f"{NEW},{OLD}")
        await whole(house)
    assert hits >= KILLS
    words = "Key 1: nothing needs it, it may be taken away."
    assert words in await finish(house, f"{NEW},{OLD}")
    # the jobs of the dead go on when their leases are over, and take the words out of the search
    await house.run("UPDATE job SET lease_until = created_at WHERE state = 'running'")
    await house.reopen(NEW)
    worker = Worker(house.installation)
    await worker.leases.release_lost()
    await worker.drain()
    left = f"SELECT state, error FROM job WHERE kind = '{SEAL_JOB}' AND state <> 'done'"
    assert await house.run(left) == []
    await whole(house)
    assert not await search(await house.ctx(), "whisperwort")
    # old pages of SQLite's file may hold it (docs/guide/encryption.md)
    told = await house.found(("whisperwort", "机密"))
    assert [each for each in told if ".db" not in each] == []
