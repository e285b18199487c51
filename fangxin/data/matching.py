"""The question side of search: a query as a condition on search rows, and on a list of records.

What a reader may see is part of the condition, as scope tokens where these can say it; so who may
see a few of a million records is answered from the index. The door's own predicate always follows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.sql import ColumnElement

from fangxin.access.scope import Term as Way
from fangxin.access.scope import effective_scope, predicate, scope_shape, scope_values, terms
from fangxin.kernel.context import Ctx
from fangxin.kernel.sql import DialectName, Id, Statement, compile_statement
from fangxin.kernel.tokens import Term, fts5_match, parse_query, rough_tsquery, tsquery
from fangxin.objects.registry import ObjectDef
from fangxin.records.indexes import scope_token, searchable
from fangxin.records.plans import remember
from fangxin.records.query import Narrow
from fangxin.records.tables import search_row

# how many parents may lend sight by tokens; who sees more is answered by the predicate
PARENTS: Final = 400
MATCH: Final = "search_match"
EXACT: Final = "search_exact"
# by the name of the object: the ids of the records that the reader sees, None when too many
Lent: TypeAlias = dict[str, list[str] | None]


@dataclass(frozen=True, slots=True)
class Reach:
    """What of an object a reader sees, as scope tokens: none for all of it. `beyond`: he sees more
    than these say, which is left to the predicate.
    """

    definition: ObjectDef
    tokens: tuple[str, ...]
    beyond: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Objects in which the same is searched: everything, or titles alone."""

    reaches: Sequence[Reach]
    title_only: bool = False


def any_of(tokens: Sequence[str], dialect: DialectName) -> str:
    """Write "one of these scope tokens" for `search_match`."""
    if dialect == "postgresql":
        return "(" + " | ".join(f"'{token}'" for token in tokens) + ")"
    return "({scope} : (" + " OR ".join(f'"{token}"' for token in tokens) + "))"


def reach_text(reaches: Sequence[Reach], dialect: DialectName) -> str:
    """Write "seen by the reader" over several objects for `search_match`."""
    both, either = (" & ", " | ") if dialect == "postgresql" else (" AND ", " OR ")
    parts = []
    for reach in reaches:
        named = any_of([scope_token("k", reach.definition.name)], dialect)
        seen = any_of(reach.tokens, dialect) if reach.tokens else None
        parts.append(f"({named}{both}{seen})" if seen else named)
    return f"({either.join(parts)})"


def asked(
    terms_: Sequence[Term],
    groups: Sequence[Group],
    dialect: DialectName,
    *,
    everything: bool = False,
) -> dict[str, str]:
    """Return the parameters of `search_match`: the terms of a query over groups of objects.

    `everything`: the groups are all objects there are, whole, so that nothing need be said of them.
    """
    rough, exact = [], []
    for group in groups:
        seen = [] if everything else [reach_text(group.reaches, dialect)]
        rough.append(_both([_terms_text(terms_, dialect, group, rough=True), *seen], dialect))
        # what a hidden field holds must not be met by way of another group
        named = [Reach(each.definition, ()) for each in group.reaches] if len(groups) > 1 else []
        kinds = [reach_text(named, dialect)] if named else []
        exact.append(_both([_terms_text(terms_, dialect, group, rough=False), *kinds], dialect))
    either = " | " if dialect == "postgresql" else " OR "
    texts = [either.join(f"({part})" for part in parts) for parts in (rough, exact)]
    return dict(zip((MATCH, EXACT), texts, strict=True))


def _both(parts: Sequence[str], dialect: DialectName) -> str:
    return (" & " if dialect == "postgresql" else " AND ").join(parts)


def _terms_text(terms_: Sequence[Term], dialect: DialectName, group: Group, *, rough: bool) -> str:
    if dialect == "postgresql":
        return (rough_tsquery if rough else tsquery)(terms_, "A" if group.title_only else "")
    return f"({fts5_match(terms_, 'title' if group.title_only else 'title body')})"


def search_match(dialect: DialectName) -> ColumnElement[bool]:
    """Return the condition on search_row that its tokens meet the parameters made by `asked`."""
    if dialect == "postgresql":
        tokens: ColumnElement[Any] = sa.literal_column("search_row.tokens")
        wanted, exact = (
            sa.cast(sa.bindparam(name, type_=sa.Text()), TSQUERY) for name in (MATCH, EXACT)
        )
        # as a function, not an operator: the index is not asked again, and more dearly
        return sa.and_(
            tokens.op("@@", is_comparison=True)(wanted), sa.func.ts_match_vq(tokens, exact)
        )
    return search_row.c.number.in_(matching_rows())


def matching_rows() -> sa.Select[Any]:
    """Return the select of `rowid` of what FTS5 finds (SQLite)."""
    index = sa.table("search_index", sa.column("rowid", sa.Integer()))
    wanted = sa.literal_column("search_index").op("MATCH", is_comparison=True)
    # skip one-door: numbers of search rows; the reader's rights are tested on what they stand for
    return sa.select(index.c.rowid).where(wanted(sa.bindparam(MATCH, type_=sa.Text())))


def title_only(ctx: Ctx, definition: ObjectDef) -> bool:
    """Tell whether some searchable field is hidden from the reader: then a hit in it would tell."""
    readable = ctx.rights.readable(definition)
    return any(readable.get(each.key) != "full" for each in searchable(definition))


def narrow(ctx: Ctx, definition: ObjectDef, query: str) -> Narrow | None:
    """Return the condition for a list's `q=`; None when `query` is blank."""
    wanted = parse_query(query)
    if not wanted:
        return Narrow("nothing", lambda _: sa.false(), {}) if query.strip() else None
    dialect = ctx.database.dialect
    group = Group([plain_reach(ctx, definition)], title_only(ctx, definition))

    def build(source: sa.FromClause) -> ColumnElement[bool]:
        ids = sa.select(search_row.c.record_id).where(search_match(dialect))
        return sa.type_coerce(source.c.id, Id()).in_(ids)

    return Narrow("search", build, asked(wanted, [group], dialect))


def _way_tokens(ctx: Ctx, definition: ObjectDef, way: Way) -> list[str] | None:
    """Return the tokens of a way to see a record, None when it leads over a parent."""
    if way.link is not None:
        return None
    departments: Mapping[str, Sequence[str]] = {
        "department": [ctx.department] if ctx.department else [],
        "department_below": ctx.departments,
        "chosen": effective_scope(ctx.rights, definition, "read").chosen,
    }
    if way.kind == "own":
        return [scope_token("o", ctx.actor.id)]
    return [scope_token("d", each) for each in departments[way.kind]]


def _ways(ctx: Ctx, definition: ObjectDef) -> Sequence[Way] | None:
    """Return the ways to see an object; making them costs more than a search, so once a shape."""
    (ways,) = remember(
        ctx.registry,
        ("ways", definition.name, ctx.rights.read_shape),
        lambda: (terms(ctx.rights, ctx.registry, definition, definition.table, "read"),),
    )
    return ways


def plain_reach(ctx: Ctx, definition: ObjectDef) -> Reach:
    """Return what can be said without asking the database: no cascades."""
    ways = _ways(ctx, definition)
    if ways is None:
        return Reach(definition, ())
    found = [_way_tokens(ctx, definition, way) for way in ways]
    if any(each is None for each in found):
        return Reach(definition, ())
    return Reach(definition, tuple(token for each in found for token in each or ()))


async def reach(ctx: Ctx, definition: ObjectDef, lent: Lent) -> Reach | None:
    """Return what the reader sees of an object, with the parents that lend sight; None: nothing.

    `lent` remembers the parents from one object to the next.
    """
    ways = _ways(ctx, definition)
    if ways is None:
        return Reach(definition, ())
    tokens: list[str] = []
    beyond = False
    for parent in {way.parent.name: way.parent for way in ways if way.parent is not None}.values():
        if parent.name not in lent:
            lent[parent.name] = await _parents(ctx, parent)
        ids = lent[parent.name]
        if ids is None:
            # the predicate must look at each anyway: other parents need not be asked for
            beyond = True
            break
        tokens += [scope_token("p", each) for each in ids]
    for way in ways:
        tokens += _way_tokens(ctx, definition, way) or []
    if not tokens and not beyond:
        return None
    return Reach(definition, tuple(dict.fromkeys(tokens)), beyond)


async def _parents(ctx: Ctx, parent: ObjectDef) -> list[str] | None:
    """Return the records of `parent` that the reader sees; None when more than PARENTS."""
    key = ("parents", parent.name, scope_shape(ctx.rights, parent, "read"))

    def make() -> Statement:
        table = parent.table
        seen = predicate(ctx.rights, ctx.registry, parent, table, "read")
        where = [table.c.deleted_at.is_(None), *parent.where(table)]
        where += [] if seen is None else [seen]
        # skip one-door: the reader's own predicate is among the conditions
        found = sa.select(table.c.id).where(*where).limit(PARENTS + 1)
        return compile_statement(found, ctx.database.dialect)

    statement = remember(ctx.registry, key, make)
    rows = await ctx.database.read(statement, scope_values(ctx))
    return [row[0] for row in rows] if len(rows) <= PARENTS else None
