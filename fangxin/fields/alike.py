"""Fields of several objects that hold the same thing, each perhaps under a seal of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from fangxin.fields.base import Field
from fangxin.fields.sealed import sealed

# a field whose keys of duplicates are those that stand at these places: (object, field)
HeldAs: TypeAlias = tuple[Field, set[tuple[str, str]]]


def held_as(own: Iterable[Field], others: Sequence[tuple[str, Field]]) -> list[HeldAs]:
    """Return `own` fields as those of `others` (object, field) hold the same values. Their keys are
    made of the text at hand and stored nowhere; what was encrypted just now may lie plain yet.
    """
    found: dict[tuple[str, Any], HeldAs] = {}
    for mine in own:
        for name, each in others:
            if (each.duplicate_like or each.key) == (mine.duplicate_like or mine.key):
                for seal in (None, each.seal):
                    wanted = seal is not mine.seal and not mine.encrypted
                    held = replace(mine, type=sealed(mine.type, wanted=wanted), seal=seal)
                    found.setdefault((mine.key, seal), (held, set()))[1].add((name, each.key))
    return list(found.values())
