"""Excel files that are written row by row, in bounded memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import xlsxwriter

from fangxin.kernel.defusing import defuse
from fangxin.kernel.errors import Invalid

EXCEL_ROWS: Final = 1_048_575
EXCEL_CELL: Final = 32_767
_NUMBER: Final = re.compile(r"-?\d{1,15}(\.\d{1,4})?")


class Workbook:
    """An Excel file that is written row by row in bounded memory."""

    def __init__(self, path: Path) -> None:
        self.book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "in_memory": False})
        self.sheet = self.book.add_worksheet()
        self.row = 0

    def write(self, rows: Iterable[Sequence[tuple[str, bool]]]) -> None:
        """Append rows of (text, whether it is a number)."""
        for cells in rows:
            if self.row > EXCEL_ROWS:
                raise Invalid("Excel holds {limit} rows. Take CSV.", values={"limit": EXCEL_ROWS})
            for position, (text, number) in enumerate(cells):
                if number and _NUMBER.fullmatch(text):
                    self.sheet.write_number(self.row, position, float(text))
                elif text:
                    self.sheet.write_string(self.row, position, defuse(text)[:EXCEL_CELL])
            self.row += 1
