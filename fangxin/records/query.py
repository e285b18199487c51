"""Reading: which columns a request needs, how a row becomes JSON, and the SQL of a page, a record,
a count.

Everything here is made once per shape (object, fields, filter shape, sort, rights shape) and
remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from fangxin.access.scope import Rights
from fangxin.access.ways import first_of_each, ways_apart
from fangxin.kernel.sql import DialectName, Id, InArray, Statement, Timestamp, compile_statement
from fangxin.objects.registry import ObjectDef, Registry
from fangxin.records.filters import Node, Path
from fangxin.records.output import Output, OutputBuilder
from fangxin.records.sources import Sources

COUNT_CAP: Final = 1000


@dataclass(frozen=True, slots=True)
class Narrow:
    """A further condition from outside the filter tree (a search): `build` gives it over the
    record's table.
    """

    shape: Hashable
    build: Callable[[sa.FromClause], ColumnElement[bool]]
    values: Mapping[str, Any]


Sort: TypeAlias = tuple[Path, bool]


@dataclass(frozen=True, slots=True)
class PageShape:
    """One page's SQL: which part of the order it reads (see records/cursor) and how many sort
    columns end each row.
    """

    statement: Statement
    read: Callable[[Any], dict[str, Any]]
    references: tuple[str, ...]
    keys: int


def _sort_column(sources: Sources, sort: Sort) -> ColumnElement[Any]:
    path = sort[0]
    column = path.field.columns(sources.reach(path), sources)
    main = path.part if path.part is not None else path.field.type.sort_column(path.field)
    return column[main or 0]


def never_empty(path: Path) -> bool:
    """Tell whether a sort field has a value in every row."""
    field_ = path.field
    counted = field_.over is not None and field_.over.function in {"count", "sum"}
    stored = not field_.custom and (field_.required or field_.key == "id")
    return not path.links and (counted or stored)


def _key_condition(
    columns: Sequence[ColumnElement[Any]], sorts: Sequence[Sort], id_: ColumnElement[Any]
) -> ColumnElement[bool]:
    """Return "after the cursor" for several sort keys, nulls last: k0/n0 are the cursor's value and
    null flag.
    """
    down = sorts[-1][1]
    tail: ColumnElement[bool] = (
        (id_ < sa.bindparam("k_id")) if down else (id_ > sa.bindparam("k_id"))
    )
    for index in reversed(range(len(columns))):
        column = columns[index]
        bind = sa.bindparam(f"k_{index}", type_=column.type)
        empty = sa.bindparam(f"n_{index}", type_=sa.Boolean())
        beyond = column < bind if sorts[index][1] else column > bind
        tail = sa.or_(
            sa.and_(
                sa.not_(empty), sa.or_(beyond, column.is_(None), sa.and_(column == bind, tail))
            ),
            sa.and_(empty, column.is_(None), tail),
        )
    return tail


@dataclass(frozen=True, slots=True)
class ListRequest:
    """What decides the SQL of a page, apart from values."""

    definition: ObjectDef
    outputs: tuple[Path, ...]
    node: Node | None
    sorts: tuple[Sort, ...]
    narrow: Narrow | None = None
    deleted: bool = False


def conditions(
    sources: Sources, request: ListRequest, *, scoped: bool = True
) -> list[ColumnElement[bool]]:
    """Return what a row must meet: not deleted, of this object, in the reader's scope, the filter,
    the search.
    """
    root, definition = sources.root, request.definition
    gone = root.c.deleted_at
    found: list[ColumnElement[bool]] = [gone.is_not(None) if request.deleted else gone.is_(None)]
    found += [*definition.where(root), *(sources.visible(definition, root) if scoped else ())]
    if request.node is not None:
        found.append(sources.compiler().condition(request.node))
    if request.narrow is not None:
        found.append(request.narrow.build(root))
    return found


def _reached(
    sources: Sources, request: ListRequest, limit: int | None, more: Sequence[Any], order: Any
) -> list[ColumnElement[bool]]:
    """Return the conditions, and `more`; where records are lent, the first of each way to see."""
    ways = ways_apart(sources.rights, sources.registry, request.definition, sources.root)
    found = [*conditions(sources, request, scoped=not ways), *more]
    return [first_of_each(sources.root, sources.all, found, ways, order, limit)] if ways else found


def compile_page(
    registry: Registry,
    rights: Rights,
    dialect: DialectName,
    request: ListRequest,
    *,
    phase: str,
    after: bool,
    limit: int,
) -> PageShape:
    """Compile one page of `limit` rows; the number is part of the text, since a plan for an unknown
    one would have to be made anew for each request.

    With one sort key, phase "full" reads the rows that have the key and phase "empty" those that
    have none, each by one range of an index in either direction; phase "many" serves several keys.
    """
    root = request.definition.table
    sources = Sources(registry, rights, request.definition, root)
    output = OutputBuilder(sources, request.outputs).output
    columns = [_sort_column(sources, sort) for sort in request.sorts]
    order = _order(request.sorts, columns, root.c.id, phase)
    beyond = _page_conditions(request.sorts, columns, root.c.id, phase, after=after)
    where = _reached(sources, request, limit, beyond, order)
    keys = output.add(*map(_as_stored, columns), root.c.id)
    statement = (
        sa.select(*output.columns)
        .select_from(sources.all)
        .where(*where)
        .order_by(*order)
        .limit(sa.literal_column(str(limit)))
    )
    return _shape(statement, dialect, output, keys)


def _shape(statement: sa.Select[Any], dialect: DialectName, output: Output, keys: int) -> PageShape:
    labelled = statement.set_label_style(sa.LABEL_STYLE_DISAMBIGUATE_ONLY)
    compiled = compile_statement(labelled, dialect, wire=True)
    return PageShape(compiled, output.reader(), tuple(output.references), keys)


def _as_stored(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a sort column read as it is stored: a cursor holds what SQL compares, and the JSON
    form of a moment on the full second is another text.
    """
    return sa.type_coerce(column, sa.Text()) if isinstance(column.type, Timestamp) else column


def _page_conditions(
    sorts: Sequence[Sort],
    columns: Sequence[ColumnElement[Any]],
    id_: ColumnElement[Any],
    phase: str,
    *,
    after: bool,
) -> list[ColumnElement[bool]]:
    down = sorts[-1][1]
    cursor_id = sa.bindparam("k_id", type_=id_.type)
    if phase == "many":
        return [_key_condition(columns, sorts, id_)] if after else []
    column = columns[0]
    if phase == "empty":
        # what has no value comes last and newest first: of what is done the latest
        return [column.is_(None), id_ < cursor_id] if after else [column.is_(None)]
    found: list[ColumnElement[bool]] = [] if never_empty(sorts[0][0]) else [column.is_not(None)]
    if after:
        cursor = sa.tuple_(sa.bindparam("k_0", type_=column.type), cursor_id)
        pair = sa.tuple_(column, id_)
        found.append(pair < cursor if down else pair > cursor)
    return found


def _order(
    sorts: Sequence[Sort],
    columns: Sequence[ColumnElement[Any]],
    id_: ColumnElement[Any],
    phase: str,
) -> list[Any]:
    down = sorts[-1][1]
    last = id_.desc() if down else id_.asc()
    if phase == "empty":
        return [id_.desc()]
    if phase == "full":
        return [columns[0].desc() if down else columns[0].asc(), last]
    order: list[Any] = []
    for (_, descending), column in zip(sorts, columns, strict=True):
        order += [column.is_(None), column.desc() if descending else column.asc()]
    return [*order, last]


def compile_get(
    registry: Registry,
    rights: Rights,
    dialect: DialectName,
    definition: ObjectDef,
    outputs: Sequence[Path],
    *,
    one: bool,
    deleted: bool = False,
) -> PageShape:
    """Compile reading visible, undeleted records by the parameter `id`, or by an array `ids`.

    An array makes PostgreSQL plan anew for each request, one id does not.
    """
    root = definition.table
    sources = Sources(registry, rights, definition, root)
    output = OutputBuilder(sources, outputs).output
    request = ListRequest(definition, tuple(outputs), None, (), deleted=deleted)
    wanted = root.c.id == sa.bindparam("id", type_=Id()) if one else InArray(root.c.id, "ids")
    where = [wanted, *conditions(sources, request)]
    keys = output.add(root.c.id)
    statement = sa.select(*output.columns).select_from(sources.all).where(*where)
    return _shape(statement, dialect, output, keys)


def compile_count(
    registry: Registry, rights: Rights, dialect: DialectName, request: ListRequest, *, capped: bool
) -> Statement:
    """Compile counting what a page's filter meets, stopping one past COUNT_CAP when capped."""
    sources = Sources(registry, rights, request.definition, request.definition.table)
    where = _reached(sources, request, COUNT_CAP + 1 if capped else None, (), ())
    one: Any = sa.literal_column("1").label("one")
    rows: sa.Select[Any] = sa.select(one).select_from(sources.all).where(*where)
    if capped:
        rows = rows.limit(sa.literal_column(str(COUNT_CAP + 1)))
    return compile_statement(sa.select(sa.func.count()).select_from(rows.subquery()), dialect)
