"""Counting failed attempts so that all workers agree, and locking after too many."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from fangxin.kernel.db import Database, Tx
from fangxin.kernel.errors import TooMany
from fangxin.kernel.prepared import Prepared, upsert
from fangxin.kernel.sql import Timestamp, metadata

# so many failures in a row are free; each further one waits twice as long as the last
FREE: Final = 5
FIRST_WAIT: Final = timedelta(minutes=1)
DOUBLINGS: Final = 6
FORGET: Final = timedelta(hours=24)

login_attempt: Final = sa.Table(
    "login_attempt",
    metadata,
    # a digest of account and address, so that the table tells nobody who tried
    sa.Column("key", sa.Text(), primary_key=True),
    sa.Column("failures", sa.Integer(), nullable=False),
    sa.Column("at", Timestamp(), nullable=False),
    sa.Column("locked_until", Timestamp(), nullable=True),
    # means nothing in a backup
    info={"passing": True},
)


def _moment(name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(name, type_=Timestamp())


def _count_attempt() -> Any:
    """Count an attempt unless the account is locked, and lock it at once where it is one too
    many.
    """
    table, made = login_attempt.c, upsert(login_attempt)
    at = made.excluded.at
    failures = sa.case((table.at <= _moment("forget"), 1), else_=table.failures + 1)
    waits = [(failures == FREE + step, _moment(f"wait_{step}")) for step in range(DOUBLINGS)]
    locked = sa.case((failures < FREE, sa.null()), *waits, else_=_moment(f"wait_{DOUBLINGS}"))
    made = made.on_conflict_do_update(
        index_elements=["key"],
        set_={"failures": failures, "at": at, "locked_until": locked},
        where=sa.or_(table.locked_until.is_(None), table.locked_until <= at),
    )
    return made.returning(table.failures)


_attempt: Final = Prepared(_count_attempt)
_key: Final = login_attempt.c.key == sa.bindparam("key")
_locked_until: Final = Prepared(lambda: sa.select(login_attempt.c.locked_until).where(_key))
_forgive: Final = Prepared(
    lambda: login_attempt.delete().where(sa.or_(_key, login_attempt.c.at <= _moment("forget")))
)


def attempt_key(account: str, ip: str) -> str:
    """Return what attempts on an account from an address are counted under."""
    return hashlib.sha256(f"{account}\n{ip}".encode("utf-8", "replace")).hexdigest()


async def count_attempt(database: Database, key: str, at: datetime) -> None:
    """Count an attempt before it is tried, so that many at once get no more than one after the
    other.
    """
    values = {"key": key, "failures": 1, "at": at, "locked_until": None, "forget": at - FORGET}
    waits = {f"wait_{step}": at + FIRST_WAIT * 2**step for step in range(DOUBLINGS + 1)}

    async def unit(tx: Tx) -> datetime | None:
        if await tx.fetch_one(_attempt(tx.dialect), {**values, **waits}) is not None:
            return None
        row = await tx.fetch_one(_locked_until(tx.dialect), {"key": key})
        return at if row is None or row[0] is None else row[0]

    locked_until = await database.write(unit)
    if locked_until is not None:
        seconds = max(1, int((locked_until - at).total_seconds()) + 1)
        raise TooMany(
            "Too many failed attempts. Try again in {seconds} seconds.",
            code="locked_out",
            values={"seconds": seconds},
            headers={"Retry-After": str(seconds)},
        )


async def forgive(tx: Tx, key: str, at: datetime) -> None:
    """Forget the failures of a key after a success, and all that are long past."""
    await tx.execute(_forgive(tx.dialect), {"key": key, "forget": at - FORGET})
