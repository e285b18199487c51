"""Imports that end before their file does: why is told, and what they brought can be taken back."""

from __future__ import annotations

import pytest

from fangxin.access.contexts import context_for_user
from fangxin.data import running
from fangxin.history.undo import undo
from fangxin.kernel.ids import named_id
from fangxin.kernel.leases import GiveUp, LeaseLost, Leases
from fangxin.records import engine, reading
from fangxin.transfer import importing, ledger, reporting
from fangxin.transfer.orders import Order
from tests.patience import until

ORDER = Order("account", map={"columns": {"Name": "name"}})


class Killed(Exception):
    """The process dies here."""


async def started(ctx, content):
    """Start an import of a file, and return its id and the worker's run."""

    async def chunks():
        yield content

    kept = await ctx.services.storage.write(chunks(), limit=10**9)
    made = await importing.start(ctx, [ORDER], kept.id, "rows.csv")
    (run,) = await Leases(ctx.database, "worker").claim(1)
    return made["id"], run


def rows(many):
    return "".join(f"Row {number}\n" for number in range(many)).encode()


async def names(ctx):
    return [item["name"] for item in (await reading.find(ctx, "account", fields=["name"])).items]


async def created(ctx, id_):
    return (await reporting.state(ctx, id_))["created"]


async def test_a_file_that_breaks_off_is_given_up_and_says_why(begun, admin):
    id_, run = await started(admin, b"\xef\xbb\xbfName\n" + rows(20_000) + b"K\xf6ln\n")
    with pytest.raises(GiveUp, match="utf-8-sig"):
        await importing.run_job(begun, run)
    told = await reporting.state(admin, id_)
    assert (told["state"], told["processed"]) == ("failed", 0)
    assert "utf-8-sig" in told["error"]
    assert await names(admin) == []


async def test_an_import_is_stopped_half_way(begun, admin, monkeypatch):
    for name in ("SLICE", "FIRST_SQLITE_SLICE"):
        monkeypatch.setattr(importing, name, 20)
    id_, run = await started(admin, b"Name\n" + rows(60))
    job = (await reporting.state(admin, id_))["job"]
    saved = 0
    save = ledger.save

    async def watched(tx, book):
        nonlocal saved
        await save(tx, book)
        saved += book.processed > 0

    async def timed(self, *given):
        if saved:
            # the slice may still be on its way
            await until(lambda: created(admin, id_))
            await running.cancel_job(admin, job)
            await importing.stopped(admin, job)
        return await write(self, *given)

    write = importing._Import._timed
    monkeypatch.setattr(importing._Import, "_timed", timed)
    monkeypatch.setattr(ledger, "save", watched)
    # the worker finds that the job is no longer his, and writes nothing more
    with pytest.raises(LeaseLost):
        await importing.run_job(begun, run)
    told = await reporting.state(admin, id_)
    assert (told["state"], told["created"]) == ("failed", 20)
    assert told["error"].startswith("Stopped.")
    assert len(await names(admin)) == 20
    undone = await undo(admin, told["change_set"])
    assert (undone["conflicts"], await names(admin)) == ([], [])


async def test_what_came_before_an_import_failed_can_be_undone(begun, admin, monkeypatch):
    role = named_id("role", "sales")
    body = {"name": "lin", "email": "lin@x.example", "role": role}
    lin = await engine.create(admin, "user", body)
    begun.directory._memory = None
    ctx = await context_for_user(begun, lin["id"], "api")
    for name in ("SLICE", "FIRST_SQLITE_SLICE"):
        monkeypatch.setattr(importing, name, 20)
    id_, run = await started(ctx, b"Name\n" + rows(60))
    saved = ledger.save

    async def dying(tx, book):
        await saved(tx, book)
        if book.processed > 20:
            raise Killed

    monkeypatch.setattr(ledger, "save", dying)
    with pytest.raises(Killed):
        await importing.run_job(begun, run)
    monkeypatch.setattr(ledger, "save", saved)
    # what is left she may no longer import
    grants = {"account": {"read": "all", "create": "all"}}
    await engine.update(admin, "role", role, {"grants": grants})
    begun.directory._memory = None
    with pytest.raises(GiveUp):
        await importing.run_job(begun, run)
    told = await reporting.state(admin, id_)
    assert (told["state"], told["created"]) == ("failed", 20)
    assert (await undo(admin, told["change_set"]))["undone"] == 20
    assert await names(admin) == []
