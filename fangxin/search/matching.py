"""The question side of search: a query as a condition on search rows, and on a list of records.

What a reader may see is part of the condition, as scope tokens where these can say it; so who may
see a few of a million records is answered from the index. The door's own predicate always follows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.sql import ColumnElement

from fangxin.access.scope import Term as Way
from fangxin.access.scope import effective_scope, predicate, scope_shape, scope_values, terms
from fangxin.access.shares import share_condition
from fangxin.kernel.context import Ctx
from fangxin.kernel.sql import DialectName, Id, Row, Statement, compile_statement
from fangxin.kernel.token_forms import fts5_match, rough_tsquery, tsquery
from fangxin.kernel.tokens import Term, parse_query, whole_token
from fangxin.objects.registry import ObjectDef
from fangxin.records.indexes import scope_token, searchable
from fangxin.records.plans import remember
from fangxin.records.query import Narrow
from fangxin.records.tables import search_row

# how many parents may lend sight by tokens; who sees more is answered by the predicate
PARENTS: Final = 400
MATCH: Final = "search_match"
SCOPE: Final = "search_scope"
EXACT: Final = "search_exact"
# the kinds of ways that no token stands for
SHARED: Final = "shared"
RULE: Final = "rule"
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


def any_of(tokens: Sequence[str], dialect: DialectName, mark: str = "") -> str:
    """Write "one of these scope tokens" for `search_match`."""
    if dialect == "postgresql":
        return "(" + " | ".join(f"'{mark}{token}'" for token in tokens) + ")"
    return "({scope} : (" + " OR ".join(f'"{mark}{token}"' for token in tokens) + "))"


def reach_text(reaches: Sequence[Reach], dialect: DialectName, mark: str = "") -> str:
    """Write "seen by the reader" over several objects for `search_match`."""
    both = " & " if dialect == "postgresql" else " AND "
    # objects that are seen by the same tokens share them: there may be hundreds
    alike: dict[tuple[str, ...], list[str]] = {}
    for reach in reaches:
        kind = scope_token("k", reach.definition.name)
        alike.setdefault(tuple(sorted(reach.tokens)), []).append(kind)
    parts = []
    for tokens, kinds in alike.items():
        named = any_of(kinds, dialect, mark)
        parts.append(f"{named}{both}{any_of(tokens, dialect, mark)}" if tokens else named)
    return f"({either(parts, dialect)})"


def asked(
    terms_: Sequence[Term],
    groups: Sequence[Group],
    dialect: DialectName,
    *,
    everything: bool = False,
    mark: str = "",
) -> dict[str, str]:
    """Return the parameters of `search_match`: the terms of a query over groups of objects, in the
    sample of `mark`.

    `everything`: the groups are all objects there are, whole, so that nothing need be said of them.
    """
    seen = [reach_text(group.reaches, dialect, mark) for group in groups]
    if dialect == "sqlite":
        whole = [_fts5(terms_, group, mark) for group in groups]
        both = [f"{a} AND {b}" for a, b in zip(whole, seen, strict=True)]
        return {MATCH: either(whole if everything else both, dialect)}
    rough = f"({rough_tsquery(terms_, mark)})"
    exact = [tsquery(terms_, "A" if group.title_only else "") for group in groups]
    if len(groups) > 1:
        # what a hidden field holds must not be met by way of another group
        kinds = [reach_text([Reach(e.definition, ()) for e in g.reaches], dialect) for g in groups]
        exact = [f"({a}) & {b}" for a, b in zip(exact, kinds, strict=True)]
    return {MATCH: rough, SCOPE: either(seen, dialect), EXACT: either(exact, dialect)}


def begins(query: str, dialect: DialectName, mark: str = "", *, whole: bool = False) -> str:
    """Write "its title begins with the query" for `search_match`; with `whole`, or is the query,
    which is asked without the mark.
    """
    token = whole_token(query)
    if dialect == "postgresql":
        return f"'{mark}{token}':*" + (f" | '{token}'" if whole else "")
    return f'({{title}} : ("{mark}{token}"*' + (f' OR "{token}"))' if whole else "))")


def either(parts: Sequence[str], dialect: DialectName) -> str:
    """Write "one of these" for `search_match`."""
    return (" | " if dialect == "postgresql" else " OR ").join(f"({part})" for part in parts)


def _fts5(terms_: Sequence[Term], group: Group, mark: str) -> str:
    return f"({fts5_match(terms_, 'title' if group.title_only else 'title body', mark)})"


def search_match(dialect: DialectName) -> ColumnElement[bool]:
    """Return the condition on search_row that its tokens meet the parameters made by `asked`."""
    if dialect == "sqlite":
        return search_row.c.number.in_(matching_rows())
    tokens: ColumnElement[Any] = sa.literal_column("search_row.tokens")
    meets = tokens.op("@@", is_comparison=True)
    wanted, scope, exact = (
        sa.cast(sa.bindparam(name, type_=sa.Text()), TSQUERY) for name in (MATCH, SCOPE, EXACT)
    )
    # As a function, not an operator, the exact words ask the index no second time. The scope is
    # hidden in a subquery: PostgreSQL knows nothing of rare tokens, takes a hundred of them for
    # half the table and would walk it from end to end.
    # skip one-door: it selects a parameter
    hidden = sa.select(scope).scalar_subquery()
    return sa.and_(meets(wanted), sa.func.ts_match_vq(tokens, exact), meets(hidden))


def matching_rows() -> sa.Select[Any]:
    """Return the select of `rowid` of what FTS5 finds (SQLite)."""
    index = sa.table("search_index", sa.column("rowid", sa.Integer()))
    wanted = sa.literal_column("search_index").op("MATCH", is_comparison=True)
    # skip one-door: numbers of search rows; the reader's rights are tested on what they stand for
    return sa.select(index.c.rowid).where(wanted(sa.bindparam(MATCH, type_=sa.Text())))


def found_rows(dialect: DialectName, most: Any) -> sa.Select[Any]:
    """Select (record id, object, title) of what answers `search_match`, `most` at the utmost."""
    c = search_row.c
    found = sa.select(c.record_id, c.object, c.title)
    if dialect == "sqlite":
        # the limit stands inside, else SQLite gathers every match before the first is shown
        first = matching_rows().limit(most).subquery("numbers")
        return found.join(first, c.number == first.c.rowid)
    return found.where(search_match(dialect)).limit(most)


@lru_cache(maxsize=2)
def _seen_ids(dialect: DialectName) -> Statement:
    return compile_statement(found_rows(dialect, sa.literal(PARENTS + 1)), dialect)


def title_only(ctx: Ctx, definition: ObjectDef) -> bool:
    """Tell whether some searchable field is hidden from the reader: then a hit in it would tell."""
    readable = ctx.rights.readable(definition)
    return any(readable.get(each.key) != "full" for each in searchable(definition))


def narrow(ctx: Ctx, definition: ObjectDef, query: str, *, titles: bool = False) -> Narrow | None:
    """Return the condition for a list's `q=`, or that `titles` alone meet it; None when `query` is
    blank.
    """
    wanted = parse_query(query)
    if not wanted:
        return Narrow("nothing", lambda _: sa.false(), {}) if query.strip() else None
    dialect = ctx.database.dialect
    hidden = titles or title_only(ctx, definition)
    group = Group([plain_reach(ctx, definition)], hidden)

    def build(source: sa.FromClause) -> ColumnElement[bool]:
        ids = sa.select(search_row.c.record_id).where(search_match(dialect))
        return sa.type_coerce(source.c.id, Id()).in_(ids)

    return Narrow("search", build, asked(wanted, [group], dialect))


def _way_tokens(ctx: Ctx, definition: ObjectDef, way: Way) -> list[str] | None:
    """Return the tokens of a way to see a record, None when it leads over a parent, a share or a
    rule.
    """
    if way.link is not None or way.kind in {SHARED, RULE}:
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
    return Reach(definition, ()) if ways is None else await _reach(ctx, definition, ways, lent)


async def _reach(ctx: Ctx, definition: ObjectDef, ways: Sequence[Way], lent: Lent) -> Reach | None:
    tokens: list[str] = []
    # what a rule says of a record stands in its fields, not in the index
    beyond = any(way.kind == RULE for way in ways)
    for parent in {way.parent.name: way.parent for way in ways if way.parent is not None}.values():
        if parent.name not in lent:
            # a circle lends nothing
            lent[parent.name] = []
            lent[parent.name] = await _parents(ctx, parent, lent)
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


async def _parents(ctx: Ctx, parent: ObjectDef, lent: Lent) -> list[str] | None:
    """Return the records of `parent` that the reader sees; None when more than PARENTS."""
    ways = _ways(ctx, parent) or ()
    # a link to any record lends at the first step only, as in the predicate
    further = [way for way in ways if way.link is None or way.link.target is not None]
    shared = any(way.kind == SHARED for way in ways)
    if all(way.link is None for way in ways):
        rows = await _by_predicate(ctx, parent)
    else:
        # an index tells it in one step, where the predicate would walk the table
        found = await _reach(ctx, parent, further, lent)
        if found is None:
            return []
        if found.beyond:
            return None
        dialect = ctx.database.dialect
        kind = reach_text([Reach(parent, ())], dialect)
        text = reach_text([found], dialect)
        wanted = text if dialect == "sqlite" else kind
        values = {MATCH: wanted, SCOPE: text, EXACT: kind}
        rows = await ctx.database.read(_seen_ids(dialect), values)
        rows = [*rows, *(await _shared_parents(ctx, parent))] if shared else rows
    return [row[0] for row in rows] if len(rows) <= PARENTS else None


async def _by_predicate(ctx: Ctx, parent: ObjectDef) -> Sequence[Row]:
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
    return await ctx.database.read(statement, scope_values(ctx))


async def _shared_parents(ctx: Ctx, parent: ObjectDef) -> Sequence[Row]:
    def make() -> Statement:
        table = parent.table
        shared = share_condition(parent, table.c.id, "read")
        where = [table.c.deleted_at.is_(None), *parent.where(table), shared]
        # skip one-door: what is shared with the reader is what he sees
        found = sa.select(table.c.id).where(*where).limit(PARENTS + 1)
        return compile_statement(found, ctx.database.dialect)

    statement = remember(ctx.registry, ("shared parents", parent.name), make)
    return await ctx.database.read(statement, scope_values(ctx))
