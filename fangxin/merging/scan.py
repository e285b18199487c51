"""Looking through the whole database for duplicates, by a job: records are read in slices, compared
by a process of their own (merging/crunch.py), and the pairs kept in slices.

A job that was cut off goes on with the comparison it was at; pairs that are found twice are one.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from fangxin.access.contexts import system_context
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import Forbidden
from fangxin.kernel.jobs import job
from fangxin.kernel.leases import Handler, Run
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import Id, Statement, compile_statement
from fangxin.merging.features import Likening, Trait, likenings, mergeable, traits_of
from fangxin.merging.pairs import drop_old, pair_row, put_pairs
from fangxin.objects.registry import ObjectDef
from fangxin.records.plans import remember

KIND: Final = "duplicates.scan"
# the same for what one object is compared with, after an import that asked for it
AFTER: Final = "duplicates.scan_after"
ALL_DATA: Final = "admin.data"
SLICE: Final = 2000
# scans that wait after imports
AT_ONCE: Final = 100
KEPT_AT_ONCE: Final = 200
# of a comparison: reading, reckoning, keeping
_READ, _RECKONED = 0.2, 0.9
_FIRST: Final = "00000000-0000-0000-0000-000000000000"
_running: Final = Prepared(
    lambda: (
        sa.select(job.c.id, job.c.state, job.c.progress, job.c.finished_at)
        .where(job.c.kind == KIND)
        .order_by(job.c.created_at.desc())
        .limit(1)
    )
)


async def last_scan(ctx: Ctx) -> dict[str, Any] | None:
    """Return the latest scan as {"job", "state", "progress", "finished_at"}, None before any."""
    rows = await ctx.database.read(_running(ctx.database.dialect), {})
    if not rows:
        return None
    return dict(zip(("job", "state", "progress", "finished_at"), rows[0], strict=True))


async def start_scan(ctx: Ctx) -> dict[str, Any]:
    """Enqueue a scan of everything, or return the one that is under way: {"job"}."""
    if not ctx.rights.allows(ALL_DATA):
        raise Forbidden(values={"permission": ALL_DATA})

    async def unit(tx: Tx) -> dict[str, Any]:
        row = await tx.fetch_one(_running(tx.dialect), {})
        if row is not None and row[1] in {"waiting", "running"}:
            return {"job": row[0]}
        return {"job": await ctx.services.jobs.enqueue(tx, KIND, {}, actor=ctx.actor.id)}

    started: dict[str, Any] = await ctx.database.write(unit)
    return started


_waiting: Final = Prepared(
    lambda: (
        sa.select(job.c.args)
        .where(job.c.kind == AFTER, job.c.state == "waiting")
        .order_by(job.c.created_at)
        .limit(AT_ONCE)
    )
)


async def scan_after(ctx: Ctx, tx: Tx, object_name: str) -> None:
    """Enqueue a scan of all that an object is compared with, in the caller's transaction; one that
    waits already will see the new records too.
    """
    args = {"object": object_name}
    waiting = [row[0] for row in await tx.fetch(_waiting(tx.dialect), {})]
    if mergeable(ctx.registry[object_name]) and args not in waiting:
        await ctx.services.jobs.enqueue(tx, AFTER, args, actor=ctx.actor.id, priority=9)


async def _run(installation: Any, run: Run) -> Mapping[str, Any]:
    ctx = await system_context(installation)
    done: dict[str, int] = dict((run.saved or {}).get("pairs", {}))
    todo = likenings(ctx.registry, run.args.get("object"))
    folder = installation.settings.data_folder
    folder.mkdir(parents=True, exist_ok=True)
    prefix = f"duplicates-{run.id}-"
    # an attempt that was cut off has left a copy of the records
    for left in folder.glob(f"{prefix}*"):
        shutil.rmtree(left, ignore_errors=True)
    with TemporaryDirectory(prefix=prefix, dir=folder) as scratch:
        for place, likening in enumerate(todo):
            if likening.name in done:
                continue
            scan = _Scan(ctx, run, likening, Path(scratch), place, len(todo), done)
            done[likening.name] = await scan.go()
    return {"pairs": done}


class _Scan:
    """One comparison of a scan: `place` of `many`; `done` counts the pairs of those before."""

    def __init__(
        self,
        ctx: Ctx,
        run: Run,
        likening: Likening,
        folder: Path,
        place: int,
        many: int,
        done: Mapping[str, int],
    ) -> None:
        self.ctx, self.run, self.likening, self.folder = ctx, run, likening, folder
        self.place, self.many, self.done = place, many, done

    async def go(self) -> int:
        """Find and keep the pairs; return how many there are."""
        started = self.ctx.clock()
        sides = dict.fromkeys((self.likening.left, self.likening.right))
        for definition in sides:
            await self._write_records(definition)
        await self.tell(_READ)
        (self.folder / "plan.json").write_bytes(msgspec.json.encode([self._plan()]))
        await self._reckon()
        found = 0
        with (self.folder / "pairs-0.jsonl").open("rb") as lines:
            rows: list[dict[str, Any]] = []
            for line in lines:
                rows.append(pair_row(self.likening, msgspec.json.decode(line), started))
                if len(rows) == KEPT_AT_ONCE:
                    found += await self._keep(rows)
                    rows = []
        found += await self._keep(rows)
        await self.ctx.database.write(lambda tx: drop_old(tx, self.likening, started))
        await self.tell(1.0, {**self.done, self.likening.name: found})
        return found

    async def tell(self, share: float, done: Mapping[str, int] | None = None) -> None:
        """Write the progress, and what is done so far."""
        result = {"pairs": dict(self.done if done is None else done)}
        progress = (self.place + share) / self.many

        async def unit(tx: Tx) -> None:
            await self.run.save(tx, progress=progress, result=result)

        await self.ctx.database.write(unit)

    def _plan(self) -> dict[str, Any]:
        likening = self.likening
        sides = []
        objects = dict.fromkeys((likening.left, likening.right))
        for side, definition in enumerate(objects):
            columns = [trait.key for trait in traits_of(definition)]
            wanted = [columns.index(pair[side].key) for pair in likening.traits]
            sides.append({"file": _file(definition), "columns": wanted})
        features = [[each.key, each.kind] for each in likening.features]
        return {"features": features, "sides": sides}

    async def _write_records(self, definition: ObjectDef) -> None:
        path = self.folder / _file(definition)
        if path.exists():
            return
        with path.with_suffix(".part").open("wb") as file:
            async for rows in _slices(self.ctx, definition):
                for id_, *values in rows:
                    texts = ["" if each is None else str(each) for each in values]
                    file.write(msgspec.json.encode((id_, texts)) + b"\n")
                # other work of this process comes in between
                await asyncio.sleep(0)
        path.with_suffix(".part").rename(path)

    async def _reckon(self) -> None:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "fangxin.merging.crunch", str(self.folder)),
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            told = _READ
            while line := await child.stdout.readline() if child.stdout else b"":
                share = _READ + (_RECKONED - _READ) * float(line)
                if share - told > 0.01:  # noqa: PLR2004 - a hundredth is worth a write
                    told = share
                    await self.tell(share)
            if await child.wait():
                message = f"comparing records ended with {child.returncode}"
                raise RuntimeError(message)
        finally:
            if child.returncode is None:
                with suppress(ProcessLookupError):
                    child.kill()
                await child.wait()

    async def _keep(self, rows: list[dict[str, Any]]) -> int:
        if rows:
            await self.ctx.database.write(lambda tx: put_pairs(tx, rows))
        return len(rows)


def _file(definition: ObjectDef) -> str:
    return f"records-{definition.name}"


def _slice_statement(ctx: Ctx, definition: ObjectDef, traits: list[Trait]) -> Statement:
    table = definition.table
    until = definition.facts.duplicate_until
    where = [table.c.deleted_at.is_(None), *definition.where(table)]
    where += [definition.fields[until].columns(table)[0].is_(None)] if until else []
    # skip one-door: pairs are of everybody's records; each reader sees those of his own
    query = sa.select(table.c.id, *(trait.column(table) for trait in traits))
    later = table.c.id > sa.bindparam("after", type_=Id())
    return compile_statement(
        query.where(*where, later).order_by(table.c.id).limit(SLICE), ctx.database.dialect
    )


async def _slices(ctx: Ctx, definition: ObjectDef) -> AsyncIterator[Any]:
    traits = traits_of(definition)
    statement = remember(
        ctx.registry,
        ("compared", definition.name),
        lambda: _slice_statement(ctx, definition, traits),
    )
    after = _FIRST
    while rows := await ctx.database.read(statement, {"after": after}):
        yield rows
        after = rows[-1][0]


JOBS: Final[Mapping[str, Handler]] = {KIND: _run, AFTER: _run}
