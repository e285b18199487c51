"""Tables in text files: lines cut at a delimiter, quoted or not; what a file uses is told by its
first lines.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from fangxin.kernel.encodings import detect
from fangxin.kernel.errors import FieldError

CELL: Final = 131_072
SNIFFED: Final = 50
DELIMITERS: Final = (",", "\t", ";", "|")
# the last: nothing is quoted
QUOTES: Final = ('"', "'", "")
# the sign by which DOS ended a file
_END: Final = "\x1a"
_SEPARATOR_LINE: Final = re.compile(r"sep=(.)\s*$", re.IGNORECASE)
# the share of a file's cells that stand between single quotes where these are its quotation marks
_MOST_CELLS: Final = 0.5
# the share of rows below a title that have as many cells as the first of them
_MOST_ROWS: Final = 0.9
# what Python can decode beside, and no file is written in
_NO_FILES: Final = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape"})


@dataclass(frozen=True, slots=True)
class Text:
    """How a text file is written."""

    encoding: str
    delimiter: str = ","
    quote: str = '"'


def text_of(path: Path, encoding: str | None, delimiter: str | None, quote: str | None) -> Text:
    """Return how a file is written: as it is said, and for the rest as it looks. Raises FieldError
    unknown_encoding, bad_delimiter, bad_quote, not_a_table.
    """
    known = encoding or detect(path)
    check_encoding(known)
    message = "One of these is needed here: {allowed}."
    if delimiter is not None and delimiter not in DELIMITERS:
        raise FieldError("bad_delimiter", message, allowed=" ".join(map(repr, DELIMITERS)))
    if quote is not None and quote not in QUOTES:
        raise FieldError("bad_quote", message, allowed=" ".join(map(repr, QUOTES)))
    text = Text(known, quote='"' if quote is None else quote)
    text = replace(text, delimiter=delimiter or _sniff(path, text))
    return replace(text, quote="'") if quote is None and _single(path, text) else text


def check_encoding(name: str) -> None:
    """Raise FieldError unknown_encoding for what no text is written in."""
    try:
        # what turns bytes into bytes is refused by the second, a name with a zero by the first
        known = codecs.lookup(name).name
        "".encode(known)
    except (LookupError, ValueError):
        known = ""
    if not known or known in _NO_FILES:
        message = "{encoding} is not a known encoding."
        raise FieldError("unknown_encoding", message, encoding=name[:40])


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


def text_rows(path: Path, text: Text) -> Iterator[tuple[int, Sequence[str], FieldError | None]]:
    """Yield the rows of a file with their numbers from 1; an unreadable one has a fault. Raises
    FieldError wrong_encoding.
    """
    reader = csv.reader(
        _lines(path, text.encoding),
        delimiter=text.delimiter,
        strict=True,
        quotechar=text.quote or None,
        quoting=csv.QUOTE_MINIMAL if text.quote else csv.QUOTE_NONE,
    )
    number = 0
    while True:
        number += 1
        started = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, (), _fault(error, started, reader.line_num)
            continue
        yield number, cells, None


def _fault(error: csv.Error, line: int, last: int) -> FieldError:
    text = str(error)
    if "field larger" in text and last == line:
        message = "A cell of line {line} has more than {limit} characters."
        return FieldError("long_cell", message, line=line, limit=CELL)
    if "unexpected end" in text or "field larger" in text:
        message = "A quotation mark opened in line {line} is never closed."
        return FieldError("unclosed_quote", message, line=line)
    return FieldError("bad_quotes", "The quotation marks of line {line} do not match.", line=line)


def _sniff(path: Path, text: Text) -> str:
    """Return the delimiter that cuts the first lines into the most columns of equal number."""
    with path.open(encoding=text.encoding, newline="", errors="replace") as file:
        first = file.readline(1000)
    named = _SEPARATOR_LINE.match(first)
    if named and named.group(1) in DELIMITERS:
        return named.group(1)
    # a comma stands in texts more often than the others
    rarest = sorted(DELIMITERS, key=",".__eq__)
    return max(rarest, key=lambda each: _fit(path, replace(text, delimiter=each)))


def _fit(path: Path, text: Text) -> tuple[float, int]:
    sample = [len(cells) for cells in _sample(path, text)]
    first = next((at for at, width in enumerate(sample) if width > 1), None)
    if first is None:
        return (0.0, 1)
    table = sample[first:]
    alike = sum(width == table[0] for width in table) / len(table)
    # a title may stand above a table, not above a text with a comma in it
    if first and (alike < _MOST_ROWS or len(table) == 1):
        return (0.0, 1)
    return (alike, table[0])


def _sample(path: Path, text: Text) -> list[Sequence[str]]:
    first = islice(text_rows(path, text), SNIFFED)
    return [cells for _, cells, fault in first if fault is None and any(cells)]


def _single(path: Path, text: Text) -> bool:
    """Tell whether the cells of a file stand between single quotes rather than double ones."""
    cells = [each for row in _sample(path, replace(text, quote="")) for each in row if each]
    held = sum(len(each) > 1 and each[0] == each[-1] == "'" for each in cells)
    return held > len(cells) * _MOST_CELLS and not any(each[0] == '"' for each in cells)
