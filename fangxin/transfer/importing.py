"""Importing a file: slice by slice, each one transaction with its note of how far it is.

An import that was killed goes on behind the last slice that was committed. All of it is one change
set, open until the end. Importing the same file again finds every record by the match key, changes
nothing and writes nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from fangxin.access.contexts import context_for_user
from fangxin.kernel.context import ChangeSet, Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import Conflict, FangxinError
from fangxin.kernel.i18n import translate
from fangxin.kernel.ids import new_id
from fangxin.kernel.leases import GiveUp, Run
from fangxin.kernel.spreadsheets import rows
from fangxin.merging.scan import scan_after
from fangxin.records.engine import run_unit
from fangxin.records.reading import environment
from fangxin.transfer import ledger
from fangxin.transfer.casting import Caster, Draft
from fangxin.transfer.doubles import CREATE, Doubles
from fangxin.transfer.drafting import Batch, open_source, task_of
from fangxin.transfer.late_links import link_later
from fangxin.transfer.ledger import OVER, Book
from fangxin.transfer.orders import Order, check_map, new_books, open_file
from fangxin.transfer.overlapping import Overlapping
from fangxin.transfer.reporting import report
from fangxin.transfer.slices import Promised, Save, Slices

SLICE: Final = 2000
SQLITE_SLICE: Final = 1000
FIRST_SQLITE_SLICE: Final = 50
LEAST_SLICE: Final = 20
# how long a slice may keep SQLite's one writer from others
SECONDS: Final = 0.1
# every restart of its worker costs a long import one
ATTEMPTS: Final = 20


async def start(ctx: Ctx, orders: Sequence[Order], file_id: str, file_name: str) -> dict[str, Any]:
    """Check orders on a stored file and enqueue them; return {"id", "job"}."""
    path = ctx.services.storage.path(file_id)
    books = await new_books(ctx, orders, path, file_name, file_id)

    async def unit(tx: Tx) -> dict[str, Any]:
        first = books[0].id
        job = await ctx.services.jobs.enqueue(
            tx, "import", {"import": first}, actor=ctx.actor.id, max_attempts=ATTEMPTS
        )
        for book in books:
            await ledger.open_book(tx, replace(book, job_id=job))
        return {"id": first, "job": job}

    started: dict[str, Any] = await run_unit(ctx, unit)
    return started


async def start_tried(ctx: Ctx, import_id: str) -> dict[str, Any]:
    """Start what a dry run has tried, all its sheets, in the actor's name; return {"id", "job"}.
    Raises Conflict not_a_trial for another import or one that runs still, file_gone when its file
    is kept no longer, and what `start` raises.
    """
    first = await ledger.load(ctx, import_id)
    if not first.dry_run or first.state != "done":
        message = "Only a trial that has ended can be started as an import."
        raise Conflict(message, code="not_a_trial")
    if first.file_id is None or not ctx.services.storage.path(first.file_id).is_file():
        raise Conflict("The file is kept no longer. Send it again.", code="file_gone")
    books = [first, *[await ledger.load(ctx, each) for each in first.options.get("parts", ())]]
    orders = [Order.of(book.object, book.options) for book in books]
    return await start(ctx, orders, first.file_id, first.file_name)


class _Import:
    """One run over one file: from where an earlier one stopped to the end."""

    def __init__(self, ctx: Ctx, book: Book, path: Path, save: Save, promised: Promised) -> None:
        self.book = book
        self.save = save
        self.table = open_file(path, book.options)
        self.plan = check_map(ctx, book.object, self.table, book.options)
        group = ChangeSet(
            book.options.get("change_set") or book.change_set_id or new_id(),
            "import",
            object=self.plan.definition.name,
            label=book.file_name,
            state="open",
        )
        self.change_set = group.id
        self.ctx = replace(ctx.within(group), source="import", request_key=None)
        # by this it is known, too, that the file can be read to its end
        self.total = sum(1 for _ in rows(self.table))
        # for long files it is another process that holds the cells from here on
        self.table = self.table.released()
        env = replace(environment(ctx), currency=self.plan.currency)
        self.caster = Caster(self.plan, self.table.columns, env)
        choice = book.options.get("duplicates") or CREATE
        doubles = Doubles(self.ctx, self.plan, choice, dry_run=book.dry_run)
        self.slices = Slices(self.ctx, self.caster, doubles, save, promised)
        self.fast = ctx.database.dialect == "postgresql"
        self.size = SLICE if self.fast else FIRST_SQLITE_SLICE

    async def run(self, *, last: bool) -> Book:
        """Import what is left and return the finished book; with the `last` one of a file its
        change set is complete.
        """
        self.book = replace(
            self.book,
            state="running",
            total=self.total,
            change_set_id=None if self.book.dry_run else self.change_set,
        )
        await self.ctx.database.write(self._begin)
        line = Overlapping(self.slices)
        async with aclosing(line), aclosing(self._ahead()) as batches:
            async for batch in batches:
                left = [draft for draft in batch.drafts if draft.number > self.book.cursor]
                if left:
                    self.book = await self._timed(line, left, batch.made)
            self.book = await line.landed(self.book)
        await self._later()
        return await self._finish(last=last)

    async def _begin(self, tx: Tx) -> None:
        # one that rows are added to is not undone meanwhile
        await ledger.mark_change_set(tx, self.change_set, "open")
        await self.save(tx, self.book)

    async def _ahead(self) -> AsyncGenerator[Batch, None]:
        """Give slice after slice; the next one is read and cast while one is written."""
        source = open_source(task_of(self.plan, self.table, self.caster.env), self.total)
        coming = asyncio.ensure_future(asyncio.to_thread(source.next, self.size))
        try:
            while (batch := await coming).drafts:
                coming = asyncio.ensure_future(asyncio.to_thread(source.next, self.size))
                yield batch
        finally:
            coming.cancel()
            source.close()

    async def _timed(
        self, line: Overlapping, drafts: Sequence[Draft], made: Mapping[Any, Any]
    ) -> Book:
        """Write a slice; on SQLite its size follows the time that the last one took."""
        started = time.perf_counter()
        book = await line.write(self.book, drafts, made)
        if not self.fast:
            spent = time.perf_counter() - started
            wanted = int(len(drafts) * SECONDS / max(spent, 0.001))
            self.size = max(LEAST_SLICE, min(SQLITE_SLICE, wanted, self.size * 2))
        return book

    async def _later(self) -> None:
        """Set the links to records of the same file that came below the row that names them."""
        while waiting := await ledger.later_rows(self.ctx, self.book.id, self.size):
            self.book = await link_later(self.slices, self.book, waiting)

    async def _finish(self, *, last: bool) -> Book:
        written = self.book.created + self.book.updated
        done = replace(
            self.book,
            state="done",
            finished_at=self.ctx.clock(),
            change_set_id=self.book.change_set_id if written else None,
        )

        async def unit(tx: Tx) -> None:
            if last:
                await ledger.mark_change_set(tx, self.change_set, "closed")
            if self.book.created and self.slices.doubles.queues:
                # what is alike without one key in common is found by comparing
                await scan_after(self.ctx, tx, self.book.object)
            await self.save(tx, done)

        await self.ctx.database.write(unit)
        return done


async def _run(ctx: Ctx, books: Sequence[Book], path: Path, save: Save) -> list[Book]:
    """Run the books of one file, one after another; a fault of the file or the map ends it, and the
    row of its book says why.
    """
    promised: Promised = {}
    done: list[Book] = []
    for book in books:
        if book.state in OVER:
            done.append(book)
            continue
        try:
            work = await asyncio.to_thread(_Import, ctx, book, path, save, promised)
        except FangxinError as error:
            said = translate(ctx.locale, error.detail, error.values)
            failed = replace(book, state="failed", error=said, finished_at=ctx.clock())
            await ctx.database.write(partial(_fail, book=failed))
            raise
        done.append(await work.run(last=book is books[-1]))
    return done


async def _fail(tx: Tx, book: Book) -> None:
    await ledger.save(tx, book)
    if group := book.change_set_id or book.options.get("change_set"):
        # what earlier sheets or an earlier run brought stays, and can be undone
        await ledger.mark_change_set(tx, group, "closed")


async def run_job(installation: Any, run: Run) -> Mapping[str, Any]:
    """Handle the job of an import."""
    ctx = await context_for_user(installation, str(run.actor_id), "import")
    first = await ledger.load(ctx, run.args["import"])
    books = [first, *[await ledger.load(ctx, each) for each in first.options.get("parts", ())]]
    places = {book.id: at for at, book in enumerate(books)}
    # where the request that sent the file broke off, nobody has done it yet
    await ctx.services.storage.release(str(first.file_id))

    async def save(tx: Tx, book: Book) -> None:
        await ledger.save(tx, book)
        books[places[book.id]] = book
        shares = [min(b.processed / b.total, 1.0) if b.total else 0.0 for b in books]
        await run.save(tx, progress=sum(shares) / len(books), result=_counts(first.id, books))

    path = ctx.services.storage.path(str(first.file_id))
    try:
        return _counts(first.id, await _run(ctx, list(books), path, save))
    except FangxinError as error:
        raise GiveUp(translate(ctx.locale, error.detail, error.values)) from error


async def stopped(ctx: Ctx, job: str) -> None:
    """Note on the imports of a job that was stopped that they are over: what they brought stays,
    and can be undone.
    """
    said = translate(ctx.locale, "Stopped. What came in before stays, and can be undone.")
    for book in await ledger.of_job(ctx, job):
        if book.state not in OVER:
            ended = replace(book, state="failed", error=said, finished_at=ctx.clock())
            await ctx.database.write(partial(_fail, book=ended))


JOBS: Final[Mapping[str, Callable[[Any, Run], Awaitable[Mapping[str, Any]]]]] = {"import": run_job}


def _counts(first: str, books: Sequence[Book]) -> dict[str, Any]:
    names = ("processed", "created", "updated", "unchanged", "failed", "duplicates")
    sums = {name: sum(getattr(book, name) for book in books) for name in names}
    total = sum(book.total or 0 for book in books)
    group = next((book.change_set_id for book in books if book.change_set_id), None)
    return {"import": first, "total": total, **sums, "change_set_id": group}


async def import_sheets(ctx: Ctx, path: Path, orders: Sequence[Order]) -> list[dict[str, Any]]:
    """Import a file here and now (command line) and return the report (see `reporting`) of each
    sheet, in the order in which they went in.
    """
    books = await new_books(ctx, orders, path, path.name, None)
    for book in books:
        await ctx.database.write(partial(ledger.open_book, book=book))
    return [await report(ctx, book) for book in await _run(ctx, books, path, ledger.save)]


async def import_file(ctx: Ctx, path: Path, order: Order) -> dict[str, Any]:
    """Import a file of one table here and now and return its report."""
    return (await import_sheets(ctx, path, [order]))[0]
