"""The text of one file, as a program of its own: `python -m fangxin.search.extract KIND PATH`.

Files come from strangers and their readers may take all time and memory for a small one, so this
runs apart from the worker with bounds on both, and writes {"state", "text"} as JSON. It imports no
more than it needs.
"""

from __future__ import annotations

import json
import os
import re
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from fangxin.kernel.encodings import detect

if sys.platform != "win32":
    import resource

# characters that are kept, bytes that an archive may hold when unpacked, and pages that are read
TEXT: Final = 100_000
UNPACKED: Final = 200 * 1024 * 1024
PAGES: Final = 500
PLAIN: Final = 4 * 1024 * 1024
MEMORY: Final = 1024 * 1024 * 1024
CPU_SECONDS: Final = 30
BROKEN, ENCRYPTED, TOO_LARGE = "broken", "encrypted", "too_large"
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BLANK: Final = re.compile(r"[ \t\u00a0]+")


class Refused(Exception):
    """There is no text to be had; the argument says why."""


def bound() -> None:
    """Take little of the machine: less than one process may harm."""
    if sys.platform == "win32":
        return
    with suppress(OSError, ValueError):
        os.nice(10)
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _plain(path: Path) -> Iterator[str]:
    encoding = detect(path)
    with path.open("rb") as file:
        yield file.read(PLAIN).decode(encoding, errors="replace")


class _Page(HTMLParser):
    """The words of a page, without what browsers do not show."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._hidden += tag in {"script", "style", "template"}
        self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in {"script", "style", "template"} and self._hidden > 0
        self.words.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)


def _html(path: Path) -> Iterator[str]:
    page = _Page()
    for text in _plain(path):
        page.feed(text)
    yield "".join(page.words)


def _pdf(path: Path) -> Iterator[str]:
    from pypdf import PdfReader  # noqa: PLC0415 - only for its kind of files

    reader = PdfReader(path)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Refused(ENCRYPTED)
    for number, page in enumerate(reader.pages):
        if number == PAGES:
            return
        yield page.extract_text() + "\n"


def _workbook(path: Path) -> Iterator[str]:
    from python_calamine import load_workbook  # noqa: PLC0415 - only for its kind of files

    with suppress(zipfile.BadZipFile):
        # an old workbook is no archive
        _checked(path).close()
    book = load_workbook(path)
    for name in book.sheet_names:
        yield f"{name}\n"
        for row in book.get_sheet_by_name(name).iter_rows():
            cells = [str(cell) for cell in row if cell not in {"", None}]
            if cells:
                yield " ".join(cells) + "\n"


def _checked(path: Path) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(path)
    if sum(each.file_size for each in archive.infolist()) > UNPACKED:
        archive.close()
        raise Refused(TOO_LARGE)
    return archive


def _marked_up(parts: str) -> Callable[[Path], Iterator[str]]:
    """Return what reads the texts of those parts of an office document whose names match."""
    wanted = re.compile(parts)

    def read(path: Path) -> Iterator[str]:
        with _checked(path) as archive:
            names = sorted(filter(wanted.fullmatch, archive.namelist()), key=_number)
            if not names:
                raise Refused(BROKEN)
            for name in names:
                with archive.open(name) as file:
                    # our own process, whose time and memory are bounded
                    for _, node in ET.iterparse(file):  # noqa: S314
                        yield from _said(node)
                        node.clear()

    return read


def _said(node: ET.Element) -> Iterator[str]:
    name = str(node.tag).rpartition("}")[2]
    if name == "t" and node.text:
        yield node.text
    elif name in {"p", "br", "cr", "tr"}:
        yield "\n"
    elif name in {"tab", "tc"}:
        yield " "


def _number(name: str) -> tuple[int, str]:
    digits = re.search(r"(\d+)\.xml$", name)
    return (int(digits[1]) if digits else 0, name)


READERS: Final[Mapping[str, Callable[[Path], Iterator[str]]]] = {
    "text": _plain,
    "html": _html,
    "pdf": _pdf,
    "workbook": _workbook,
    "docx": _marked_up(r"word/(document|footnotes|endnotes|header\d*|footer\d*)\.xml"),
    "pptx": _marked_up(r"ppt/(slides|notesSlides)/[a-zA-Z]+\d+\.xml"),
}


def read_text(kind: str, path: Path) -> str:
    """Return the first TEXT characters of a file's text, or raise what its reader raises."""
    parts: list[str] = []
    size = 0
    for part in READERS[kind](path):
        parts.append(part)
        size += len(part)
        if size > TEXT:
            break
    text = _CONTROL.sub(" ", "".join(parts))
    lines = (_BLANK.sub(" ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)[:TEXT]


def main() -> None:
    """Write what there is of a file, or why there is nothing."""
    kind, path = sys.argv[1:]
    bound()
    try:
        found = {"state": "read", "text": read_text(kind, Path(path))}
    except Refused as refused:
        found = {"state": str(refused), "text": ""}
    except MemoryError:
        found = {"state": TOO_LARGE, "text": ""}
    except Exception:  # noqa: BLE001 - whatever a reader makes of a broken file, it is broken
        found = {"state": BROKEN, "text": ""}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
