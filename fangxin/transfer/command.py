"""What the import command does: all sheets asked for, and a file of refused rows beside each."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from fangxin.kernel.context import Ctx
from fangxin.transfer.importing import import_sheets
from fangxin.transfer.orders import read_orders
from fangxin.transfer.reporting import error_lines

COUNTS: Final = ("total", "created", "updated", "unchanged", "failed", "duplicates")


async def run_import(ctx: Ctx, path: Path, asked: Mapping[str, Any]) -> list[Path]:
    """Import a file as options of the API ask, print the counts of each table, and return the files
    that were written with the rows that were kept out.
    """
    written = []
    several = "sheets" in asked
    for found in await import_sheets(ctx, path, read_orders(asked)):
        counts = "  ".join(f"{name} {found[name]}" for name in COUNTS)
        sys.stdout.write(f"{found['sheet']}: {counts}\n" if several else f"{counts}\n")
        sys.stdout.flush()
        if found["error_file"] is None:
            continue
        part = f".{found['sheet']}" if several else ""
        kept = path.with_name(f"{path.stem}{part}.errors.csv".replace("/", "_"))
        with kept.open("wb") as file:
            async for line in error_lines(ctx, found["id"]):
                file.write(line)
        written.append(kept)
    return written
