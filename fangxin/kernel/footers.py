"""Rows of a file that are no rows of its table: lines of totals, and what stands below it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from fangxin.kernel.errors import FieldError

# rows with one filled cell below an empty row: more of them are a table again
BELOW: Final = 20
# in a table of fewer columns a row with one filled cell is nothing special
WIDE: Final = 3
_TOTALS: Final = re.compile(
    r"(?:合计|总计|小计|共计|总和|合計|總計|小計"
    r"|(?:grand |sub[- ]?)?totals?|sum|(?:gesamt|zwischen)?summe|gesamt)"
    r"(?:\s*[(（][^)）]{0,40}[)）])?\s*[:：]?",
    re.IGNORECASE,
)
_BEGINS: Final = frozenset("合总小共總gGsStTzZ")
_FIGURES: Final = re.compile(r"[\s\d.,%¥￥$€£()（）+\-−万亿元]*")


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the header: its number, its cells in the order of the columns, or its fault."""

    number: int
    cells: tuple[str, ...]
    fault: FieldError | None = None


def told_apart(rows: Iterable[Row], width: int) -> Iterator[Row]:
    """Yield the rows of a table of `width` columns; those that are none of its records get a fault:
    totals_row, below_table.
    """
    held: list[Row] = []
    last = None
    for row in rows:
        below = last is not None and row.number > last + 1
        last = row.number
        if (held or below) and row.fault is None and _is_alone(row, width):
            held.append(row)
            if len(held) > BELOW:
                yield from held
                held, last = [], None
            continue
        yield from held
        held = []
        totals = row.fault is None and _is_total(row.cells)
        yield replace(row, fault=_totals_row()) if totals else row
    message = "This stands below the table, behind an empty row."
    for row in held:
        yield replace(row, fault=FieldError("below_table", message))


def _totals_row() -> FieldError:
    message = "This looks like a line of totals, not like a record."
    return FieldError("totals_row", message)


def _is_alone(row: Row, width: int) -> bool:
    return width >= WIDE and sum(bool(cell.strip()) for cell in row.cells) == 1


def _is_total(cells: tuple[str, ...]) -> bool:
    """Tell whether a row says "total", and figures beside it and nothing else."""
    word = next((cell.strip() for cell in cells if cell), "")
    if word[:1] not in _BEGINS or not _TOTALS.fullmatch(word):
        return False
    others = [cell for cell in cells if cell.strip()][1:]
    return bool(others) and all(map(_FIGURES.fullmatch, others))
