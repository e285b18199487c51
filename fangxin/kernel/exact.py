"""Exact arithmetic on scaled integers and days as formulas mean it: what SQLite's functions and
formulas in Python share. What does not fit is empty.
"""

from __future__ import annotations

from datetime import date
from typing import Final

# the bound of 64 bits; a number that reaches it is empty
BIGGEST: Final = 2**63 - 1
# a date may move fewer days than this; further leads out of the calendar
FAR_DAYS: Final = 1_700_000


def fitting(number: float | None) -> float | None:
    """Return a number that fits 64 bits; in SQLite what does not has become a float."""
    return number if number is not None and abs(number) < BIGGEST else None


def exact_divide(a: int | None, k: int, b: int | None) -> int | None:
    """Return a·10^k / b rounded half away from zero; None for no number, for b = 0 and beyond 64
    bits.
    """
    if a is None or not b:
        return None
    top, bottom = abs(a) * 10 ** max(k, 0), abs(b) * 10 ** max(-k, 0)
    whole = (2 * top + bottom) // (2 * bottom)
    signed = whole if (a < 0) == (b < 0) else -whole
    return signed if abs(signed) < BIGGEST else None


def moved(day: date | None, days: int | None) -> date | None:
    """Return a day moved by some days, empty at the ends of the calendar and beyond."""
    if day is None or days is None or abs(days) >= FAR_DAYS:
        return None
    place = day.toordinal() + days
    return date.fromordinal(place) if 1 < place < date.max.toordinal() else None
