"""The filter trees of rules, evaluated by the SQL of filters on rows that are given rather than
stored: as they will be after a write, or as somebody is typing them.

Trees are read with every right, so that a rule means the same whoever writes; what it says is the
administrator's own message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from fangxin.access.contexts import elevated
from fangxin.access.scope import scope_values
from fangxin.fields.base import Environment, to_json_scalar
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import FangxinError, Invalid
from fangxin.kernel.ids import named_id
from fangxin.kernel.sql import DialectName, Json, Statement, compile_statement
from fangxin.objects.registry import ObjectDef
from fangxin.records.change import write_row
from fangxin.records.filters import Children, Filter, Group, Node, Parser
from fangxin.records.keys import Fetch
from fangxin.records.plans import remember
from fangxin.records.reading import environment
from fangxin.records.sources import Sources

CUSTOM: Final = "custom"
_PLACE: Final = "place_"
_ROWS: Final = "given_rows"


@dataclass(frozen=True, slots=True)
class Tree:
    """A filter tree as one actor means it at one moment."""

    filter: Filter
    key: str


RESTING: Final = object()
# somebody else, elsewhere, at another time: what means the same to him means it to everybody
_OTHER: Final = Environment(
    locale="en",
    timezone="Pacific/Honolulu",
    now=datetime(2001, 2, 3, 4, 5, tzinfo=UTC),
    base_currency="",
    me=named_id("actor", "another"),
    my_department=named_id("department", "another"),
    my_departments=(named_id("department", "another"),),
)


def parse(ctx: Ctx, definition: ObjectDef, tree: Any, pointer: str = "") -> Filter:
    """Read a rule's tree, or raise Invalid naming the place."""
    return _parse(ctx, definition, tree, environment(ctx), pointer)


def _parse(
    ctx: Ctx, definition: ObjectDef, tree: Any, env: Environment, pointer: str = ""
) -> Filter:
    return Parser(ctx.registry, elevated(ctx).rights, env).parse(definition, tree, pointer)


def read_tree(ctx: Ctx, definition: ObjectDef, tree: Any) -> Tree | None:
    """Read a rule's tree, or None where it cannot be read any more: a field of it is gone, or has
    another type. Such a rule rests.
    """
    key = ("tree", definition.name, msgspec.json.encode(tree))
    known = remember(ctx.registry, key, lambda: _fixed(ctx, definition, tree))
    if known is RESTING:
        return None
    if isinstance(known, Tree):
        return known
    found = parse(ctx, definition, tree)
    return Tree(found, repr((found.shape, found.values)))


def _fixed(ctx: Ctx, definition: ObjectDef, tree: Any) -> Any:
    """Return the tree that means the same to everybody, RESTING where none can be read, and True
    where it has to be read for each actor anew ("me", "this week").
    """
    try:
        mine = parse(ctx, definition, tree)
        other = _parse(ctx, definition, tree, replace(_OTHER, base_currency=ctx.base_currency))
    except FangxinError:
        return RESTING
    key = repr((mine.shape, mine.values))
    return Tree(mine, key) if key == repr((other.shape, other.values)) else True


def needed_keys(node: Node | None) -> frozenset[str] | None:
    """Return the fields of the record that a tree looks at, None where they cannot be told (a
    computed one looks at others).
    """
    if node is None or isinstance(node, Children):
        # lines lie in the record itself
        return frozenset({node.link.key} if node is not None and node.link.line else ())
    if isinstance(node, Group):
        inner = [needed_keys(each) for each in node.nodes]
        return None if None in inner else frozenset[str]().union(*filter(None, inner))
    first = node.path.links[0][1] if node.path.links else node.path.field
    plain = first.expression is None and first.seen_as is None
    return frozenset({first.key}) if plain else None


def named_fields(node: Node | None) -> set[tuple[str, str]]:
    """Return (object, key) of every field that a tree names or passes, and of those that computed
    ones read.
    """
    if node is None:
        return set()
    if isinstance(node, Children):
        # lines bear the name of their object, and of their field behind a dot
        own = node.definition.name.partition(".")[0]
        return {(own, node.link.key), *named_fields(node.where)}
    if isinstance(node, Group):
        return {each for inner in node.nodes for each in named_fields(inner)}
    passed = {(definition.name, link.key) for definition, link in node.path.links}
    return passed | {(node.path.definition.name, node.path.field.key), *node.path.field.reads}


def fields_in(ctx: Ctx, definition: ObjectDef, *trees: Any) -> set[tuple[str, str]]:
    """Return what trees name (see named_fields); one that cannot be read any more names nothing."""
    found: set[tuple[str, str]] = set()
    for tree in trees:
        try:
            found |= named_fields(parse(ctx, definition, tree).node)
        except Invalid:
            continue
    return found


def _columns(definition: ObjectDef, keys: frozenset[str] | None) -> list[str]:
    names = list(definition.empty_row)
    if keys is not None:
        fields = [definition.fields[key] for key in sorted(keys | {"id"})]
        wanted = {name for each in fields for name in each.column_names}
        names = [name for name in names if name in wanted]
        if all(not each.custom for each in fields):
            return names
    return [*names, CUSTOM]


def _given(definition: ObjectDef, names: Sequence[str], dialect: DialectName) -> sa.FromClause:
    """Return a table of the rows in the parameter _ROWS, with columns as the object's own."""
    types = {name: definition.table.c[name].type for name in names}
    rows = sa.cast(sa.bindparam(_ROWS, type_=sa.Text()), sa.Text())
    if dialect == "postgresql":
        columns = [sa.column(name, type_) for name, type_ in types.items()]
        place: sa.ColumnClause[int] = sa.column(_PLACE, sa.Integer())
        made = sa.func.jsonb_to_recordset(sa.cast(rows, Json())).table_valued(place, *columns)
        return made.render_derived(name="given", with_types=True)
    each = sa.func.json_each(rows).table_valued("value", name="each")

    def part(name: str, type_: Any) -> sa.ColumnElement[Any]:
        path: sa.ColumnElement[str] = sa.literal_column(f"'$.{name}'")
        return sa.func.json_extract(each.c.value, path, type_=type_).label(name)

    place_ = part(_PLACE, sa.Integer())
    # skip one-door: a table of what is given, not of what is stored
    made_ = sa.select(place_, *(part(name, type_) for name, type_ in types.items()))
    return made_.select_from(each).subquery("given")


def _statement(
    ctx: Ctx, definition: ObjectDef, names: Sequence[str], trees: Sequence[Tree]
) -> Statement:
    dialect = ctx.database.dialect
    root = _given(definition, names, dialect)
    sources = Sources(ctx.registry, elevated(ctx).rights, definition, root)
    flags: list[sa.ColumnElement[Any]] = []
    for index, tree in enumerate(trees):
        condition: sa.ColumnElement[Any] = sa.true()
        if tree.filter.node is not None:
            condition = sources.compiler(tree.filter.values).condition(tree.filter.node)
        flags.append(sa.func.coalesce(condition, sa.false(), type_=sa.Boolean()).label(f"t{index}"))
    # skip one-door: of what is given only whether it meets the administrator's trees
    made = sa.select(root.c[_PLACE], *flags).select_from(sources.all)
    return compile_statement(made, dialect)


async def met(
    ctx: Ctx,
    fetch: Fetch,
    definition: ObjectDef,
    trees: Sequence[Tree],
    rows: Sequence[Mapping[str, Any]],
) -> list[Sequence[bool]]:
    """Tell for each of `rows` (values by field key, `id` among them) which trees it meets, by one
    statement.
    """
    if not trees or not rows:
        return [()] * len(rows)
    keys: frozenset[str] | None = frozenset()
    for tree in trees:
        more = needed_keys(tree.filter.node)
        keys = None if keys is None or more is None else keys | more
    names = _columns(definition, keys)
    key = ("met", definition.name, tuple(tree.key for tree in trees))
    statement = remember(ctx.registry, key, lambda: _statement(ctx, definition, names, trees))
    values = {**scope_values(elevated(ctx)), _ROWS: _written(definition, names, keys, rows)}
    found: list[Sequence[bool]] = [(False,) * len(trees)] * len(rows)
    for place, *flags in await fetch(statement, values):
        found[place] = flags
    return found


def _written(
    definition: ObjectDef,
    names: Sequence[str],
    keys: frozenset[str] | None,
    rows: Sequence[Mapping[str, Any]],
) -> str:
    """Return rows as the JSON that `_given` reads."""
    wanted = None if keys is None else keys | {"id"}
    made = []
    for place, values in enumerate(rows):
        kept = values if wanted is None else {key: values.get(key) for key in wanted}
        columns = write_row(definition, kept)
        row = {name: to_json_scalar(columns[name]) for name in names if columns[name] is not None}
        made.append({**row, _PLACE: place})
    # of an encrypted text that is not sealed yet conditions ask the blind index alone
    return msgspec.json.encode(made, enc_hook=lambda _: None).decode()
