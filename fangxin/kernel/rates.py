"""Exchange rates by day: what a unit of a currency is worth in the base currency."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

import sqlalchemy as sa

from fangxin.kernel import epoch
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.prepared import Prepared, put_row
from fangxin.kernel.sql import Day, metadata

# a rate is kept in hundred-millionths of the base currency
UNIT: Final = 10**8

exchange_rate: Final = sa.Table(
    "exchange_rate",
    metadata,
    sa.Column("currency", sa.String(3), primary_key=True),
    sa.Column("day", Day(), primary_key=True),
    sa.Column("rate", sa.BigInteger(), nullable=False),
)

_rates: Final = Prepared(
    lambda: (
        sa.select(exchange_rate.c.currency, exchange_rate.c.rate)
        .where(exchange_rate.c.day <= sa.bindparam("day", type_=Day()))
        .order_by(exchange_rate.c.day)
    )
)
_put_rate: Final = Prepared(lambda: put_row(exchange_rate))


async def read_rates(database: Database, day: date) -> dict[str, int]:
    """Return the newest rate of each currency on `day`, in hundred-millionths of the base
    currency.
    """
    rows = await database.read(_rates(database.dialect), {"day": day})
    return {row[0]: row[1] for row in rows}


async def put_rates(tx: Tx, rates: Mapping[tuple[str, date], Decimal]) -> None:
    """Store rates, by currency and first day, in units of the base currency."""
    rows = [
        {"currency": currency, "day": day, "rate": int((rate * UNIT).to_integral_value())}
        for (currency, day), rate in rates.items()
    ]
    await tx.execute_many(_put_rate(tx.dialect), rows)
    await epoch.bump(tx, epoch.ACCESS)
