"""Running numbers for people, drawn from the database in blocks: gaps are fine, waiting for each
other is not.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from fangxin.kernel.db import Database, Tx
from fangxin.kernel.sql import DialectName, Statement, compile_statement, metadata

BLOCK: Final = 50

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


class Numbers:
    """The blocks that this process holds. A block is drawn in a transaction of its own and lost
    when the process ends.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._blocks: dict[str, list[int]] = {}

    async def reserve(self, database: Database, name: str, count: int, year: int) -> None:
        """Make sure that `take` finds `count` numbers without touching the database."""
        counted = f"{name}.{year}"
        with self._lock:
            held = len(self._blocks.get(counted, ()))
        if held >= count:
            return
        many = max(BLOCK, count)

        async def unit(tx: Tx) -> int:
            return await _draw(tx, counted, many)

        last = await database.write(unit)
        with self._lock:
            block = self._blocks.setdefault(counted, [])
            block.extend(range(last - many + 1, last + 1))

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


async def _draw(tx: Tx, name: str, many: int) -> int:
    row = await tx.fetch_one(_draw_statement(tx.dialect), {"name": name, "many": many})
    if row is None:
        message = "the counter gave no number"
        raise RuntimeError(message)
    return int(row[0])
