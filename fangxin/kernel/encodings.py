"""Telling the encoding of a text file: by its mark, its zeros, by what decodes and reads well."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Final

from fangxin.kernel.errors import FieldError

SAMPLE: Final = 256 * 1024
_CHUNK: Final = 1024 * 1024
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BEYOND: Final = re.compile(rb"[\x80-\xff]")
_PAIR: Final = re.compile(rb"[\x80-\xff].", re.DOTALL)
# GB 2312's first level, the characters of everyday text, and its signs
_COMMON: Final = re.compile(rb"[\xb0-\xd7][\xa1-\xff]|[\xa1\xa3].", re.DOTALL)
# the same of Big5
_COMMON_BIG5: Final = re.compile(rb"[\xa1\xa4-\xc6].", re.DOTALL)
_ENOUGH: Final = 0.6
_BIG5_ENOUGH: Final = 0.9
# bytes that are wrong in a file that is UTF-8 for the rest
_FEW_WRONG: Final = 0.01
_CONTROL: Final = frozenset(map(chr, range(32))) - set("\t\n\f\r\x1a\x1b")
_FEW_CONTROLS: Final = 0.005
# of a short file single cells may be broken as well
_SOME_CONTROLS: Final = 4
# kana, of which every Japanese text has many
_KANA: Final = re.compile(rb"\x82[\x9f-\xf1]|\x83[\x40-\x96]", re.DOTALL)
_KANA_ENOUGH: Final = 0.1
# letters of other alphabets stand beside one another, accented Latin ones between others
_CYRILLIC: Final = re.compile(rb"[\xa8\xb8\xc0-\xff]{3,}")
_CYRILLIC_ENOUGH: Final = 0.6


def detect(path: Path) -> str:
    """Return the name of a file's encoding, or raise FieldError `not_a_table` for binary data."""
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    found = next((name for mark, name in _MARKS if head.startswith(mark)), None) or _zeros(head)
    text = head.decode(found or "latin-1", errors="replace")
    controls = sum(each in _CONTROL for each in text)
    if controls > max(len(text) * _FEW_CONTROLS, _SOME_CONTROLS):
        raise FieldError("not_a_table", "This is not a CSV or Excel file.")
    if found is not None:
        return found
    if _decodes(path, "utf-8") or _nearly_utf8(head):
        return "utf-8"
    if _decodes(path, "gb18030") and _mostly(_COMMON, head, _ENOUGH):
        return "gb18030"
    if _mostly(_COMMON_BIG5, head, _BIG5_ENOUGH) and _decodes(path, "big5hkscs"):
        return "big5hkscs"
    if _mostly(_KANA, head, _KANA_ENOUGH) and _decodes(path, "cp932"):
        return "cp932"
    return "cp1251" if _is_cyrillic(head) and _decodes(path, "cp1251") else "cp1252"


def _is_cyrillic(head: bytes) -> bool:
    beyond = len(_BEYOND.findall(head))
    words = sum(map(len, _CYRILLIC.findall(head)))
    return beyond > 0 and words >= beyond * _CYRILLIC_ENOUGH


def _nearly_utf8(head: bytes) -> bool:
    """Tell whether a file is UTF-8 with something broken in it, which is said when it is read."""
    text = head.decode("utf-8", "replace")
    wrong, beyond = text.count("\ufffd"), sum(each > "\x7f" for each in text)
    return beyond > wrong and wrong <= max(1, len(text) * _FEW_WRONG) and 2 * wrong < beyond


def _zeros(head: bytes) -> str | None:
    """Return UTF-16 without a mark, where every other byte of Latin text is zero; a few zeros in
    other text are a fault of single cells.
    """
    if b"\x00" not in head:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    found = "utf-16-le" if odd > even else "utf-16-be"
    text = head[: len(head) // 2 * 2].decode(found, "replace")
    return found if text.count("\ufffd") <= 1 and {"\n", "\r"} & set(text) else None


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _mostly(everyday: re.Pattern[bytes], head: bytes, enough: float) -> bool:
    """Tell whether the two-byte characters of a text are everyday ones; accented Latin text is
    neither Chinese.
    """
    pairs = _PAIR.findall(head)
    return bool(pairs) and sum(map(bool, map(everyday.match, pairs))) >= len(pairs) * enough
