"""Writing every record's search row anew: a job in small transactions that goes on where it was cut
off.

A record's tokens are written with it. When other tokens come of the same text (tokens.FORM), or
other fields are searched, the rows from before are behind. What each object was last indexed by is
kept, a look at times compares it, and the job indexes what is behind.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from fangxin.access.contexts import system_context
from fangxin.access.settings import put_settings, setting
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.jobs import Cron, Jobs, job
from fangxin.kernel.leases import Handler, Run
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import Id, Statement, compile_statement
from fangxin.kernel.tokens import FORM
from fangxin.objects.registry import ObjectDef, Registry
from fangxin.records import change as store
from fangxin.records.indexes import index_rows, search_keys, searchable
from fangxin.records.keys import write_duplicate_keys
from fangxin.records.plans import remember
from fangxin.records.tables import search_row
from fangxin.search.contents import holds_contents, read_later, unread, with_contents

KIND: Final = "search.reindex"
LOOK: Final = "search.form"
FORMS: Final = "search_forms"
# records of one transaction: SQLite's writer is held for some ten milliseconds
SLICE: Final = 50
# behind what people wait for
PRIORITY: Final = 8
_FIRST: Final = "00000000-0000-0000-0000-000000000000"

_forms: Final = Prepared(lambda: sa.select(setting.c.value).where(setting.c.key == FORMS))
# skip one-door: how much there is to do, for the progress of a job
_all: Final = Prepared(lambda: sa.select(sa.func.count()).select_from(search_row))
_under_way: Final = Prepared(
    lambda: (
        sa.select(job.c.id)
        .where(job.c.kind == KIND, sa.or_(job.c.state == "waiting", job.c.state == "running"))
        .limit(1)
    )
)


def form_of(definition: ObjectDef) -> str:
    """Return a digest of what decides which tokens a record of this object has."""
    facts = definition.facts
    told = [FORM, facts.title, facts.names, sorted(each.key for each in searchable(definition))]
    told.append(sorted(search_keys(definition)))
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:16]


def forms_of(registry: Registry) -> dict[str, str]:
    """Return the form of each object by its name."""
    return {name: form_of(each) for name, each in sorted(registry.objects.items())}


async def mark_indexed(tx: Tx, registry: Registry) -> None:
    """Say that all records are indexed as they should be: an installation that begins."""
    await put_settings(tx, {FORMS: forms_of(registry)})


async def start_reindex(database: Database, jobs: Jobs, objects: list[str] | None = None) -> str:
    """Enqueue the indexing of `objects` (all without them), or return the one under way."""

    async def unit(tx: Tx) -> str:
        row = await tx.fetch_one(_under_way(tx.dialect), {})
        if row is not None:
            return str(row[0])
        return await jobs.enqueue(tx, KIND, {"objects": objects}, priority=PRIORITY)

    return await database.write(unit)


def _held(rows: Any) -> dict[str, str]:
    return dict(rows[0][0][0]) if rows else {}


async def _look(installation: Any, _run: Run) -> Mapping[str, Any]:
    """Enqueue the indexing of the objects that are behind."""
    database: Database = installation.database
    held = _held(await database.read(_forms(database.dialect), {}))
    wanted = forms_of(installation.registry)
    behind = [name for name, form in wanted.items() if held.get(name) != form]
    if not behind:
        return {"job": None}
    return {"job": await start_reindex(database, installation.jobs, behind)}


async def _run(installation: Any, run: Run) -> Mapping[str, Any]:
    ctx = await system_context(installation)
    chosen = run.args.get("objects")
    names = sorted(ctx.registry.objects if chosen is None else chosen)
    ((total,),) = await ctx.database.read(_all(ctx.database.dialect), {})
    place = dict(run.saved or {"object": "", "after": _FIRST, "records": 0})
    for name in names:
        definition = ctx.registry.get(name)
        if definition is None or name < place["object"]:
            continue
        if name != place["object"]:
            place |= {"object": name, "after": _FIRST}
        while place["after"] is not None:
            work = partial(_slice, ctx, run, definition, place, total)
            place = await ctx.database.write(work)
            # other work of this process comes in between
            await asyncio.sleep(0)
    return {"records": place["records"]}


async def _slice(
    ctx: Ctx, run: Run, definition: ObjectDef, before: Mapping[str, Any], total: int, tx: Tx
) -> dict[str, Any]:
    """Index the records after a place and return the next; its `after` is None once there are no
    more. A unit may be run again: `before` stays as it is.
    """
    rows = await tx.fetch(_page(ctx, definition), {"after": before["after"]})
    # locked, so that nobody's change comes between reading and writing
    loaded = await store.load(ctx, tx, definition, [row[0] for row in rows], "update")
    live = {id_: row.values for id_, row in loaded.items() if not row.deleted}
    entries = [
        (definition, id_, values.get("owner"), values.get("department"), values)
        for id_, values in live.items()
    ]
    await index_rows(tx, await with_contents(tx, entries))
    await write_duplicate_keys(tx, definition, list(live.items()))
    if holds_contents(definition):
        await read_later(ctx, tx, await unread(tx, list(live)))
    after = rows[-1][0] if len(rows) == SLICE else None
    place = {**before, "after": after, "records": before["records"] + len(live)}
    if after is None:
        held = _held(await tx.fetch(_forms(tx.dialect), {}))
        await put_settings(tx, {FORMS: held | {definition.name: form_of(definition)}})
    await run.save(tx, progress=min(0.99, place["records"] / max(total, 1)), result=place)
    return place


def _page(ctx: Ctx, definition: ObjectDef) -> Statement:
    def make() -> Statement:
        table = definition.table
        where = [table.c.deleted_at.is_(None), *definition.where(table)]
        later = table.c.id > sa.bindparam("after", type_=Id())
        # skip one-door: everybody's records are indexed, nobody is shown any
        query = sa.select(table.c.id).where(*where, later).order_by(table.c.id).limit(SLICE)
        return compile_statement(query, ctx.database.dialect)

    return remember(ctx.registry, ("reindexed", definition.name), make)


JOBS: Final[Mapping[str, Handler]] = {KIND: _run, LOOK: _look}
# one read at a time: an upgrade, or a field that is searched from now on, is noticed by it
CRON: Final = (Cron(LOOK, LOOK, timedelta(minutes=10)),)
