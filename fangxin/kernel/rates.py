"""Exchange rates by day: what a unit of a currency is worth in the base currency."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from fangxin.kernel.db import Database, Tx
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import Day, InArray, metadata

# a rate is kept in hundred-millionths of the base currency
SCALE: Final = 8


class Rate(NamedTuple):
    """A stored rate: what one unit of `currency` is worth in `base` from `day` on."""

    id: str
    currency: str
    base: str
    day: date
    rate: Decimal


def _table() -> sa.Table:
    # declared above the kernel, as an object with rights, history and undo
    return metadata.tables["exchange_rate"]


def _in_force() -> sa.Select[Any]:
    table = _table().c
    query = sa.select(table.currency, table.rate).where(
        table.valid_from <= sa.bindparam("day", type_=Day()),
        table.base_currency == sa.bindparam("base", type_=sa.Text()),
        table.deleted_at.is_(None),
    )
    return query.order_by(table.valid_from)


def _of_currencies() -> sa.Select[Any]:
    table = _table().c
    query = sa.select(
        table.id, table.currency, table.base_currency, table.valid_from, table.rate
    ).where(InArray(table.currency, "currencies"), table.deleted_at.is_(None))
    return query.order_by(table.valid_from)


_rates: Final = Prepared(_in_force)
_some: Final = Prepared(_of_currencies)


async def read_rates(database: Database, base: str, day: date) -> dict[str, int]:
    """Return the newest rate of each currency on `day`, in hundred-millionths of `base`."""
    rows = await database.read(_rates(database.dialect), {"day": day, "base": base})
    return {row[0]: row[1] for row in rows}


async def rates_of(tx: Tx, currencies: Sequence[str]) -> list[Rate]:
    """Return all rates of these currencies, by day."""
    rows = await tx.fetch(_some(tx.dialect), {"currencies": list(currencies)})
    return [
        Rate(id_, currency, base, _day(day), Decimal(rate).scaleb(-SCALE))
        for id_, currency, base, day, rate in rows
    ]


def _day(stored: Any) -> date:
    return stored if isinstance(stored, date) else date.fromisoformat(stored)
