"""Formula: a field that is computed from others of the same record, by SQL, whenever it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Final

import sqlalchemy as sa

from fangxin.fields.base import Environment, Field, FieldType, Operator, Storage
from fangxin.fields.choice import Choice, MultiChoice
from fangxin.fields.codes import CreditCode, Currency
from fangxin.fields.dates import DateTimeType, DateType
from fangxin.fields.divisions import Coded
from fangxin.fields.geo import GeoPoint
from fangxin.fields.link import Link, RecordLink
from fangxin.fields.money import SCALE, MoneyType
from fangxin.fields.number import Boolean, DecimalNumber, Integer
from fangxin.fields.reach import Email, Phone
from fangxin.fields.rich import RichText
from fangxin.fields.spans import Time
from fangxin.fields.text import AutoNumber, Text
from fangxin.formula.expression import Expression, names, parse
from fangxin.formula.sql import Compiler, Kind, Source, final
from fangxin.kernel.errors import FieldError

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


def _source(field: Field, table: sa.FromClause) -> Source | None:
    for type_, kind, part in _GIVES:
        if isinstance(field.type, type_):
            scale = SCALE if type_ is MoneyType else field.scale
            return Source(kind, field.columns(table)[part], scale if kind == "number" else 0)
    return None


def _compile(tree: Expression, fields: Mapping[str, Field], table: sa.FromClause) -> Any:
    read = {key: _source(fields[key], table) for key in names(tree) if key in fields}
    return Compiler({key: source for key, source in read.items() if source}).term(tree)


def bind_formula(field: Field, fields: Mapping[str, Field], table: sa.FromClause) -> Field:
    """Return a formula field that knows its type and its SQL, or raise FieldError `bad_formula`.

    `fields` are the others of the object; a formula reads stored ones, never another formula.
    """
    tree = parse(field.formula or "")
    term = _compile(tree, fields, table)
    scale = field.scale

    def expression(source: sa.FromClause) -> Any:
        return final(_compile(tree, fields, source), scale)

    return replace(field, type=_TYPES[term.kind], read_only=True, expression=expression)


def bind_formulas(fields: Mapping[str, Field], table: sa.FromClause) -> dict[str, Field]:
    """Return the fields with every formula bound, or raise FieldError with the formula's key in
    `values`.
    """
    bound = dict(fields)
    for key, field in fields.items():
        if isinstance(field.type, Formula):
            try:
                bound[key] = bind_formula(field, fields, table)
            except FieldError as error:
                raise FieldError(
                    error.code, error.message, **{**error.values, "formula": key}
                ) from error
    return bound
