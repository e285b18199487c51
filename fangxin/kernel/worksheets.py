"""Workbooks as rows of cells: sheets, headers of several rows, merged cells.

A file is looked at before it is opened: the reader lays out every cell between the first and the
last, so that one cell in the far corner of a small file would ask for more memory than there is.
"""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import python_calamine as calamine

from fangxin.kernel.errors import FieldError
from fangxin.kernel.sheet_marks import Marks, marks_of
from fangxin.kernel.workbook_probe import probe

UNPACKED: Final = 512 * 1024 * 1024
RATIO: Final = 200
# cells between the first and the last of a sheet, empty ones too: about 32 bytes each
CELLS: Final = 30_000_000
# the last row and column that a worksheet may have
LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
# rows that name the columns: groups, groups within them, columns
HEADER_ROWS: Final = 3
# beyond it Excel has lost digits
EXACT: Final = 1e15
# values that a merge lends to the cells below it
LENT: Final = 200_000
_CHUNK: Final = 1024 * 1024
_TAIL: Final = 2000
_BINARY: Final = "xl/workbook.bin"
# a cell that holds something; one that has only a look ends with "/>"
_FILLED: Final = re.compile(
    rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r=[\"']([A-Za-z]{1,30})(\d{1,30})[\"'][^>]*(?<!/)>"
)
_SHEET: Final = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATION: Final = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE: Final = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
# how Excel writes characters that XML cannot hold (ECMA-376 part 1, 22.9.2.19)
_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_HALVES: Final = range(0xD800, 0xE000)

# first and last (row, column), from 0
Merge: TypeAlias = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Header:
    """The rows that name the columns: the number of the last one, and a name for each column."""

    number: int
    cells: tuple[str, ...]


def check_archive(path: Path) -> None:
    """Refuse an archive that is no workbook, or that would unpack to too much."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise FieldError("broken_file", "The file is damaged.") from error
    names = {entry.filename for entry in entries}
    if _BINARY in names:
        raise FieldError("old_excel", "Save the file as .xlsx or CSV, without a password.")
    if not any(name.startswith("xl/workbook") for name in names) and "content.xml" not in names:
        raise FieldError("not_a_table", "This is not a CSV or Excel file.")
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, path.stat().st_size)
    if unpacked > UNPACKED or (unpacked > packed * RATIO and unpacked > UNPACKED // 16):
        raise FieldError("file_too_large", "The file is too large once it is unpacked.")


# --- how far a sheet reaches ---


def _attributes(tag: str) -> dict[str, str]:
    found = (each.groups() for each in _ATTRIBUTE.finditer(tag))
    return {name.rpartition(":")[2]: html.unescape(one or two or "") for name, one, two in found}


def _part_of(archive: zipfile.ZipFile, sheet: str) -> list[str]:
    """Return the entry that holds a sheet's cells; all of them where the book does not tell."""
    entries = set(archive.namelist())
    try:
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    except KeyError:
        return [name for name in entries if name.startswith("xl/worksheets/")]
    targets = {
        each.get("Id"): each.get("Target", "")
        for each in map(_attributes, _RELATION.findall(relations))
    }
    for each in map(_attributes, _SHEET.findall(book)):
        target = targets.get(each.get("id"), "")
        part = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
        if each.get("name") == sheet and part in entries:
            return [part]
    return [name for name in entries if name.startswith("xl/worksheets/")]


def _column_number(letters: bytes) -> int:
    number = 0
    for each in letters.upper():
        number = number * 26 + each - 64
    return number


def _reach(archive: zipfile.ZipFile, part: str) -> tuple[int, int, bytes]:
    """Return the last row and column of a sheet's filled cells, and the name of such a cell."""
    last_row, columns, rest = 0, {b"A"}, b""
    with archive.open(part) as cells:
        while chunk := cells.read(_CHUNK):
            for column, row in _FILLED.findall(rest + chunk):
                columns.add(column)
                last_row = max(last_row, int(row))
            rest = chunk[-_TAIL:]
    last = max(columns, key=_column_number)
    return last_row, _column_number(last), last


@lru_cache(maxsize=16)
def _check_reach(path: str, _stamp: tuple[int, int], sheet: str) -> None:
    """Refuse a sheet with a cell so far away that what lies between would not fit into memory."""
    try:
        with zipfile.ZipFile(path) as archive:
            reaches = [_reach(archive, part) for part in _part_of(archive, sheet)]
    except (zipfile.BadZipFile, OSError, ValueError, EOFError) as error:
        raise FieldError("broken_file", "The file is damaged.") from error
    for row, column, letters in reaches:
        if row > LAST_ROW or column > LAST_COLUMN:
            raise FieldError("broken_file", "The file is damaged.")
        if row * column > CELLS:
            message = (
                "Sheet {sheet} reaches as far as cell {cell}. Delete what stands so far from the "
                "table, or save the sheet as CSV."
            )
            cell = f"{letters.decode()}{row}"
            raise FieldError("file_too_large", message, sheet=sheet[:100], cell=cell)


def _try_out(path: Path, sheet: str | None) -> None:
    """Refuse a workbook that would bring this process down, with the cell that does it if it can
    be told.
    """
    found = probe(path, sheet)
    if found == "too_large":
        with zipfile.ZipFile(path) as archive:
            book = (
                archive.read("xl/workbook.xml") if "xl/workbook.xml" in archive.NameToInfo else b""
            )
        known = path.stat()
        for each in map(_attributes, _SHEET.findall(book.decode("utf-8", "replace"))):
            _check_reach(str(path), (known.st_mtime_ns, known.st_size), each.get("name", ""))
        raise FieldError("file_too_large", "The file is too large once it is unpacked.")
    if found == "broken":
        raise FieldError("broken_file", "The file is damaged.")


# --- reading ---


def _book(path: Path) -> calamine.CalamineWorkbook:
    try:
        return calamine.CalamineWorkbook.from_path(str(path))
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise FieldError("broken_file", "The file is damaged.") from error


def _sheet(book: calamine.CalamineWorkbook, path: Path, name: str) -> calamine.CalamineSheet:
    known = path.stat()
    _check_reach(str(path), (known.st_mtime_ns, known.st_size), name)
    try:
        return book.get_sheet_by_name(name)
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise FieldError("broken_file", "The file is damaged.") from error


def open_workbook(path: Path, sheet: str | None) -> tuple[tuple[str, ...], Sheet]:
    """Return the names of the visible sheets, and the one to be read: the first that holds
    anything, unless one is named.
    """
    check_archive(path)
    _try_out(path, sheet)
    book = _book(path)
    visible = tuple(
        each.name
        for each in book.sheets_metadata
        if each.visible == calamine.SheetVisibleEnum.Visible
        and each.typ == calamine.SheetTypeEnum.WorkSheet
    )
    if sheet is not None and sheet not in visible:
        message = "There is no visible sheet {sheet}."
        raise FieldError("unknown_sheet", message, sheet=sheet[:100])
    for name in visible if sheet is None else (sheet,):
        found = Sheet(path, _sheet(book, path, name))
        if sheet is not None or found.filled:
            return visible, found
    raise FieldError("empty_file", "The file is empty.")


class Sheet:
    """A sheet that was laid out, to be read as often as needed; it holds all its cells."""

    def __init__(self, path: Path, found: calamine.CalamineSheet) -> None:
        self.name = found.name
        self.filled = found.total_height > 0
        self._path = path
        self._found = found
        self._start = found.start or (0, 0)
        self._merges: list[Merge] = list(found.merged_cell_ranges or ())[:LENT]

    def rows(self) -> Iterator[tuple[int, Sequence[str], FieldError | None]]:
        """Yield the rows from the first on, with their numbers; what is merged downwards stands in
        each row that it spans.
        """
        lead = [""] * self._start[1]
        held = _Held(self._merges)
        marks = self._marks()
        for number, cells in enumerate(self._found.iter_rows(), start=1):
            texts = [*lead, *(cell_text(cell) for cell in cells)]
            for each in marks:
                each.put(number - 1, cells, texts, len(lead))
            held.fill(number - 1, texts)
            yield number, texts, None

    def _marks(self) -> list[Marks]:
        """Return what the cells say beside their values."""
        known = self._path.stat()
        last_row, last_column = self._found.end or (-1, -1)
        box = (last_row + 1, last_column + 1)
        try:
            with zipfile.ZipFile(self._path) as archive:
                parts = _part_of(archive, self.name)
            # where the book does not tell which entry it is, nothing is told of any
            if len(parts) != 1:
                return []
            return [marks_of(self._path, (known.st_mtime_ns, known.st_size), parts[0], box)]
        except (zipfile.BadZipFile, OSError, ValueError, EOFError) as error:
            raise FieldError("broken_file", "The file is damaged.") from error

    def grouped_header(self) -> Header | None:
        """Return the header where several rows name the columns, "group column", None where one
        row does. Groups are merged cells; a title above, merged too, is none.
        """
        if not self._merges:
            return None
        top: list[list[str]] = []
        for number, cells in enumerate(self._found.iter_rows()):
            top.append([*[""] * self._start[1], *(cell_text(cell).strip() for cell in cells)])
            if number >= HEADER_ROWS * 3:
                break
        first = next((at for at, row in enumerate(top) if sum(map(bool, row)) > 1), None)
        if first is None:
            return None
        last = _last_header_row(self._merges, first)
        if last == first or last + 1 >= len(top):
            return None
        return Header(last + 1, _joined_names(top, self._merges, first, last))


def open_sheet(path: Path, name: str) -> Sheet:
    """Lay out a sheet of a workbook that was looked at before."""
    return Sheet(path, _sheet(_book(path), path, name))


class _Held:
    """What merged cells lend to the rows below their first one."""

    def __init__(self, merges: Sequence[Merge]) -> None:
        self._begin: dict[int, list[tuple[int, int]]] = {}
        for (top, left), (bottom, _right) in merges:
            if bottom > top:
                self._begin.setdefault(top, []).append((left, bottom))
        self._open: dict[int, tuple[str, int]] = {}

    def fill(self, row: int, cells: list[str]) -> None:
        """Put into a row what merges from above lend it, and note what begins in it."""
        for column, (text, bottom) in list(self._open.items()):
            if row > bottom:
                del self._open[column]
            elif column < len(cells) and not cells[column]:
                cells[column] = text
        for column, bottom in self._begin.get(row, ()):
            if column < len(cells):
                self._open[column] = (cells[column], bottom)


def _last_header_row(merges: Sequence[Merge], first: int) -> int:
    last = first
    for (top, left), (bottom, right) in sorted(merges):
        if first <= top <= last < first + HEADER_ROWS:
            # a group has its columns below; what is merged downwards names them by itself
            last = max(last, bottom + 1 if right > left and bottom == top else bottom)
    return min(last, first + HEADER_ROWS - 1)


def _joined_names(
    rows: Sequence[Sequence[str]], merges: Sequence[Merge], first: int, last: int
) -> tuple[str, ...]:
    spread = {
        (row, column): (top, left)
        for (top, left), (bottom, right) in merges
        if first <= top <= last
        for row in range(top, min(bottom, last) + 1)
        for column in range(left, right + 1)
    }
    names = []
    for column in range(max(len(row) for row in rows)):
        # a cell of a merge is named by its first cell, once
        places = [spread.get((row, column), (row, column)) for row in range(first, last + 1)]
        texts = [rows[row][at] if at < len(rows[row]) else "" for row, at in dict.fromkeys(places)]
        names.append(" ".join(dict.fromkeys(filter(None, texts))))
    return tuple(names)


def _meant(found: re.Match[str]) -> str:
    """Return the character that an escape stands for; half a pair is none."""
    number = int(found[1], 16)
    return "\ufffd" if number in _HALVES else chr(number)


def cell_text(cell: Any) -> str:
    """Write an Excel cell as text: no needless fraction, days and moments in ISO form."""
    if isinstance(cell, str):
        return _ESCAPED.sub(_meant, cell) if "_x" in cell else cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        whole = cell.is_integer() and abs(cell) < EXACT
        return str(int(cell)) if whole else repr(cell)
    if isinstance(cell, (datetime, date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return "" if cell is None else str(cell)
