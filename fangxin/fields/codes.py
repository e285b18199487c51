"""Codes that others keep: currencies (ISO 4217), the unified social credit code (GB 32100-2015)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from babel import Locale
from babel.numbers import get_territory_currencies

from fangxin.fields.base import Environment, Field, FieldType, Operator, equality
from fangxin.fields.text import clean_text, text_operators
from fangxin.kernel.errors import FieldError
from fangxin.kernel.i18n import LOCALES

CREDIT_LENGTH: Final = 18
# digits and letters without I, O, S, V, Z; the place is the value (GB 32100-2015, table 2)
_CREDIT: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WORDS: Final = {
    **dict.fromkeys(("rmb", "人民币元", "元", "¥", "￥"), "CNY"),
    **dict.fromkeys(("us$", "美金"), "USD"),
    "€": "EUR",
    "£": "GBP",
    "hk$": "HKD",
}


@cache
def currencies() -> frozenset[str]:
    """Return the codes of the currencies that somewhere are legal tender today."""
    places = Locale.parse("en").territories
    return frozenset(code for place in map(str, places) for code in get_territory_currencies(place))


@cache
def _by_name() -> Mapping[str, str]:
    names = {
        str(Locale.parse(babel).currencies.get(code, code)).casefold(): code
        for babel in LOCALES.values()
        for code in sorted(currencies())
    }
    return names | _WORDS


def currency_code(wire: Any) -> str:
    """Return a code of three capital letters, or raise FieldError `bad_currency`."""
    if isinstance(wire, str) and wire.strip() in currencies():
        return wire.strip()
    raise FieldError("bad_currency", "A currency of ISO 4217 is needed here, such as CNY.")


def read_currency(field: Field, wire: Any, env: Environment) -> str:
    """Read a code, or raise FieldError."""
    return currency_code(wire)


class Currency(FieldType):
    """A currency by its code."""

    name = "currency"
    groups = True

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return (("", sa.Text()),)

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        return read_currency(field, wire, env)

    def operators(self, field: Field) -> Mapping[str, Operator]:
        return equality(read_currency)

    def read_text(self, field: Field, text: str, env: Environment) -> Any:
        word = text.strip()
        return self.read(field, _by_name().get(word.casefold(), word.upper()), env)


def credit_check(code: str) -> str:
    """Return the check digit of the first 17 places (GB 32100-2015, formula of ISO 7064 kind):
    31 less the sum of value times 3^place, modulo 31.
    """
    total = sum(_CREDIT.index(each) * pow(3, place, 31) for place, each in enumerate(code[:17]))
    return _CREDIT[-total % 31]


def read_credit_code(text: str) -> str:
    """Return the code in capitals, or raise FieldError: another length, a letter that codes do not
    have, a check digit that does not fit.
    """
    code = re.sub(r"[\s-]", "", clean_text(text, 60, lines=False)).upper()
    if len(code) != CREDIT_LENGTH or any(each not in _CREDIT for each in code):
        message = "A unified social credit code has 18 digits and capitals, without I, O, S, V, Z."
        raise FieldError("bad_credit_code", message)
    if credit_check(code) != code[-1]:
        message = "The check digit of this code does not fit: a digit is wrong or two are swapped."
        raise FieldError("bad_check_digit", message)
    return code


class CreditCode(FieldType):
    """A unified social credit code, 18 places with their check digit."""

    name = "credit_code"
    likeness = "code"

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return (("", sa.Text()),)

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        return read_credit_code(wire) if clean_text(wire, 60, lines=False) else None

    def operators(self, field: Field) -> Mapping[str, Operator]:
        def read(field: Field, wire: Any, env: Environment) -> str:
            return clean_text(wire, 60, lines=False).upper()

        return text_operators(read)

    def keys(self, field: Field, value: Any) -> Iterable[str]:
        return (value,)

    def mask(self, wire: Any) -> Any:
        return None if wire is None else f"{wire[:2]}****{wire[-4:]}"
