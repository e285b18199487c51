"""The lines of quotes and orders, and their sums. Every amount is rounded half away from zero to
the smallest coin of the currency, line by line, so that what is printed adds up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Final

from babel.numbers import get_currency_precision

from fangxin.fields.base import Field
from fangxin.fields.link import Link
from fangxin.fields.money import SCALE, Money, to_base
from fangxin.fields.number import DecimalNumber, Percent, to_scaled
from fangxin.fields.text import Text
from fangxin.kernel.errors import FieldError, FieldProblem, Invalid
from fangxin.records.reading import environment

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.objects.declare import Change

HUNDRED: Final = Decimal(100)
SUMS: Final = ("subtotal", "tax", "total")

LINE: Final = (
    Field(key="product", type=Link(), label="Product", target="product"),
    Field(key="description", type=Text(), label="Description", max_length=500),
    Field(
        key="quantity",
        type=DecimalNumber(),
        label="Quantity",
        scale=4,
        min=0,
        required=True,
        default="1",
    ),
    Field(
        key="unit_price",
        type=DecimalNumber(),
        label="Unit price",
        scale=SCALE,
        min=0,
        required=True,
    ),
    Field(key="discount_percent", type=Percent(), label="Discount %", scale=2),
    Field(key="tax_percent", type=Percent(), label="Tax %", scale=2),
    Field(key="amount", type=DecimalNumber(), label="Amount", scale=SCALE, read_only=True),
)


def round_money(amount: Decimal, currency: str) -> Decimal:
    """Round to the smallest coin of the currency, half away from zero."""
    coin = Decimal(1).scaleb(-get_currency_precision(currency))
    return amount.quantize(coin, rounding=ROUND_HALF_UP)


def line_amount(line: Mapping[str, Any], currency: str) -> Decimal:
    """Return what a line costs after its discount and before tax."""
    kept = (HUNDRED - (line["discount_percent"] or 0)) / HUNDRED
    return round_money(line["quantity"] * line["unit_price"] * kept, currency)


def line_tax(line: Mapping[str, Any], currency: str) -> Decimal:
    """Return the tax on a line's amount."""
    return round_money(line_amount(line, currency) * (line["tax_percent"] or 0) / HUNDRED, currency)


def sums_of(lines: Sequence[Mapping[str, Any]], currency: str) -> dict[str, Decimal]:
    """Return subtotal, tax and total of lines: the sums of what stands in each."""
    subtotal = sum((line_amount(line, currency) for line in lines), Decimal(0))
    tax = sum((line_tax(line, currency) for line in lines), Decimal(0))
    return {"subtotal": subtotal, "tax": tax, "total": subtotal + tax}


def money(ctx: Ctx, amount: Decimal, currency: str) -> Money:
    """Make money of an amount, with its worth in the base currency at today's rate; FieldError
    `too_large`, `no_rate` or `bad_currency`.
    """
    scaled = to_scaled(amount, SCALE)
    return Money(scaled, currency, to_base(scaled, currency, environment(ctx)))


def price_document(ctx: Ctx, change: Change) -> None:
    """Fill the lines' amounts and the document's sums after its lines or currency changed."""
    if change.before is not None and not {"lines", "currency"} & change.values.keys():
        return
    currency = change.get("currency") or ctx.base_currency
    lines = [dict(line) for line in change.get("lines") or ()]
    try:
        money(ctx, Decimal(0), currency)
    except FieldError as error:
        raise Invalid(errors=[error.at("/currency")]) from error
    for line in lines:
        line["amount"] = line_amount(line, currency)
    change.values |= {"lines": lines, "currency": currency}
    try:
        for key, amount in sums_of(lines, currency).items():
            change.values[key] = money(ctx, amount, currency)
    except FieldError as error:
        raise Invalid(errors=[FieldProblem("/lines", error.code, error.message)]) from error
