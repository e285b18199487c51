"""How workers learn that something they remember has changed: named counters in the database.

What may be remembered bumps its counter in the transaction that changes it, so that a worker that
reads an unmoved counter knows its memory is right.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from fangxin.kernel.db import Database, Tx
from fangxin.kernel.prepared import Prepared, upsert
from fangxin.kernel.sql import metadata

# users, roles, departments, settings, rates
ACCESS: Final = "access"
# sessions and tokens that ended
SESSIONS: Final = "sessions"
# restores: the order of the change log begins anew with each, behind all that was before
LOG: Final = "log"
# the epoch of the log, for statements that write it or follow it
LOG_EPOCH: Final = f"coalesce((SELECT value FROM epoch WHERE name = '{LOG}'), 0)"  # noqa: S608 - our own

epoch: Final = sa.Table(
    "epoch",
    metadata,
    sa.Column("name", sa.Text(), primary_key=True),
    sa.Column("value", sa.BigInteger(), nullable=False),
)


_bump: Final = Prepared(
    lambda: upsert(epoch).on_conflict_do_update(
        index_elements=["name"], set_={"value": epoch.c.value + 1}
    )
)
_hold: Final = Prepared(
    lambda: upsert(epoch).on_conflict_do_update(
        index_elements=["name"], set_={"value": epoch.c.value}
    )
)
_read: Final = Prepared(lambda: sa.select(epoch.c.name, epoch.c.value))


async def bump(tx: Tx, name: str) -> None:
    """Tell every worker to forget what it remembers under `name`."""
    await tx.execute(_bump(tx.dialect), {"name": name, "value": 1})


async def hold(tx: Tx, name: str) -> None:
    """Wait until nobody else is changing what is remembered under `name`, and keep others waiting
    until the end of the transaction.
    """
    await tx.execute(_hold(tx.dialect), {"name": name, "value": 0})


async def read_epochs(database: Database) -> dict[str, int]:
    """Return the counters by name; one that never moved is 0 or absent."""
    return {row[0]: row[1] for row in await database.read(_read(database.dialect), {})}
