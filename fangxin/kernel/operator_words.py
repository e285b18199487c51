"""What the operators of conditions are called, where a refusal names them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fangxin.kernel.i18n import translate


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator as it stands in a condition, and its name (English msgid)."""

    key: str
    label: str

    def spoken(self, locale: str) -> str:
        """Return its name in a language."""
        return translate(locale, self.label)


_ALL: Final = (
    Operator("is", "is"),
    Operator("is_not", "is not"),
    Operator("in", "is one of"),
    Operator("contains", "contains"),
    Operator("starts_with", "starts with"),
    Operator("<", "less than"),
    Operator("<=", "at most"),
    Operator(">", "more than"),
    Operator(">=", "at least"),
    Operator("between", "between"),
    Operator("in_period", "in a period"),
    Operator("has_any", "has any of"),
    Operator("has_all", "has all of"),
    Operator("has_none", "has none of"),
    Operator("under", "is under"),
    Operator("within", "is within"),
    Operator("team", "has on its team"),
    Operator("empty", "is empty"),
    Operator("not_empty", "is not empty"),
)
OPERATORS: Final = {each.key: each for each in _ALL}
