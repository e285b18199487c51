"""Imports over HTTP: read as is said, started from a trial; their files, kept and given up."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from fangxin.access.contexts import system_context
from fangxin.api import answers, imports
from fangxin.kernel.clock import now
from fangxin.kernel.leases import Leases
from fangxin.kernel.storage import INCOMING
from fangxin.records import engine, reading
from fangxin.transfer.expiring import expire_imported
from tests.patience import until

NOTED = "报表\n名称;备注;电话\n甲公司;一, 二;13800138000\n乙公司;1.39E+10;1.39E+10\n"
MAP = {"columns": {"名称": "name", "备注": "description", "电话": "phone"}}
WAY = {"encoding": "gb18030", "delimiter": ";", "header_row": 2}


async def names(ctx):
    page = await reading.find(ctx, "account", fields=["name", "description"], sort="name")
    return {(item["name"], item["description"]) for item in page.items}


async def run_jobs(installation):
    leases = Leases(installation.database, "test-worker")
    for run in await leases.claim(10):
        result = await installation.parts.jobs[run.kind](installation, run)
        assert await leases.done(run, result)


async def test_a_trial_is_started_as_it_was_tried(house, installation):
    lin, zhao = await house.browser("lin"), await house.browser("zhao")
    admin = await system_context(installation)
    file = {"file": ("a.csv", NOTED.encode("gb18030"))}
    options = answers.encode({**WAY, "map": MAP, "dry_run": True}).decode()
    seen = await lin.post("/imports/preview", files=file, data={"options": options})
    assert (seen.json()["header_row"], seen.json()["rows"]) == (2, 2)
    wrong = answers.encode({"header_row": True, "quote": 1}).decode()
    refused = await lin.post("/imports/preview", files=file, data={"options": wrong})
    pointers = {each["pointer"] for each in refused.json()["errors"]}
    assert (refused.status_code, pointers) == (422, {"/header_row", "/quote"})
    tried = await lin.post("/imports", files=file, data={"object": "account", "options": options})
    way = f"/imports/{tried.json()['id']}"
    early = await lin.post(f"{way}/start", json={})
    assert (early.status_code, early.json()["code"]) == (409, "not_a_trial")
    await run_jobs(installation)
    trial = (await lin.get(way)).json()
    assert (trial["created"], trial["failed"], trial["startable"]) == (1, 1, True)
    assert {each["code"] for each in trial["errors"]} == {"lost_digits"}
    assert (await zhao.post(f"{way}/start", json={})).status_code == 404
    before = await names(admin)
    started = await lin.post(f"{way}/start", json={})
    assert started.status_code == 202
    assert await names(admin) == before
    await run_jobs(installation)
    done = (await lin.get(f"/imports/{started.json()['id']}")).json()
    assert (done["dry_run"], done["created"], done["startable"]) == (False, 1, False)
    assert await names(admin) - before == {("甲公司", "一, 二")}
    # both share the file, which goes with the later of them
    storage = installation.services.storage
    later = replace(admin, clock=lambda: now() + timedelta(days=29))
    assert (await expire_imported(later), len(list(storage.ids()))) == (0, 1)
    later = replace(admin, clock=lambda: now() + timedelta(days=31))
    assert (await expire_imported(later), len(list(storage.ids()))) == (1, 0)
    gone = await lin.post(f"{way}/start", json={})
    assert (gone.status_code, gone.json()["code"]) == (409, "file_gone")
    assert (await lin.get(way)).json()["startable"] is False


async def test_what_is_kept_is_bound_and_what_is_begun_stays(house, installation, monkeypatch):
    lin = await house.browser("lin")
    storage = installation.services.storage
    file = {"file": ("a.csv", b"name\nA\n")}
    keep = {"object": "account", "keep": "true"}
    monkeypatch.setattr(imports, "HELD_BYTES", 16)
    uploads = []
    for at in range(3):
        answer = await lin.post("/imports/preview", files=file, data=keep)
        uploads.append(answer.json()["upload"])
        for mark in (storage.folder / INCOMING).iterdir():
            os.utime(mark, (at + mark.stat().st_mtime - 9, at + mark.stat().st_mtime - 9))
    assert len(list(storage.ids())) == 2
    kept = [(None, each) for each in uploads]
    form = {"object": (None, "account"), "upload": kept[0]}
    refused = await lin.post("/imports/preview", files=form)
    assert refused.json()["errors"][0]["code"] == "expired"
    before = len(list(storage.ids()))

    async def broken_off(*_given):
        await once(*_given)
        raise asyncio.CancelledError

    once = answers.once
    monkeypatch.setattr(imports, "HELD_BYTES", 1000)
    monkeypatch.setattr(answers, "once", broken_off)
    with suppress(BaseException):
        await lin.post("/imports", files=file, data={"object": "account"})
    monkeypatch.undo()
    begun = (await lin.get("/imports")).json()["items"]
    assert (len(begun), len(list(storage.ids()))) == (1, before + 1)
    await run_jobs(installation)
    for mark in (storage.folder / INCOMING).iterdir():
        os.utime(mark, (0, 0))
    await storage.sweep()
    # what previews kept is gone, what the import has is there
    assert len(list(storage.ids())) == 1
    assert (await lin.get(f"/imports/{begun[0]['id']}")).json()["created"] == 1


async def test_who_imports_nothing_leaves_no_file(house, installation):
    ctx = await system_context(installation)
    body = {"name": "Reader", "key": "reader", "grants": {"account": {"read": "all"}}}
    role = await engine.create(ctx, "role", body)
    file = {"file": ("a.csv", b"name\nA\n")}
    trial = {"object": "account", "options": '{"dry_run": true}'}
    tried = await (await house.browser("zhao")).post("/imports", files=file, data=trial)
    await run_jobs(installation)
    await engine.update(ctx, "user", house.ids["zhao"], {"role": role["id"]})
    reader = await house.browser("zhao")

    async def known():
        return (await reader.get("/auth/me")).json()["role"]["id"] == role["id"]

    await until(known)
    held = list(installation.services.storage.ids())
    refused = await reader.post("/imports/preview", files=file, data={"keep": "true"})
    assert refused.status_code == 403
    # nor does he start what he tried while he might
    refused = await reader.post(f"/imports/{tried.json()['id']}/start", json={})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert len((await reader.get("/imports")).json()["items"]) == 1
    assert list(installation.services.storage.ids()) == held
