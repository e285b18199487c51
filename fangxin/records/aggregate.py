"""Sums, counts and averages over what the reader may see, grouped by fields or by periods of
dates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ColumnElement

from fangxin.access.guesses import count_guesses
from fangxin.access.scope import scope_values
from fangxin.fields.base import Field
from fangxin.fields.link import link_id
from fangxin.kernel.clock import zone_of
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import FieldProblem, Invalid
from fangxin.kernel.sql import Statement, Timestamp, compile_statement
from fangxin.records.filters import Filter, Parser, Path, resolve_path
from fangxin.records.plans import remember
from fangxin.records.query import ListRequest, Narrow
from fangxin.records.query import conditions as list_conditions
from fangxin.records.reading import environment, readable_object
from fangxin.records.sources import Sources

GROUPS: Final = 1000
UNITS: Final = ("day", "week", "month", "quarter", "year")


class Bucket(ColumnElement[str]):
    """The period that a day or moment falls into, as sortable text: 2026-11-21, 2026-W47, 2026-11,
    2026-Q4, 2026.

    A moment is cut in the reader's zone, given as minutes east of UTC by the parameter
    `zone_minutes`.
    """

    inherit_cache = False
    type = sa.Text()

    def __init__(self, column: ColumnElement[Any], unit: str) -> None:
        self.column = column
        self.unit = unit
        self.zone: sa.BindParameter[Any] = sa.bindparam("zone_minutes", type_=sa.Integer())


_POSTGRESQL: Final = {
    "day": "to_char({0}, 'YYYY-MM-DD')",
    "week": "to_char({0}, 'IYYY-\"W\"IW')",
    "month": "to_char({0}, 'YYYY-MM')",
    "quarter": "to_char({0}, 'YYYY-\"Q\"Q')",
    "year": "to_char({0}, 'YYYY')",
}


@compiles(Bucket, "postgresql")
def _bucket_postgresql(element: Bucket, compiler: Any, **kw: Any) -> str:
    inner = compiler.process(element.column, **kw)
    if isinstance(element.column.type, Timestamp):
        zone = compiler.process(element.zone, **kw)
        inner = f"(({inner} AT TIME ZONE 'UTC') + make_interval(mins => {zone}))"
    return _POSTGRESQL[element.unit].format(inner)


@compiles(Bucket, "sqlite")
def _bucket_sqlite(element: Bucket, compiler: Any, **kw: Any) -> str:
    inner = compiler.process(element.column, **kw)
    if isinstance(element.column.type, Timestamp):
        zone = compiler.process(element.zone, **kw)
        inner = f"datetime(substr({inner}, 1, 19), {zone} || ' minutes')"
    if element.unit == "week":
        # the week of a day is the week of its Thursday (ISO 8601)
        thursday = f"date({inner}, '-3 days', 'weekday 4')"
        week = f"(CAST(strftime('%j', {thursday}) AS INTEGER) - 1) / 7 + 1"
        return f"strftime('%Y', {thursday}) || '-W' || printf('%02d', {week})"
    if element.unit == "quarter":
        month = f"CAST(strftime('%m', {inner}) AS INTEGER)"
        return f"strftime('%Y', {inner}) || '-Q' || (({month} + 2) / 3)"
    shape = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}[element.unit]
    return f"strftime('{shape}', {inner})"


@dataclass(frozen=True, slots=True)
class Group:
    """One grouping: a field, or a period of a date field."""

    path: Path
    unit: str | None


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: count, or sum, avg, min, max of a field."""

    op: str
    path: Path | None


def _fail(pointer: str, code: str, message: str, **values: Any) -> Invalid:
    return Invalid(errors=[FieldProblem(pointer, code, message, values)])


def _read_group(ctx: Ctx, definition: Any, wire: Any, pointer: str) -> Group:
    by = None
    if isinstance(wire, Mapping):
        by = wire.get("by")
        wire = wire.get("field")
    path = resolve_path(ctx.registry, ctx.rights, definition, wire, pointer)
    _refuse_masked(ctx, path, pointer)
    dated = "in_period" in path.field.type.operators(path.field)
    if by is not None and (by not in UNITS or not dated):
        raise _fail(
            pointer, "bad_period", "Group a date by one of {units}.", units=", ".join(UNITS)
        )
    if not path.field.type.groups and path.part is None:
        raise _fail(
            pointer, "not_groupable", "Records cannot be grouped by {field}.", field=path.key
        )
    return Group(path, by)


def _read_measure(ctx: Ctx, definition: Any, wire: Any, pointer: str) -> Measure:
    op = wire.get("op") if isinstance(wire, Mapping) else None
    if op == "count" and not wire.get("field"):
        return Measure("count", None)
    if op not in {"sum", "avg", "min", "max", "count"}:
        raise _fail(pointer, "bad_measure", "A measure is count, sum, avg, min or max of a field.")
    path = resolve_path(ctx.registry, ctx.rights, definition, wire.get("field"), f"{pointer}/field")
    _refuse_masked(ctx, path, pointer)
    if op != "count" and op not in path.field.aggregates:
        raise _fail(pointer, "bad_measure", "{field} has no {op}.", field=path.key, op=op)
    return Measure(op, path)


def _refuse_masked(ctx: Ctx, path: Path, pointer: str) -> None:
    if ctx.rights.readable(path.definition).get(path.field.key) == "masked":
        raise _fail(pointer, "masked", "{field} is masked for your role.", field=path.key)


def _group_columns(sources: Sources, group: Group) -> list[ColumnElement[Any]]:
    source = sources.reach(group.path)
    field = group.path.field
    columns = field.columns(source, sources)
    if group.unit is not None:
        return [Bucket(columns[0], group.unit)]
    if field.target is not None:
        linked = sources.registry[field.target]
        target = linked.table.alias()
        id_ = link_id(field, source)
        # skip one-door: the name of what a visible link points to
        name = sa.select(linked.fields["name"].columns(target)[0])
        name = name.where(target.c.id == id_)
        return [id_, name.scalar_subquery()]
    return [columns[group.path.part or 0]]


def _measure_column(sources: Sources, measure: Measure) -> ColumnElement[Any]:
    if measure.path is None:
        return sa.func.count()
    field = measure.path.field
    column = field.columns(sources.reach(measure.path), sources)[field.type.sort_column(field) or 0]
    if measure.op == "count":
        return sa.func.count(column)
    if measure.op in {"min", "max"}:
        return getattr(sa.func, measure.op)(column)  # type: ignore[no-any-return]
    total = sa.cast(sa.func.sum(column), sa.BigInteger())
    if measure.op == "sum":
        return total
    return _mean(total, sa.cast(sa.func.count(column), sa.BigInteger()))


def _mean(total: ColumnElement[Any], number: ColumnElement[Any]) -> ColumnElement[Any]:
    """Divide scaled integers, half away from zero; `/` would make a float of them."""
    half = sa.case((total < 0, -number), else_=number)
    return sa.case((number > 0, (total * 2 + half) // (number * 2)))


def _write(ctx: Ctx, field: Field, value: Any) -> Any:
    """Turn a figure in storage form into JSON; money is in the base currency."""
    if value is None:
        return None
    parts = len(field.type.storage(field))
    storage = (value, ctx.base_currency, value) if parts > 1 else (value,)
    return field.type.write(field, storage)


def _write_group(field: Field, group: Group, values: Sequence[Any]) -> Any:
    if group.unit is not None or group.path.part is not None:
        return values[0]
    if field.target is not None:
        id_, name = values
        return None if id_ is None else {"id": id_, "name": name, "object": field.target}
    value = values[0]
    if isinstance(value, (date, datetime)):
        return value
    return field.type.write(field, (value,))


async def aggregate(
    ctx: Ctx,
    object: str,
    *,
    filter: Any = None,
    group: Sequence[Any] = (),
    measures: Sequence[Any] = ({"op": "count"},),
    limit: int = GROUPS,
    narrow: Narrow | None = None,
) -> list[dict[str, Any]]:
    """Return [{"group": […], "values": […]}], at most `limit` rows, in order of the groups."""
    definition = readable_object(ctx, object)
    if not 1 <= limit <= GROUPS:
        raise _fail("/limit", "out_of_range", "From 1 to {limit} groups are allowed.", limit=GROUPS)
    if len(group) > 4 or not 1 <= len(measures) <= 10:  # noqa: PLR2004 - what a report can show
        raise _fail(
            "/measures", "out_of_range", "At most 4 groups and from 1 to 10 measures are allowed."
        )
    groups = [_read_group(ctx, definition, g, f"/group/{i}") for i, g in enumerate(group)]
    figures = [_read_measure(ctx, definition, m, f"/measures/{i}") for i, m in enumerate(measures)]
    parsed = Parser(ctx.registry, ctx.rights, environment(ctx)).parse(definition, filter)
    await count_guesses(ctx, definition.name, parsed.guesses)
    statement = _statement(ctx, definition, parsed, groups, figures, narrow)
    values = {
        **scope_values(ctx),
        **parsed.values,
        **(narrow.values if narrow else {}),
        "limit": limit,
        "zone_minutes": _zone_minutes(ctx),
    }
    rows = await ctx.database.read(statement, values)
    return [_row(ctx, groups, figures, row) for row in rows]


def _zone_minutes(ctx: Ctx) -> int:
    offset = ctx.clock().astimezone(zone_of(ctx.timezone)).utcoffset()
    return int(offset.total_seconds() // 60) if offset is not None else 0


def _statement(
    ctx: Ctx,
    definition: Any,
    parsed: Filter,
    groups: Sequence[Group],
    figures: Sequence[Measure],
    narrow: Narrow | None,
) -> Statement:
    shape = (
        tuple((g.path.key, g.unit) for g in groups),
        tuple((m.op, m.path.key if m.path else None) for m in figures),
    )
    key = ("sum", definition.name, shape, parsed.shape, narrow.shape if narrow else None)

    def make() -> Statement:
        sources = Sources(ctx.registry, ctx.rights, definition, definition.table)
        where = list_conditions(sources, ListRequest(definition, (), parsed.node, (), narrow))
        by = [column for each in groups for column in _group_columns(sources, each)]
        columns = [_measure_column(sources, each) for each in figures]
        named = [column.label(f"c{index}") for index, column in enumerate([*by, *columns])]
        count = len(by)
        # a link's id tells groups apart, and its name is looked up once a group, not once a row;
        # of an expression (a custom link) PostgreSQL cannot tell that the name depends on it alone
        whole = any(each.path.field.custom for each in groups)
        apart = [i for i, c in enumerate(by, 1) if whole or not isinstance(c, sa.ScalarSelect)]
        return compile_statement(
            sa.select(*named)
            .select_from(sources.all)
            .where(*where)
            .group_by(*(sa.literal_column(str(i)) for i in apart))
            .order_by(*(sa.literal_column(str(i + 1)) for i in range(count)))
            .limit(sa.bindparam("limit", type_=sa.BigInteger()))
            if by
            else sa.select(*named).select_from(sources.all).where(*where),
            ctx.database.dialect,
            wire=True,
        )

    return remember(ctx.registry, (*key, ctx.rights.read_shape), make)


def _row(
    ctx: Ctx, groups: Sequence[Group], figures: Sequence[Measure], row: Sequence[Any]
) -> dict[str, Any]:
    position = 0
    keys: list[Any] = []
    for each in groups:
        linked = each.unit is None and each.path.field.target is not None
        width = 2 if linked else 1
        keys.append(_write_group(each.path.field, each, row[position : position + width]))
        position += width
    values: list[Any] = []
    for measure, value in zip(figures, row[position:], strict=True):
        if measure.path is None or measure.op == "count":
            values.append(value)
        else:
            values.append(_write(ctx, measure.path.field, value))
    return {"group": keys, "values": values}
