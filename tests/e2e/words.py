"""Finds words in the wrong language, by the product's own catalogues."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = ROOT / "web" / "src" / "i18n"
ENTRY = re.compile(
    r"""^\s*(?:[\w$]+|'[^']+'):\s*(?:'((?:[^'\\]|\\.)*)'|"([^"]*)"),?$""", re.MULTILINE
)
LINE_BROKEN = re.compile(r":\n\s+(?=['\"])")
SLOT = re.compile(r"\\{\\{\w+\\}\\}|\\\{\w+\\\}|%\\\(\w+\\\)s")
CHINESE = re.compile(r"[一-鿿]")


def _web(language: str) -> Iterator[str]:
    for path in sorted((CATALOGUES / language).glob("*.ts")):
        text = LINE_BROKEN.sub(": ", path.read_text("utf-8"))
        for single, double in ENTRY.findall(text):
            yield (single or double).replace("\\'", "'")


def _server() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "fangxin" / "locale" / "zh_CN").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id and isinstance(message.id, str) and message.string:
                    yield message.id, str(message.string)


@cache
def _foreign(locale: str) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Whole texts, and patterns of texts with slots, that a reader of `locale` must not meet."""
    server = list(_server())
    chinese = {*_web("zh"), *(text for _, text in server)}
    english = {*_web("en"), *(text for text, _ in server)}
    strange = english - chinese if locale == "zh-CN" else chinese - english
    plain = {each for each in strange if "{" not in each and "%(" not in each}
    # a pattern needs enough words of its own, or it would match what a user wrote
    slotted = [
        re.escape(each)
        for each in strange - plain
        if len(re.sub(r"\{+.*?\}+|%\(\w+\)s|\W", "", each)) > 3
    ]
    return frozenset(plain), tuple(re.compile(SLOT.sub(".+", each)) for each in slotted)


@cache
def _key() -> re.Pattern[str]:
    names = "|".join(path.stem for path in (CATALOGUES / "zh").glob("*.ts") if path.stem != "index")
    return re.compile(rf"\b(?:{names})\.[a-z]\w+(?:\.\w+)*\b|\{{\{{|\}}\}}")


def strange_words(texts: Iterable[str], locale: str, written: Container[str]) -> list[str]:
    """Return the texts that are a key, an unfilled slot, or words of the other language.

    What users wrote may be in any language: a text counts only when our catalogues have it.
    `written` are names of records that happen to be words of ours too, such as stages and roles.
    """
    plain, slotted = _foreign(locale)
    found = []
    for text in texts:
        # one character is an initial on a portrait
        if text in written or len(text) == 1:
            continue
        other = bool(CHINESE.search(text)) != (locale == "zh-CN")
        phrase = other and any(each.fullmatch(text) for each in slotted)
        if phrase or text in plain or _key().search(text):
            found.append(text)
    return found
