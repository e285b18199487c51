"""Fields that are computed by SQL whenever they are read: a formula over the record's own fields
and those its links lead to, a roll-up over the records that point to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from functools import cache
from typing import Any, ClassVar, Final, cast

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from fangxin.fields.base import Environment, Field, FieldType, Operator, Storage
from fangxin.fields.beyond import Over, Reader
from fangxin.fields.choice import Choice, MultiChoice
from fangxin.fields.codes import CreditCode, Currency
from fangxin.fields.dates import DateTimeType, DateType
from fangxin.fields.divisions import Coded
from fangxin.fields.geo import GeoPoint
from fangxin.fields.lines import Lines, columns_of
from fangxin.fields.link import Link, RecordLink
from fangxin.fields.many import target_of
from fangxin.fields.money import SCALE, MoneyType
from fangxin.fields.number import Boolean, DecimalNumber, Integer
from fangxin.fields.reach import Email, Phone
from fangxin.fields.rich import RichText
from fangxin.fields.spans import Time
from fangxin.fields.text import AutoNumber, Text
from fangxin.formula.expression import Expression, names, parse
from fangxin.formula.sql import Compiler, Kind, Source, average, final
from fangxin.kernel.errors import FieldError

_HOPS: Final = 3
# digits that an average has more than what it is of
_FINER: Final = 2
# first match counts; the number says which of the field's columns is read
_GIVES: Final[tuple[tuple[type[FieldType], Kind | None, int], ...]] = (
    (MoneyType, "number", 2),
    (DecimalNumber, "number", 0),
    (Integer, "number", 0),
    (DateType, "date", 0),
    (DateTimeType, "datetime", 0),
    (Boolean, "boolean", 0),
    (Text, "text", 0),
    (AutoNumber, "text", 0),
    (Email, "text", 0),
    (Phone, "text", 0),
    (Choice, "text", 0),
    (Coded, "text", 0),
    (CreditCode, "text", 0),
    (Currency, "text", 0),
    (Time, "text", 0),
    (RichText, "text", 1),
    (GeoPoint, None, 0),
    (MultiChoice, None, 0),
    (Link, None, 0),
    (RecordLink, None, 1),
    (Lines, None, 0),
)


class Formula(FieldType):
    """A value of another type, never stored. Money counts by its amount in the base currency.

    As declared it has no type yet; `bind_formulas` reads `Field.formula` and gives the field one of
    the types below.
    """

    name = "formula"
    result: ClassVar[FieldType] = Text()

    @property
    def result_name(self) -> str:
        """Name the type whose form the values have."""
        return self.result.name

    def bind(self, field: Field, around: Surroundings) -> Field:
        """Return the field with its type and SQL, or raise FieldError."""
        return bind_formula(field, around)

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return ()

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        raise FieldError("read_only", "A formula is computed and cannot be written.")

    def load(self, field: Field, storage: Storage) -> Any:
        return self.result.load(field, storage)

    def write(self, field: Field, storage: Storage) -> Any:
        return self.result.write(field, storage)

    def operators(self, field: Field) -> Mapping[str, Operator]:
        return self.result.operators(field)

    def write_text(self, field: Field, wire: Any) -> str:
        return self.result.write_text(field, wire)

    def mask(self, wire: Any) -> Any:
        return self.result.mask(wire)


class NumberFormula(Formula):
    """A formula that gives a decimal with the field's scale."""

    result = DecimalNumber()
    aggregates = DecimalNumber.aggregates
    groups = True


class TextFormula(Formula):
    """A formula that gives a text."""

    groups = True


class DateFormula(Formula):
    """A formula that gives a day."""

    result = DateType()
    aggregates = DateType.aggregates
    groups = True


class DateTimeFormula(Formula):
    """A formula that gives a moment."""

    result = DateTimeType()
    aggregates = DateTimeType.aggregates
    groups = True


class BooleanFormula(Formula):
    """A formula that gives true or false."""

    result = Boolean()
    groups = True


_TYPES: Final[dict[Kind, Formula]] = {
    "number": NumberFormula(),
    "text": TextFormula(),
    "date": DateFormula(),
    "datetime": DateTimeFormula(),
    "boolean": BooleanFormula(),
}


@dataclass(frozen=True)
class Surroundings:
    """What formulas of the object `name` may read: its own fields, and those of other objects."""

    name: str
    fields: Mapping[str, Field]
    table: sa.FromClause
    others: Mapping[str, Mapping[str, Field]] = dataclass_field(default_factory=dict)

    def find(self, path: str) -> tuple[list[tuple[str, Field]], str, Field] | None:
        """Follow a path to (links, each with its object; the object; the field) it leads to."""
        name, fields, links = self.name, self.fields, []
        *heads, last = path.split(".")
        for head in heads[:_HOPS]:
            link = fields.get(head)
            if link is None or link.target is None:
                return None
            links.append((name, link))
            name, fields = link.target, self.others.get(link.target, {})
        field = fields.get(last)
        return None if field is None or field.internal or heads[_HOPS:] else (links, name, field)

    def reads(self, path: str) -> list[tuple[str, str]]:
        """Return what a path reads, as (object, key)."""
        found = self.find(path)
        if found is None:
            return []
        links, name, field = found
        return [*((own, link.key) for own, link in links), (name, field.key), *field.reads]


def gives(field: Field) -> tuple[Kind | None, int, int] | None:
    """Return what a field gives to formulas: kind, column and scale; None where nothing."""
    computed = isinstance(field.type, Formula)
    if computed and field.expression is None:
        return None
    if field.encrypted:
        message = "The field {field} is encrypted: formulas cannot read it."
        raise FieldError("encrypted", message, field=field.key)
    own = field.type.result if isinstance(field.type, Formula) else field.type
    for type_, kind, part in _GIVES:
        if isinstance(own, type_):
            scale = SCALE if type_ is MoneyType else field.scale
            return kind, 0 if computed else part, scale if kind == "number" else 0
    return None


def _reached(
    links: Sequence[Field], field: Field, part: int, table: sa.FromClause, reader: Reader | None
) -> ColumnElement[Any]:
    """Return the column at the end of some links; what may not be seen there is empty."""
    if not links:
        return field.columns(table, reader)[part]
    if reader is None:
        # types are checked without one
        return sa.null()
    there, conditions = reader.linked(links[0], table)
    inner = _reached(links[1:], field, part, there, reader)
    # skip one-door: the conditions are the door's own
    return sa.select(inner).where(*conditions).scalar_subquery()


def _compile(
    tree: Expression, around: Surroundings, table: sa.FromClause, reader: Reader | None
) -> Any:
    sources = {}
    for path in names(tree):
        found = around.find(path)
        given = found and gives(found[2])
        if found and given:
            kind, part, scale = given
            column = _reached([link for _, link in found[0]], found[2], part, table, reader)
            sources[path] = Source(kind, column, scale)
    return Compiler(sources).term(tree)


def bind_formula(field: Field, around: Surroundings) -> Field:
    """Return a formula field that knows its type and its SQL, or raise FieldError `bad_formula`.

    It reads stored fields and formulas that are bound, its own object's and over links others'.
    """
    tree = parse(field.formula or "")
    term = _compile(tree, around, around.table, None)
    scale = field.scale

    def expression(source: sa.FromClause, reader: Reader | None) -> Any:
        return final(_compile(tree, around, source, reader), scale)

    reads = tuple(
        dict.fromkeys(pair for path in sorted(names(tree)) for pair in around.reads(path))
    )
    type_ = _TYPES[term.kind]
    return replace(field, read_only=True, type=type_, expression=expression, reads=reads)


def bind_formulas(around: Surroundings, *, dropping: bool = False) -> dict[str, Field]:
    """Return the fields with every computed one bound, those first that others read.

    Raises FieldError with the formula's key in `values`: `bad_formula`, or `circle` where formulas
    read each other; `dropping`, what cannot be bound is left out instead.
    """
    bound = dict(around.fields)
    here = replace(around, fields=bound)

    def settle(key: str, above: tuple[str, ...]) -> None:
        field = bound.get(key)
        if field is None or not isinstance(field.type, Formula) or field.expression is not None:
            return
        if key in above:
            circle = " → ".join((*above[above.index(key) :], key))
            message = "Formulas may not read each other in a circle: {circle}."
            raise FieldError("circle", message, circle=circle)
        for each in names(parse(field.formula or "0")):
            settle(each, (*above, key))
        bound[key] = field.type.bind(field, here)

    for key in around.fields:
        try:
            settle(key, ())
        except FieldError as error:
            if not dropping:
                values = {**error.values, "formula": key}
                raise FieldError(error.code, error.message, **values) from error
            del bound[key]
    return bound


def unbound(field: Field) -> Field:
    """Return a computed field as it was declared, to be bound anew among others."""
    if field.expression is None or not isinstance(field.type, Formula):
        return field
    bare = RollUp() if field.over is not None else Formula()
    return replace(field, type=bare, expression=None, reads=())


class RollUp(Formula):
    """A count, sum, average, least or greatest over the records that point here: an aggregate in
    SQL that is made whenever the field is read, over what its reader may see. So it is right after
    any write, and costs one look into the link's index a record.
    """

    name = "roll_up"

    def bind(self, field: Field, around: Surroundings) -> Field:
        """Return the field with its type and SQL, or raise FieldError `bad_roll_up`."""
        over, parent = field.over, around.name
        if over is None:
            raise FieldError("bad_roll_up", "A roll-up needs over, such as opportunity.account.")
        inside = Surroundings(
            over.object, around.others.get(over.object, {}), around.table, around.others
        )
        link = inside.fields.get(over.link)
        # lines of the record itself are added up as records that point here are
        own = columns_of(link) if link is not None and over.object == parent else {}
        child = own or inside.fields
        of = child.get(over.of or "")
        if link is None or not (own or target_of(link) == parent or link.type.references):
            message = "{over} is no link to this object."
            raise FieldError("bad_roll_up", message, over=f"{over.object}.{over.link}")
        if over.function != "count" and (of is None or over.function not in of.type.aggregates):
            message = "{field} has no {op}."
            raise FieldError("bad_roll_up", message, field=over.of or "—", op=over.function)
        asked = filtered(over.filter)
        for path in asked:
            if path.partition(".")[0] not in child:
                message = "There is no field {field} that a formula may read."
                raise FieldError("bad_roll_up", message, field=path)
        result, scale = _rolls_to(over.function, of)

        def expression(source: sa.FromClause, reader: Reader | None) -> ColumnElement[Any]:
            column = sa.null() if reader is None else _aggregate(over, of, parent, source, reader)
            return sa.type_coerce(column, result.storage(field)[0][1])

        # a column is read with its lines, what it links to is not
        lines, start = replace(inside, fields=child), 1 if own else 0
        further = [pair for path in (over.of, *asked) if path for pair in lines.reads(path)[start:]]
        reads = tuple(dict.fromkeys([*inside.reads(over.link), *further]))
        made = replace(field, read_only=True, type=_rolled(cast(Any, type(result))), scale=scale)
        return replace(made, expression=expression, reads=reads)


def filtered(tree: Any) -> list[str]:
    """Return the paths that a filter tree asks for."""
    if isinstance(tree, list):
        return [path for each in tree for path in filtered(each)]
    if not isinstance(tree, Mapping):
        return []
    own = [tree["field"]] if isinstance(tree.get("field"), str) else []
    return own + [path for word in ("all", "any", "not") for path in filtered(tree.get(word))]


def _rolls_to(function: str, of: Field | None) -> tuple[FieldType, int]:
    """Return the type and the digits of a roll-up's result; money counts in the base currency."""
    if function == "count" or of is None:
        return Integer(), 0
    own = of.type.result if isinstance(of.type, Formula) else of.type
    if isinstance(own, MoneyType):
        return DecimalNumber(), SCALE
    if function == "avg":
        return DecimalNumber(), of.scale + _FINER
    return own, of.scale


@cache
def _rolled(result: Callable[[], FieldType]) -> RollUp:
    """Return the roll-up type whose values are those of a type."""
    own = result()
    members = {"result": own, "aggregates": own.aggregates, "groups": own.groups}
    made: type[RollUp] = type(f"{own.name}_roll_up", (RollUp,), members)
    return made()


def _aggregate(
    over: Over, of: Field | None, parent: str, source: sa.FromClause, reader: Reader
) -> ColumnElement[Any]:
    table, joined, conditions = reader.below(over, parent, source)
    figure: ColumnElement[Any] = sa.func.count()
    if of is not None and over.function != "count":
        column = of.columns(table, reader)[of.type.sort_column(of) or 0]
        zero = sa.literal_column("0", sa.BigInteger())
        total = sa.cast(sa.func.coalesce(sa.func.sum(column), zero), sa.BigInteger())
        digits = 0 if isinstance(of.type, MoneyType) else _FINER
        figures: dict[str, ColumnElement[Any]] = {
            "sum": total,
            "avg": average(total, sa.func.count(column), digits),
            "min": sa.func.min(column),
            "max": sa.func.max(column),
        }
        figure = figures[over.function]
    # skip one-door: the conditions are the door's own
    return sa.select(figure).select_from(joined).where(*conditions).scalar_subquery()
