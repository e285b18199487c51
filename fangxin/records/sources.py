"""The tables that one statement reads: an object's own, and those its paths lead to, with the
reader's scope on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from fangxin.access.scope import Rights, build_rights, predicate
from fangxin.fields.base import Environment, Field
from fangxin.fields.beyond import Over
from fangxin.fields.link import link_id, points_at
from fangxin.kernel.sql import EachLine
from fangxin.objects.registry import ObjectDef, Registry
from fangxin.records.filters import Compiler, Filter, Parser, Path

# what is fixed in a definition does not depend on who reads it
_FIXED_RIGHTS: Final = build_rights("", admin=True)


def read_fixed(registry: Registry, definition: ObjectDef, tree: Any, pointer: str = "") -> Filter:
    """Parse a filter that is part of a definition, or raise Invalid (see reshaping/fixed)."""
    env = Environment("en", "UTC", datetime.now(UTC), "")
    return Parser(registry, _FIXED_RIGHTS, env).parse(definition, tree, pointer)


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

    def linked(
        self, link: Field, source: sa.FromClause
    ) -> tuple[sa.FromClause, list[ColumnElement[bool]]]:
        """Return what computed fields read over a link (fields.base.Reader)."""
        target = self.registry[link.target or ""]
        there = target.table.alias()
        found = [there.c.id == link_id(link, source), there.c.deleted_at.is_(None)]
        return there, [*found, *target.where(there), *self.visible(target, there)]

    def below(
        self, over: Over, parent: str, source: sa.FromClause
    ) -> tuple[sa.FromClause, sa.FromClause, list[ColumnElement[bool]]]:
        """Return what a roll-up adds up (fields.base.Reader)."""
        child = self.registry[over.object]
        if over.object == parent and over.link in child.inside:
            child, table, inside = self.lines(child, over.link, source)
            found = []
        else:
            table = child.table.alias()
            inside = self.inside(child, table)
            found = points_at(child.fields[over.link], table, parent, source.c.id)
            found += [table.c.deleted_at.is_(None), *child.where(table)]
            found += self.visible(child, table)
        if over.filter is not None:
            parsed = read_fixed(self.registry, child, over.filter)
            if parsed.node is not None:
                found.append(inside.compiler(parsed.values).condition(parsed.node))
        return table, inside.all, found

    def lines(
        self, definition: ObjectDef, key: str, source: sa.FromClause
    ) -> tuple[ObjectDef, Any, Sources]:
        """Return the lines of a sub-table as an object, a line, and the tables that read them."""
        held = EachLine(definition.fields[key].columns(source)[0]).table_valued("value")
        # a column of lines looks for its value where custom fields do
        line: Any = SimpleNamespace(c=SimpleNamespace(custom=held.c.value))
        inside = self.inside(definition.inside[key], line)
        inside.all = held
        return inside.definition, line, inside

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

    def compiler(self, values: Mapping[str, Any] | None = None) -> Compiler:
        """Return what makes filter nodes into SQL over these tables, with `values` in its text."""
        return Compiler(self, values)

    def inside(self, definition: ObjectDef, source: sa.FromClause) -> Sources:
        """Return the tables of a statement within this one."""
        return Sources(self.registry, self.rights, definition, source)
