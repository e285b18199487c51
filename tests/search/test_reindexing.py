"""Rows of the index from before an upgrade are written anew, slice by slice, whatever comes."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa

from fangxin.access.contexts import system_context
from fangxin.kernel import tokens
from fangxin.kernel.jobs import job as job_table
from fangxin.kernel.sql import Timestamp, compile_statement
from fangxin.kernel.tokens import SAMPLES
from fangxin.records import bulk, engine, indexes
from fangxin.search import reindexing
from fangxin.search.finding import search
from fangxin.search.reindexing import KIND, LOOK, start_reindex
from fangxin.worker import Worker


async def run_look(begun):
    jobs, database = begun.jobs, begun.database
    id_ = await database.write(lambda tx: jobs.enqueue(tx, LOOK, {}))
    await Worker(begun).drain()
    return (await jobs.state(id_)).result["job"]


async def _made_before(admin, monkeypatch):
    """As if they had been written by a release without samples and pinyin."""
    with monkeypatch.context() as before:
        before.setattr(indexes, "mark_of", lambda _: "")
        before.setattr(tokens, "_pinyin", lambda _: ())
        await bulk.batch(admin, "account", create=[{"name": f"旧记录 {n}"} for n in range(10)])
        gone = await engine.create(admin, "account", {"name": "旧记录 gone"})
        await engine.delete(admin, "account", gone["id"])


async def _go_on(begun):
    """Work at once at what waits for its next attempt."""
    due = sa.update(job_table).values(run_at=sa.bindparam("now", type_=Timestamp()))
    statement = compile_statement(due, begun.database.dialect)
    await begun.database.write(lambda tx: tx.execute(statement, {"now": begun.jobs.clock()}))
    await Worker(begun).drain()


async def test_rows_from_before_are_indexed_anew_and_it_goes_on_after_a_stop(
    begun, admin, monkeypatch
):
    # nothing is behind in an installation that has just begun
    assert await run_look(begun) is None
    monkeypatch.setattr(reindexing, "SLICE", 4)
    await _made_before(admin, monkeypatch)
    monkeypatch.setattr(indexes, "mark_of", lambda _: SAMPLES[0])
    assert await search(admin, "jiujilu") == []
    monkeypatch.setattr(reindexing, "FORM", tokens.FORM + 1)
    # a worker is lost in the second slice of accounts
    real, seen = reindexing.index_rows, []

    async def stopping(tx, entries, **more):
        seen.extend(each[0].name for each in entries)
        if seen.count("account") > 4:
            raise ConnectionError("gone")
        await real(tx, entries, **more)

    monkeypatch.setattr(reindexing, "index_rows", stopping)
    id_ = await run_look(begun)
    job = await begun.jobs.state(id_)
    assert (job.kind, job.state, job.result["object"]) == (KIND, "waiting", "account")
    assert 0 < job.progress < 1
    assert len(await search(admin, "jiujilu")) == 4
    # asked for again, it is the same work
    assert await start_reindex(begun.database, begun.jobs) == id_
    calls = []

    async def counting(tx, entries, **more):
        calls.extend(each[0].name for each in entries)
        await real(tx, entries, **more)

    monkeypatch.setattr(reindexing, "index_rows", counting)
    await _go_on(begun)
    assert (await begun.jobs.state(id_)).state == "done"
    assert calls.count("account") == 6, calls
    assert len(await search(admin, "jiujilu")) == 10
    assert await search(admin, "gone") == []
    assert await run_look(begun) is None


async def test_a_slice_that_is_run_again_leaves_nobody_out(begun, admin, monkeypatch):
    """A unit of work is run again after a deadlock, with what it was given."""
    monkeypatch.setattr(reindexing, "SLICE", 2)
    await bulk.batch(admin, "account", create=[{"name": f"Acme {n}"} for n in range(5)])
    ctx = await system_context(begun)
    account, saved = ctx.registry["account"], []

    class Run:
        async def save(self, _tx, **more):
            saved.append(dict(more["result"]))

    place = {"object": "account", "after": reindexing._FIRST, "records": 0}
    work = partial(reindexing._slice, ctx, Run(), account, place, 5)
    for _ in range(2):
        await begun.database.write(work)
    assert saved[0] == saved[1], "the same two records"
    assert saved[0]["records"] == 2


async def test_a_field_that_is_searched_from_now_on_is_noticed(begun, admin, monkeypatch):
    key = "description"
    made = await engine.create(admin, "account", {"name": "Acme", key: "Somewhere in Timbuktu"})
    held = reindexing.forms_of(begun.registry)
    assert (await search(admin, "timbuktu"))[0]["id"] == made["id"]
    monkeypatch.setattr(reindexing, "searchable", lambda _: ())
    other = reindexing.forms_of(begun.registry)
    assert held["account"] != other["account"]
    assert held["department"] == other["department"]
