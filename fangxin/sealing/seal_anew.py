"""The job that brings every value of encrypted fields under the key that seals now: after a new key
(rotation), and after a field was encrypted that holds plain text.

It walks rows and then the change log in slices, keeps its place, and goes on after a restart. A
record's version stays, for its text is the same. What it rewrites of the log it notes in the log,
so that the chain of seals still verifies (history/sealer.py).
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from fangxin.access.contexts import system_context
from fangxin.customizing.customize import SEAL_JOB
from fangxin.history.sealer import FACTS, REWRITTEN, digest_of
from fangxin.kernel.context import ChangeSet, Ctx
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.ids import named_id, new_id
from fangxin.kernel.jobs import Jobs, job
from fangxin.kernel.leases import Handler, Run
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sealed_text import MARK
from fangxin.kernel.sql import InArray, Statement
from fangxin.records import change as store
from fangxin.records.indexes import index_rows
from fangxin.records.keys import write_duplicate_keys, write_unique_keys
from fangxin.records.log import SALT, write_lines
from fangxin.records.tables import change, change_payload
from fangxin.sealing.anew import Anew
from fangxin.sealing.places import FIRST, SLICE, Place, find_places, plain_codes
from fangxin.search.contents import with_contents

# the argument of a job that has no field to wait for: all processes know the fields already
ROTATION: Final = "rotation"
# until every process knows of a field that has just been encrypted, and seals what it writes
_SETTLING: Final = 2.0
# lines of the log that one slice looks through, of which few may be those of encrypted fields: no
# more than some ten milliseconds of SQLite's writer
_SPAN: Final = 2000
_END: Final = 2**63 - 1
_NOTE: Final = named_id("setting", REWRITTEN)
_encode: Final = msgspec.json.Encoder().encode
# the argument of one that encrypts a field whose words were searched
SEARCHED: Final = "searched"
# words that are gone stay in the index until its parts are merged
# skip one-door: keeps the index of words in order, reads nothing
_MERGE: Final = Statement(
    "INSERT INTO search_index (search_index) VALUES ('optimize')", (), {}, (), ()
)


def _lines() -> Any:
    payload = change_payload.c
    marked = sa.cast(payload.payload, sa.Text()).like(f'%"{MARK}%')
    # skip one-door: what is encrypted is made anew for every record, and shown to nobody
    return (
        sa.select(payload.seq, payload.payload, *FACTS)
        .join(change, change.c.seq == payload.seq)
        .where(
            payload.seq > sa.bindparam("after", type_=sa.BigInteger()),
            payload.seq <= sa.bindparam("last", type_=sa.BigInteger()),
            payload.payload.is_not(None),
            sa.or_(marked, InArray(change.c.object, "objects")),
        )
        .order_by(payload.seq)
        .limit(sa.literal_column(str(SLICE)))
        # another such job, or an erasure, must not be written over
        .with_for_update(of=change_payload)
    )


def _rewrite() -> Any:
    columns = ("payload", "salt")
    sets = {
        name: sa.bindparam(f"new_{name}", type_=change_payload.c[name].type) for name in columns
    }
    wanted = change_payload.c.seq == sa.bindparam("line", type_=sa.BigInteger())
    return sa.update(change_payload).where(wanted).values(sets)


def _reached() -> Any:
    seq = change_payload.c.seq
    # skip one-door: counts lines, whatever they tell
    ahead = sa.select(seq).where(seq > sa.bindparam("after", type_=sa.BigInteger()))
    return ahead.order_by(seq).offset(sa.bindparam("passed", type_=sa.Integer())).limit(1)


_lines_between: Final = Prepared(_lines)
_reach: Final = Prepared(_reached)
_put_payload: Final = Prepared(_rewrite)


async def _rows(
    ctx: Ctx, anew: Anew, place: Place, after: str, tx: Tx, *, searched: bool
) -> str | None:
    """Seal the rows after an id anew and return the last id, None when there are no more. Where
    the words of a field were `searched`, they go even from rows that somebody has sealed meanwhile.
    """
    rows = await tx.fetch(place.statement(tx.dialect, lock=True), {"after": after})
    written = [values for row in rows if (values := anew.row(place, row)) is not None]
    statement = place.update(tx.dialect)
    for values in written:
        await tx.execute(statement, values)
    definition = ctx.registry.get(place.object)
    ids = [row[0] for row in rows] if searched else [values["row_id"] for values in written]
    if ids and definition is not None and definition.seals is not None:
        loaded = await store.load(ctx, tx, definition, ids, "update")
        live = [(id_, row.values) for id_, row in loaded.items() if not row.deleted]
        # the texts by which equal values are found belong to keys as well
        await write_unique_keys(tx, definition, live)
        await write_duplicate_keys(tx, definition, live)
        entries = [
            (definition, id_, values.get("owner"), values.get("department"), values)
            for id_, values in live
        ]
        await index_rows(tx, await with_contents(tx, entries))
    return rows[-1][0] if len(rows) == SLICE else None


async def _log(
    ctx: Ctx, anew: Anew, wanted: Mapping[str, frozenset[str]], after: int, tx: Tx
) -> int | None:
    """Seal the lines of the log after a number anew and return the last number."""
    objects = sorted(name for name, codes in wanted.items() if codes)
    reached = await tx.fetch_one(_reach(tx.dialect), {"after": after, "passed": _SPAN - 1})
    last = _END if reached is None else reached[0]
    asked = {"after": after, "last": last, "objects": objects}
    rows = await tx.fetch(_lines_between(tx.dialect), asked)
    digests: dict[str, str] = {}
    for seq, payload, *facts in rows:
        name, record = facts[1], facts[2]
        made = anew.payload(name, record, payload, wanted.get(name, frozenset()))
        if made != payload:
            salt = secrets.token_urlsafe(SALT)
            values = {"new_payload": made, "new_salt": salt, "line": seq}
            await tx.execute(_put_payload(tx.dialect), values)
            digests[str(seq)] = digest_of(salt, facts, made)
    if digests:
        note = _encode({"digests": digests}).decode()
        own = ctx.within(ChangeSet(new_id(), "update", REWRITTEN))
        await write_lines(own, tx, REWRITTEN, "update", [(_NOTE, 0, note)], settings=False)
    if len(rows) == SLICE:
        return int(rows[-1][0])
    return None if reached is None else int(last)


async def _step(ctx: Ctx, run: Run, before: Mapping[str, Any], tx: Tx) -> dict[str, Any]:
    """Do one slice and return the next place: the number of the place among all, after which id or
    line, and the counts. A unit may be run again: `before` stays as it is.
    """
    anew = Anew(ctx.services.keys, dict(before["counts"]))
    found = await find_places(tx)
    at, after = before["at"], before["after"]
    done = False
    if at < len(found):
        searched = bool(run.args.get(SEARCHED))
        last: Any = await _rows(ctx, anew, found[at], after or FIRST, tx, searched=searched)
        at, after = (at, last) if last is not None else (at + 1, None)
    else:
        after = await _log(ctx, anew, plain_codes(found), after or 0, tx)
        done = after is None
    if tx.dialect == "sqlite" and done and run.args.get(SEARCHED):
        await tx.execute(_MERGE, {})
    place = {"at": at, "after": after, "counts": anew.counts, "done": done}
    await run.save(tx, progress=min(0.99, at / (len(found) + 1)), result=place)
    return place


async def run_anew(installation: Any, run: Run) -> Mapping[str, Any]:
    """Seal everything anew and return {"sealed", "unreadable"}; running it again goes on."""
    if not run.args.get(ROTATION) and run.saved is None:
        await asyncio.sleep(_SETTLING)
    await installation.refresh_registry()
    ctx = await system_context(installation)
    place = dict(run.saved or {"at": 0, "after": None, "counts": {}, "done": False})
    while not place["done"]:
        place = await ctx.database.write(partial(_step, ctx, run, place))
        # other work of this process comes in between
        await asyncio.sleep(0)
    return dict(place["counts"])


_under_way: Final = Prepared(
    lambda: (
        sa.select(job.c.id)
        .where(job.c.kind == SEAL_JOB, job.c.state == "waiting")
        .order_by(job.c.id)
        .limit(1)
    )
)


async def start_rotation(database: Database, jobs: Jobs) -> str:
    """Enqueue the job, or return the one that waits."""

    async def unit(tx: Tx) -> str:
        row = await tx.fetch_one(_under_way(tx.dialect), {})
        return (
            str(row[0]) if row is not None else await jobs.enqueue(tx, SEAL_JOB, {ROTATION: True})
        )

    return await database.write(unit)


JOBS: Final[Mapping[str, Handler]] = {SEAL_JOB: run_anew}
