"""A sheet as PDF, set by typst with the fonts of the package.

It runs in a process of its own: fonts and compiler take a hundred megabytes that no web worker
should keep, and a document that takes too long is stopped without harm.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Final

import msgspec

from fangxin.kernel.errors import TooLarge
from fangxin.kernel.logging import logger
from fangxin.printing.sheet import Sheet

FOLDER: Final = Path(__file__).resolve().parent
FONTS: Final = FOLDER / "fonts"
SECONDS: Final = 30
# of one process; more wait
AT_ONCE: Final = 2

log = logger("printing")


class Printer:
    """Makes PDFs, a few at a time."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)

    async def write(self, sheet: Sheet) -> bytes:
        """Return the PDF, or raise TooLarge when it takes more than SECONDS."""
        async with self._free:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                __name__,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            try:
                content = msgspec.json.encode(sheet.plain())
                made, faults = await asyncio.wait_for(process.communicate(content), SECONDS)
            except TimeoutError:
                raise TooLarge("The document takes too long to print. Shorten it.") from None
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        if process.returncode != 0:
            log.error("a document could not be printed", reason=faults.decode(errors="replace"))
            message = "typst failed"
            raise RuntimeError(message)
        return made


def main() -> None:
    """Read a sheet as JSON from standard input and write the PDF to standard output."""
    import typst  # noqa: PLC0415 - thirty megabytes that only this process needs

    made = typst.compile(
        str(FOLDER / "page.typ"),
        root=str(FOLDER),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"sheet": sys.stdin.read()},
    )
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
