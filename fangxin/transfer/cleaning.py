"""Cleaning rules of an import: what is done to a column's texts before they are read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Final

RULES: Final[Mapping[str, Callable[[str], str]]] = {
    # full width made half, and other forms of one character the plain one
    "width": lambda text: unicodedata.normalize("NFKC", text),
    "spaces": lambda text: " ".join(text.split()),
    "upper": str.upper,
    "lower": str.lower,
    "title": lambda text: re.sub(r"[^\W\d_]+", lambda word: word[0].capitalize(), text.lower()),
    "digits": lambda text: re.sub(r"\D", "", text),
}
PARTS: Final = 20


def cleaned(text: str, rules: Sequence[str]) -> str:
    """Return a text after rules, in their order; each names one of RULES."""
    for rule in rules:
        text = RULES[rule](text)
    return text.strip()


def taken(text: str, at: str, part: int) -> str:
    """Return the part of a text that stands between marks `at`, from 1; -1 is the last one.

    Beyond the last part nothing is left; of PARTS parts the last holds the rest.
    """
    parts = [each.strip() for each in text.split(at, PARTS)]
    place = part - 1 if part > 0 else part
    return parts[place] if -len(parts) <= place < len(parts) else ""
