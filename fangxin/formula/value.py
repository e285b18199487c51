"""A formula's tree reckoned in Python, for what no statement reads: the lines of a sub-table.

It gives what the SQL of formula/sql gives, digit for digit, and takes a tree that was compiled
there before, so that its types fit: numbers are integers of 10**-scale units, what does not fit
64 bits is empty, and so is what meets empty.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeAlias

from fangxin.formula.expression import Call, Expression, Literal, Name, names
from fangxin.formula.sql import MOST_DIGITS, Kind

_LIMIT: Final = 2**63 - 1
_DAY: Final = 86_400
_FURTHEST: Final = 1_700_000
_FIRST, _LAST = date(1, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Value:
    """What a field or a piece of a formula comes to; `scale` counts for numbers."""

    kind: Kind | None
    value: Any
    scale: int = 0


def reckon(node: Expression, values: Mapping[str, Value]) -> Value:
    """Return what a tree comes to over the values of the fields that it reads."""
    if isinstance(node, Literal):
        return _literal(node)
    if isinstance(node, Name):
        return values[node.key]
    terms = [reckon(each, values) for each in node.arguments]
    if node.function == "empty":
        return Value("boolean", terms[0].value is None)
    if node.function == "round":
        return _round(node, terms)
    if node.function in _COMPARISONS:
        return _compare(node, terms)
    return _FUNCTIONS[node.function](terms)


def in_order(trees: Mapping[str, Expression]) -> list[str]:
    """Return the keys of formulas, those first that others read."""
    found: dict[str, None] = {}

    def place(key: str) -> None:
        for inner in sorted(names(trees[key]) & trees.keys() - found.keys()):
            place(inner)
        found.setdefault(key)

    for key in trees:
        place(key)
    return list(found)


def final(value: Value, scale: int) -> Any:
    """Return a whole formula's value as columns hold it: a number in 10**-scale units."""
    return _rescaled(value, scale).value if value.kind == "number" else value.value


def _literal(node: Literal) -> Value:
    value = node.value
    if isinstance(value, bool):
        return Value("boolean", value)
    if isinstance(value, str):
        return Value("text", value)
    scale = max(0, -int(value.as_tuple().exponent))
    return Value("number", int(value.scaleb(scale)), scale)


def _guarded(number: int | None) -> int | None:
    return None if number is None or abs(number) >= _LIMIT else number


def _divide(top: int | None, shift: int, bottom: int | None) -> int | None:
    """Return top·10**shift / bottom, rounded half away from zero."""
    if top is None or not bottom:
        return None
    if shift < 0:
        bottom *= 10**-shift
    above, below = abs(top) * 10 ** max(shift, 0), abs(bottom)
    quotient, rest = divmod(above, below)
    quotient += rest * 2 >= below
    return _guarded(quotient if (top < 0) == (bottom < 0) else -quotient)


def _rescaled(term: Value, scale: int) -> Value:
    number = term.value
    if term.scale < scale and number is not None:
        number = _guarded(number * 10 ** (scale - term.scale))
    elif term.scale > scale:
        number = _divide(number, 0, 10 ** (term.scale - scale))
    return Value("number", number, scale)


def _same(left: Value, right: Value) -> tuple[Value, Value]:
    if left.kind != "number":
        return left, right
    scale = max(left.scale, right.scale)
    return _rescaled(left, scale), _rescaled(right, scale)


def _both(run: Callable[[Any, Any], Any], left: Value, right: Value) -> Any:
    return None if left.value is None or right.value is None else run(left.value, right.value)


def _moved(left: Value, days: int | None) -> Value:
    if left.value is None or days is None or abs(days) >= _FURTHEST:
        return Value("date", None)
    try:
        day = left.value + timedelta(days=days)
    except OverflowError:
        return Value("date", None)
    return Value("date", day if _FIRST < day < _LAST else None)


def _add(terms: Sequence[Value]) -> Value:
    left, right = terms
    if left.kind == "date":
        return _moved(left, _rescaled(right, 0).value)
    if left.kind == "text":
        return _concat(terms)
    left, right = _same(left, right)
    return Value("number", _guarded(_both(operator.add, left, right)), left.scale)


def _subtract(terms: Sequence[Value]) -> Value:
    left, right = terms
    if left.kind == "date" and right.kind == "date":
        return _days((right, left))
    if left.kind == "date":
        days = _rescaled(right, 0).value
        return _moved(left, None if days is None else -days)
    left, right = _same(left, right)
    return Value("number", _guarded(_both(operator.sub, left, right)), left.scale)


def _multiply(terms: Sequence[Value]) -> Value:
    left, right = terms
    product = _guarded(_both(operator.mul, left, right))
    term = Value("number", product, left.scale + right.scale)
    return term if term.scale <= MOST_DIGITS else _rescaled(term, MOST_DIGITS)


def _quotient(terms: Sequence[Value]) -> Value:
    top, bottom = terms
    shift = MOST_DIGITS + bottom.scale - top.scale
    return Value("number", _divide(top.value, shift, bottom.value), MOST_DIGITS)


def _negative(terms: Sequence[Value]) -> Value:
    number = terms[0].value
    return Value("number", None if number is None else _guarded(-number), terms[0].scale)


def _absolute(terms: Sequence[Value]) -> Value:
    number = terms[0].value
    return Value("number", None if number is None else abs(number), terms[0].scale)


def _round(node: Call, terms: Sequence[Value]) -> Value:
    digits = terms[1].value if len(node.arguments) > 1 else 0
    return terms[0] if terms[0].scale <= digits else _rescaled(terms[0], digits)


_COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _compare(node: Call, terms: Sequence[Value]) -> Value:
    return Value("boolean", _both(_COMPARISONS[node.function], *_same(*terms)))


def _and(terms: Sequence[Value]) -> Value:
    parts = [each.value for each in terms]
    return Value("boolean", False if False in parts else None if None in parts else True)


def _or(terms: Sequence[Value]) -> Value:
    parts = [each.value for each in terms]
    return Value("boolean", True if True in parts else None if None in parts else False)


def _not(terms: Sequence[Value]) -> Value:
    return Value("boolean", None if terms[0].value is None else not terms[0].value)


def _if(terms: Sequence[Value]) -> Value:
    yes, no = _same(*terms[1:])
    return yes if terms[0].value else no


def _concat(terms: Sequence[Value]) -> Value:
    return Value("text", "".join(each.value or "" for each in terms) or None)


def _seconds(moment: datetime) -> int:
    # whole seconds downwards, also before 1970
    return int(moment.timestamp() // 1)


def _days(terms: Sequence[Value]) -> Value:
    first, second = terms
    if first.value is None or second.value is None:
        return Value("number", None)
    if first.kind == "date":
        return Value("number", (second.value - first.value).days)
    seconds = _seconds(second.value) - _seconds(first.value)
    days = abs(seconds) // _DAY
    return Value("number", days if seconds >= 0 else -days)


def _length(terms: Sequence[Value]) -> Value:
    text = terms[0].value
    return Value("number", None if text is None else len(text))


_Run: TypeAlias = Callable[[Sequence[Value]], Value]
_FUNCTIONS: Final[dict[str, _Run]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _quotient,
    "negative": _negative,
    "and": _and,
    "or": _or,
    "not": _not,
    "if": _if,
    "abs": _absolute,
    "concat": _concat,
    "length": _length,
    "days": _days,
}
