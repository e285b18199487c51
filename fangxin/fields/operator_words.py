"""What the operators of conditions are called, where a refusal names them."""

from __future__ import annotations

from typing import Final

from fangxin.fields.base import Option

_ALL: Final = (
    Option("is", "is"),
    Option("is_not", "is not"),
    Option("in", "is one of"),
    Option("contains", "contains"),
    Option("starts_with", "starts with"),
    Option("<", "less than"),
    Option("<=", "at most"),
    Option(">", "more than"),
    Option(">=", "at least"),
    Option("between", "between"),
    Option("in_period", "in a period"),
    Option("has_any", "has any of"),
    Option("has_all", "has all of"),
    Option("has_none", "has none of"),
    Option("under", "is under"),
    Option("within", "is within"),
    Option("team", "has on its team"),
    Option("empty", "is empty"),
    Option("not_empty", "is not empty"),
)
OPERATORS: Final = {each.key: each for each in _ALL}
