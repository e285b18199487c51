"""Fields of several objects that hold the same thing, each perhaps encrypted by a seal of its own:
how others hold a value that is at hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from fangxin.fields.base import Field
from fangxin.fields.sealed import sealed

# a field whose keys of duplicates are those that stand at these places: (object, field)
HeldAs: TypeAlias = tuple[Field, set[tuple[str, str]]]


def held_as(own: Iterable[Field], others: Sequence[tuple[str, Field]]) -> list[HeldAs]:
    """Return `own` fields as those of `others` (object, field) hold the values that they have.

    The keys are made of the text that is at hand and stored nowhere: what lies encrypted in one
    object stays as little to be compared with what lies in another. What was encrypted a moment
    ago may lie plain yet, so that is asked for as well.
    """
    found: dict[tuple[str, Any], HeldAs] = {}
    for mine in own:
        for name, each in others:
            if (each.duplicate_like or each.key) == (mine.duplicate_like or mine.key):
                for seal in (None, each.seal):
                    held = found.setdefault((mine.key, seal), (_held_by(mine, seal), set()))
                    held[1].add((name, each.key))
    return list(found.values())


def _held_by(field: Field, seal: Any) -> Field:
    if field.seal is seal:
        return field
    return replace(field, type=sealed(field.type, wanted=not field.encrypted), seal=seal)
