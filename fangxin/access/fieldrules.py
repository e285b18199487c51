"""What a role may do with single fields: see them in full, masked, not at all; edit them or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, cast

from fangxin.fields.base import Field
from fangxin.objects.registry import ObjectDef

Sight: TypeAlias = Literal["full", "masked"]

# what nobody needs a right for: without them a link or a row could not be shown or saved at all
ALWAYS_READ: Final = ("id", "version", "name")
SIGHTS: Final = ("none", "masked", "full")


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
# by object and key
AllRules: TypeAlias = Mapping[str, Mapping[str, FieldRule]]


def _own_sight(rules: AllRules, definition: str, key: str) -> int:
    if key in ALWAYS_READ:
        return SIGHTS.index("full")
    return SIGHTS.index(rules.get(definition, {}).get(key, FREE).read)


def _sight(rules: AllRules, definition: ObjectDef, field: Field) -> int:
    """Return how well a field is seen, as position in SIGHTS; a computed one no better than what it
    reads, wherever that stands.
    """
    if field.internal:
        return SIGHTS.index("none")
    read = ((definition.name, field.key), *field.reads)
    return min(_own_sight(rules, object_, key) for object_, key in read)


def readable(rules: AllRules, definition: ObjectDef) -> dict[str, Sight]:
    """Return the keys one may read, each with how."""
    fields = definition.fields.items()
    sights = {key: SIGHTS[_sight(rules, definition, each)] for key, each in fields}
    return {key: cast(Sight, sight) for key, sight in sights.items() if sight != "none"}


def editable(rules: AllRules, definition: ObjectDef) -> frozenset[str]:
    """Return the keys one may write. Nobody edits what he may not read in full."""
    seen, own = readable(rules, definition), rules.get(definition.name, {})
    return frozenset(
        key
        for key, each in definition.fields.items()
        if not (each.read_only or each.system)
        and seen.get(key) == "full"
        and own.get(key, FREE).edit
    )
