"""Reading: which columns a request needs, how a row becomes JSON, and the SQL of a page, a record, a count.

Everything here is made once per shape (object, fields, filter shape, sort, rights shape) and remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final, TypeAlias

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from fangxin.access.scope import Rights, predicate
from fangxin.fields.base import Field, FieldType
from fangxin.kernel.sql import DialectName, Id, InArray, Statement, compile_statement
from fangxin.objects.registry import ObjectDef, Registry
from fangxin.records.filters import Compiler, Node, Path

Extract: TypeAlias = Callable[[Any], Any]
COUNT_CAP: Final = 1000


@dataclass(frozen=True, slots=True)
class Narrow:
    """A further condition from outside the filter tree (a search): `build` gives it over the record's table."""

    shape: Hashable
    build: Callable[[sa.FromClause], ColumnElement[bool]]
    values: Mapping[str, Any]


def link_id(link: Field, source: sa.FromClause) -> ColumnElement[Any]:
    """Return the id that a link holds, comparable with an id column."""
    column = link.columns(source)[0]
    return sa.cast(column, Id()) if link.custom else column


class Sources:
    """The tables of one statement: the object's own, and what its paths lead to, each joined once."""

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
        """Return the table at the end of a path; what the reader may not see there counts as empty."""
        here, keys = self.root, ()
        for _, link in path.links:
            keys = (*keys, link.key)
            target = self.registry[link.target or ""]
            here = self._join(keys, here, link, target, scoped=True)
        return here

    def name_of(self, link: Field) -> ColumnElement[Any]:
        """Return the name of what a link points to: a name may be shown wherever the link may."""
        target = self.registry[link.target or ""]
        return self._join((link.key, "name"), self.root, link, target, scoped=False).c.name

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


@dataclass(slots=True)
class Output:
    """The columns of one answer and how a row becomes a dict. `references` are keys whose names are looked up afterwards."""

    columns: list[ColumnElement[Any]] = field(default_factory=list)
    plain: list[tuple[str, int]] = field(default_factory=list)
    made: list[tuple[str, Extract]] = field(default_factory=list)
    nested: list[tuple[tuple[str, ...], Extract]] = field(default_factory=list)
    references: list[str] = field(default_factory=list)

    def add(self, *columns: ColumnElement[Any]) -> int:
        """Append columns and return the position of the first."""
        position = len(self.columns)
        self.columns.extend(columns)
        return position

    def reader(self) -> Callable[[Any], dict[str, Any]]:
        """Return the function from a row to its JSON."""
        keys = tuple(key for key, _ in self.plain)
        pick = itemgetter(*(index for _, index in self.plain))
        made, nested = tuple(self.made), tuple(self.nested)

        def read(row: Any) -> dict[str, Any]:
            item = dict(zip(keys, pick(row), strict=False))
            for key, extract in made:
                item[key] = extract(row)
            for path, extract in nested:
                inside = item.get(path[0])
                for key in path[1:-1]:
                    inside = None if inside is None else inside.setdefault(key, {})
                if inside is not None:
                    inside[path[-1]] = extract(row)
            return item

        return read


def _writes_plainly(type_: FieldType) -> bool:
    return type(type_).write is FieldType.write


def _span(field_: Field, start: int, width: int) -> Extract:
    write = field_.type.write
    if width == 1:
        return lambda row: write(field_, (row[start],))
    stop = start + width
    return lambda row: write(field_, tuple(row[start:stop]))


def _packed(field_: Field, position: int) -> Extract:
    write, unpack, key = field_.type.write, field_.unpack, field_.custom_id or ""

    def extract(row: Any) -> Any:
        packed = row[position].get(key)
        return None if packed is None else write(field_, unpack(packed))

    return extract


def _linked(start: int, target: str) -> Extract:
    name = start + 1

    def extract(row: Any) -> Any:
        id_ = row[start]
        return None if id_ is None else {"id": id_, "name": row[name], "object": target}

    return extract


def _masked(field_: Field, extract: Extract) -> Extract:
    mask = field_.type.mask
    return lambda row: mask(extract(row))


class OutputBuilder:
    """Turns field keys into an Output."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.output = Output()
        self._custom: int | None = None

    def add(self, path: Path) -> None:
        """Add one field; a dotted one lands inside its link."""
        readable = self.sources.rights.readable(path.definition)
        masked = readable.get(path.field.key) == "masked"
        if path.links or path.part is not None:
            self._add_dotted(path, masked=masked)
            return
        field_ = path.field
        if field_.type.references:
            self.output.references.append(field_.key)
        plain = _writes_plainly(field_.type) and not masked and field_.target is None
        if plain and not field_.custom:
            columns = field_.columns(self.sources.root)
            self.output.plain.append((field_.key, self.output.add(columns[0])))
            return
        extract = self._extract(field_)
        self.output.made.append((field_.key, _masked(field_, extract) if masked else extract))

    def _extract(self, field_: Field) -> Extract:
        root = self.sources.root
        if field_.target is not None:
            start = self.output.add(link_id(field_, root), self.sources.name_of(field_))
            return _linked(start, field_.target)
        if field_.custom and field_.type.storage(field_):
            if self._custom is None:
                self._custom = self.output.add(root.c.custom)
            return _packed(field_, self._custom)
        columns = field_.columns(root)
        return _span(field_, self.output.add(*columns), len(columns))

    def _add_dotted(self, path: Path, *, masked: bool) -> None:
        field_ = path.field
        columns = field_.columns(self.sources.reach(path))
        if path.part is not None:
            position = self.output.add(columns[path.part])
            extract: Extract = lambda row: row[position]  # noqa: E731 - one of several extractors
        else:
            extract = _span(field_, self.output.add(*columns), len(columns))
        if masked:
            extract = _masked(field_, extract)
        for depth in range(len(path.links)):
            head = Path(path.links[:depth], *path.links[depth])
            self._ensure_link(head)
        keys = tuple(path.key.split("."))
        if path.part is not None and not path.links:
            self.output.made.append((keys[0], lambda row, e=extract: {keys[1]: e(row)}))  # type: ignore[misc]
            return
        self.output.nested.append((keys, extract))

    def _ensure_link(self, path: Path) -> None:
        if not path.links and all(key != path.field.key for key, _ in self.output.made):
            self.add(path)


Sort: TypeAlias = tuple[Path, bool]


@dataclass(frozen=True, slots=True)
class PageShape:
    """One page's SQL: which part of the order it reads (see records/cursor) and how many sort columns end each row."""

    statement: Statement
    read: Callable[[Any], dict[str, Any]]
    references: tuple[str, ...]
    keys: int


def _sort_column(sources: Sources, sort: Sort) -> ColumnElement[Any]:
    path = sort[0]
    column = path.field.columns(sources.reach(path))
    main = path.part if path.part is not None else path.field.type.sort_column(path.field)
    return column[main or 0]


def never_empty(path: Path) -> bool:
    """Tell whether a sort field has a value in every row."""
    field_ = path.field
    return not path.links and not field_.custom and (field_.required or field_.key == "id")


def _key_condition(
    columns: Sequence[ColumnElement[Any]], sorts: Sequence[Sort], id_: ColumnElement[Any]
) -> ColumnElement[bool]:
    """Return "after the cursor" for several sort keys, nulls last: k0/n0 are the cursor's value and null flag."""
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


def conditions(sources: Sources, request: ListRequest) -> list[ColumnElement[bool]]:
    """Return what a row must meet: not deleted, of this object, in the reader's scope, the filter, the search."""
    root, definition = sources.root, request.definition
    gone = root.c.deleted_at
    found = [gone.is_not(None) if request.deleted else gone.is_(None)]
    found += [*definition.where(root), *sources.visible(definition, root)]
    if request.node is not None:
        found.append(sources.compiler().condition(request.node))
    if request.narrow is not None:
        found.append(request.narrow.build(root))
    return found


def compile_page(
    registry: Registry,
    rights: Rights,
    dialect: DialectName,
    request: ListRequest,
    *,
    phase: str,
    after: bool,
) -> PageShape:
    """Compile one page.

    With one sort key, phase "full" reads the rows that have the key and phase "empty" those that have none, each by one
    range of an index in either direction; phase "many" serves several keys.
    """
    root = request.definition.table
    sources = Sources(registry, rights, request.definition, root)
    builder = OutputBuilder(sources)
    for path in request.outputs:
        builder.add(path)
    where = conditions(sources, request)
    columns = [_sort_column(sources, sort) for sort in request.sorts]
    where += _page_conditions(request.sorts, columns, root.c.id, phase, after=after)
    output = builder.output
    keys = output.add(*columns, root.c.id)
    statement = (
        sa.select(*output.columns)
        .select_from(sources.all)
        .where(*where)
        .order_by(*_order(request.sorts, columns, root.c.id, phase))
        .limit(sa.bindparam("limit", type_=sa.BigInteger()))
    )
    return PageShape(
        compile_statement(_labelled(statement), dialect, wire=True),
        output.reader(),
        tuple(output.references),
        keys,
    )


def _labelled(statement: sa.Select[Any]) -> sa.Select[Any]:
    return statement.set_label_style(sa.LABEL_STYLE_DISAMBIGUATE_ONLY)


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
        beyond = id_ < cursor_id if down else id_ > cursor_id
        return [column.is_(None), beyond] if after else [column.is_(None)]
    found = [] if never_empty(sorts[0][0]) else [column.is_not(None)]
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
        return [last]
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
) -> PageShape:
    """Compile reading visible, undeleted records by an array of ids."""
    root = definition.table
    sources = Sources(registry, rights, definition, root)
    builder = OutputBuilder(sources)
    for path in outputs:
        builder.add(path)
    request = ListRequest(definition, tuple(outputs), None, ())
    where = [InArray(root.c.id, "ids"), *conditions(sources, request)]
    output = builder.output
    keys = output.add(root.c.id)
    statement = sa.select(*output.columns).select_from(sources.all).where(*where)
    return PageShape(
        compile_statement(_labelled(statement), dialect, wire=True),
        output.reader(),
        tuple(output.references),
        keys,
    )


def compile_count(
    registry: Registry, rights: Rights, dialect: DialectName, request: ListRequest, *, capped: bool
) -> Statement:
    """Compile counting what a page's filter meets, stopping one past COUNT_CAP when capped."""
    sources = Sources(registry, rights, request.definition, request.definition.table)
    where = conditions(sources, request)
    rows = sa.select(sa.literal_column("1").label("one")).select_from(sources.all).where(*where)
    if capped:
        rows = rows.limit(sa.literal_column(str(COUNT_CAP + 1)))
    return compile_statement(sa.select(sa.func.count()).select_from(rows.subquery()), dialect)
