"""Filters that are part of a definition: the same for every reader and on every day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fangxin.fields.base import Field
from fangxin.kernel.errors import FieldProblem, Invalid
from fangxin.objects.registry import ObjectDef, Registry
from fangxin.records.sources import read_fixed

_MOVING: Final = ("me", "my_department", "my_departments")
# whoever is on a team is so for a time
_TIMED: Final = ("in_period", "team")


def check_fixed(registry: Registry, definition: ObjectDef, tree: Any, pointer: str) -> None:
    """Raise Invalid where a tree cannot be read, or asks for me, periods, teams or children."""
    read_fixed(registry, definition, tree, pointer)
    if _moves(tree):
        message = "A filter here takes fixed values: no me, no periods, no conditions on children."
        raise Invalid(errors=[FieldProblem(pointer, "not_fixed", message)])


def judge(registry: Registry, field: Field | None, body: Mapping[str, Any]) -> None:
    """See that the filter of a roll-up can be read, or raise Invalid naming the place; `field` is
    what it was before.
    """
    before = field.over if field is not None else None
    was = f"{before.object}.{before.link}" if before is not None else ""
    word, _, link = str(body.get("over") or was).partition(".")
    tree = body.get("filter", before.filter if before is not None else None)
    child = registry.get(word)
    if child is not None and isinstance(tree, dict):
        check_fixed(registry, child.inside.get(link, child), tree, "/filter")


def _moves(tree: Any) -> bool:
    """Tell whether a tree means something else to another reader or on another day."""
    if isinstance(tree, list):
        return any(map(_moves, tree))
    if not isinstance(tree, Mapping):
        return tree in _MOVING
    own = tree.get("op") in _TIMED or "has" in tree or "has_not" in tree
    return own or any(_moves(tree.get(word)) for word in ("all", "any", "not", "value"))
