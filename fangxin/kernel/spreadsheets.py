"""Reading tables that people bring: CSV, Excel, vCard and JSON files as rows of text, in bounded
memory.

A file is read from its start each time; rows are numbered as a spreadsheet shows them (the header
is row 1 when it stands first), so a number names the same row in every run.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final, Literal

import python_calamine as calamine

from fangxin.kernel.cards import COLUMNS as CARD_COLUMNS
from fangxin.kernel.cards import cards
from fangxin.kernel.encodings import detect
from fangxin.kernel.errors import FieldError, Invalid
from fangxin.kernel.json_rows import json_rows

COLUMNS: Final = 500
ROWS: Final = 2_000_000
CELL: Final = 131_072
UNPACKED: Final = 512 * 1024 * 1024
RATIO: Final = 200
SNIFFED: Final = 50
# rows above the one that names the columns, which has so many names at least
TITLES: Final = 6
NAMED: Final = 3
DELIMITERS: Final = (",", "\t", ";", "|")
_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_CARD: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*BEGIN:VCARD\s", re.IGNORECASE)
_JSON: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\[\s*\{|\{\s*")')
# how Excel writes characters that XML cannot hold (ECMA-376 part 1, 22.9.2.19)
_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_SEPARATOR_LINE: Final = re.compile(r"sep=(.)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was recognised, and how it is read. `sheets` is empty for all but workbooks."""

    path: Path
    columns: tuple[str, ...]
    encoding: str | None = None
    delimiter: str | None = None
    sheets: tuple[str, ...] = ()
    sheet: str | None = None
    kind: Literal["csv", "workbook", "cards", "json"] = "csv"
    # the number of the row that names the columns
    header: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the header: its number, its cells in the order of the columns, or its fault."""

    number: int
    cells: tuple[str, ...]
    fault: FieldError | None = None


def refuse(error: FieldError) -> Invalid:
    """Return a fault of the file as the answer to the request that brought it."""
    return Invalid(error.message, code=error.code, values=error.values, errors=[error.at("/file")])


def open_table(
    path: Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
) -> Table:
    """Recognise a file and read its header, or raise Invalid with a code saying what is wrong.

    Codes: empty_file, not_a_table, old_excel, file_too_large, broken_file, unknown_sheet,
    unknown_encoding, wrong_encoding, bad_delimiter, too_many_columns.
    """
    try:
        return _recognise(path, encoding, delimiter, sheet)
    except FieldError as error:
        raise refuse(error) from error


def _recognise(path: Path, encoding: str | None, delimiter: str | None, sheet: str | None) -> Table:
    with path.open("rb") as file:
        head = file.read(1000)
    if not head:
        raise FieldError("empty_file", "The file is empty.")
    if head.startswith(_OLD_EXCEL):
        raise FieldError("old_excel", "Save the file as .xlsx or CSV, without a password.")
    if head.startswith(_ZIP):
        return _open_workbook(path, sheet)
    if sheet is not None:
        message = "There is no visible sheet {sheet}."
        raise FieldError("unknown_sheet", message, sheet=sheet[:100])
    if _CARD.match(head):
        chosen = encoding or detect(path)
        return _named(Table(path, (), chosen, kind="cards"))
    if delimiter is None and _JSON.match(head):
        return _named(Table(path, (), "utf-8", kind="json"))
    return _open_csv(path, encoding, delimiter)


def _by_name(table: Table) -> Iterator[tuple[int, dict[str, str], FieldError | None]]:
    if table.kind == "json":
        return json_rows(table.path)
    return cards(table.path, table.encoding or "utf-8")


def _named(table: Table) -> Table:
    """Return a table of cards or JSON with its columns."""
    try:
        names: dict[str, None] = {}
        for _, cells, _ in _by_name(table):
            names.update(dict.fromkeys(cells))
    except (UnicodeError, LookupError) as error:
        message = "The file is not in the encoding {encoding}."
        raise FieldError("wrong_encoding", message, encoding=str(table.encoding)[:40]) from error
    if not names:
        raise FieldError("empty_file", "The file is empty.")
    known = [each for each in CARD_COLUMNS if each in names] if table.kind == "cards" else names
    if len(names) > COLUMNS:
        raise FieldError("too_many_columns", "More than {limit} columns.", limit=COLUMNS)
    return replace(table, columns=tuple(known))


def _named_rows(table: Table) -> Iterator[Row]:
    for number, cells, fault in _by_name(table):
        yield Row(number, tuple(cells.get(name, "") for name in table.columns), fault)


def rows(table: Table) -> Iterator[Row]:
    """Yield the rows below the header without blank ones; an unreadable row has a fault. Raises
    Invalid where the file cannot be read on: `wrong_encoding`, `broken_file`.
    """
    try:
        yield from (_named_rows if table.kind in {"cards", "json"} else _rows)(table)
    except FieldError as error:
        raise refuse(error) from error


def _rows(table: Table) -> Iterator[Row]:
    width = len(table.columns)
    for number, cells, broken in _numbered(table):
        fault = broken
        if number <= table.header or (fault is None and not any(cell.strip() for cell in cells)):
            continue
        if number > ROWS:
            message = "More than {limit} rows. Split the file."
            yield Row(number, (), FieldError("too_many_rows", message, limit=ROWS))
            return
        if fault is None and any(cell.strip() for cell in cells[width:]):
            message = "The row has {found} cells, the header {expected}."
            fault = FieldError("too_many_cells", message, found=len(cells), expected=width)
        yield Row(number, (*cells[:width], *[""] * (width - len(cells))), fault)


def _numbered(table: Table) -> Iterator[tuple[int, Sequence[str], FieldError | None]]:
    if table.sheet is not None:
        return _workbook_rows(table.path, table.sheet)
    return _csv_rows(table.path, table.encoding or "utf-8", table.delimiter or ",")


def _name_columns(cells: Sequence[str]) -> tuple[str, ...]:
    """Give each column a name of its own: an empty one its position, a repeated one a number."""
    names = [cell.strip().lstrip("\ufeff") for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > COLUMNS:
        raise FieldError("too_many_columns", "More than {limit} columns.", limit=COLUMNS)
    found: dict[str, None] = {}
    for position, name in enumerate(names, start=1):
        wanted = base = re.sub(r"\s+", " ", name)[:200] or f"Column {position}"
        repeat = 1
        while wanted in found:
            repeat += 1
            wanted = f"{base} ({repeat})"
        found[wanted] = None
    return tuple(found)


def _header(
    numbered: Iterable[tuple[int, Sequence[str], FieldError | None]],
) -> tuple[int, tuple[str, ...]]:
    """Return the number and the columns of the row that names them; titles may stand above it."""
    first: list[tuple[int, Sequence[str]]] = []
    for number, cells, fault in numbered:
        if fault is not None:
            if not first:
                raise fault
            break
        if any(cell.strip() for cell in cells):
            first.append((number, cells))
        if len(first) > TITLES:
            break
    if not first:
        raise FieldError("empty_file", "The file is empty.")
    filled = [sum(bool(cell.strip()) for cell in cells) for _, cells in first]
    at = next((place for place, count in enumerate(filled) if count > 1), 0)
    # a single cell above three and more is what the sheet is called; a table stands below
    if filled[at] < NAMED or at == len(filled) - 1:
        at = 0
    number, cells = first[at]
    return number, _name_columns(cells)


# --- CSV ---


def _open_csv(path: Path, encoding: str | None, delimiter: str | None) -> Table:
    known = encoding or detect(path)
    try:
        "".encode(known)
    except (LookupError, ValueError) as error:
        message = "{encoding} is not a known encoding."
        raise FieldError("unknown_encoding", message, encoding=known[:40]) from error
    if delimiter is not None and delimiter not in DELIMITERS:
        message = "One of these is needed here: {allowed}."
        raise FieldError("bad_delimiter", message, allowed=" ".join(map(repr, DELIMITERS)))
    chosen = delimiter or _sniff(path, known)
    header, columns = _header(_csv_rows(path, known, chosen))
    return Table(path, columns, known, chosen, header=header)


def _lines(path: Path, encoding: str) -> Iterator[str]:
    """Yield lines with their ends; one that says nothing but "sep=;" is for Excel alone."""
    try:
        with path.open(encoding=encoding, newline="") as file:
            for number, line in enumerate(file):
                if number or not _SEPARATOR_LINE.match(line):
                    yield line
    except UnicodeError as error:
        message = "The file is not in the encoding {encoding}."
        raise FieldError("wrong_encoding", message, encoding=encoding) from error


def _csv_rows(
    path: Path, encoding: str, delimiter: str
) -> Iterator[tuple[int, Sequence[str], FieldError | None]]:
    reader = csv.reader(_lines(path, encoding), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        started = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, (), _csv_fault(error, started)
            continue
        yield number, cells, None


def _csv_fault(error: csv.Error, line: int) -> FieldError:
    text = str(error)
    if "unexpected end" in text or "field larger" in text:
        message = "A quotation mark opened in line {line} is never closed."
        return FieldError("unclosed_quote", message, line=line)
    return FieldError("bad_quotes", "The quotation marks of line {line} do not match.", line=line)


def _sniff(path: Path, encoding: str) -> str:
    """Return the delimiter that cuts the first lines into the most columns of equal number."""
    with path.open(encoding=encoding, newline="", errors="replace") as file:
        first = file.readline(1000)
    named = _SEPARATOR_LINE.match(first)
    if named and named.group(1) in DELIMITERS:
        return named.group(1)
    return max(DELIMITERS, key=lambda each: _fit(path, encoding, each))


def _fit(path: Path, encoding: str, delimiter: str) -> tuple[float, int]:
    sample = [
        len(cells)
        for _, cells, fault in islice(_csv_rows(path, encoding, delimiter), SNIFFED)
        if fault is None and any(cells)
    ]
    if not sample or sample[0] == 1:
        return (0.0, 1)
    alike = sum(width == sample[0] for width in sample) / len(sample)
    return (alike, sample[0])


# --- Excel ---


def _check_archive(path: Path) -> None:
    """Refuse an archive that is no workbook, or that would unpack to too much."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise FieldError("broken_file", "The file is damaged.") from error
    names = {entry.filename for entry in entries}
    if not any(name.startswith("xl/workbook") for name in names) and "content.xml" not in names:
        raise FieldError("not_a_table", "This is not a CSV or Excel file.")
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, path.stat().st_size)
    if unpacked > UNPACKED or (unpacked > packed * RATIO and unpacked > UNPACKED // 16):
        raise FieldError("file_too_large", "The file is too large once it is unpacked.")


def _workbook(path: Path) -> calamine.CalamineWorkbook:
    try:
        return calamine.CalamineWorkbook.from_path(str(path))
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise FieldError("broken_file", "The file is damaged.") from error


def _open_workbook(path: Path, sheet: str | None) -> Table:
    _check_archive(path)
    book = _workbook(path)
    visible = tuple(
        each.name
        for each in book.sheets_metadata
        if each.visible == calamine.SheetVisibleEnum.Visible
        and each.typ == calamine.SheetTypeEnum.WorkSheet
    )
    chosen = sheet or _first_filled(book, visible)
    if chosen not in visible:
        message = "There is no visible sheet {sheet}."
        raise FieldError("unknown_sheet", message, sheet=str(chosen)[:100])
    header, columns = _header(_workbook_rows(path, chosen))
    return Table(path, columns, sheets=visible, sheet=chosen, kind="workbook", header=header)


def _first_filled(book: calamine.CalamineWorkbook, names: Sequence[str]) -> str:
    for name in names:
        if book.get_sheet_by_name(name).total_height:
            return name
    raise FieldError("empty_file", "The file is empty.")


def _workbook_rows(
    path: Path, sheet: str
) -> Iterator[tuple[int, Sequence[str], FieldError | None]]:
    try:
        found = _workbook(path).get_sheet_by_name(sheet)
    except calamine.CalamineError as error:
        raise FieldError("broken_file", "The file is damaged.") from error
    start = found.start or (0, 0)
    lead = [""] * start[1]
    for number, cells in enumerate(found.iter_rows(), start=1):
        yield number, [*lead, *(cell_text(cell) for cell in cells)], None


def cell_text(cell: Any) -> str:
    """Write an Excel cell as text: no needless fraction, days and moments in ISO form."""
    if isinstance(cell, str):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell) if "_x" in cell else cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        whole = cell.is_integer() and abs(cell) < 1e15  # noqa: PLR2004 - beyond, Excel has lost digits
        return str(int(cell)) if whole else repr(cell)
    if isinstance(cell, (datetime, date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else str(cell)
