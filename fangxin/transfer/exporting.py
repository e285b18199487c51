"""Exporting a list as CSV or Excel: what the reader may see and export, masked fields masked.

A job writes the file into storage page by page; a killed one starts anew and leaves no half file.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from fangxin.access.contexts import context_for_user
from fangxin.fields.base import Field
from fangxin.fields.cells import cell
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.defusing import csv_line
from fangxin.kernel.errors import FangxinError, FieldProblem, Invalid, NotFound
from fangxin.kernel.i18n import translate
from fangxin.kernel.ids import is_id, new_id
from fangxin.kernel.leases import GiveUp, Run
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import Id
from fangxin.records import reading
from fangxin.records.engine import require, run_unit
from fangxin.search.matching import narrow
from fangxin.transfer.tables import export_job
from fangxin.transfer.workbooks import Workbook

PAGE: Final = 500
FORMATS: Final[Mapping[str, str]] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
# how headings and values are written: in the reader's words, or as programs name them
WAYS: Final = ("headings", "values")
LABELS: Final = "labels"
KEYS: Final = "keys"
FILE_LIMIT: Final = 2 * 1024**3
LISTED: Final = 50


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: a field, or one part of it."""

    field: Field
    title: str
    part: str | None = None
    masked: bool = False
    # language and time zone of who reads it; None: as machines write it
    reader: tuple[str, str] | None = None

    def text(self, item: Mapping[str, Any], base_currency: str) -> str:
        """Return the cell of a record (its JSON)."""
        wire = item.get(self.field.key)
        if self.masked:
            return wire if isinstance(wire, str) else ""
        if self.part is not None:
            return (
                str((wire or {}).get(self.part) or "") if isinstance(wire, Mapping | None) else ""
            )
        if self.reader is None:
            text = self.field.type.write_text(self.field, wire)
        else:
            text = cell(self.field, wire, *self.reader)
        currency = wire.get("currency") if isinstance(wire, Mapping) else None
        return f"{text} {currency}" if currency and currency != base_currency else text


@dataclass(frozen=True, slots=True)
class Export:
    """One export as its row says."""

    id: str
    at: datetime
    actor_id: str
    job_id: str | None
    object: str
    options: dict[str, Any]
    state: str = "waiting"
    processed: int = 0
    file_id: str | None = None
    error: str | None = None
    finished_at: datetime | None = None


_NAMES: Final = tuple(each.name for each in fields(Export))
_MOVING: Final = ("job_id", *_NAMES[_NAMES.index("state") :])
_OWN: Final = (export_job.c.actor_id == sa.bindparam("actor", type_=Id()),)


def _update() -> sa.Update:
    moving = {n: sa.bindparam(f"new_{n}", type_=export_job.c[n].type) for n in _MOVING}
    one = export_job.c.id == sa.bindparam("export_id", type_=Id())
    return sa.update(export_job).where(one).values(moving)


def _select(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    found = sa.select(*(export_job.c[name] for name in _NAMES)).where(*_OWN, *conditions)
    return found.order_by(export_job.c.at.desc()).limit(LISTED)


_insert: Final = Prepared(
    lambda: sa.insert(export_job).values({n: sa.bindparam(n) for n in _NAMES})
)
_save: Final = Prepared(_update)
_one: Final = Prepared(lambda: _select(export_job.c.id == sa.bindparam("export_id", type_=Id())))
_all: Final = Prepared(_select)


def columns_of(ctx: Ctx, object_name: str, options: Mapping[str, Any]) -> list[Column]:
    """Return the columns of an export: the named fields, or all that may be read, id first."""
    keys = options.get("fields")
    reader = (ctx.locale, ctx.timezone) if options.get("values") != KEYS else None
    definition = ctx.registry[object_name]
    readable = ctx.rights.readable(definition)
    faults = [
        FieldProblem("/fields", "unknown_field", "{object} has no field {field}.", values)
        for key in keys or ()
        if key not in readable and (values := {"object": definition.name, "field": key[:80]})
    ]
    if faults:
        raise Invalid(errors=faults)
    found: list[Column] = []
    for key in keys or definition.fields:
        field = definition.fields[key]
        if key not in readable:
            continue
        label = field.spoken(ctx.locale) if options.get("headings") != KEYS else key
        parts = field.type.parts if readable[key] == "full" else ()
        if options.get("headings") == KEYS:
            heads = [f"{label}.{part}" for part in parts]
        else:
            heads = [f"{label} - {translate(ctx.locale, part)}" for part in parts]
        found += [Column(field, head, part) for head, part in zip(heads, parts, strict=True)]
        found += (
            [] if parts else [Column(field, label, masked=readable[key] == "masked", reader=reader)]
        )
    return found


async def start(ctx: Ctx, wire: Any) -> dict[str, Any]:
    """Check an order {"object", "filter", "q", "fields", "sort", "format", "headings", "values"}
    and enqueue it.

    Return {"id", "job"}.
    """
    options = dict(wire) if isinstance(wire, Mapping) else {}
    object_name = options.pop("object", None)
    definition = require(ctx, object_name if isinstance(object_name, str) else "", "export")
    _check(options)
    columns_of(ctx, definition.name, options)
    # a filter or sort that does not fit is refused now, not by the job
    await anext(aiter(pages(ctx, definition.name, options, limit=1)), None)
    made = _begun(ctx, definition.name, options)

    async def unit(tx: Tx) -> dict[str, Any]:
        job = await ctx.services.jobs.enqueue(tx, "export", {"export": made.id}, actor=ctx.actor.id)
        await tx.execute(_insert(tx.dialect), asdict(replace(made, job_id=job)))
        return {"id": made.id, "job": job}

    started: dict[str, Any] = await run_unit(ctx, unit)
    return started


def _begun(ctx: Ctx, object_name: str, options: Mapping[str, Any]) -> Export:
    """Return a new export; where it comes from is kept for the register (transfer/exported.py)."""
    kept = {**options, "source": ctx.source}
    return Export(new_id(), ctx.clock(), ctx.actor.id, None, object_name, kept)


def _check(options: Mapping[str, Any]) -> None:
    faults = [
        FieldProblem(f"/{key}", "unknown_field", "There is no field {name} here.", {"name": key})
        for key in options
        if key not in {"filter", "q", "fields", "sort", "format", *WAYS}
    ]
    if options.get("format", "csv") not in FORMATS:
        message = "One of these is needed here: {allowed}."
        allowed = {"allowed": ", ".join(FORMATS)}
        faults.append(FieldProblem("/format", "not_an_option", message, allowed))
    for key in WAYS:
        if options.get(key, LABELS) not in (LABELS, KEYS):
            message, values = "One of these is needed here: {allowed}.", f"{LABELS}, {KEYS}"
            faults.append(FieldProblem(f"/{key}", "not_an_option", message, {"allowed": values}))
    keys = options.get("fields")
    if keys is not None and not (isinstance(keys, list) and all(isinstance(k, str) for k in keys)):
        faults.append(FieldProblem("/fields", "wrong_type", "A list of values is needed here."))
    faults += [
        FieldProblem(f"/{key}", "wrong_type", "Text is needed here.")
        for key in ("q", "sort")
        if not isinstance(options.get(key), str | None)
    ]
    if faults:
        raise Invalid(errors=faults)


async def pages(
    ctx: Ctx, object_name: str, options: Mapping[str, Any], *, limit: int = PAGE
) -> AsyncIterator[list[dict[str, Any]]]:
    """Give the records that may be read and exported, page by page."""
    definition = ctx.registry[object_name]
    query = options.get("q")
    keys = [column.field.key for column in columns_of(ctx, object_name, options)]
    whole = ctx.rights.scope(definition.name, "export").kind == "all"
    cursor = None
    while True:
        page = await reading.find(
            ctx,
            object_name,
            filter=options.get("filter"),
            sort=options.get("sort"),
            fields=list(dict.fromkeys(keys)),
            limit=limit,
            cursor=cursor,
            narrow=narrow(ctx, definition, query) if query else None,
        )
        items = page.items
        if not whole:
            ids = [item["id"] for item in items]
            allowed = await reading.visible_ids(ctx, object_name, ids, "export")
            items = [item for item in items if item["id"] in allowed]
        yield items
        cursor = page.next
        if cursor is None:
            return


async def csv_chunks(
    ctx: Ctx, object_name: str, options: Mapping[str, Any], count: Callable[[int], Awaitable[None]]
) -> AsyncIterator[bytes]:
    """Give the CSV file: UTF-8 with a mark, so that Excel reads it; `count` hears of each page."""
    columns = columns_of(ctx, object_name, options)
    yield "\ufeff".encode() + csv_line([column.title for column in columns])
    async for items in pages(ctx, object_name, options):
        base = ctx.base_currency
        lines = [csv_line([column.text(item, base) for column in columns]) for item in items]
        yield b"".join(lines)
        await count(len(items))


async def json_chunks(
    ctx: Ctx, object_name: str, options: Mapping[str, Any], count: Callable[[int], Awaitable[None]]
) -> AsyncIterator[bytes]:
    """Give the records as a JSON list, a record a line, each value in its form of the API."""
    keys = list(dict.fromkeys(each.field.key for each in columns_of(ctx, object_name, options)))
    mark = b"[\n"
    async for items in pages(ctx, object_name, options):
        for item in items:
            yield mark + msgspec.json.encode({key: item.get(key) for key in keys})
            mark = b",\n"
        await count(len(items))
    yield b"[]\n" if mark == b"[\n" else b"\n]\n"


async def xlsx_chunks(
    ctx: Ctx, object_name: str, options: Mapping[str, Any], count: Callable[[int], Awaitable[None]]
) -> AsyncIterator[bytes]:
    """Give the Excel file; numbers are numbers, all else is text."""
    columns = columns_of(ctx, object_name, options)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.xlsx"
        book = Workbook(path)
        book.write([[(column.title, False) for column in columns]])
        async for items in pages(ctx, object_name, options):
            rows = [
                [
                    (column.text(item, ctx.base_currency), bool(column.field.type.aggregates))
                    for column in columns
                ]
                for item in items
            ]
            await asyncio.to_thread(book.write, rows)
            await count(len(items))
        await asyncio.to_thread(book.book.close)
        with path.open("rb") as file:
            while chunk := await asyncio.to_thread(file.read, 256 * 1024):
                yield chunk


WRITERS: Final = {"csv": csv_chunks, "xlsx": xlsx_chunks, "json": json_chunks}


async def run_job(installation: Any, run: Run) -> Mapping[str, Any]:
    """Handle the job of an export."""
    ctx = await context_for_user(installation, str(run.actor_id), "api")
    made = await load(ctx, run.args["export"])
    made = replace(made, state="running", processed=0)

    async def count(more: int) -> None:
        nonlocal made
        made = replace(made, processed=made.processed + more)

        async def unit(tx: Tx) -> None:
            await _write(tx, made)
            await run.save(tx, progress=0.5, result={"export": made.id})

        await ctx.database.write(unit)

    try:
        require(ctx, made.object, "export")
        write = WRITERS[made.options.get("format", "csv")]
        chunks = write(ctx, made.object, made.options, count)
        stored = await ctx.services.storage.write(chunks, limit=FILE_LIMIT)
        made = replace(made, state="done", file_id=stored.id)
    except FangxinError as error:
        said = translate(ctx.locale, error.detail, error.values)
        made = replace(made, state="failed", error=said)
        raise GiveUp(said) from error
    finally:
        if made.state != "running":
            made = replace(made, finished_at=ctx.clock())
            await ctx.database.write(lambda tx: _write(tx, made))
    return {"export": made.id, "processed": made.processed}


JOBS: Final[Mapping[str, Callable[[Any, Run], Awaitable[Mapping[str, Any]]]]] = {"export": run_job}


async def _write(tx: Tx, made: Export) -> None:
    values = {f"new_{name}": getattr(made, name) for name in _MOVING}
    await tx.execute(_save(tx.dialect), {"export_id": made.id, **values})


async def load(ctx: Ctx, export_id: str) -> Export:
    """Return one of the actor's exports, or raise NotFound."""
    values = {"export_id": export_id, "actor": ctx.actor.id}
    rows = await ctx.database.read(_one(ctx.database.dialect), values) if is_id(export_id) else []
    if not rows:
        raise NotFound
    return Export(**dict(zip(_NAMES, rows[0], strict=True)))


async def state(ctx: Ctx, export_id: str) -> dict[str, Any]:
    """Return how an export stands, or raise NotFound."""
    return _plain(await load(ctx, export_id))


async def listed(ctx: Ctx) -> list[dict[str, Any]]:
    """Return the actor's latest exports."""
    rows = await ctx.database.read(_all(ctx.database.dialect), {"actor": ctx.actor.id})
    return [_plain(Export(**dict(zip(_NAMES, row, strict=True)))) for row in rows]


def _plain(made: Export) -> dict[str, Any]:
    names = ("id", "at", "object", "state", "processed", "error", "finished_at")
    ready = made.state == "done" and made.file_id is not None
    return {
        **{name: getattr(made, name) for name in names},
        "format": made.options.get("format", "csv"),
        "url": f"/api/v1/exports/{made.id}/content" if ready else None,
    }


async def content(ctx: Ctx, export_id: str) -> tuple[str, str, AsyncIterator[bytes]]:
    """Return (file name, media type, chunks) of a finished export, or raise NotFound."""
    made = await load(ctx, export_id)
    if made.state != "done" or made.file_id is None:
        raise NotFound
    kind = made.options.get("format", "csv")
    path = ctx.registry[made.object].facts.path
    name = f"{path}-{made.at:%Y-%m-%d}.{kind}"
    return name, FORMATS[kind], ctx.services.storage.read(made.file_id)


async def export_file(ctx: Ctx, path: Path, wire: Mapping[str, Any]) -> int:
    """Export into a file here and now (command line) and return the number of records. It is in the
    register before the first record is read.
    """
    options = {key: value for key, value in wire.items() if key != "object"}
    definition = require(ctx, str(wire.get("object")), "export")
    _check(options)
    made = replace(_begun(ctx, definition.name, options), state="running")
    await ctx.database.write(lambda tx: tx.execute(_insert(tx.dialect), asdict(made)))

    async def count(more: int) -> None:
        nonlocal made
        made = replace(made, processed=made.processed + more)

    write = WRITERS[options.get("format", "csv")]
    try:
        with path.open("wb") as file:
            async for chunk in write(ctx, definition.name, options, count):
                await asyncio.to_thread(file.write, chunk)
        made = replace(made, state="done")
    finally:
        state = made.state if made.state == "done" else "failed"
        made = replace(made, state=state, finished_at=ctx.clock())
        await ctx.database.write(lambda tx: _write(tx, made))
    return made.processed
