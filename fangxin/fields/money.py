"""Money: ten-thousandths of the unit, the currency, and the amount in the base currency beside
it.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from babel.numbers import get_currency_precision

from fangxin.fields.base import (
    Environment,
    Field,
    FieldType,
    Operator,
    Storage,
    comparisons,
    equality,
)
from fangxin.fields.codes import currency_code
from fangxin.fields.number import check_bounds, from_scaled, read_decimal, to_scaled
from fangxin.kernel.errors import FieldError
from fangxin.kernel.figures import currency_and_rest, plain_figure

SCALE: Final = 4
RATE_UNIT: Final = 10**8


class Money(NamedTuple):
    """An amount in ten-thousandths of `currency`, and the same in ten-thousandths of the base
    currency.
    """

    amount: int
    currency: str
    base: int


def to_base(amount: int, currency: str, env: Environment) -> int:
    """Convert by the environment's rate (RATE_UNIT is one to one), half away from zero, or raise
    FieldError `no_rate`.
    """
    if currency == env.base_currency:
        return amount
    rate = env.rates.get(currency)
    if rate is None:
        raise FieldError(
            "no_rate", "There is no exchange rate for {currency}. Add one first.", currency=currency
        )
    quotient, rest = divmod(abs(amount) * rate, RATE_UNIT)
    rounded = quotient + (1 if rest * 2 >= RATE_UNIT else 0)
    return rounded if amount >= 0 else -rounded


class MoneyType(FieldType):
    """An amount of money. Filters, sorting and sums work on the base-currency amount."""

    name = "money"
    aggregates = ("sum", "avg", "min", "max")

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return (("", sa.BigInteger()), ("_currency", sa.String(3)), ("_base", sa.BigInteger()))

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        currency: Any = env.currency or env.base_currency
        amount = wire
        if isinstance(wire, Mapping):
            unknown = set(wire) - {"amount", "currency"}
            if unknown or "amount" not in wire:
                raise FieldError("wrong_type", "Money has the keys amount and currency.")
            amount = wire["amount"]
            currency = wire["currency"] if wire.get("currency") is not None else currency
            if amount is None:
                return None
        currency = currency_code(currency)
        number = read_decimal(amount)
        _check_bounds(field, number, currency)
        scaled = to_scaled(number, SCALE)
        return Money(scaled, currency, to_base(scaled, currency, env))

    def store(self, field: Field, value: Any) -> Storage:
        return (value.amount, value.currency, value.base)

    def load(self, field: Field, storage: Storage) -> Any:
        return None if storage[0] is None else Money(*storage)

    def write(self, field: Field, storage: Storage) -> Any:
        amount = storage[0]
        if amount is None:
            return None
        return {"amount": from_scaled(amount, SCALE, 2), "currency": storage[1]}

    def operators(self, field: Field) -> Mapping[str, Operator]:
        def on_base(operator: Operator) -> Operator:
            return Operator(operator.read, lambda c, bind: operator.build((c[2],), bind))

        plain = equality(_read_operand) | comparisons(_read_operand)
        return {name: on_base(operator) for name, operator in plain.items()}

    def sort_column(self, field: Field) -> int | None:
        return 2

    def read_text(self, field: Field, text: str, env: Environment) -> Any:
        currency, rest = currency_and_rest(text, env.currency or env.base_currency)
        wire: Any = plain_figure(rest)
        return self.read(field, {"amount": wire, "currency": currency} if currency else wire, env)

    def write_text(self, field: Field, wire: Any) -> str:
        return "" if wire is None else str(wire["amount"] if isinstance(wire, dict) else wire)


def _check_bounds(field: Field, number: Decimal, currency: str) -> None:
    """Refuse an amount outside the field's bounds; what is least is told in whole coins."""
    if field.min is not None and number < Decimal(str(field.min)):
        coin = Decimal(1).scaleb(-get_currency_precision(currency))
        least = field.min if Decimal(str(field.min)) <= 0 else max(Decimal(str(field.min)), coin)
        raise FieldError("too_small", "At least {min} is allowed.", min=f"{least} {currency}")
    check_bounds(field, number)


def _read_operand(field: Field, wire: Any, env: Environment) -> Any:
    if isinstance(wire, Mapping) and "amount" in wire:
        wire = wire["amount"]
    return to_scaled(Decimal(read_decimal(wire)), SCALE)
