"""Cells of the CSV files that we write: nothing in them may run when a spreadsheet opens them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import Final

# what makes a spreadsheet read a cell as a formula; the quotation mark before it makes it text
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
_PLAIN_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")
# how others write digits that a spreadsheet shall leave as they are: ="0123"
_KEPT_TEXT: Final = re.compile(r'="((?:[^"]|"")*)"')
GUARD: Final = "'"


def defuse(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; a negative number is none."""
    risky = _FORMULA.match(text) is not None and _PLAIN_NUMBER.fullmatch(text) is None
    return GUARD + text if risky else text


def restore(text: str) -> str:
    """Return a cell as it was before `defuse`, or before another program kept a spreadsheet from
    reading it as a number.
    """
    if text.startswith(GUARD):
        return text[1:] if _FORMULA.match(text[1:]) else text
    kept = _KEPT_TEXT.fullmatch(text) if text.startswith('="') else None
    return kept[1].replace('""', '"') if kept else text


def csv_line(cells: Sequence[str]) -> bytes:
    """Write one line of CSV (RFC 4180) with every cell defused."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([defuse(cell) for cell in cells])
    return out.getvalue().encode()
