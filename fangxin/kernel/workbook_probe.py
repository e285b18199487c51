"""Whether a workbook can be laid out, tried as a program of its own:
`python -m fangxin.kernel.workbook_probe`, which is told [PATH, SHEET] as JSON by its input: what a
sheet is said to be called need not be fit for a command line.

The reader lays out the whole box around the cells of a sheet. Two cells far apart, in a file of
700 bytes, ask for more memory than there is, and the system ends the process that asks: so it is
not the server that tries first. It imports no more than it needs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

import python_calamine as calamine

if sys.platform != "win32":
    import resource

# a million rows of 15 columns, and what reading them takes on a slow machine
MEMORY: Final = 1536 * 1024 * 1024
CPU_SECONDS: Final = 120
PATIENCE: Final = 600
BROKEN: Final = 3
_KEPT: Final = ("PATH", "PYTHONPATH", "HOME")


def probe(path: Path, sheet: str | None) -> Literal["fine", "broken", "too_large"]:
    """Try a sheet of a workbook, or the first that is filled, apart from this process."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "fangxin.kernel.workbook_probe"],
            input=json.dumps([str(path), sheet]).encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # no secret of ours is its business
            env={key: os.environ[key] for key in _KEPT if key in os.environ},
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "too_large"
    if done.returncode == 0:
        return "fine"
    return "broken" if done.returncode == BROKEN else "too_large"


def _bound() -> None:
    if sys.platform == "win32":
        return
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> None:
    """Lay out the sheet that is asked for; end with BROKEN where the file cannot be read."""
    _bound()
    path, sheet = json.load(sys.stdin)
    try:
        book = calamine.CalamineWorkbook.from_path(path)
        for each in book.sheets_metadata:
            wanted = not sheet or each.name == sheet
            # charts have sheets too, which hold no cells
            if wanted and each.typ == calamine.SheetTypeEnum.WorkSheet:
                filled = book.get_sheet_by_name(each.name).total_height
                if filled and each.visible == calamine.SheetVisibleEnum.Visible:
                    break
    except MemoryError:
        raise
    except BaseException:  # noqa: BLE001 - whatever the reader makes of it, a panic of its too
        sys.exit(BROKEN)


if __name__ == "__main__":
    main()
