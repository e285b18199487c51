"""A formula's tree as SQL over its record's columns, type-checked on the way.

Numbers are scaled integers whose scale is known while compiling, so that both databases give the
same digits: PostgreSQL counts in numeric, SQLite in 64 bits; what does not fit 64 bits is empty on
both. Dividing rounds half away from zero by the function `exact_divide(a, k, b)` = a·10^k / b of
either database; dividing by zero is empty, as is whatever meets empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, TypeAlias
from typing import Literal as OneOf

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.elements import Grouping

from fangxin.formula.expression import Call, Expression, Literal, Name, fault
from fangxin.kernel.exact import BIGGEST, FAR_DAYS
from fangxin.kernel.sql import Day, Timestamp

Kind: TypeAlias = OneOf["number", "text", "date", "datetime", "boolean"]
SQL: TypeAlias = ColumnElement[Any]
MOST_DIGITS: Final = 8


@dataclass(frozen=True, slots=True)
class Term:
    """A typed piece of SQL; `scale` counts for numbers."""

    kind: Kind
    sql: SQL
    scale: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """What a field gives to formulas: its kind (None: only whether it is empty), its column and the
    scale of a number.
    """

    kind: Kind | None
    column: SQL
    scale: int = 0


class _Element(ColumnElement[Any]):
    """One of the few pieces that the databases write differently."""

    inherit_cache = False

    def __init__(self, *parts: SQL, type_: Any = None) -> None:
        self.parts = parts
        self.type = sa.types.to_instance(type_ or sa.BigInteger())


class Exact(_Element):
    """A stored integer, ready for exact arithmetic."""


class DateOf(_Element):
    """A date: inside JSON it is text."""


class MomentOf(_Element):
    """A moment: inside JSON it is text."""


class Guarded(_Element):
    """A number, empty where it does not fit 64 bits."""


class Stored(_Element):
    """A number that fits, as the integer that columns hold."""


class DaysBetween(_Element):
    """Days from the first date to the second."""


class WholeDays(_Element):
    """Whole days of 24 hours from the first moment to the second, towards zero."""


class Moved(_Element):
    """A date moved by a whole number of days; empty outside the calendar."""


def _write(text: str) -> Callable[..., str]:
    def compile_(element: _Element, compiler: Any, **kw: Any) -> str:
        return text.format(*(compiler.process(part, **kw) for part in element.parts))

    return compile_


def _bound(expression: str, low: object, limit: object) -> str:
    """Write "expression, empty at or beyond its bounds" naming the expression once."""
    # GREATEST passes over an empty operand: the lower bound comes out, which is empty again
    inner = f"LEAST(GREATEST({expression}, {low}), {limit})"
    return f"NULLIF(NULLIF({inner}, {limit}), {low})"


_SECONDS: Final = "CAST(strftime('%s', substr({}, 1, 19)) AS INTEGER)"
_SHIFTED: Final = f"({{0}} + ({_bound('{1}', -FAR_DAYS, FAR_DAYS)})::int)"
_TEXTS: Final[dict[type[_Element], tuple[str, str]]] = {
    Exact: ("({0})::numeric", "{0}"),
    DateOf: ("({0})::date", "{0}"),
    MomentOf: ("({0})::timestamptz", "{0}"),
    # a function of the connection: SQLite's parser takes few levels of nesting
    Guarded: (_bound("{0}", -BIGGEST, BIGGEST), "fitting({0})"),
    Stored: ("({0})::bigint", "{0}"),
    DaysBetween: (
        "({1} - {0})::numeric",
        "CAST(julianday({1}) - julianday({0}) AS INTEGER)",
    ),
    WholeDays: (
        "trunc((floor(extract(epoch from {1})) - floor(extract(epoch from {0}))) / 86400)",
        f"(({_SECONDS.format('{1}')} - {_SECONDS.format('{0}')}) / 86400)",
    ),
    Moved: (
        _bound(_SHIFTED, "'0001-01-01'::date", "'9999-12-31'::date"),
        "moved_day({0}, {1})",
    ),
}
for _class, (_postgresql, _sqlite) in _TEXTS.items():
    compiles(_class, "postgresql")(_write(_postgresql))
    compiles(_class, "sqlite")(_write(_sqlite))


def _number(value: int) -> SQL:
    return sa.literal_column(f"({value})" if value < 0 else str(value), sa.BigInteger())


def _divide(top: SQL, shift: int, bottom: SQL) -> SQL:
    return Guarded(sa.func.exact_divide(top, _number(shift), bottom, type_=sa.BigInteger()))


def average(total: SQL, count: SQL, digits: int) -> SQL:
    """Return total / count with `digits` more digits than the total's, rounded half away from
    zero; of nothing it is empty.
    """
    return Stored(_divide(Exact(total), digits, Exact(count)))


def _at_scale(term: Term, scale: int) -> SQL:
    if term.scale == scale:
        return term.sql
    if term.scale < scale:
        return Guarded(term.sql.op("*")(_number(10 ** (scale - term.scale))))
    return _divide(term.sql, 0, _number(10 ** (term.scale - scale)))


def _rescaled(term: Term, scale: int) -> Term:
    return Term("number", _at_scale(term, scale), scale)


def _literal(node: Literal) -> Term:
    if isinstance(node.value, bool):
        return Term("boolean", sa.true() if node.value else sa.false())
    if isinstance(node.value, str):
        text = node.value.replace("'", "''")
        return Term("text", sa.literal_column(f"'{text}'", sa.Text()))
    scale = max(0, -int(node.value.as_tuple().exponent))
    return Term("number", _number(int(node.value.scaleb(scale))), scale)


def _column(source: Source) -> SQL:
    if source.kind == "number":
        return Exact(source.column)
    if source.kind == "date":
        return DateOf(source.column, type_=Day())
    return (
        MomentOf(source.column, type_=Timestamp()) if source.kind == "datetime" else source.column
    )


class Compiler:
    """Makes terms of nodes. `sources` gives for each readable key what the field holds."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self.sources = sources

    def term(self, node: Expression) -> Term:
        """Compile a node, or raise FieldError `bad_formula` where types do not fit."""
        if isinstance(node, Literal):
            return _literal(node)
        if isinstance(node, Name):
            source = self._source(node)
            if source.kind is None:
                message = "{field} can only be asked whether it is empty."
                raise fault(message, node.position, field=node.key)
            return Term(source.kind, _column(source), source.scale)
        if node.function == "empty":
            return self._empty(node)
        handler = _FUNCTIONS.get(node.function)
        if handler is None:
            raise fault("There is no function {name}.", node.position, name=node.function)
        least, most, run = handler
        if not least <= len(node.arguments) <= most:
            message = "{name} takes another number of arguments."
            raise fault(message, node.position, name=node.function)
        return run(node, [self.term(each) for each in node.arguments])

    def _source(self, node: Name) -> Source:
        source = self.sources.get(node.key)
        if source is None:
            message = "There is no field {field} that a formula may read."
            raise fault(message, node.position, field=node.key)
        return source

    def _empty(self, node: Call) -> Term:
        if len(node.arguments) != 1:
            message = "{name} takes another number of arguments."
            raise fault(message, node.position, name=node.function)
        inner = node.arguments[0]
        column = self._source(inner).column if isinstance(inner, Name) else self.term(inner).sql
        return Term("boolean", Grouping(column.is_(None)))


def _expect(node: Call, terms: list[Term], *kinds: Kind) -> None:
    for term in terms:
        if term.kind not in kinds:
            message = "{name} does not work with a {kind}; it needs {wanted}."
            wanted = " / ".join(kinds)
            raise fault(message, node.position, name=node.function, kind=term.kind, wanted=wanted)


def _same(node: Call, left: Term, right: Term) -> tuple[Term, Term]:
    if left.kind != right.kind:
        message = "{name} does not work between a {left} and a {right}."
        raise fault(message, node.position, name=node.function, left=left.kind, right=right.kind)
    if left.kind == "number":
        scale = max(left.scale, right.scale)
        return _rescaled(left, scale), _rescaled(right, scale)
    return left, right


def _add(node: Call, terms: list[Term]) -> Term:
    left, right = terms
    if left.kind == "date":
        return _move_date(node, left, right)
    if left.kind == "text" and node.function == "+":
        return _concat(node, terms)
    _expect(node, terms, "number")
    left, right = _same(node, left, right)
    return Term("number", Guarded(left.sql.op(node.function)(right.sql)), left.scale)


def _move_date(node: Call, left: Term, right: Term) -> Term:
    if right.kind == "date" and node.function == "-":
        return Term("number", DaysBetween(right.sql, left.sql))
    _expect(node, [right], "number")
    days = _at_scale(right, 0)
    shift = days if node.function == "+" else Guarded(_number(0).op("-")(days))
    return Term("date", Moved(left.sql, shift, type_=Day()))


def _multiply(node: Call, terms: list[Term]) -> Term:
    _expect(node, terms, "number")
    left, right = terms
    product = Guarded(left.sql.op("*")(right.sql))
    term = Term("number", product, left.scale + right.scale)
    return term if term.scale <= MOST_DIGITS else _rescaled(term, MOST_DIGITS)


def _quotient(node: Call, terms: list[Term]) -> Term:
    _expect(node, terms, "number")
    top, bottom = terms
    shift = MOST_DIGITS + bottom.scale - top.scale
    return Term("number", _divide(top.sql, shift, bottom.sql), MOST_DIGITS)


def _negative(node: Call, terms: list[Term]) -> Term:
    _expect(node, terms, "number")
    return Term("number", Guarded(_number(0).op("-")(terms[0].sql)), terms[0].scale)


def _absolute(node: Call, terms: list[Term]) -> Term:
    _expect(node, terms, "number")
    return Term("number", sa.func.abs(terms[0].sql), terms[0].scale)


def _round(node: Call, terms: list[Term]) -> Term:
    _expect(node, terms, "number")
    digits = node.arguments[1] if len(terms) > 1 else Literal(Decimal(0))
    if not isinstance(digits, Literal) or not isinstance(digits.value, Decimal):
        raise fault("The digits of round are a plain number.", node.position)
    if digits.value not in range(MOST_DIGITS + 1):
        message = "round takes from 0 to {limit} digits."
        raise fault(message, node.position, limit=MOST_DIGITS)
    wanted = int(digits.value)
    return terms[0] if terms[0].scale <= wanted else _rescaled(terms[0], wanted)


def _compare(node: Call, terms: list[Term]) -> Term:
    left, right = _same(node, *terms)
    if node.function not in {"=", "!="}:
        _expect(node, terms, "number", "date", "datetime")
    return Term("boolean", Grouping(left.sql.bool_op(node.function)(right.sql)))


def _logic(node: Call, terms: list[Term]) -> Term:
    _expect(node, terms, "boolean")
    parts = [term.sql for term in terms]
    if node.function == "not":
        return Term("boolean", Grouping(sa.not_(parts[0])))
    joined = sa.and_(*parts) if node.function == "and" else sa.or_(*parts)
    return Term("boolean", Grouping(joined))


def _if(node: Call, terms: list[Term]) -> Term:
    _expect(node, terms[:1], "boolean")
    asked, yes, *otherwise = terms
    if not otherwise:
        return replace(yes, sql=sa.case((asked.sql, yes.sql)))
    yes, no = _same(node, yes, *otherwise)
    case = sa.case((asked.sql, yes.sql), else_=no.sql)
    return Term(yes.kind, case, yes.scale)


def _concat(node: Call, terms: list[Term]) -> Term:
    _expect(node, terms, "text")
    text: SQL = sa.func.coalesce(terms[0].sql, sa.literal_column("''"))
    for term in terms[1:]:
        text = text.op("||")(sa.func.coalesce(term.sql, sa.literal_column("''")))
    return Term("text", sa.func.nullif(text, sa.literal_column("''"), type_=sa.Text()))


def _days(node: Call, terms: list[Term]) -> Term:
    first, second = _same(node, *terms)
    _expect(node, terms, "date", "datetime")
    between = DaysBetween if first.kind == "date" else WholeDays
    return Term("number", between(first.sql, second.sql))


def _length(node: Call, terms: list[Term]) -> Term:
    _expect(node, terms, "text")
    return Term("number", Exact(sa.func.length(terms[0].sql)))


_Handler: TypeAlias = Callable[[Call, list[Term]], Term]
_MANY: Final = 20
_FUNCTIONS: Final[dict[str, tuple[int, int, _Handler]]] = {
    **dict.fromkeys(("+", "-"), (2, 2, _add)),
    "*": (2, 2, _multiply),
    "/": (2, 2, _quotient),
    "negative": (1, 1, _negative),
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), (2, 2, _compare)),
    **dict.fromkeys(("and", "or"), (2, _MANY, _logic)),
    "not": (1, 1, _logic),
    "if": (2, 3, _if),
    "round": (1, 2, _round),
    "abs": (1, 1, _absolute),
    "concat": (1, _MANY, _concat),
    "length": (1, 1, _length),
    "days": (2, 2, _days),
}


def final(term: Term, scale: int) -> SQL:
    """Return the SQL of a whole formula in the form of a column: numbers as integers of 10**-scale
    units.
    """
    if term.kind == "number":
        return Stored(_at_scale(term, scale))
    # skip field-type: kinds of results, of which some bear the name of a type
    types: dict[Kind, Any] = {
        "text": sa.Text(),
        "date": Day(),
        "datetime": Timestamp(),
        "boolean": sa.Boolean(),
    }
    return sa.type_coerce(term.sql, types[term.kind])
