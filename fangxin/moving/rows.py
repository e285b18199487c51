"""Rows as neither database has them: the shape of a table, and a checksum that both give alike.

A row is a sequence of plain JSON values in the order of the shape's columns: ids as text, moments
as UTC text of fixed width, days as ISO text, JSON as data. Its line is that list as JSON with
sorted keys. The checksum of a table is the sum of the SHA-256 of its lines modulo 2^256, so that
the order of rows does not matter; what serves search is derived from the records and not part of
it.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR

from fangxin.kernel.sql import Day, Id, Json, Timestamp, metadata
from fangxin.migrations.schema import record_classes

BATCH: Final = 500
PASSING: Final = "passing"
SEARCH: Final = "search"
_MODULUS: Final = 2**256
_NAME: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_KINDS: Final[tuple[tuple[type[Any], str], ...]] = (
    (Timestamp, "moment"),
    (Day, "day"),
    (Json, "json"),
    (Id, "id"),
    (TSVECTOR, SEARCH),
    (sa.Boolean, "boolean"),
    (sa.Integer, "integer"),
    (sa.Float, "float"),
    (sa.String, "text"),
)
KINDS: Final = frozenset(kind for _, kind in _KINDS)

Line: TypeAlias = Sequence[Any]
Batches: TypeAlias = AsyncIterator[Sequence[Line]]
encode_line: Final = msgspec.json.Encoder(order="deterministic").encode


def kind_of(type_: Any) -> str:
    """Return what a column holds; TypeError for a type that nobody has thought of here yet."""
    kinds = (type_, getattr(type_, "impl", type_))
    for each in kinds:
        for known, kind in _KINDS:
            if isinstance(each, known):
                return kind
    message = f"moving does not know the column type {type_!r}"
    raise TypeError(message)


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table: its name and its columns, each with what it holds (one of KINDS)."""

    name: str
    columns: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        names = [self.name, *self.names]
        if not all(_NAME.fullmatch(name) for name in names) or len(set(self.names)) + 1 < len(
            names
        ):
            message = f"not a table: {self.name[:80]!r}"
            raise ValueError(message)
        if not {kind for _, kind in self.columns} <= KINDS:
            message = f"unknown kind of column in {self.name}"
            raise ValueError(message)

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return [name for name, _ in self.columns]

    @property
    def kinds(self) -> list[str]:
        """What the columns hold."""
        return [kind for _, kind in self.columns]


def shapes() -> tuple[list[Shape], list[str]]:
    """Return every table of the product that is moved, and the names of those that are not.

    A table whose rows mean nothing elsewhere or later says so itself: `info={"passing": True}`.
    """
    record_classes()
    tables = sorted(metadata.tables.values(), key=lambda table: table.name)
    moved = [
        Shape(
            str(table.name), tuple((str(each.name), kind_of(each.type)) for each in table.columns)
        )
        for table in tables
        if not table.info.get(PASSING)
    ]
    return moved, [str(table.name) for table in tables if table.info.get(PASSING)]


_VALUES: Final[dict[str, Any]] = {
    "json": Any,
    "boolean": bool | None,
    "integer": int | None,
    "float": int | float | None,
    SEARCH: tuple[list[str], list[str], list[str]] | None,
}


def line_decoder(shape: Shape) -> Callable[[bytes], Line]:
    """Return what reads a line of this shape, or raises MsgspecError for any other."""
    types = tuple(_VALUES.get(kind, str | None) for kind in shape.kinds)
    # made of a list, for the types are known only now
    return msgspec.json.Decoder(tuple.__class_getitem__(types)).decode


def _number(text: str) -> Any:
    """Read a number with a point or exponent as both databases would: 1e22 is a whole number."""
    if "e" in text or "E" in text:
        exact = Decimal(text)
        if exact == exact.to_integral_value():
            return int(exact)
    # there is no negative zero on PostgreSQL
    return float(text) or 0.0


read_json: Final = msgspec.json.Decoder(float_hook=_number).decode


@dataclass(slots=True)
class Tally:
    """Counts rows and sums up their checksum."""

    shape: Shape
    rows: int = 0
    _sum: int = 0

    def add(self, rows: Sequence[Line]) -> None:
        """Take rows in."""
        derived = [at for at, kind in enumerate(self.shape.kinds) if kind == SEARCH]
        total = self._sum
        for row in rows:
            told = [value for at, value in enumerate(row) if at not in derived] if derived else row
            total += int.from_bytes(sha256(encode_line(told)).digest())
        self._sum = total % _MODULUS
        self.rows += len(rows)

    @property
    def checksum(self) -> str:
        """The checksum of what was added, 64 hexadecimal digits."""
        return f"{self._sum:064x}"


@dataclass(frozen=True, slots=True)
class Counted:
    """What was found in a table: rows and checksum."""

    name: str
    rows: int
    checksum: str


async def counted(tally: Tally, batches: Batches) -> Batches:
    """Hand batches on and count them in passing."""
    async for rows in batches:
        tally.add(rows)
        yield rows


async def count(shape: Shape, batches: Batches) -> Counted:
    """Return what a table holds."""
    tally = Tally(shape)
    async for rows in batches:
        tally.add(rows)
    return Counted(shape.name, tally.rows, tally.checksum)
