"""A formula's tree reckoned in Python, for what no statement reads: the lines of a sub-table.

It gives what the SQL of formula/sql gives, digit for digit, and takes a tree that was compiled
there before, so that its types fit: numbers are integers of 10**-scale units, what does not fit
64 bits is empty, and so is what meets empty.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, TypeAlias

from fangxin.formula.expression import Call, Expression, Literal, Name, names
from fangxin.formula.sql import MOST_DIGITS, Kind
from fangxin.kernel.exact import exact_divide, fitting, moved

_DAY: Final = 86_400


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


def _rescaled(term: Value, scale: int) -> Value:
    number = term.value
    if term.scale < scale and number is not None:
        number = fitting(number * 10 ** (scale - term.scale))
    elif term.scale > scale:
        number = exact_divide(number, 0, 10 ** (term.scale - scale))
    return Value("number", number, scale)


def _same(left: Value, right: Value) -> tuple[Value, Value]:
    if left.kind != "number":
        return left, right
    scale = max(left.scale, right.scale)
    return _rescaled(left, scale), _rescaled(right, scale)


def _both(run: Callable[[Any, Any], Any], left: Value, right: Value) -> Any:
    return None if left.value is None or right.value is None else run(left.value, right.value)


def _add(terms: Sequence[Value]) -> Value:
    left, right = terms
    if left.kind == "date":
        return Value("date", moved(left.value, _rescaled(right, 0).value))
    if left.kind == "text":
        return _concat(terms)
    left, right = _same(left, right)
    return Value("number", fitting(_both(operator.add, left, right)), left.scale)


def _subtract(terms: Sequence[Value]) -> Value:
    left, right = terms
    if left.kind == "date" and right.kind == "date":
        return _days((right, left))
    if left.kind == "date":
        days = _rescaled(right, 0).value
        return Value("date", moved(left.value, None if days is None else -days))
    left, right = _same(left, right)
    return Value("number", fitting(_both(operator.sub, left, right)), left.scale)


def _multiply(terms: Sequence[Value]) -> Value:
    left, right = terms
    product = fitting(_both(operator.mul, left, right))
    term = Value("number", product, left.scale + right.scale)
    return term if term.scale <= MOST_DIGITS else _rescaled(term, MOST_DIGITS)


def _quotient(terms: Sequence[Value]) -> Value:
    top, bottom = terms
    shift = MOST_DIGITS + bottom.scale - top.scale
    return Value("number", exact_divide(top.value, shift, bottom.value), MOST_DIGITS)


def _negative(terms: Sequence[Value]) -> Value:
    number = terms[0].value
    return Value("number", None if number is None else fitting(-number), terms[0].scale)


def _absolute(terms: Sequence[Value]) -> Value:
    number = terms[0].value
    return Value("number", None if number is None else abs(number), terms[0].scale)


def _round(terms: Sequence[Value]) -> Value:
    digits = _rescaled(terms[1], 0).value if len(terms) > 1 else 0
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
    asked, yes, *otherwise = terms
    # without an else it is empty
    yes, no = _same(yes, *otherwise or [replace(yes, value=None)])
    return yes if asked.value else no


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
    "round": _round,
    "abs": _absolute,
    "concat": _concat,
    "length": _length,
    "days": _days,
}
