"""The tables that one statement reads: an object's own, and those its paths lead to, with the
reader's scope on them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from fangxin.access.scope import Rights, predicate
from fangxin.fields.base import Field
from fangxin.fields.link import link_id
from fangxin.objects.registry import ObjectDef, Registry
from fangxin.records.filters import Compiler, Path


class Sources:
    """The tables of one statement: the object's own, and what its paths lead to, each joined
    once.
    """

    def __init__(
        self, registry: Registry, rights: Rights, definition: ObjectDef, root: sa.FromClause
    ) -> None:
        self.registry = registry
        self.rights = rights
        self.definition = definition
        self.root = root
        self.all: sa.FromClause = root
        self._joined: dict[tuple[str, ...], sa.FromClause] = {}

    def visible(self, definition: ObjectDef, source: sa.FromClause) -> list[ColumnElement[bool]]:
        """Return the conditions for what the reader may see of an object."""
        condition = predicate(self.rights, self.registry, definition, source, "read")
        return [] if condition is None else [condition]

    def reach(self, path: Path) -> sa.FromClause:
        """Return the table at the end of a path; what the reader may not see there counts as
        empty.
        """
        here: sa.FromClause = self.root
        keys: tuple[str, ...] = ()
        for _, link in path.links:
            keys = (*keys, link.key)
            target = self.registry[link.target or ""]
            here = self._join(keys, here, link, target, scoped=True)
        return here

    def name_of(self, link: Field) -> ColumnElement[Any]:
        """Return the name of what a link points to: a name may be shown wherever the link may."""
        target = self.registry[link.target or ""]
        there = self._join((link.key, "name"), self.root, link, target, scoped=False)
        return target.fields["name"].columns(there)[0]

    def _join(
        self,
        key: tuple[str, ...],
        source: sa.FromClause,
        link: Field,
        target: ObjectDef,
        *,
        scoped: bool,
    ) -> sa.FromClause:
        found = self._joined.get(key)
        if found is not None:
            return found
        alias = target.table.alias("_".join(("to", *key)))
        conditions = [alias.c.id == link_id(link, source)]
        if scoped:
            conditions += [alias.c.deleted_at.is_(None), *self.visible(target, alias)]
        self.all = sa.outerjoin(self.all, alias, sa.and_(*conditions))
        self._joined[key] = alias
        return alias

    def compiler(self) -> Compiler:
        """Return what makes filter nodes into SQL over these tables."""
        return Compiler(self.root, self.definition, self.reach, self.visible, self._inner)

    def _inner(
        self, definition: ObjectDef, source: sa.FromClause
    ) -> tuple[Compiler, Callable[[], sa.FromClause]]:
        inside = Sources(self.registry, self.rights, definition, source)
        return inside.compiler(), lambda: inside.all
