"""How imports stand, for those who look: counts, issues of rows, the error file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from fangxin.kernel.context import Ctx
from fangxin.kernel.defusing import csv_line
from fangxin.kernel.i18n import LOCALES, translate
from fangxin.transfer import ledger
from fangxin.transfer.guessing import said
from fangxin.transfer.ledger import Book
from fangxin.transfer.orders import open_file

ERROR_PAGE: Final = 500
# what the error file says of each row, behind the columns of the file
SAID: Final = ("Row", "Column", "Reason")


async def state(ctx: Ctx, import_id: str) -> dict[str, Any]:
    """Return how an import stands, with its first issues, or raise NotFound."""
    book = await _stands(ctx, await ledger.load(ctx, import_id))
    told = await report(ctx, book)
    others = [await ledger.load(ctx, id) for id in book.options.get("parts", ())]
    return {**told, "parts": [await report(ctx, await _stands(ctx, each)) for each in others]}


async def _stands(ctx: Ctx, book: Book) -> Book:
    """Return a book as it is told: one whose job was given up has failed."""
    if book.state in {"waiting", "running"} and book.job_id is not None:
        job = await ctx.services.jobs.state(book.job_id)
        if job is not None and job.state == "failed":
            return replace(book, state="failed", error=book.error or job.error)
    return book


async def listed(ctx: Ctx) -> list[dict[str, Any]]:
    """Return the latest imports that the actor may look at, without their issues."""
    return [_plain(book) for book in await ledger.listed(ctx)]


async def report(ctx: Ctx, book: Book) -> dict[str, Any]:
    """Return a book as clients read it."""
    issues = await ledger.bad_rows(ctx, book.id)
    notes = await ledger.bad_rows(ctx, book.id, notes=True)
    address = f"/api/v1/imports/{book.id}/errors"
    return {
        **_plain(book),
        "assumed": [
            {
                "column": each["column"],
                "message": said(ctx, each["message"], each["values"]),
            }
            for each in book.options.get("assumed") or ()
        ],
        "errors": [_shown(ctx, each) for each in issues],
        "error_file": address if issues else None,
        "notes": [_shown(ctx, each) for each in notes],
        "notes_file": f"{address}?notes=true" if notes else None,
    }


def _shown(ctx: Ctx, issue: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "row": issue["row"],
        "column": issue["column"] or None,
        "code": issue["code"],
        "message": said(ctx, issue["message"], issue["values"]),
        "value": issue["value"],
    }


def _plain(book: Book) -> dict[str, Any]:
    names = ("id", "at", "state", "object", "file_name", "total", "processed", "created")
    more = ("updated", "unchanged", "failed", "duplicates", "error", "finished_at", "dry_run")
    plain = {name: getattr(book, name) for name in (*names, *more)}
    options = book.options
    return {
        **plain,
        "job": book.job_id,
        "change_set": book.change_set_id,
        "sheet": options.get("sheet"),
        "of": options.get("of"),
        "corrects": options.get("corrects"),
        "startable": book.dry_run
        and book.state == "done"
        and book.file_id is not None
        and options.get("of") is None,
        "on_duplicates": options.get("duplicates") or "create",
        "left_out": _left_out(options),
    }


def _left_out(options: Mapping[str, Any]) -> list[str]:
    """Return the columns of a file that fill nothing; those of an error file say what was wrong."""
    used = (options.get("map") or options.get("guessed") or {}).get("columns") or {}
    joined = [
        name
        for entry in used.values()
        if isinstance(entry, Mapping)
        for name in (entry.get("join") or {}).get("columns", ())
    ]
    header = options.get("header") or []
    width = len(header) - (len(SAID) if mended(header) else 0)
    return [each for each in header[:width] if not used.get(each) and each not in joined]


async def error_lines(ctx: Ctx, import_id: str, *, notes: bool = False) -> AsyncIterator[bytes]:
    """Give the error file: the rows that were kept out as they came, each with its reason; or those
    that came in with something to tell of them.
    """
    book = await ledger.load(ctx, import_id)
    options = book.options
    header: Sequence[str] = options.get("header") or ()
    if not header and book.file_id is not None:
        path = ctx.services.storage.path(book.file_id)
        header = (await asyncio.to_thread(open_file, path, options)).columns
    # a file that was mended once already brings the words along
    width = len(header) - (len(SAID) if mended(header) else 0)
    yield "\ufeff".encode() + csv_line(
        [*header[:width], *(translate(ctx.locale, each) for each in SAID)]
    )
    after = 0
    while issues := await ledger.bad_rows(
        ctx, import_id, notes=notes, after=after, limit=ERROR_PAGE
    ):
        # the issues of one row stay together: the last row of a full page is read again
        last = issues[-1]["row"] if len(issues) == ERROR_PAGE else None
        kept = [each for each in issues if each["row"] != last] or issues
        told: dict[int, list[Any]] = {}
        for each in kept:
            told.setdefault(each["row"], []).append(each)
        for row, issues_of_row in told.items():
            yield _error_line(ctx, row, issues_of_row, width)
        after = kept[-1]["row"]


def _error_line(ctx: Ctx, row: int, issues: Sequence[Any], width: int) -> bytes:
    """Return a row as it came, once, with all that is wrong with it: it can be sent again."""
    cells = issues[0]["cells"]
    reasons = [said(ctx, each["message"], each["values"]) for each in issues]
    columns = ", ".join(dict.fromkeys(each["column"] for each in issues if each["column"]))
    filled = [*cells[:width], *[""] * (width - len(cells))]
    return csv_line([*filled, str(row), columns, " ".join(dict.fromkeys(reasons))])


def mended(columns: Sequence[str]) -> bool:
    """Tell whether a file's columns end with those of an error file, in whatever language."""
    last = list(columns[-len(SAID) :])
    return any(last == [translate(locale, each) for each in SAID] for locale in LOCALES)


async def remembered(ctx: Ctx, object: str, columns: Sequence[str]) -> dict[str, Any] | None:
    """Return what the actor chose last for a file of the same columns: {"id", "map", "mode",
    "match", "duplicates", "corrects"}, None when there was none.

    `corrects` is the import whose error file this seems to be.
    """
    header = list(columns)
    bare = header[: -len(SAID)] if mended(columns) else None
    for book in await ledger.mine(ctx, object):
        options = book.options
        same, mending = options.get("header") in (header, bare), bare is not None
        if options.get("map") is None or not same or (mending and not _lacks(book)):
            continue
        kept = {name: options.get(name) for name in ("map", "mode", "match", "duplicates")}
        return {"id": book.id, **kept, "corrects": book.id if mending else None}
    return None


def _lacks(book: Book) -> bool:
    """Tell whether an import kept rows out that may be sent again."""
    return not book.dry_run and (book.failed > 0 or book.duplicates > 0)
