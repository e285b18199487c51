"""Importing a file: slice by slice, each one transaction with its note of how far it is.

An import that was killed goes on behind the last slice that was committed. All of it is one change
set, open until the end. Importing the same file again finds every record by the match key, changes
nothing and writes nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from fangxin.access.contexts import context_for_user
from fangxin.kernel.context import ChangeSet, Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.defusing import csv_line
from fangxin.kernel.errors import FangxinError, FieldProblem, Invalid
from fangxin.kernel.i18n import translate
from fangxin.kernel.ids import new_id
from fangxin.kernel.leases import GiveUp, Run
from fangxin.kernel.spreadsheets import Row, Table, open_table, rows
from fangxin.objects.registry import ObjectDef
from fangxin.records.engine import require, run_unit
from fangxin.records.reading import environment
from fangxin.transfer import ledger
from fangxin.transfer.casting import Caster, Draft, Issue
from fangxin.transfer.ledger import Book
from fangxin.transfer.mapping import ImportMap, read_map
from fangxin.transfer.slices import Save, Slices
from fangxin.transfer.suggesting import plain_map, suggest

SLICE: Final = 1000
SQLITE_SLICE: Final = 500
FIRST_SQLITE_SLICE: Final = 50
LEAST_SLICE: Final = 20
# how long a slice may keep SQLite's one writer from others
SECONDS: Final = 0.05
# every restart of its worker costs a long import one
ATTEMPTS: Final = 20
ERROR_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be imported and how; all but the object and the map has a sensible default."""

    object: str
    map: Mapping[str, Any] | None = None
    mode: str | None = None
    match: str | None = None
    dry_run: bool = False
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None

    def options(self) -> dict[str, Any]:
        """Return all but the object, as the import's row keeps it."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "object"}

    @classmethod
    def read(cls, wire: Any, *, for_object: bool = True) -> Order:
        """Read the options of a request, or raise Invalid naming what is wrong."""
        given = wire if isinstance(wire, Mapping) else {}
        faults = [
            FieldProblem(
                f"/{key}", "unknown_field", "There is no field {name} here.", {"name": key}
            )
            for key in given
            if key not in cls.__slots__
        ]
        faults += [
            FieldProblem(f"/{key}", "wrong_type", "Text is needed here.")
            for key in ("object", "mode", "match", "encoding", "delimiter", "sheet")
            if not isinstance(given.get(key), str | None)
        ]
        if for_object and not given.get("object"):
            faults.append(FieldProblem("/object", "required", "This field is required."))
        if not isinstance(given.get("dry_run", False), bool):
            message = "true or false is needed here."
            faults.append(FieldProblem("/dry_run", "wrong_type", message))
        if faults:
            raise Invalid(errors=faults)
        return cls(**{"object": "", **given})


def open_file(path: Path, options: Mapping[str, Any]) -> Table:
    """Recognise a file as the options say, or as it looks; raises Invalid."""
    return open_table(
        path,
        encoding=options.get("encoding"),
        delimiter=options.get("delimiter"),
        sheet=options.get("sheet"),
    )


def _count(table: Table) -> int:
    return sum(1 for _ in rows(table))


def _check(ctx: Ctx, definition: ObjectDef, table: Table, options: Mapping[str, Any]) -> ImportMap:
    """Return the checked map; the actor must be allowed what it would do."""
    given = options.get("map")
    if given is None:
        given = plain_map(suggest(ctx, definition, table.columns))
    plan = read_map(
        ctx,
        definition,
        given,
        table.columns,
        mode=options.get("mode"),
        match=options.get("match"),
    )
    require(ctx, definition.name, "import")
    for verb in {"create": ("create",), "update": ("update",)}.get(plan.mode, ("create", "update")):
        require(ctx, definition.name, verb)
    for column in plan.columns:
        if column.missing == "create" and column.target is not None:
            require(ctx, column.target, "create")
    return plan


async def start(ctx: Ctx, order: Order, file_id: str, file_name: str) -> dict[str, Any]:
    """Check an order on a stored file and enqueue it; return {"id", "job"}."""
    definition = require(ctx, order.object, "import")
    options = order.options()
    table = await asyncio.to_thread(open_file, ctx.services.storage.path(file_id), options)
    _check(ctx, definition, table, options)
    book = _new_book(ctx, definition, options, file_name, file_id)

    async def unit(tx: Tx) -> dict[str, Any]:
        job = await ctx.services.jobs.enqueue(
            tx, "import", {"import": book.id}, actor=ctx.actor.id, max_attempts=ATTEMPTS
        )
        await ledger.open_book(tx, replace(book, job_id=job))
        return {"id": book.id, "job": job}

    started: dict[str, Any] = await run_unit(ctx, unit)
    return started


def _new_book(
    ctx: Ctx,
    definition: ObjectDef,
    options: dict[str, Any],
    file_name: str,
    file_id: str | None,
) -> Book:
    return Book(
        new_id(), ctx.clock(), ctx.actor.id, None, definition.name, file_id, file_name, options
    )


class _Import:
    """One run over one file: from where an earlier one stopped to the end."""

    def __init__(self, ctx: Ctx, book: Book, path: Path, save: Save) -> None:
        self.book = book
        self.save = save
        self.table = open_file(path, book.options)
        definition = ctx.registry[book.object]
        env = replace(environment(ctx))
        self.plan = _check(ctx, definition, self.table, book.options)
        group = ChangeSet(
            book.change_set_id or new_id(),
            "import",
            object=definition.name,
            label=book.file_name,
            state="open",
        )
        self.change_set = group.id
        self.ctx = replace(ctx.within(group), source="import", request_key=None)
        env = replace(env, currency=self.plan.currency)
        self.caster = Caster(self.plan, self.table.columns, env)
        self.slices = Slices(self.ctx, self.plan, self.caster, save)
        self.seen: dict[int, int] = {}
        self.fast = ctx.database.dialect == "postgresql"
        self.size = SLICE if self.fast else FIRST_SQLITE_SLICE

    async def run(self) -> Book:
        """Import what is left and return the finished book."""
        self.book = replace(
            self.book,
            state="running",
            total=await asyncio.to_thread(_count, self.table),
            change_set_id=None if self.book.dry_run else self.change_set,
        )
        await self.ctx.database.write(lambda tx: self.save(tx, self.book))
        async for drafts in self._ahead():
            if drafts[-1].number > self.book.cursor:
                left = [draft for draft in drafts if draft.number > self.book.cursor]
                self.book = await self._timed(left)
        await self._later()
        return await self._finish()

    async def _ahead(self) -> AsyncIterator[list[Draft]]:
        """Give slice after slice; the next one is read and cast while one is written."""
        reader = rows(self.table)
        coming = asyncio.ensure_future(asyncio.to_thread(self._next, reader))
        try:
            while drafts := await coming:
                coming = asyncio.ensure_future(asyncio.to_thread(self._next, reader))
                yield drafts
        finally:
            coming.cancel()

    def _next(self, reader: Iterator[Row]) -> list[Draft]:
        return [self._draft(row) for row in islice(reader, self.size)]

    def _draft(self, row: Row) -> Draft:
        draft = self.caster.cast(row)
        if draft.key is None or draft.issues:
            return draft
        first = self.seen.setdefault(hash(draft.key), draft.number)
        if first != draft.number:
            message = "Row {first} has the same {field}."
            field = self.plan.match.key if self.plan.match else ""
            values = {"first": first, "field": field}
            draft.issues.append(
                Issue(draft.number, "", "repeated_row", message, values, str(draft.key))
            )
        return draft

    async def _timed(self, drafts: Sequence[Draft]) -> Book:
        """Write a slice; on SQLite its size follows the time that the last one took."""
        started = time.perf_counter()
        book = await self.slices.write(self.book, drafts)
        if not self.fast:
            spent = time.perf_counter() - started
            wanted = int(len(drafts) * SECONDS / max(spent, 0.001))
            self.size = max(LEAST_SLICE, min(SQLITE_SLICE, wanted, self.size * 2))
        return book

    async def _later(self) -> None:
        """Set the links to records of the same file that came below the row that names them."""
        while waiting := await ledger.later_rows(self.ctx, self.book.id, self.size):
            self.book = await self.slices.link_later(self.book, waiting)

    async def _finish(self) -> Book:
        written = self.book.created + self.book.updated
        done = replace(
            self.book,
            state="done",
            finished_at=self.ctx.clock(),
            change_set_id=self.book.change_set_id if written else None,
        )

        async def unit(tx: Tx) -> None:
            if done.change_set_id is not None:
                await ledger.close_change_set(tx, done.change_set_id)
            await self.save(tx, done)

        await self.ctx.database.write(unit)
        return done


async def _run(ctx: Ctx, book: Book, path: Path, save: Save) -> Book:
    """Run an import; a fault of the file or the map ends it, and its row says why."""
    try:
        work = await asyncio.to_thread(_Import, ctx, book, path, save)
    except FangxinError as error:
        said = translate(ctx.locale, error.detail, error.values)
        failed = replace(book, state="failed", error=said, finished_at=ctx.clock())
        await ctx.database.write(lambda tx: ledger.save(tx, failed))
        raise
    return await work.run()


async def run_job(installation: Any, run: Run) -> Mapping[str, Any]:
    """Handle the job of an import."""
    ctx = await context_for_user(installation, str(run.actor_id), "import")
    book = await ledger.load(ctx, run.args["import"])

    async def save(tx: Tx, book: Book) -> None:
        await ledger.save(tx, book)
        share = book.processed / book.total if book.total else 0.0
        await run.save(tx, progress=min(share, 1.0), result=_counts(book))

    path = ctx.services.storage.path(str(book.file_id))
    try:
        return _counts(await _run(ctx, book, path, save))
    except FangxinError as error:
        raise GiveUp(error.detail) from error


JOBS: Final[Mapping[str, Callable[[Any, Run], Awaitable[Mapping[str, Any]]]]] = {"import": run_job}


def _counts(book: Book) -> dict[str, Any]:
    names = ("total", "processed", "created", "updated", "unchanged", "failed", "change_set_id")
    return {"import": book.id, **{name: getattr(book, name) for name in names}}


async def import_file(ctx: Ctx, path: Path, order: Order) -> dict[str, Any]:
    """Import a file here and now (command line) and return the report of `state`."""
    definition = require(ctx, order.object, "import")
    book = _new_book(ctx, definition, order.options(), path.name, None)
    await ctx.database.write(lambda tx: ledger.open_book(tx, book))
    done = await _run(ctx, book, path, ledger.save)
    return await report(ctx, done)


async def state(ctx: Ctx, import_id: str) -> dict[str, Any]:
    """Return how an import stands, with its first issues, or raise NotFound."""
    book = await ledger.load(ctx, import_id)
    if book.state in {"waiting", "running"} and book.job_id is not None:
        job = await ctx.services.jobs.state(book.job_id)
        if job is not None and job.state == "failed":
            book = replace(book, state="failed", error=book.error or job.error)
    return await report(ctx, book)


async def listed(ctx: Ctx) -> list[dict[str, Any]]:
    """Return the latest imports that the actor may look at, without their issues."""
    return [_plain(book) for book in await ledger.listed(ctx)]


async def report(ctx: Ctx, book: Book) -> dict[str, Any]:
    """Return a book as clients read it."""
    issues = await ledger.bad_rows(ctx, book.id)
    shown = [
        {
            "row": each["row"],
            "column": each["column"] or None,
            "code": each["code"],
            "message": translate(ctx.locale, each["message"], each["values"]),
            "value": each["value"],
        }
        for each in issues
    ]
    address = f"/api/v1/imports/{book.id}/errors" if issues else None
    return {**_plain(book), "errors": shown, "error_file": address}


def _plain(book: Book) -> dict[str, Any]:
    names = ("id", "at", "state", "object", "file_name", "total", "processed", "created")
    more = ("updated", "unchanged", "failed", "error", "finished_at", "dry_run")
    plain = {name: getattr(book, name) for name in (*names, *more)}
    return {**plain, "change_set": book.change_set_id}


async def error_lines(ctx: Ctx, import_id: str) -> AsyncIterator[bytes]:
    """Give the error file: the rows that were kept out as they came, each with its reason."""
    book = await ledger.load(ctx, import_id)
    options = book.options
    header: Sequence[str] = []
    if book.file_id is not None:
        path = ctx.services.storage.path(book.file_id)
        header = (await asyncio.to_thread(open_file, path, options)).columns
    said = ctx.locale
    words = [translate(said, "Row"), translate(said, "Column"), translate(said, "Reason")]
    yield "\ufeff".encode() + csv_line([*header, *words])
    after = 0
    while issues := await ledger.bad_rows(ctx, import_id, after=after, limit=ERROR_PAGE):
        # the issues of one row stay together: the last row of a full page is read again
        last = issues[-1]["row"] if len(issues) == ERROR_PAGE else None
        kept = [each for each in issues if each["row"] != last] or issues
        for each in kept:
            reason = translate(ctx.locale, each["message"], each["values"])
            cells = [*each["cells"], *[""] * (len(header) - len(each["cells"]))]
            yield csv_line([*cells, str(each["row"]), each["column"], reason])
        after = kept[-1]["row"]
