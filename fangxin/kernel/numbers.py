"""Running numbers for people, drawn from the database in blocks: gaps are fine, waiting for each
other is not.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from string import Formatter
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from fangxin.kernel.db import Database, Tx
from fangxin.kernel.sql import DialectName, Statement, compile_statement, metadata

BLOCK: Final = 50
# longer digits that somebody brings along are no running numbers
DIGITS: Final = 15

counter: Final = sa.Table(
    "counter",
    metadata,
    sa.Column("name", sa.Text(), primary_key=True),
    sa.Column("value", sa.BigInteger(), nullable=False),
)


@lru_cache(maxsize=2)
def _draw_statement(dialect: DialectName) -> Statement:
    insert: Any = (postgresql if dialect == "postgresql" else sqlite).insert(counter)
    made = insert.values(
        name=sa.bindparam("name", type_=sa.Text()),
        value=sa.bindparam("many", type_=sa.BigInteger()),
    )
    return compile_statement(
        made.on_conflict_do_update(
            index_elements=["name"], set_={"value": counter.c.value + made.excluded.value}
        ).returning(counter.c.value),
        dialect,
    )


@lru_cache(maxsize=2)
def _raise_statement(dialect: DialectName) -> Statement:
    insert: Any = (postgresql if dialect == "postgresql" else sqlite).insert(counter)
    made = insert.values(
        name=sa.bindparam("name", type_=sa.Text()),
        value=sa.bindparam("value", type_=sa.BigInteger()),
    )
    return compile_statement(
        made.on_conflict_do_update(
            index_elements=["name"],
            set_={"value": made.excluded.value},
            where=counter.c.value < made.excluded.value,
        ),
        dialect,
    )


@lru_cache(maxsize=256)
def _form(pattern: str, year: int) -> re.Pattern[str]:
    """Return what texts of `pattern` in a year look like; the number is the first group."""
    known = {"year": str(year), "number": f"([0-9]{{1,{DIGITS}}})"}
    parts = [
        re.escape(literal) + (known[name] if name else "")
        for literal, name, _, _ in Formatter().parse(pattern)
    ]
    return re.compile("".join(parts))


def number_in(pattern: str, text: str, year: int) -> int | None:
    """Return the number in a text that `pattern` could have given in this year, else None."""
    found = _form(pattern, year).fullmatch(text)
    return int(found[1]) if found is not None and found.lastindex else None


class Numbers:
    """The blocks that this process holds. A block is drawn in a transaction of its own and lost
    when the process ends.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._blocks: dict[str, list[int]] = {}

    async def reserve(
        self, database: Database, name: str, count: int, year: int, block: int = BLOCK
    ) -> None:
        """Make sure that `take` finds `count` numbers without touching the database; where they
        have to be drawn, `block` of them are.
        """
        counted = f"{name}.{year}"
        with self._lock:
            held = len(self._blocks.get(counted, ()))
        if held >= count:
            return
        many = max(block, count)

        async def unit(tx: Tx) -> int:
            return await _draw(tx, counted, many)

        last = await database.write(unit)
        with self._lock:
            numbers = self._blocks.setdefault(counted, [])
            numbers.extend(range(last - many + 1, last + 1))

    async def take(self, tx: Tx, name: str, count: int, year: int) -> list[int]:
        """Return `count` numbers: held ones first, else drawn in this transaction for this
        transaction alone.
        """
        counted = f"{name}.{year}"
        with self._lock:
            block = self._blocks.get(counted, [])
            taken, self._blocks[counted] = block[:count], block[count:]
        lacking = count - len(taken)
        if lacking:
            last = await _draw(tx, counted, lacking)
            taken += range(last - lacking + 1, last + 1)
        return taken

    async def raise_to(self, tx: Tx, name: str, value: int, year: int) -> None:
        """Let all numbers drawn from now on lie above `value`, which others have brought along.

        What another process holds may lie below: see `forget`.
        """
        counted = f"{name}.{year}"
        with self._lock:
            block = self._blocks.get(counted, [])
            self._blocks[counted] = [number for number in block if number > value]
        await tx.execute(_raise_statement(tx.dialect), {"name": counted, "value": value})

    def forget(self, name: str, year: int) -> bool:
        """Drop what this process holds, for it has met a number in use; tell whether it held any
        since the last time, so that trying again makes sense.
        """
        counted = f"{name}.{year}"
        with self._lock:
            return self._blocks.pop(counted, None) is not None


async def _draw(tx: Tx, name: str, many: int) -> int:
    row = await tx.fetch_one(_draw_statement(tx.dialect), {"name": name, "many": many})
    if row is None:
        message = "the counter gave no number"
        raise RuntimeError(message)
    return int(row[0])
