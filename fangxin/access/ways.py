"""Reading what is lent beside what is one's own: each way to see a record by the index that suits
it.

A predicate that joins "mine" and "lent to me" by OR makes a database walk the order of the list
through everybody's records until a page is full. Asked one by one, each way finds its own first
rows at once, and the page is among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from fangxin.access.scope import Rights, terms
from fangxin.objects.registry import ObjectDef, Registry


def ways_apart(
    rights: Rights, registry: Registry, definition: ObjectDef, source: sa.FromClause
) -> list[ColumnElement[bool]]:
    """Return the predicate of reading taken apart: what is shared, and all other ways; empty where
    nothing of the object is shared, so that one predicate does.

    A rule stays with the others: no index finds what it lends, and a walk ends the sooner, the more
    ways it may meet.
    """
    if definition.name not in rights.shared:
        return []
    ways = terms(rights, registry, definition, source, "read") or ()
    parts: dict[bool, list[ColumnElement[bool]]] = {}
    for way in ways:
        parts.setdefault(way.kind == "shared", []).append(way.condition)
    return [sa.or_(*each) for each in parts.values()]


def first_of_each(
    root: sa.FromClause,
    tables: sa.FromClause,
    where: Sequence[ColumnElement[bool]],
    ways: Sequence[ColumnElement[bool]],
    order: Sequence[Any] = (),
    limit: int | None = None,
) -> ColumnElement[bool]:
    """Return "among the first `limit` rows of `tables`, in this order, that one of `ways` lets one
    see".
    """
    most: Any = None if limit is None else sa.literal_column(str(limit))
    # skip one-door: each of the reader's own ways is among the conditions
    rows = sa.select(root.c.id).select_from(tables).where(*where).order_by(*order).limit(most)
    found = [rows.where(way).correlate(None).subquery() for way in ways]
    # skip one-door: of the rows above
    ids = [sa.select(each.c.id) for each in found]
    return root.c.id.in_(sa.union(*ids))
