"""The filter tree: checked against fields and the reader's rights, split into a shape (hashable)
and values, made into SQL.

Nodes: {"all": […]}, {"any": […]}, {"not": …}, {"field", "op", "value"}, {"has": path, "where": …},
{"has_not": …}. One leaf compiles to the same SQL whatever its value, so a shape is compiled once.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeAlias

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from fangxin.access.scope import Rights
from fangxin.fields.base import IN_LIMIT, Binder, Environment, Field, Option, to_json_scalar
from fangxin.fields.beyond import Reader
from fangxin.fields.link import indirect, own_word, points_at
from fangxin.fields.text import Text
from fangxin.kernel.errors import FieldError, FieldProblem, Invalid
from fangxin.kernel.ids import is_id
from fangxin.kernel.operator_words import OPERATORS
from fangxin.objects.registry import ObjectDef, Registry

DEPTH, NODES = 8, 200
MASKED_OPERATORS: Final = frozenset({"is", "in", "empty", "not_empty"})
# values of masked fields in one filter: a list of what a mask leaves open would soon tell the rest
GUESSES: Final = 20
_PART: Final = Field(type=Text(), label="Part")


@dataclass(frozen=True, slots=True)
class Path:
    """A field reached from an object over links; `part` is set for one part of a composite field
    (address.city).
    """

    links: tuple[tuple[ObjectDef, Field], ...]
    definition: ObjectDef
    field: Field
    part: int | None = None

    @property
    def key(self) -> str:
        """The dotted text it was made from."""
        keys = [link.key for _, link in self.links] + [self.field.key]
        if self.part is not None:
            keys.append(self.field.type.parts[self.part])
        return ".".join(keys)

    def spoken(self, locale: str) -> str:
        """Return the labels of what it leads through, and of the field."""
        fields = (*(link for _, link in self.links), self.field)
        return " · ".join(each.spoken(locale) for each in fields)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One condition; its operands are the parameters <prefix>_0, <prefix>_1 …"""

    path: Path
    op: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Group:
    """all, any or not over nodes."""

    word: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Children:
    """has or has_not: children that point here over `link`, or own lines, that meet `where`."""

    definition: ObjectDef
    link: Field
    where: Node | None
    wanted: bool


Node: TypeAlias = Leaf | Group | Children


@dataclass(slots=True)
class Filter:
    """A parsed tree: `node` to compile, `shape` as cache key, `values` to bind; how many values of
    masked fields it asks for.
    """

    node: Node | None = None
    shape: Hashable = ()
    values: dict[str, Any] = field(default_factory=dict)
    guesses: int = 0


def resolve_path(
    registry: Registry, rights: Rights, definition: ObjectDef, text: Any, pointer: str
) -> Path:
    """Follow a dotted path, or raise Invalid `unknown_field`: what one may not read does not
    exist.
    """
    links: list[tuple[ObjectDef, Field]] = []
    here = definition
    parts = text.split(".") if isinstance(text, str) else [""]
    for index, key in enumerate(parts):
        found = here.fields.get(key)
        if found is None or key not in rights.readable(here):
            raise _unknown(pointer, text, definition)
        rest = parts[index + 1 :]
        if not rest:
            return Path(tuple(links), here, found)
        if len(rest) == 1 and rest[0] in found.type.parts:
            return Path(tuple(links), here, found, found.type.parts.index(rest[0]))
        target = registry.get(found.target) if found.target is not None else None
        # what lies behind a masked link would tell where it leads
        masked = rights.readable(here)[key] != "full"
        if target is None or masked or len(links) >= DEPTH:
            raise _unknown(pointer, text, definition)
        links.append((here, found))
        here = target
    raise _unknown(pointer, text, definition)


def _unknown(pointer: str, text: Any, definition: ObjectDef) -> Invalid:
    named = Option(definition.name, definition.facts.label)
    values = {"object": named, "field": str(text)[:80]}
    message = "{object} has no field {field}."
    return Invalid(errors=[FieldProblem(pointer, "unknown_field", message, values)])


class Parser:
    """Reads one tree for one reader."""

    def __init__(self, registry: Registry, rights: Rights, env: Environment) -> None:
        self.registry = registry
        self.rights = rights
        self.env = env
        self.values: dict[str, Any] = {}
        self.count = self.guesses = 0

    def parse(self, definition: ObjectDef, tree: Any, pointer: str = "/filter") -> Filter:
        """Return the parsed tree, or raise Invalid naming the place."""
        if tree is None or tree == {}:
            return Filter()
        node, shape = self._node(definition, tree, pointer, 1)
        return Filter(node, shape, self.values, self.guesses)

    def _fail(self, pointer: str, code: str, message: str, **values: Any) -> Invalid:
        return Invalid(errors=[FieldProblem(pointer, code, message, values)])

    def _node(
        self, definition: ObjectDef, tree: Any, pointer: str, depth: int
    ) -> tuple[Node, Hashable]:
        self.count += 1
        if depth > DEPTH or self.count > NODES:
            raise self._fail(
                pointer,
                "filter_too_deep",
                "A filter may be {depth} levels deep and have {nodes} conditions.",
                depth=DEPTH,
                nodes=NODES,
            )
        if not isinstance(tree, Mapping):
            raise self._fail(pointer, "bad_filter", "A filter condition is an object.")
        keys = set(tree)
        if keys in ({"all"}, {"any"}):
            return self._group(definition, tree, pointer, depth)
        if keys == {"not"}:
            node, shape = self._node(definition, tree["not"], f"{pointer}/not", depth + 1)
            return Group("not", (node,)), ("not", shape)
        if keys - {"where"} in ({"has"}, {"has_not"}):
            return self._children(definition, tree, pointer, depth)
        if keys <= {"field", "op", "value"} and {"field", "op"} <= keys:
            return self._leaf(definition, tree, pointer)
        message = "A condition has the keys field, op and value; or all, any, not, has."
        raise self._fail(pointer, "bad_filter", message)

    def _group(
        self, definition: ObjectDef, tree: Mapping[str, Any], pointer: str, depth: int
    ) -> tuple[Node, Hashable]:
        ((word, inner),) = tree.items()
        if not isinstance(inner, Sequence) or isinstance(inner, str):
            raise self._fail(
                f"{pointer}/{word}", "bad_filter", "A list of conditions is needed here."
            )
        pairs = [
            self._node(definition, each, f"{pointer}/{word}/{index}", depth + 1)
            for index, each in enumerate(inner)
        ]
        return Group(word, tuple(n for n, _ in pairs)), (word, tuple(s for _, s in pairs))

    def _children(
        self, definition: ObjectDef, tree: Mapping[str, Any], pointer: str, depth: int
    ) -> tuple[Node, Hashable]:
        word = "has" if "has" in tree else "has_not"
        named = str(tree[word])
        own = definition.inside.get(named)
        if own is not None and self.rights.readable(definition).get(named) == "full":
            return self._has(own, definition.fields[named], tree, pointer, depth)
        path, _, link_key = named.partition(".")
        direct = {child.name for child, _ in self.registry.children.get(definition.name, ())}
        listed = self.registry.listing.get(definition.name, ())
        for child, link in (*self.registry.pointing_to(definition), *listed):
            same = path in {child.facts.path, child.name} and link_key in {"", link.key}
            # unless it is named, a link to any record stands in only where there is no other
            same = same and (link_key != "" or link.target is not None or child.name not in direct)
            if same and self.rights.readable(child).get(link.key) == "full":
                return self._has(child, link, tree, pointer, depth)
        raise _unknown(f"{pointer}/{word}", named, definition)

    def _has(
        self, child: ObjectDef, link: Field, tree: Mapping[str, Any], pointer: str, depth: int
    ) -> tuple[Node, Hashable]:
        where, shape = None, None
        if tree.get("where"):
            where, shape = self._node(child, tree["where"], f"{pointer}/where", depth + 1)
        wanted = "has" in tree
        return Children(child, link, where, wanted), (wanted, child.name, link.key, shape)

    def _leaf(
        self, definition: ObjectDef, tree: Mapping[str, Any], pointer: str
    ) -> tuple[Node, Hashable]:
        path = resolve_path(
            self.registry, self.rights, definition, tree["field"], f"{pointer}/field"
        )
        op, operand = tree["op"], tree.get("value")
        if parts := self._mixed(path, op, operand):
            leaves = [{"field": tree["field"], "op": o, "value": v} for o, v in parts]
            return self._group(definition, {"any": leaves}, pointer, 1)
        masked = self._masked(path)
        path, op, operand = self._redirect(path, op, operand, pointer)
        allowed = operator_names(path)
        if masked or self._masked(path):
            allowed = [each for each in allowed if each in MASKED_OPERATORS]
            self.guesses += len(operand) if isinstance(operand, list) else op == "is"
            if self.guesses > GUESSES:
                message = "At most {limit} values are allowed."
                raise self._fail(f"{pointer}/value", "too_many", message, limit=GUESSES)
        if not isinstance(op, str) or op not in allowed:
            raise self._fail(
                f"{pointer}/op",
                "bad_operator",
                "{field} takes these operators: {operators}.",
                field=path,
                operators=tuple(OPERATORS[each] for each in allowed),
            )
        prefix = f"f{self.count}"
        if op not in {"empty", "not_empty"}:
            self._bind(path, op, operand, prefix, f"{pointer}/value")
        return Leaf(path, op, prefix), (path.key, op, prefix)

    def _mixed(self, path: Path, op: Any, operand: Any) -> list[tuple[str, Any]]:
        """Take a list for a link apart where it mixes ids, natural keys and words such as "me"."""
        if op != "in" or path.field.target is None or not isinstance(operand, list):
            return []
        if len(operand) > IN_LIMIT:
            return []  # refused as a whole
        spoken = [each for each in operand if indirect(path.field, each, self.env) is not None]
        rest = [each for each in operand if each not in spoken]
        words = [each for each in rest if self._is_key(path.field, each)]
        plain = [each for each in rest if each not in words]
        parts: list[tuple[str, Any]] = [("in", each) for each in (plain, words) if each]
        parts += [("is", each) for each in dict.fromkeys(spoken)]
        return parts if spoken or len(parts) > 1 else []

    def _is_key(self, field_: Field, each: Any) -> bool:
        return isinstance(each, str) and not is_id(each.lower()) and not own_word(field_, each)

    def _masked(self, path: Path) -> bool:
        return self.rights.readable(path.definition).get(path.field.key) == "masked"

    def _redirect(self, path: Path, op: Any, operand: Any, pointer: str) -> tuple[Path, Any, Any]:
        """Ask the target of a link that is compared with a natural key or "my_department"."""
        if path.field.target is None or path.part is not None:
            return path, op, operand
        through = indirect(path.field, operand, self.env) if op in {"is", "in"} else None
        if through is not None:
            key, op, operand = through
        else:
            natural = self.registry[path.field.target].facts.natural_key
            values = operand if isinstance(operand, list) else [operand]
            words = all(self._is_key(path.field, each) for each in values)
            if natural is None or not values or not words or op not in {"is", "is_not", "in"}:
                return path, op, operand
            key = natural
        target = self.registry[path.field.target]
        found = target.fields[key]
        return Path((*path.links, (path.definition, path.field)), target, found), op, operand

    def _bind(self, path: Path, op: str, operand: Any, prefix: str, pointer: str) -> None:
        field_ = path.field if path.part is None else _PART
        operator = field_.type.operators(field_)[op]
        if operand is None:
            raise self._fail(pointer, "missing_value", "A value is needed here.")
        try:
            parameters = operator.read(field_, operand, self.env)
        except FieldError as error:
            raise Invalid(errors=[error.at(pointer)]) from error
        for index, parameter in enumerate(parameters):
            plain = parameter
            if path.field.custom:
                plain = (
                    [to_json_scalar(each) for each in parameter]
                    if isinstance(parameter, list)
                    else to_json_scalar(parameter)
                )
            self.values[f"{prefix}_{index}"] = plain


def operator_names(path: Path) -> list[str]:
    """Return the operators that a field (or a part of one) takes."""
    field_ = path.field if path.part is None else _PART
    return [*field_.type.operators(field_), "empty", "not_empty"]


class Tables(Reader, Protocol):
    """What a statement reads from (records/sources): `reach` joins what a path leads to, `visible`
    restricts children to what one may see.
    """

    root: sa.FromClause
    all: sa.FromClause
    definition: ObjectDef

    def reach(self, path: Path) -> sa.FromClause: ...
    def visible(
        self, definition: ObjectDef, source: sa.FromClause
    ) -> list[ColumnElement[bool]]: ...
    def inside(self, definition: ObjectDef, source: sa.FromClause) -> Tables: ...
    def lines(
        self, definition: ObjectDef, key: str, source: sa.FromClause
    ) -> tuple[ObjectDef, Any, Tables]: ...


@dataclass(frozen=True, slots=True)
class Compiler:
    """Makes SQL of nodes over `tables`; with `values` their operands are part of the text."""

    tables: Tables
    values: Mapping[str, Any] | None = None

    def condition(self, node: Node) -> ColumnElement[bool]:
        """Return the condition that a node stands for."""
        if isinstance(node, Leaf):
            return self._leaf(node)
        if isinstance(node, Children):
            return self._children(node)
        parts = [self.condition(each) for each in node.nodes]
        if node.word == "not":
            return sa.not_(sa.func.coalesce(parts[0], sa.false()))
        return sa.and_(sa.true(), *parts) if node.word == "all" else sa.or_(sa.false(), *parts)

    def _leaf(self, leaf: Leaf) -> ColumnElement[bool]:
        path = leaf.path
        columns = path.field.columns(self.tables.reach(path), self.tables)
        if path.part is not None:
            columns = (columns[path.part],)
        if leaf.op in {"empty", "not_empty"}:
            return self._empty(path, columns, wanted=leaf.op == "empty")
        field_ = path.field if path.part is None else _PART
        return field_.type.operators(field_)[leaf.op].build(
            columns, Binder(leaf.prefix, self.values)
        )

    def _empty(
        self, path: Path, columns: Sequence[ColumnElement[Any]], *, wanted: bool
    ) -> ColumnElement[bool]:
        main = path.field.type.sort_column(path.field) if path.part is None else 0
        tested = columns if main is None else (columns[main],)
        empty = sa.and_(*(column.is_(None) for column in tested))
        return empty if wanted else sa.not_(empty)

    def _children(self, node: Children) -> ColumnElement[bool]:
        if node.link.line and not node.link.type.many:
            inside = self.tables.lines(self.tables.definition, node.link.key, self.tables.root)[2]
            return self._exists(inside, [], node)
        child, here = node.definition.table.alias(), self.tables
        inside = here.inside(node.definition, child)
        conditions = [
            *points_at(node.link, child, here.definition.name, here.root.c.id),
            child.c.deleted_at.is_(None),
            *node.definition.where(child),
            *here.visible(node.definition, child),
        ]
        return self._exists(inside, conditions, node)

    def _exists(
        self, inside: Tables, conditions: list[ColumnElement[bool]], node: Children
    ) -> ColumnElement[bool]:
        if node.where is not None:
            conditions.append(Compiler(inside, self.values).condition(node.where))
        one: sa.Select[Any] = sa.select(sa.literal_column("1"))
        exists = sa.exists(one.select_from(inside.all).where(*conditions))
        return exists if node.wanted else sa.not_(exists)
