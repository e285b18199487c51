"""Reading tables that people bring: CSV, Excel, vCard and JSON files as rows of text, in bounded
memory.

A file is read from its start each time; rows are numbered as a spreadsheet shows them (the header
is row 1 when it stands first), so a number names the same row in every run.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final, Literal

from fangxin.kernel.cards import COLUMNS as CARD_COLUMNS
from fangxin.kernel.cards import cards
from fangxin.kernel.encodings import detect
from fangxin.kernel.errors import FieldError, Invalid
from fangxin.kernel.json_rows import json_rows
from fangxin.kernel.worksheets import grouped_header, open_workbook, sheet_rows

COLUMNS: Final = 500
ROWS: Final = 2_000_000
CELL: Final = 131_072
SNIFFED: Final = 50
# rows above the one that names the columns, which has so many names at least
TITLES: Final = 6
NAMED: Final = 3
DELIMITERS: Final = (",", "\t", ";", "|")
_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CARD: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*BEGIN:VCARD\s", re.IGNORECASE)
_JSON: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\[\s*\{|\{\s*")')
_ZERO: Final = "\x00"
# characters without a width, that come along when names are copied
_UNSEEN: Final = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060"
# the sign by which DOS ended a file
_END: Final = "\x1a"
# what other programs call a table, and is a page or a document
_PAGES: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!doctype|<html|<head|<meta|<table|<style|<\?xml)", re.IGNORECASE
)
_DOCUMENTS: Final = (b"%PDF-", b"{\\rtf")
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
    if head.startswith(_DOCUMENTS):
        raise FieldError("not_a_table", "This is not a CSV or Excel file.")
    # what was saved as .xls may be a web page or an XML sheet of 2003 as well
    if head.startswith(_OLD_EXCEL) or _PAGES.match(head):
        raise FieldError("old_excel", "Save the file as .xlsx or CSV, without a password.")
    if head.startswith(_ZIP):
        return _open_workbook(path, sheet)
    if sheet is not None:
        message = "There is no visible sheet {sheet}."
        raise FieldError("unknown_sheet", message, sheet=sheet[:100])
    if head.startswith(_WIDE):
        head = head[: len(head) // 2 * 2].decode("utf-16", "replace").encode()
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
        yield Row(number, _held(cells.get(name, "") for name in table.columns), fault)


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
        if number <= table.header or (fault is None and not any(map(str.strip, cells))):
            continue
        if number > ROWS:
            message = "More than {limit} rows. Split the file."
            yield Row(number, (), FieldError("too_many_rows", message, limit=ROWS))
            return
        if fault is None and any(cell.strip() for cell in cells[width:]):
            message = "The row has {found} cells, the header {expected}."
            fault = FieldError("too_many_cells", message, found=len(cells), expected=width)
        yield Row(number, _held((*cells[:width], *[""] * (width - len(cells)))), fault)


def _held(cells: Iterable[str]) -> tuple[str, ...]:
    """Return cells without the zeros that other programs fill up with: no text field holds them."""
    found = tuple(cells)
    return tuple(each.replace(_ZERO, "") for each in found) if _ZERO in "".join(found) else found


def _numbered(table: Table) -> Iterator[tuple[int, Sequence[str], FieldError | None]]:
    if table.sheet is not None:
        return sheet_rows(table.path, table.sheet)
    return _csv_rows(table.path, table.encoding or "utf-8", table.delimiter or ",")


def _name_columns(cells: Sequence[str]) -> tuple[str, ...]:
    """Give each column a name of its own: an empty one its position, a repeated one a number."""
    names = [cell.strip().strip(_UNSEEN).strip() for cell in cells]
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


def _open_workbook(path: Path, sheet: str | None) -> Table:
    visible, chosen = open_workbook(path, sheet)
    grouped = grouped_header(path, chosen)
    if grouped is not None:
        header, columns = grouped.number, _name_columns(grouped.cells)
    else:
        header, columns = _header(sheet_rows(path, chosen))
    return Table(path, columns, sheets=visible, sheet=chosen, kind="workbook", header=header)


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
    """Yield lines with their ends; one that says nothing but "sep=;" is for Excel alone.

    Marks at the start of a line are left where files were put behind one another.
    """
    try:
        with path.open(encoding=encoding, newline="") as file:
            for number, line in enumerate(file):
                text = line.lstrip("\ufeff") if line[0] == "\ufeff" else line
                ended = text[:1] == _END and text.strip() == _END
                if not ended and (number or not _SEPARATOR_LINE.match(text)):
                    yield text
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
            yield number, (), _csv_fault(error, started, reader.line_num)
            continue
        yield number, cells, None


def _csv_fault(error: csv.Error, line: int, last: int) -> FieldError:
    text = str(error)
    if "field larger" in text and last == line:
        message = "A cell of line {line} has more than {limit} characters."
        return FieldError("long_cell", message, line=line, limit=CELL)
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
    # a comma stands in texts more often than the others
    rarest = sorted(DELIMITERS, key=",".__eq__)
    return max(rarest, key=lambda each: _fit(path, encoding, each))


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
