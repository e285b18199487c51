"""Doing something one after the other that two transactions would not see of each other."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from fangxin.kernel.db import Tx
from fangxin.kernel.prepared import Prepared

_turn: Final = Prepared(
    lambda: sa.select(
        sa.func.pg_advisory_xact_lock(
            sa.func.hashtextextended(sa.bindparam("name", type_=sa.Text()), sa.literal_column("0"))
        )
    )
)


async def take_turns(tx: Tx, name: str) -> None:
    """Wait inside a unit until every other that has taken this turn is over; what they committed is
    seen from here on. SQLite has one writer anyway.
    """
    if tx.dialect == "postgresql":
        await tx.fetch(_turn(tx.dialect), {"name": name})
