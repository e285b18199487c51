"""SQL for both databases: column types, a few own elements, and compiling a statement once into
text plus argument order.

Values in Python are the same on both: ids are text, moments are aware datetimes, days are dates,
JSON is plain data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ClauseElement, ColumnElement
from sqlalchemy.sql.functions import FunctionElement

from fangxin.kernel.clock import from_stored, stored_to_wire

DialectName: TypeAlias = Literal["postgresql", "sqlite"]
Row: TypeAlias = Sequence[Any]
Decoder: TypeAlias = Callable[[Any], Any]


# every table of the product, so that migrations can compare it with the database
metadata: Final = sa.MetaData()


class Timestamp(sa.types.TypeDecorator[Any]):
    """A moment: timestamptz, or fixed-width UTC text on SQLite."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return sa.Text() if dialect.name == "sqlite" else sa.DateTime(timezone=True)


class Day(sa.types.TypeDecorator[Any]):
    """A calendar day: date, or ISO text on SQLite."""

    impl = sa.Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return sa.Text() if dialect.name == "sqlite" else sa.Date()


class Json(sa.types.TypeDecorator[Any]):
    """Plain data: jsonb, or JSON text on SQLite."""

    impl = JSONB
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return sa.Text() if dialect.name == "sqlite" else JSONB()


class Id(sa.types.TypeDecorator[Any]):
    """An id: uuid, or canonical text on SQLite."""

    impl = sa.Uuid
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return sa.Text() if dialect.name == "sqlite" else sa.Uuid(as_uuid=False)


class SortText(sa.types.TypeDecorator[Any]):
    """Text compared byte by byte on both databases."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return sa.Text() if dialect.name == "sqlite" else sa.Text(collation="C")


class JsonPath(ColumnElement[Any]):
    """A scalar inside a JSON column by a literal path, so that an expression index of the same text
    is used.

    `steps` are object keys (letters, digits, underscore) or array positions; `type_` is how the
    scalar compares.
    """

    inherit_cache = False

    def __init__(
        self, column: ColumnElement[Any], steps: tuple[str | int, ...], type_: Any
    ) -> None:
        for step in steps:
            if isinstance(step, str) and not step.replace("_", "").isalnum():
                message = f"unsafe JSON step {step!r}"
                raise ValueError(message)
        self.column = column
        self.steps = steps
        self.type = sa.types.to_instance(type_)


@compiles(JsonPath, "postgresql")
def _json_path_postgresql(element: JsonPath, compiler: Any, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)
    path = ",".join(str(step) for step in element.steps)
    if isinstance(element.type, Json):
        return f"({column} #> '{{{path}}}')"
    text = f"({column} #>> '{{{path}}}')"
    if isinstance(element.type, sa.Boolean):
        return f"({text}::boolean)"
    if isinstance(element.type, sa.Integer):
        return f"({text}::bigint)"
    return f'({text} COLLATE "C")'


@compiles(JsonPath, "sqlite")
def _json_path_sqlite(element: JsonPath, compiler: Any, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in element.steps)
    return f"json_extract({column}, '${path}')"


def _array(name: str | sa.BindParameter[Any]) -> sa.BindParameter[Any]:
    return sa.bindparam(name, type_=sa.types.NullType()) if isinstance(name, str) else name


class InArray(ColumnElement[bool]):
    """`column IN (one array parameter)`, so that the statement's text does not depend on the number
    of values.
    """

    inherit_cache = False
    type = sa.Boolean()
    # else SQLAlchemy writes "… = 1" for SQLite, and no index serves that
    _is_implicitly_boolean = True

    def __init__(self, column: ColumnElement[Any], name: str | sa.BindParameter[Any]) -> None:
        self.column = column
        self.bind = _array(name)


_ARRAY_CAST: Final[dict[type[Any], str]] = {Id: "uuid[]", Timestamp: "timestamptz[]", Day: "date[]"}


@compiles(InArray, "postgresql")
def _in_array_postgresql(element: InArray, compiler: Any, **kw: Any) -> str:
    type_ = element.column.type
    cast = _ARRAY_CAST.get(type(type_), "bigint[]" if isinstance(type_, sa.Integer) else "text[]")
    # an array of ids travels as text and is cast, since ids are text in Python
    bind = compiler.process(element.bind, **kw)
    middle = "::text[]" if cast == "uuid[]" else ""
    return f"{compiler.process(element.column, **kw)} = ANY ({bind}{middle}::{cast})"


@compiles(InArray, "sqlite")
def _in_array_sqlite(element: InArray, compiler: Any, **kw: Any) -> str:
    bind = compiler.process(element.bind, **kw)
    return f"{compiler.process(element.column, **kw)} IN (SELECT value FROM json_each({bind}))"


class InSelect(ColumnElement[bool]):
    """`column IN (select)` for a select of few rows, written so that an index on `column` can serve
    it beside an OR.

    PostgreSQL turns IN (SELECT …) below an OR into a filter over every row, but looks up the
    members of an array.
    """

    inherit_cache = False
    type = sa.Boolean()
    _is_implicitly_boolean = True

    def __init__(self, column: ColumnElement[Any], select: sa.Select[Any]) -> None:
        self.column = column
        self.select = select


@compiles(InSelect, "postgresql")
def _in_select_postgresql(element: InSelect, compiler: Any, **kw: Any) -> str:
    inner = compiler.process(element.select, **kw)
    return f"{compiler.process(element.column, **kw)} = ANY (ARRAY({inner}))"


@compiles(InSelect, "sqlite")
def _in_select_sqlite(element: InSelect, compiler: Any, **kw: Any) -> str:
    inner = compiler.process(element.select, **kw)
    return f"{compiler.process(element.column, **kw)} IN ({inner})"


class EachLine(FunctionElement[Any]):
    """The members of a JSON array, as a table whose column `value` holds one; none where there is
    no array.
    """

    inherit_cache = False
    name = "each_line"

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__()
        self.column = column


@compiles(EachLine, "postgresql")
def _each_line_postgresql(element: EachLine, compiler: Any, **kw: Any) -> str:
    return f"jsonb_array_elements({compiler.process(element.column, **kw)})"


@compiles(EachLine, "sqlite")
def _each_line_sqlite(element: EachLine, compiler: Any, **kw: Any) -> str:
    return f"json_each({compiler.process(element.column, **kw)})"


class HasAny(ColumnElement[bool]):
    """Tell whether a JSON array of texts holds any (or all) of the texts in one array parameter."""

    inherit_cache = False
    type = sa.Boolean()
    # else SQLAlchemy writes "… = 1" for SQLite, and no index serves that
    _is_implicitly_boolean = True

    def __init__(
        self,
        column: ColumnElement[Any],
        name: str | sa.BindParameter[Any],
        *,
        every: bool = False,
    ) -> None:
        self.column = column
        self.every = every
        self.bind = _array(name)


@compiles(HasAny, "postgresql")
def _has_any_postgresql(element: HasAny, compiler: Any, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)
    wanted = f"{compiler.process(element.bind, **kw)}::text[]"
    if element.every:
        # an empty field holds all of nothing
        return f"coalesce({column} ?& {wanted}, cardinality({wanted}) = 0)"
    return f"coalesce({column} ?| {wanted}, false)"


@compiles(HasAny, "sqlite")
def _has_any_sqlite(element: HasAny, compiler: Any, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)
    bind = compiler.process(element.bind, **kw)
    held = f"SELECT value FROM json_each(coalesce({column}, '[]'))"
    if element.every:
        return f"NOT EXISTS (SELECT 1 FROM json_each({bind}) AS w WHERE w.value NOT IN ({held}))"
    return f"EXISTS (SELECT 1 FROM json_each({bind}) AS w WHERE w.value IN ({held}))"


class Fold(ColumnElement[str]):
    """Text in lower case by Unicode rules on both databases (SQLite: a function of the
    connection).
    """

    inherit_cache = False
    type = sa.Text()

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.column = column


@compiles(Fold, "postgresql")
def _fold_postgresql(element: Fold, compiler: Any, **kw: Any) -> str:
    return f'lower({compiler.process(element.column, **kw)} COLLATE "und-x-icu")'


@compiles(Fold, "sqlite")
def _fold_sqlite(element: Fold, compiler: Any, **kw: Any) -> str:
    return f"fold({compiler.process(element.column, **kw)})"


def like_pattern(text: str, *, anywhere: bool) -> str:
    r"""Escape `text` for LIKE … ESCAPE '\' in lower case, matching anywhere or at the start."""
    safe = text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{safe}%" if anywhere else f"{safe}%"


_DIALECTS: Final[dict[str, Dialect]] = {
    "postgresql": postgresql.asyncpg.dialect(),  # type: ignore[no-untyped-call]
    "sqlite": sqlite.dialect(paramstyle="qmark"),
}


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL text for one database, the order of its arguments, and how result columns are read back.

    `decoders` is empty on PostgreSQL: the driver's codecs already give the values named in this
    module's docstring.
    """

    sql: str
    names: tuple[str, ...]
    constants: Mapping[str, Any]
    decoders: tuple[tuple[int, Decoder], ...]
    columns: tuple[str, ...]

    def args(self, values: Mapping[str, Any]) -> list[Any]:
        """Put `values` into the order that the text wants; a missing one raises KeyError."""
        constants = self.constants
        if not constants:
            return [values[name] for name in self.names]
        return [values[name] if name in values else constants[name] for name in self.names]


def _decode_json(text: Any) -> Any:
    return None if text is None else msgspec.json.decode(text)


def _raw_json(text: Any) -> Any:
    return None if text is None else msgspec.Raw(text.encode())


def _decode_bool(value: Any) -> Any:
    return None if value is None else bool(value)


def _decode_moment(text: Any) -> Any:
    return None if text is None else from_stored(text)


def _wire_moment(text: Any) -> Any:
    return None if text is None else stored_to_wire(text)


def _decode_day(text: Any) -> Any:
    return None if text is None else date.fromisoformat(text)


_READ: Final[list[tuple[type[Any], Decoder, Decoder | None]]] = [
    (Timestamp, _decode_moment, _wire_moment),
    (Day, _decode_day, None),
    (Json, _decode_json, _decode_json),
    (sa.Boolean, _decode_bool, _decode_bool),
]


def _decoders(types: Sequence[Any], *, wire: bool) -> tuple[tuple[int, Decoder], ...]:
    found: list[tuple[int, Decoder]] = []
    for index, type_ in enumerate(types):
        for kind, as_value, as_wire in _READ:
            if isinstance(type_, kind):
                decoder = as_wire if wire else as_value
                if decoder is not None:
                    found.append((index, decoder))
                break
    return tuple(found)


def compile_statement(
    clause: ClauseElement, dialect: DialectName, *, wire: bool = False
) -> Statement:
    """Compile once; with `wire`, moments and days come back as JSON text where that saves work
    (SQLite).
    """
    compiled: Any = clause.compile(
        dialect=_DIALECTS[dialect], compile_kwargs={"render_postcompile": True}
    )
    constants = {
        name: bind.effective_value
        for name, bind in compiled.binds.items()
        if not bind.required and bind.effective_value is not None
    }
    columns = getattr(compiled, "_result_columns", None) or ()
    decoders = (
        _decoders([entry.type for entry in columns], wire=wire) if dialect == "sqlite" else ()
    )
    return Statement(
        sql=str(compiled),
        names=tuple(compiled.positiontup or ()),
        constants=constants,
        decoders=decoders,
        columns=tuple(entry.keyname for entry in columns),
    )
