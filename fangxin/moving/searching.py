"""The tokens that search finds records by, moved as they are: making them anew takes far longer.

In a row they are [title, other fields, scope], three lists of tokens in their order, of which those
with the mark of a sample come last. SQLite keeps them in a table of its own beside `search_row`,
PostgreSQL as a tsvector in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from fangxin.kernel.token_forms import tsvector
from fangxin.kernel.tokens import SAMPLES

Tokens: TypeAlias = Sequence[Sequence[str]]

# skip one-door: the index of search is no record
JOIN: Final = " LEFT JOIN search_index i ON i.rowid = t.number"
BETWEEN: Final = "\n"
COLUMNS: Final = "i.title || char(10) || i.body || char(10) || i.scope"
# skip one-door: the index of search is no record
PUT: Final = "INSERT INTO search_index (rowid, title, body, scope) VALUES (?, ?, ?, ?)"
NUMBER: Final = "number"
_LEXEME: Final = re.compile(r"'((?:[^'\\]|''|\\\\)*)':([0-9A-D,]+)")
_PLACE: Final = re.compile(r"(\d+)([ABCD]?)")
# the weights of title, other fields and scope; D is what PostgreSQL does not write
_WEIGHTS: Final = {"A": 0, "B": 1, "": 2, "D": 2}


def from_document(text: str | None) -> Tokens | None:
    """Read what COLUMNS gives on SQLite."""
    return None if text is None else [part.split() for part in text.split(BETWEEN)]


def to_document(tokens: Tokens | None) -> list[str] | None:
    """Return title, body and scope as SQLite keeps them."""
    return None if tokens is None else [" ".join(part) for part in tokens]


def from_vector(text: str | None) -> Tokens | None:
    """Read the text form of a tsvector."""
    if text is None:
        return None
    found: list[tuple[int, int, str]] = []
    for token, places in _LEXEME.findall(text):
        found += [
            (int(at), _WEIGHTS.get(weight, 2), token) for at, weight in _PLACE.findall(places)
        ]
    found.sort(key=lambda each: (each[2][0] in SAMPLES, *each))
    return [[token for _, part, token in found if part == which] for which in range(3)]


def to_vector(tokens: Any) -> str | None:
    """Return the literal of a tsvector."""
    if tokens is None:
        return None
    title, body, scope = ([each for each in part if each[0] not in SAMPLES] for part in tokens)
    mark = next((each[0] for part in tokens for each in part if each[0] in SAMPLES), "")
    return tsvector(title, body, scope, mark)
