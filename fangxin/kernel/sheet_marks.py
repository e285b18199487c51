"""What the cells of a worksheet say beside their values: errors of formulas, formulas that nobody
has computed, and number formats by which people see something else (12 %, 00123).

The reader of workbooks gives an empty cell for the first two, and the bare number for the last.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Final

from fangxin.kernel.errors import FieldError

# what stands in a cell whose formula was never computed
UNCOMPUTED: Final = "#FORMULA!"
# what stands for an error that is none of those we know
_OTHER: Final = "#VALUE!"
# told by their places in this list, from 1
_KNOWN: Final = (
    *("#NULL!", "#DIV/0!", _OTHER, "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!"),
    *("#GETTING_DATA", "#CONNECT!", "#BLOCKED!", "#UNKNOWN!", "#FIELD!", "#BUSY!", UNCOMPUTED),
)
ERRORS: Final = frozenset(_KNOWN)
_NUMBERS: Final = {each.encode(): number for number, each in enumerate(_KNOWN, start=1)}
# a number that Excel has cut on the way into a text file, or that has more digits than it keeps;
# it does so from nine digits on, where a column is narrow
_CUT: Final = re.compile(r"-?\d(?:[.,]\d+)?[eE]\+(?:0?[89]|0?[1-9]\d|[1-9]\d\d)")
# a column that was too narrow when the sheet was saved as text
_NARROW: Final = re.compile(r"#{4,}")

_CHUNK: Final = 1024 * 1024
# where the last cell of a chunk is looked for first
_WINDOW: Final = 32 * 1024
# the longest name of a tag, and more than any cell takes
_TAG: Final = 200
_LONGEST: Final = 4 * _CHUNK
# bytes of all columns of one kind, more than a sheet that may be opened asks for (worksheets.CELLS)
_ROOM: Final = 32 * 1024 * 1024
_COLUMNS: Final = 16_384
_CELL: Final = re.compile(rb"<(?:\w+:)?c\s")
_ERROR: Final = re.compile(
    rb"<(?:\w+:)?c\s([^<>]*\bt=[\"']e[\"'][^<>]*)>"
    rb"(?:(?!</?(?:\w+:)?c[\s>]).)*?<(?:\w+:)?v>([^<]*)<",
    re.DOTALL,
)
_NO_VALUE: Final = re.compile(
    rb"<(?:\w+:)?c(\s[^<>]*)>\s*<(?:\w+:)?f(?:\s[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_PLACE: Final = re.compile(rb"(?:^|\s)r=[\"']([A-Za-z]{1,3})(\d{1,7})[\"']")
_TEXT: Final = re.compile(rb"\bt=[\"']str[\"']")
_FORMAT: Final = re.compile(r"<(?:\w+:)?numFmt\s[^>]*>")
_LOOKS: Final = re.compile(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_LOOK: Final = re.compile(r"<(?:\w+:)?xf\b[^>]*>")
_ID: Final = re.compile(r'numFmtId="(\d+)"')
_CODE: Final = re.compile(r'formatCode="([^"]*)"')
_QUOTED: Final = re.compile(r"&quot;.*?&quot;|\\.|_.|\*.")
_PERCENT_IDS: Final = (9, 10)
_PERCENT: Final = 1
# a look that fills up with zeros is told by the number of its digits
_LEAST_DIGITS: Final = 2
_MOST_DIGITS: Final = 30


@dataclass(slots=True)
class Marks:
    """What cells say beside their values: for each column, from 0, a byte a row, 0 for nothing."""

    # the places in _KNOWN, from 1
    errors: dict[int, bytearray] = field(default_factory=dict)
    # 1 a percentage, else the digits that are shown
    looks: dict[int, bytearray] = field(default_factory=dict)

    def put(self, row: int, cells: Sequence[object], texts: list[str], first: int) -> None:
        """Correct the texts of a row, whose `cells` begin at column `first`."""
        for column, looks in self.looks.items():
            look = looks[row] if row < len(looks) else 0
            place = column - first
            if look and 0 <= place < len(cells) and type(cells[place]) is float:
                texts[column] = _seen(cells[place], texts[column], look)
        for column, errors in self.errors.items():
            if row < len(errors) and (error := errors[row]):
                texts += [""] * (column + 1 - len(texts))
                texts[column] = _KNOWN[error - 1]


def _seen(number: object, text: str, look: int) -> str:
    """Return a number as a cell shows it."""
    if look == _PERCENT:
        # as people typed it: 0.07 is stored as 0.07000000000000001
        return f"{(Decimal(f'{number:.15g}') * 100).normalize():f}%"
    return text.zfill(look) if text.isdecimal() else text


def fault_of(text: str) -> FieldError | None:
    """Return what is wrong with a cell that says by itself that its value is lost."""
    if text[:1] == "#":
        if text == UNCOMPUTED:
            message = "The formula was never computed. Open the file in Excel and save it again."
            return FieldError("formula_error", message)
        if text in ERRORS:
            message = "The cell holds the error {error} in place of a value."
            return FieldError("formula_error", message, error=text)
        if _NARROW.fullmatch(text):
            message = "The column was too narrow when the file was saved; its value is lost."
            return FieldError("lost_value", message)
    elif ("E+" in text or "e+" in text) and _CUT.fullmatch(text):
        message = (
            "Excel has cut the digits of this number. Format the column as text, and enter or "
            "export it anew."
        )
        return FieldError("lost_digits", message)
    return None


# ---------------------------------------------------------------- reading them


@lru_cache(maxsize=2)
def marks_of(path: Path, _stamp: tuple[int, int], part: str, box: tuple[int, int]) -> Marks:
    """Return what the cells of a worksheet say, from the entry `part` of a workbook. Raises
    zipfile.BadZipFile and OSError as archives do, and FieldError `broken_file` where marks stand
    where there are no cells.

    Cells beyond `box`, the rows and columns of all that have values, look like nothing: who formats
    whole columns makes no table of a million rows. Rows beyond it hold no errors either: they are
    not read.
    """
    marks = Marks()
    with zipfile.ZipFile(path) as archive:
        looks = _looks(archive)
        styled = _styled(looks)
        for text in _parts(archive, part):
            if b'"e"' in text or b"'e'" in text:
                _note_errors(marks, text, box[0])
            if b"<f" in text or b":f" in text:
                _note_uncomputed(marks, text, box[0])
            if styled is not None:
                _note_looks(marks, text, styled, looks, box)
    return marks


def _parts(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Give the bytes of an entry, cut between cells. Each byte is looked at a bounded number of
    times, however long a row is; what is too long for a cell is given as it comes.
    """
    rest = bytearray()
    with archive.open(part) as cells:
        while chunk := cells.read(_CHUNK):
            seen = max(0, len(rest) - _TAG)
            rest += chunk
            cut = _last_cell(rest, seen)
            if cut == 0 and len(rest) > _LONGEST:
                cut = len(rest)
            if cut:
                yield bytes(rest[:cut])
                del rest[:cut]
    yield bytes(rest)


def _last_cell(text: bytearray, seen: int) -> int:
    """Return where the last cell of a text begins, of those that begin behind `seen`; else 0."""
    size = _WINDOW
    while True:
        start = max(seen, len(text) - size)
        places = [found.start() for found in _CELL.finditer(text, start)]
        if places or start == seen:
            return places[-1] if places else 0
        size *= 4


def _place(attributes: bytes) -> tuple[int, int] | None:
    found = _PLACE.search(attributes)
    if found is None:
        return None
    column = 0
    for each in found[1].upper():
        column = column * 26 + each - 64
    return int(found[2]) - 1, column - 1


def _put(columns: dict[int, bytearray], place: tuple[int, int], mark: int) -> None:
    row, at = place
    column = columns.get(at)
    if column is None:
        column = columns[at] = bytearray()
    if row >= len(column):
        if at >= _COLUMNS or (row + 1) * len(columns) > _ROOM:
            raise FieldError("broken_file", "The file is damaged.")
        column.extend(bytes(row + 1 - len(column)))
    column[row] = mark


def _note(marks: Marks, attributes: bytes, error: int, rows: int) -> None:
    place = _place(attributes)
    if place is not None and 0 <= place[0] < rows:
        _put(marks.errors, place, error)


def _note_errors(marks: Marks, text: bytes, rows: int) -> None:
    for found in _ERROR.finditer(text):
        said = _NUMBERS.get(found[2].strip(), _NUMBERS[_OTHER.encode()])
        _note(marks, found[1], said, rows)


def _note_uncomputed(marks: Marks, text: bytes, rows: int) -> None:
    for found in _NO_VALUE.finditer(text):
        # a formula whose outcome is an empty text says so
        if not _TEXT.search(found[1]):
            _note(marks, found[1], _NUMBERS[UNCOMPUTED.encode()], rows)


def _note_looks(
    marks: Marks,
    text: bytes,
    styled: re.Pattern[bytes],
    looks: Sequence[int],
    box: tuple[int, int],
) -> None:
    for found in styled.finditer(text):
        place = _place(found[1])
        if place is not None and 0 <= place[0] < box[0] and place[1] < box[1]:
            _put(marks.looks, place, looks[int(found[2])])


def _styled(looks: Sequence[int]) -> re.Pattern[bytes] | None:
    """Return what finds cells of looks that matter."""
    numbers = "|".join(str(at) for at, look in enumerate(looks) if look)
    if not numbers:
        return None
    return re.compile(rf"<(?:\w+:)?c\s([^<>]*?\bs=[\"']({numbers})[\"'][^<>]*)>".encode())


def _looks(archive: zipfile.ZipFile) -> list[int]:
    """Return for each look of a workbook's cells what it makes of numbers (see Marks)."""
    if "xl/styles.xml" not in archive.NameToInfo:
        return []
    text = archive.read("xl/styles.xml").decode("utf-8", "replace")
    made = dict.fromkeys(_PERCENT_IDS, _PERCENT)
    for each in _FORMAT.findall(text):
        number, code = _ID.search(each), _CODE.search(each)
        if number and code:
            made[int(number[1])] = _made_by(code[1])
    found = _LOOKS.search(text)
    used = [_ID.search(each) for each in _LOOK.findall(found[0])] if found else []
    return [made.get(int(each[1]), 0) if each else 0 for each in used]


def _made_by(code: str) -> int:
    """Return what a number format makes of a number."""
    plain = _QUOTED.sub("", code.partition(";")[0])
    if "%" in plain:
        return _PERCENT
    zeros = plain.count("0")
    padded = plain == "0" * zeros and _LEAST_DIGITS <= zeros <= _MOST_DIGITS
    return zeros if padded else 0
