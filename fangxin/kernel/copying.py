"""Rows as the text that PostgreSQL's COPY reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

import msgspec
from sqlalchemy import TableClause

from fangxin.kernel.sql import Json

_ESCAPES: Final = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_SPECIAL: Final = re.compile(r"[\\\t\n\r]")
_NULL: Final = "\\N"
_NOTHING: Final = {type(None)}
_TEXTS: Final = {str}
_MOMENTS: Final = {datetime}
_encode: Final = msgspec.json.Encoder().encode


def _text(value: str) -> str:
    if not _SPECIAL.search(value):
        return value
    return _SPECIAL.sub(lambda found: _ESCAPES[found[0]], value)


def _json(value: Any) -> str:
    return _text(_encode(value).decode())


def _moment(value: date | time) -> str:
    return value.isoformat()


_WRITE: Final[dict[type[Any], Callable[[Any], str]]] = {
    type(None): lambda _: _NULL,
    str: _text,
    bool: lambda value: "t" if value else "f",
    int: str,
    float: repr,
    Decimal: str,
    datetime: _moment,
    date: _moment,
    time: _moment,
    bytes: lambda value: "\\\\x" + value.hex(),
    dict: _json,
    list: _json,
}


def copy_text(table: TableClause, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """Return rows as lines of columns `names`; a value of another type than these is a KeyError."""
    columns = zip(*rows, strict=True)
    written = [
        _column(cells, is_json=isinstance(table.c[name].type, Json))
        for name, cells in zip(names, columns, strict=True)
    ]
    return "".join([f"{chr(9).join(cells)}\n" for cells in zip(*written, strict=True)]).encode()


def _column(cells: Sequence[Any], *, is_json: bool) -> Sequence[str]:
    types = set(map(type, cells))
    if types == _NOTHING:
        return [_NULL] * len(cells)
    if is_json:
        return [_NULL if cell is None else _json(cell) for cell in cells]
    # hardly a text needs escapes: one look at all of them
    if types == _TEXTS and not _SPECIAL.search("".join(cells)):
        return cells
    if types == _MOMENTS and cells.count(cells[0]) == len(cells):
        return [cells[0].isoformat()] * len(cells)
    return [_WRITE[type(cell)](cell) for cell in cells]
