"""Numbers: integers, and decimals kept exactly as scaled integers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, Final

import sqlalchemy as sa

from fangxin.fields.base import (
    Environment,
    Field,
    FieldType,
    Operator,
    Storage,
    comparisons,
    equality,
)
from fangxin.kernel.errors import FieldError
from fangxin.kernel.figures import plain_figure

BIGGEST: Final = 2**63 - 1
BIGGEST_SAFE: Final = 2**53 - 1
_NUMBER: Final = re.compile(r"[+-]?\d{1,400}(\.\d{1,30})?")


def read_decimal(wire: Any) -> Decimal:
    """Read a JSON number or decimal text exactly, or raise FieldError."""
    if isinstance(wire, bool) or not isinstance(wire, (int, float, str)):
        raise FieldError("wrong_type", 'A decimal number such as "12.5" is needed here.')
    # JSON's large numbers arrive as floats, and are written with an exponent
    large = isinstance(wire, float) and abs(wire) >= BIGGEST_SAFE
    text = f"{Decimal(wire):f}" if large else str(wire).strip()
    if not _NUMBER.fullmatch(text):
        raise FieldError("wrong_type", 'A decimal number such as "12.5" is needed here.')
    return Decimal(text)


def to_scaled(number: Decimal, scale: int) -> int:
    """Turn a decimal into an integer of 10**-scale units; more digits than fit are refused, never
    rounded away.
    """
    scaled = number.scaleb(scale)
    whole = int(scaled.to_integral_value()) if abs(scaled) <= BIGGEST else BIGGEST + 1
    if abs(whole) > BIGGEST:
        raise _too_large(Decimal(BIGGEST).scaleb(-scale))
    if scaled != whole:
        raise FieldError(
            "too_precise", "At most {scale} digits after the point are allowed.", scale=scale
        )
    return whole


def _too_large(most: Decimal) -> FieldError:
    return FieldError("too_large", "The number is too large: at most {max}.", max=f"{most:,f}")


def from_scaled(value: int, scale: int, least: int = 0) -> str:
    """Write a scaled integer as decimal text with at least `least` digits after the point."""
    if scale == 0:
        return str(value)
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value), 10**scale)
    digits = f"{rest:0{scale}d}".rstrip("0").ljust(least, "0")
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"


def check_bounds(field: Field, number: Decimal) -> None:
    """Refuse a number outside the field's bounds."""
    if field.min is not None and number < Decimal(str(field.min)):
        raise FieldError("too_small", "At least {min} is allowed.", min=str(field.min))
    if field.max is not None and number > Decimal(str(field.max)):
        raise FieldError("too_large", "At most {max} is allowed.", max=str(field.max))


def whole(wire: Any) -> int:
    """Return a JSON number that is whole, written 3 or 3.0 alike, or raise FieldError."""
    if isinstance(wire, float) and wire.is_integer():
        return int(wire)
    if isinstance(wire, bool) or not isinstance(wire, int):
        raise FieldError("wrong_type", "A whole number is needed here.")
    return wire


class Integer(FieldType):
    """A whole number; ±2**53 so that every JSON reader keeps it."""

    name = "integer"
    likeness = "number"
    aggregates = ("sum", "avg", "min", "max")
    groups = True

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return (("", sa.BigInteger()),)

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        wire = whole(wire)
        if abs(wire) > BIGGEST_SAFE:
            raise _too_large(Decimal(BIGGEST_SAFE))
        check_bounds(field, Decimal(wire))
        return wire

    def operators(self, field: Field) -> Mapping[str, Operator]:
        return equality(_read_integer) | comparisons(_read_integer)

    def read_text(self, field: Field, text: str, env: Environment) -> Any:
        plain = plain_figure(text)
        if re.fullmatch(r"[+-]?\d{1,400}(\.0+)?", plain) is None:
            raise FieldError("wrong_type", "A whole number is needed here.")
        return self.read(field, int(plain.split(".")[0]), env)


def _read_integer(field: Field, wire: Any, env: Environment) -> Any:
    number = whole(wire)
    if abs(number) > BIGGEST:
        raise FieldError("wrong_type", "A whole number is needed here.")
    return number


class DecimalNumber(FieldType):
    """A decimal with `scale` digits after the point."""

    name = "decimal"
    likeness = "number"
    aggregates: ClassVar[tuple[str, ...]] = ("sum", "avg", "min", "max")
    groups = True

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return (("", sa.BigInteger()),)

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        number = read_decimal(wire)
        check_bounds(field, number)
        return number + 0

    def store(self, field: Field, value: Any) -> Storage:
        return (to_scaled(value, field.scale),)

    def load(self, field: Field, storage: Storage) -> Any:
        return None if storage[0] is None else Decimal(storage[0]).scaleb(-field.scale)

    def write(self, field: Field, storage: Storage) -> Any:
        return None if storage[0] is None else from_scaled(storage[0], field.scale)

    def operators(self, field: Field) -> Mapping[str, Operator]:
        return equality(_read_scaled) | comparisons(_read_scaled)

    def read_text(self, field: Field, text: str, env: Environment) -> Any:
        return self.read(field, plain_figure(text), env)


def _read_scaled(field: Field, wire: Any, env: Environment) -> Any:
    return to_scaled(read_decimal(wire), field.scale)


class Percent(DecimalNumber):
    """A percentage, 0 to 100 unless the field says otherwise."""

    name = "percent"
    aggregates = ("avg", "min", "max")

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        number = read_decimal(wire)
        least = field.min if field.min is not None else 0
        most = field.max if field.max is not None else 100
        if not Decimal(str(least)) <= number <= Decimal(str(most)):
            raise FieldError("out_of_range", "From {min} to {max} is allowed.", min=least, max=most)
        return number + 0


class Boolean(FieldType):
    """True or false."""

    name = "boolean"
    groups = True

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return (("", sa.Boolean()),)

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        if not isinstance(wire, bool):
            raise FieldError("wrong_type", "true or false is needed here.")
        return wire

    def write(self, field: Field, storage: Storage) -> Any:
        return None if storage[0] is None else bool(storage[0])

    def operators(self, field: Field) -> Mapping[str, Operator]:
        return {"is": equality(self.read)["is"]}

    def read_text(self, field: Field, text: str, env: Environment) -> Any:
        word = text.strip().casefold()
        if word in {"true", "yes", "y", "1", "是", "真", "t", "on", "x"}:
            return True
        if word in {"false", "no", "n", "0", "否", "假", "f", "off"}:
            return False
        raise FieldError("wrong_type", "true or false is needed here.")
