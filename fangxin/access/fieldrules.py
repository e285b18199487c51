"""What a role may do with single fields: see them in full, masked, not at all; edit them or not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, cast

from fangxin.objects.registry import ObjectDef

Sight: TypeAlias = Literal["full", "masked"]

# what nobody needs a right for: without them a link or a row could not be shown or saved at all
ALWAYS_READ: Final = ("id", "version", "name")
SIGHTS: Final = ("none", "masked", "full")
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What a role may do with one field."""

    read: Literal["full", "masked", "none"] = "full"
    edit: bool = True

    @classmethod
    def parse(cls, wire: Any) -> FieldRule:
        """Read {"read": "full|masked|none", "edit": bool}; what is not understood hides the
        field.
        """
        if not isinstance(wire, Mapping):
            return cls("none", edit=False)
        read = wire.get("read", "full")
        edit = wire.get("edit", True) is True
        return cls(read, edit=edit) if read in SIGHTS else cls("none", edit=edit)


FREE: Final = FieldRule()
Rules: TypeAlias = Mapping[str, FieldRule]


def _sight(rules: Rules, definition: ObjectDef, key: str) -> int:
    """Return how well `key` is seen, as position in SIGHTS; a formula no better than its parts."""
    if definition.fields[key].internal:
        return SIGHTS.index("none")
    if key in ALWAYS_READ:
        return SIGHTS.index("full")
    seen = SIGHTS.index(rules.get(key, FREE).read)
    formula = definition.fields[key].formula
    for word in _WORD.findall(formula or ""):
        if word in definition.fields and word != key:
            seen = min(seen, _sight(rules, definition, word))
    return seen


def readable(rules: Rules, definition: ObjectDef) -> dict[str, Sight]:
    """Return the keys one may read, each with how."""
    sights = {key: SIGHTS[_sight(rules, definition, key)] for key in definition.fields}
    return {key: cast(Sight, sight) for key, sight in sights.items() if sight != "none"}


def editable(rules: Rules, definition: ObjectDef) -> frozenset[str]:
    """Return the keys one may write. Nobody edits what he may not read in full."""
    seen = readable(rules, definition)
    return frozenset(
        key
        for key, each in definition.fields.items()
        if not (each.read_only or each.system)
        and seen.get(key) == "full"
        and rules.get(key, FREE).edit
    )
