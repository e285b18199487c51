"""What a sharing rule's condition may ask, and the SQL that it is.

The scope's predicate holds it, so that it is asked of very many rows: a rule tests the record
itself and what one link leads to, both found by key, and nothing that has to be added up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from fangxin.access.scope import build_rights
from fangxin.kernel.errors import FieldProblem, Invalid
from fangxin.objects.registry import ObjectDef, Registry
from fangxin.records.filters import Filter, Leaf, Node
from fangxin.records.sources import Sources, read_fixed
from fangxin.reshaping.fixed import check_fixed

# conditions of one rule
MOST: Final = 20
LINKS: Final = 1
# a rule means the same to whoever it is for
_ALL_RIGHTS: Final = build_rights("", admin=True)


def check_condition(
    registry: Registry, definition: ObjectDef, tree: Any, pointer: str
) -> tuple[Filter, Node]:
    """Return a tree as it is read with its topmost node, or raise Invalid where it is empty, cannot
    be read, is not fixed, or looks too far.
    """
    if not isinstance(tree, Mapping) or not tree:
        raise Invalid(errors=[FieldProblem(pointer, "required", "A condition is needed here.")])
    check_fixed(registry, definition, tree, pointer)
    parsed = read_fixed(registry, definition, tree)
    node, leaves = parsed.node, list(_leaves(parsed.node))
    if node is None or not leaves or len(leaves) > MOST:
        message = "From 1 to {limit} conditions are allowed."
        raise Invalid(errors=[FieldProblem(pointer, "too_many", message, {"limit": MOST})])
    for leaf in leaves:
        if len(leaf.path.links) > LINKS or _looks_further(leaf):
            message = (
                "A rule may test the record's own fields and those of a record that it links to, "
                "but nothing that is computed over other records: {field}."
            )
            values = {"field": leaf.path.key}
            raise Invalid(errors=[FieldProblem(pointer, "too_far", message, values)])
    return parsed, node


def _leaves(node: Node | None) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
    for each in getattr(node, "nodes", ()):
        yield from _leaves(each)


def _looks_further(leaf: Leaf) -> bool:
    path = leaf.path
    return path.field.over is not None or any(
        name != path.definition.name for name, _ in path.field.reads
    )


def condition_of(
    registry: Registry, definition: ObjectDef, tree: Any
) -> Callable[[sa.FromClause], ColumnElement[bool]]:
    """Return what makes a checked condition into SQL over the table of `definition` or an alias;
    its operands stand in the text. Raises Invalid for what cannot be read any more.
    """
    parsed, node = check_condition(registry, definition, tree, "/condition")
    linked = any(leaf.path.links for leaf in _leaves(node))

    def build(source: sa.FromClause) -> ColumnElement[bool]:
        if not linked:
            own = Sources(registry, _ALL_RIGHTS, definition, source)
            return own.compiler(parsed.values).condition(node)
        # looked up by its id once more, so that the joins stay inside the predicate
        same = definition.table.alias()
        inside = Sources(registry, _ALL_RIGHTS, definition, same)
        met = inside.compiler(parsed.values).condition(node)
        # skip one-door: the predicate is the door itself
        one: sa.Select[Any] = sa.select(sa.literal_column("1")).select_from(inside.all)
        found = one.where(same.c.id == source.c.id, met).offset(sa.literal_column("0"))
        return found.correlate(source).exists()

    return build
