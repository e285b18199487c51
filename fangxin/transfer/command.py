"""What the import command does: all sheets asked for, and a file of refused rows beside each."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from fangxin.kernel.context import Ctx
from fangxin.kernel.i18n import translate
from fangxin.transfer.importing import import_sheets
from fangxin.transfer.orders import read_orders
from fangxin.transfer.reporting import error_lines

COUNTS: Final = ("total", "created", "updated", "unchanged", "failed", "duplicates")


async def run_import(ctx: Ctx, path: Path, asked: Mapping[str, Any]) -> list[Path]:
    """Import a file as options of the API ask, print the counts of each table and what was assumed
    or left out, and return the files that were written: the rows that were kept out, and those of
    which there is something to tell.
    """
    written = []
    several = "sheets" in asked
    for found in await import_sheets(ctx, path, read_orders(asked)):
        counts = "  ".join(f"{name} {found[name]}" for name in COUNTS)
        lines = [f"{found['sheet']}: {counts}" if several else counts, *_told(ctx, found)]
        sys.stdout.writelines(f"{line}\n" for line in lines)
        sys.stdout.flush()
        part = f".{found['sheet']}" if several else ""
        for word, notes in (("errors", False), ("notes", True)):
            if not found[word]:
                continue
            kept = path.with_name(f"{path.stem}{part}.{word}.csv".replace("/", "_"))
            with kept.open("wb") as file:
                async for line in error_lines(ctx, found["id"], notes=notes):
                    file.write(line)
            written.append(kept)
    return written


def _told(ctx: Ctx, found: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a report tells beside its counts."""
    for each in found["assumed"]:
        yield f"{each['column']}: {each['message']}"
    if found["left_out"]:
        names = ", ".join(found["left_out"])
        yield translate(ctx.locale, "Not imported: {columns}.", {"columns": names})
