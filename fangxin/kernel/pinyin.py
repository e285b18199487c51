"""Reading Chinese characters: a table of one syllable a character (`pinyin.txt`, made by
tools/make_pinyin.py).
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Final

SORT_LENGTH: Final = 120


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    text = files("fangxin.kernel").joinpath("pinyin.txt").read_text(encoding="utf-8")
    table: dict[str, str] = {}
    for line in text.splitlines():
        syllable, characters = line.split(" ", 1)
        for character in characters:
            table[character] = syllable
    return table


def syllable(character: str) -> str | None:
    """Return the pinyin of one character without tone ("ü" as "v"), or None."""
    return _table().get(character)


def sort_key(text: str | None) -> str | None:
    """Return text whose byte order is a reader's order: case folded, Chinese by pinyin, cut at
    SORT_LENGTH characters.
    """
    if text is None:
        return None
    return text.lower()[:SORT_LENGTH] if text.isascii() else _read_key(text[:SORT_LENGTH])


@lru_cache(maxsize=5000)
def _read_key(text: str) -> str:
    table = _table()
    parts = [table.get(character, "") for character in text]
    key = "".join(
        f"{part} {character}" if part else character
        for part, character in zip(parts, text.casefold(), strict=False)
    )
    return key[:SORT_LENGTH]
