"""What foreign money is worth in the demonstration company, quarter by quarter."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from fangxin.kernel.clock import today
from fangxin.kernel.ids import named_id

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx

# the demonstration reckons in this one
BASE: Final = "CNY"
_RATES: Final = {
    "USD": ("7.2506", "7.1884", "7.1533", "7.1021"),
    "EUR": ("7.7420", "8.0512", "8.3105", "8.2467"),
    "HKD": ("0.9331", "0.9248", "0.9115", "0.9134"),
    "JPY": ("0.046820", "0.048930", "0.048260", "0.046150"),
}
_QUARTER: Final = timedelta(days=91)


def rates(ctx: Ctx) -> list[tuple[str, dict[str, Any]]]:
    """Return (id, values) of the rates, the last one in force for a month; none where the company
    reckons in another currency.
    """
    if ctx.base_currency != BASE:
        return []
    last = today(ctx.timezone, ctx.clock()) - timedelta(days=30)
    return [
        (
            named_id("demo", "exchange_rate", f"{currency} {place}"),
            {
                "currency": currency,
                "valid_from": last - _QUARTER * (len(course) - 1 - place),
                "rate": Decimal(rate),
            },
        )
        for currency, course in _RATES.items()
        for place, rate in enumerate(course)
    ]
