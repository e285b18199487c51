"""Reading tables that people bring: CSV, Excel, vCard and JSON files as rows of text, in bounded
memory.

A file is read from its start each time; rows are numbered as a spreadsheet shows them (the header
is row 1 when it stands first), so a number names the same row in every run.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal, TypeAlias

from fangxin.kernel.cards import COLUMNS as CARD_COLUMNS
from fangxin.kernel.cards import cards
from fangxin.kernel.delimited import Text, check_encoding, text_of, text_rows
from fangxin.kernel.encodings import detect
from fangxin.kernel.errors import FieldError, Invalid
from fangxin.kernel.footers import Row, told_apart
from fangxin.kernel.json_rows import json_rows
from fangxin.kernel.worksheets import Sheet, open_sheet, open_workbook

COLUMNS: Final = 500
ROWS: Final = 2_000_000
# rows above the one that names the columns, which has so many names at least
TITLES: Final = 6
NAMED: Final = 3
# of the first rows so much is shown
TOP_CELLS: Final = 8
TOP_CELL: Final = 60
_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CARD: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*BEGIN:VCARD\s", re.IGNORECASE)
_JSON: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\[\s*\{|\{\s*")')
_ZERO: Final = "\x00"
# characters without a width, that come along when names are copied
_UNSEEN: Final = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060"
# what other programs call a table, and is a page or a document
_PAGES: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!doctype|<html|<head|<meta|<table|<style|<\?xml)", re.IGNORECASE
)
_DOCUMENTS: Final = (b"%PDF-", b"{\\rtf")


Kind: TypeAlias = Literal["csv", "workbook", "cards", "json"]
Numbered: TypeAlias = tuple[int, Sequence[str], FieldError | None]


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was recognised, and how it is read. `sheets` is empty for all but workbooks."""

    path: Path
    columns: tuple[str, ...]
    encoding: str | None = None
    delimiter: str | None = None
    sheets: tuple[str, ...] = ()
    sheet: str | None = None
    kind: Kind = "csv"
    # the number of the row that names the columns, 0 for none
    header: int = 0
    quote: str | None = None
    # the first rows that hold anything, by their numbers: among them the header is chosen
    top: tuple[tuple[int, tuple[str, ...]], ...] = ()
    # a sheet as it was laid out, so that it is not again each time it is read
    held: Sheet | None = field(default=None, compare=False, repr=False)

    def released(self) -> Table:
        """Return the table without the cells that it holds in memory; it is read as before."""
        return replace(self, held=None)


def refuse(error: FieldError) -> Invalid:
    """Return a fault of the file as the answer to the request that brought it."""
    return Invalid(error.message, code=error.code, values=error.values, errors=[error.at("/file")])


def open_table(
    path: Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    quote: str | None = None,
    header_row: int | None = None,
    sheet: str | None = None,
) -> Table:
    """Recognise a file and read its header, or raise Invalid with a code saying what is wrong.

    What is not said is told by the file's looks. `header_row` is the number of the row that names
    the columns; 0: none does, and they are named by their places.

    Codes: empty_file, not_a_table, old_excel, file_too_large, broken_file, unknown_sheet,
    unknown_encoding, wrong_encoding, bad_delimiter, bad_quote, no_header_row, too_many_columns.
    """
    try:
        kind = _kind(path, encoding, delimiter)
        if kind == "workbook":
            return _open_workbook(path, sheet, header_row)
        _no_sheet(sheet)
        if kind == "csv":
            return _open_text(path, text_of(path, encoding, delimiter, quote), header_row)
        if kind == "cards" and encoding:
            check_encoding(encoding)
        chosen = (encoding or detect(path)) if kind == "cards" else "utf-8"
        return _named(Table(path, (), chosen, kind=kind))
    except FieldError as error:
        raise refuse(error) from error


def _no_sheet(sheet: str | None) -> None:
    """Refuse a sheet of what has none."""
    if sheet is not None:
        message = "There is no visible sheet {sheet}."
        raise FieldError("unknown_sheet", message, sheet=sheet[:100])


def _kind(path: Path, encoding: str | None, delimiter: str | None) -> Kind:
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
        return "workbook"
    if head.startswith(_WIDE):
        head = head[: len(head) // 2 * 2].decode("utf-16", "replace").encode()
    if _CARD.match(head):
        return "cards"
    return "json" if delimiter is None and _JSON.match(head) else "csv"


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
    """Yield the rows below the header without blank ones; an unreadable row, and one that is none
    of the table (sums, words below it), has a fault. Raises Invalid where the file cannot be read
    on: `wrong_encoding`, `broken_file`.
    """
    try:
        if table.kind in {"cards", "json"}:
            yield from _named_rows(table)
        else:
            yield from told_apart(_rows(table), len(table.columns))
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


def _numbered(table: Table) -> Iterator[Numbered]:
    if table.sheet is not None:
        return (table.held or open_sheet(table.path, table.sheet)).rows()
    written = Text(table.encoding or "utf-8", table.delimiter or ",", table.quote or "")
    return text_rows(table.path, written)


def _name_columns(cells: Sequence[str], filled: int = 0) -> tuple[str, ...]:
    """Give each column a name of its own: an empty one its position, a repeated one a number. Empty
    ones at the end are none, but for those among the first `filled`, below which something stands.
    """
    names = [cell.strip().strip(_UNSEEN).strip() for cell in cells]
    while len(names) > filled and not names[-1]:
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


def _top(numbered: Iterable[Numbered], header_row: int | None) -> list[tuple[int, Sequence[str]]]:
    """Return the first rows that hold anything, and the one that is said to name the columns."""
    first: list[tuple[int, Sequence[str]]] = []
    for number, cells, fault in numbered:
        wanted = header_row is not None and number >= header_row
        if fault is not None:
            if header_row is None and not first:
                raise fault
            if header_row is None or wanted:
                break
        elif any(cell.strip() for cell in cells) and (len(first) <= TITLES or wanted):
            first.append((number, cells))
        if len(first) > TITLES and (header_row is None or wanted):
            break
    if not first:
        raise FieldError("empty_file", "The file is empty.")
    return first


def _header(
    top: Sequence[tuple[int, Sequence[str]]], header_row: int | None
) -> tuple[int, tuple[str, ...]]:
    """Return the number and the columns of the row that names them: the one that is said, or the
    one that looks like it; titles may stand above it.
    """
    if header_row == 0:
        width = max(len(cells) for _, cells in top)
        return 0, _name_columns([f"Column {place + 1}" for place in range(width)])
    if header_row is not None:
        chosen = next((cells for number, cells in top if number == header_row), None)
        if chosen is None:
            message = "Row {row} names no columns."
            raise FieldError("no_header_row", message, row=header_row)
        return header_row, _name_columns(chosen)
    filled = [sum(bool(cell.strip()) for cell in cells) for _, cells in top]
    at = next((place for place, count in enumerate(filled) if count > 1), 0)
    # a single cell above three and more is what the sheet is called; a table stands below
    if filled[at] < NAMED or at == len(filled) - 1:
        at = 0
    number, cells = top[at]
    below = [cells for _, cells in top[at + 1 :]]
    return number, _name_columns(cells, max(map(_reach, below), default=0))


def _reach(cells: Sequence[str]) -> int:
    """Return how many cells a row has up to the last that holds anything."""
    return max((place for place, cell in enumerate(cells, 1) if cell.strip()), default=0)


def _shown(top: Sequence[tuple[int, Sequence[str]]]) -> tuple[tuple[int, tuple[str, ...]], ...]:
    return tuple(
        (number, tuple(cell.strip()[:TOP_CELL] for cell in cells[:TOP_CELLS]))
        for number, cells in top
    )


def _open_workbook(path: Path, sheet: str | None, header_row: int | None) -> Table:
    visible, chosen = open_workbook(path, sheet)
    top = _top(chosen.rows(), header_row)
    grouped = chosen.grouped_header() if header_row is None else None
    if grouped is not None:
        header, columns = grouped.number, _name_columns(grouped.cells)
    else:
        header, columns = _header(top, header_row)
    return Table(
        path,
        columns,
        sheets=visible,
        sheet=chosen.name,
        kind="workbook",
        header=header,
        top=_shown(top),
        held=chosen,
    )


def _open_text(path: Path, text: Text, header_row: int | None) -> Table:
    top = _top(text_rows(path, text), header_row)
    header, columns = _header(top, header_row)
    return Table(
        path,
        columns,
        text.encoding,
        text.delimiter,
        header=header,
        quote=text.quote,
        top=_shown(top),
    )
