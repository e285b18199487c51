"""Exchange rate: what a unit of a currency is worth in the base currency from a day on.

An amount takes the rate of the day on which it is written and keeps it (docs/adr/0010): a rate that
is added, changed or removed later touches nothing that is stored.
"""

from __future__ import annotations

from datetime import date as day
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Mapped

from fangxin.customizing.configuration import Configuration
from fangxin.modules.base.check_rates import after_rates, check_rates, prepare_rates
from fangxin.objects.declare import (
    Layout,
    Navigation,
    ObjectFacts,
    Record,
    currency,
    date,
    decimal,
    long_text,
    text,
)

# no currency in use is worth more of another, nor less
LEAST: Final = "0.00000001"
MOST: Final = 1_000_000


class ExchangeRate(Record):
    """The rate of a pair of currencies from a day on; one a day, the newest counts."""

    __tablename__ = "exchange_rate"
    object = ObjectFacts(
        path="exchange_rates",
        label="Exchange rate",
        label_plural="Exchange rates",
        icon="arrows-exchange",
        open_to_all=True,
        configuration=Configuration(carried="never"),
        navigation=Navigation(group="admin", order=60),
        indexes=(("currency", "valid_from"),),
        prepare=prepare_rates,
        check=check_rates,
        after=after_rates,
        layout=Layout(
            list=("name", "currency", "base_currency", "valid_from", "rate", "updated_by"),
            facts=("currency", "base_currency", "valid_from", "rate"),
            sections=(
                ("details", "Details", ("currency", "rate", "base_currency", "valid_from")),
                ("more", "More", ("description",)),
            ),
            quick_create=("currency", "rate", "valid_from", "description"),
            card=("rate", "valid_from"),
            default_sort="-valid_from",
        ),
    )

    name: Mapped[str] = text(
        "Name", required=True, unique=True, indexed=True, searchable=True, read_only=True
    )
    base_currency: Mapped[str | None] = currency("Base currency", read_only=True)
    currency: Mapped[str] = currency("Currency", required=True)
    valid_from: Mapped[day] = date("Valid from", required=True, default="today", indexed=True)
    rate: Mapped[Decimal] = decimal(
        "Rate",
        scale=8,
        min=LEAST,
        max=MOST,
        required=True,
        summed=False,
        help="What one unit of the currency is worth in the base currency.",
    )
    description: Mapped[str | None] = long_text("Description")
