"""What a field is (`Field`) and what a field type must know (`FieldType`).

A value has four forms: *wire* (JSON of the API, DESIGN appendix A), *value* (Python, as hooks see
it), *storage* (a tuple of scalars, one for each column) and *text* (import and export). A type
converts between them and does no I/O.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar, Final, TypeAlias

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from fangxin.fields.beyond import Over, Reader
from fangxin.kernel.clock import from_stored, to_stored
from fangxin.kernel.errors import FieldError
from fangxin.kernel.i18n import translate
from fangxin.kernel.sealed_text import Cipher, columns_in, unpacked
from fangxin.kernel.sql import Day, InArray, JsonPath, SortText, Timestamp

Storage: TypeAlias = tuple[Any, ...]
IN_LIMIT: Final = 1000


@dataclass(frozen=True, slots=True)
class Environment:
    """What reading a value may depend on: who reads, where, when, in which money. `rates` maps a
    currency to units of base.
    """

    locale: str
    timezone: str
    now: datetime
    base_currency: str
    rates: Mapping[str, int] = field(default_factory=dict)
    me: str | None = None
    my_department: str | None = None
    my_departments: Sequence[str] = ()
    # of money that names none (a file in one currency); None: the base currency
    currency: str | None = None
    region: str | None = None  # of phone numbers that do not say it; None: that of the time zone
    doubts: list[FieldError] | None = None  # of a file: what was read all the same is noted here


@dataclass(frozen=True, slots=True)
class Option:
    """A choice: an immutable key, a label (English msgid, or per language), a colour of the
    palette.
    """

    key: str
    label: str
    color: str = "gray"
    labels: Mapping[str, str] = field(default_factory=dict)

    def spoken(self, locale: str) -> str:
        """Return its label in a language."""
        return self.labels.get(locale) or translate(locale, self.label)


@dataclass(frozen=True, kw_only=True, eq=False)
class Field:
    """A field of an object, shipped or custom. Frozen; the same object serves storage, query, API,
    import and screens.

    `key` names it everywhere; `custom_id` is set for custom fields, whose storage is a key of the
    JSON column `custom`.
    """

    type: FieldType
    label: str
    key: str = ""
    help: str = ""
    required: bool = False
    unique: bool = False
    # a number whose sum says something
    summed: bool = True
    indexed: bool = False
    searchable: bool = False
    # kept as ciphertext by `seal` (kernel/sealed_text.Seal), which the installation's ring gives
    encrypted: bool = False
    seal: Any = None
    read_only: bool = False
    system: bool = False
    # for the server alone: nobody reads it, whatever his role grants
    internal: bool = False
    default: Any = None
    options: tuple[Option, ...] = ()
    target: str | None = None
    max_length: int | None = None
    min: Any = None
    max: Any = None
    scale: int = 0
    formula: str | None = None
    # the columns of a field that holds lines
    line: tuple[Field, ...] = ()
    duplicate_key: bool = False
    # the key under which other objects have the same thing (a lead's company is an account's name)
    duplicate_like: str | None = None
    cascade: bool = False
    # a link: records that meet this filter ({}: any) keep their target from being deleted
    holds: Mapping[str, Any] | None = None
    # a link: its target's timeline tells of the record, and of moves of these fields; None: not
    told: tuple[str, ...] | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    custom_id: str | None = None
    # its SQL for readers where that is not what is stored (see fields/named.py)
    seen_as: Callable[[sa.FromClause], tuple[ColumnElement[Any], ...]] | None = None
    # a roll-up: over which records
    over: Over | None = None
    # a computed field's SQL over its record's table; it stores nothing
    expression: Callable[[sa.FromClause, Reader | None], ColumnElement[Any]] | None = None
    # the stored fields that it reads, as (object, key): it is seen no better than they
    reads: tuple[tuple[str, str], ...] = ()

    def named(self, key: str) -> Field:
        """Return this field under `key`."""
        return replace(self, key=key)

    def spoken(self, locale: str) -> str:
        """Return its label in a language."""
        return self.labels.get(locale) or translate(locale, self.label)

    @property
    def custom(self) -> bool:
        """Whether an administrator made it."""
        return self.custom_id is not None

    @property
    def computed(self) -> bool:
        """Whether it is computed from other fields whenever it is read."""
        return self.formula is not None or self.over is not None

    @cached_property
    def aggregates(self) -> tuple[str, ...]:
        """What its values may be reckoned to over many records."""
        senseless = () if self.summed else ("sum", "avg")
        return tuple(each for each in self.type.aggregates if each not in senseless)

    @cached_property
    def column_names(self) -> tuple[str, ...]:
        """Names of its columns in the table (empty for a custom or computed field)."""
        if self.custom:
            return ()
        base = self.type.column_base(self)
        return tuple(base + suffix for suffix, _ in self.type.storage(self))

    def columns(
        self, table: sa.FromClause, reader: Reader | None = None
    ) -> tuple[ColumnElement[Any], ...]:
        """Return its SQL expressions over `table` (or an alias of it), one for each part of its
        storage. What looks beyond the record needs a reader.
        """
        if self.expression is not None:
            return (self.expression(table, reader),)
        if self.seen_as is not None:
            return self.seen_as(table)
        parts = self.type.storage(self)
        if self.custom_id is None:
            return tuple(table.c[name] for name in self.column_names)
        if self.encrypted:
            return columns_in(table.c.custom, self.custom_id)
        return tuple(
            JsonPath(
                table.c.custom,
                (self.custom_id, index) if len(parts) > 1 else (self.custom_id,),
                json_type(type_),
            )
            for index, (_, type_) in enumerate(parts)
        )

    def pack(self, storage: Storage) -> Any:
        """Put storage into its JSON form: a scalar, or a list where there are several columns
        (custom column, log).
        """
        scalars = [to_json_scalar(each) for each in storage]
        if all(each is None for each in scalars):
            return None
        alone = len(scalars) == 1 or (self.encrypted and scalars[1:] == [None])
        return scalars[0] if alone else scalars

    def unpack(self, packed: Any, record: str = "") -> Storage:
        """Read what `pack` wrote; what is encrypted opens for its own record alone."""
        if self.encrypted:
            return unpacked(packed, record)
        types = [type_ for _, type_ in self.type.storage(self)]
        if packed is None:
            return (None,) * len(types)
        scalars = packed if len(types) != 1 else [packed]
        return tuple(
            from_json_scalar(scalar, type_) for scalar, type_ in zip(scalars, types, strict=True)
        )


def json_type(type_: Any) -> Any:
    """Return how a column of `type_` compares once it lies inside JSON: moments and days are text
    there.
    """
    return sa.Text() if isinstance(type_, (Timestamp, Day, SortText)) else type_


def to_json_scalar(value: Any) -> Any:
    """Write one storage scalar as JSON."""
    if isinstance(value, datetime):
        return to_stored(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if type(value) is Cipher else value


def from_json_scalar(scalar: Any, type_: Any) -> Any:
    """Read one storage scalar from JSON."""
    if scalar is None:
        return None
    if isinstance(type_, Timestamp):
        return from_stored(scalar)
    if isinstance(type_, Day):
        return date.fromisoformat(scalar)
    return scalar


@dataclass(frozen=True, slots=True)
class Binder:
    """Names the parameters of one condition, so that its SQL is the same whatever their values;
    unless it has `values`, which then are part of the statement.
    """

    prefix: str
    values: Mapping[str, Any] | None = None

    def _bind(self, index: int, type_: Any) -> sa.BindParameter[Any]:
        name = f"{self.prefix}_{index}"
        if self.values is None:
            return sa.bindparam(name, type_=type_)
        return sa.bindparam(name, self.values[name], type_=type_, unique=True)

    def value(self, index: int, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return parameter `index` as a value that is compared with `column`."""
        return self._bind(index, column.type)

    def text(self, index: int) -> ColumnElement[str]:
        """Return parameter `index` as plain text, whatever the collation of the column."""
        return self._bind(index, sa.Text())

    def array(self, index: int) -> sa.BindParameter[Any]:
        """Return parameter `index`, which is an array."""
        return self._bind(index, sa.types.NullType())


@dataclass(frozen=True, slots=True)
class Operator:
    """One filter operator: how the operand is read, and the SQL it makes over columns and bound
    operands.

    `read` returns the parameters (their number depends on the operator alone); `build` gets the
    columns and one bind a parameter.
    """

    read: Callable[[Field, Any, Environment], Sequence[Any]]
    build: Callable[[Sequence[ColumnElement[Any]], Binder], ColumnElement[bool]]


class FieldType(ABC):
    """Behaviour of one type. At most twelve members; a type needing more wants to be two."""

    name: ClassVar[str]
    aggregates: ClassVar[tuple[str, ...]] = ()
    groups: ClassVar[bool] = False
    # its JSON names a record of any object, whose own name is looked up after the query
    references: ClassVar[bool] = False
    many: ClassVar[bool] = False  # several records, whose links stand in its lines
    media: ClassVar[str | None] = None  # a link to files: what their media type begins with
    has_country: ClassVar[bool] = False  # its texts may be those of one country, or of another
    # filled by the engine from a running number
    numbered: ClassVar[bool] = False
    # shown in lists unless asked otherwise
    listed: ClassVar[bool] = True
    # dotted parts, each a column of its own (address.city)
    parts: ClassVar[tuple[str, ...]] = ()
    # how two values (or parts) tell that two records are one thing: name, code, day, number, tree
    # (see merging/likeness.py); empty: they tell nothing
    likeness: ClassVar[str] = ""
    # the log tells its changes to whoever sees the record, though none reads it as a field
    always_told: ClassVar[bool] = False

    @abstractmethod
    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        """Return (column suffix, SQL type) for each part of its storage; empty: nothing is
        stored.
        """

    def column_base(self, field: Field) -> str:
        """Return the name its columns start with."""
        return field.key

    @abstractmethod
    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        """Turn JSON into a normalised value, or raise FieldError. Never called with null."""

    def store(self, field: Field, value: Any) -> Storage:
        """Turn a value (never None) into storage."""
        return (value,)

    def load(self, field: Field, storage: Storage) -> Any:
        """Turn storage into the value, None when empty."""
        return storage[0]

    def write(self, field: Field, storage: Storage) -> Any:
        """Turn storage straight into JSON (the hot path of reading)."""
        return storage[0]

    def operators(self, field: Field) -> Mapping[str, Operator]:
        """Return its filter operators by name."""
        return {}

    def sort_column(self, field: Field) -> int | None:
        """Return which of its columns it sorts by, or None when it does not sort."""
        return 0

    def read_text(self, field: Field, text: str, env: Environment) -> Any:
        """Turn a cell of an import into a value, or raise FieldError."""
        return self.read(field, text, env)

    def write_text(self, field: Field, wire: Any) -> str:
        """Turn JSON into a cell of an export."""
        return "" if wire is None else str(wire)

    def mask(self, wire: Any) -> Any:
        """Return what one sees who may only see that something is there."""
        return None if wire is None else "•••"

    def keys(self, field: Field, value: Any) -> Iterable[str]:
        """Return the normalised texts by which duplicates are found (equal text, likely the same
        thing).
        """
        return ()


def scalar(read: Callable[[Field, Any, Environment], Any]) -> Callable[..., Sequence[Any]]:
    """Make an operand reader that gives one parameter."""

    def reader(field: Field, operand: Any, env: Environment) -> Sequence[Any]:
        return (read(field, operand, env),)

    return reader


def array(read: Callable[[Field, Any, Environment], Any]) -> Callable[..., Sequence[Any]]:
    """Make an operand reader that gives one array parameter of at most IN_LIMIT values."""

    def reader(field: Field, operand: Any, env: Environment) -> Sequence[Any]:
        if not isinstance(operand, list):
            raise FieldError("not_a_list", "A list of values is needed here.")
        if len(operand) > IN_LIMIT:
            raise FieldError("too_many", "At most {limit} values are allowed.", limit=IN_LIMIT)
        return ([read(field, each, env) for each in operand],)

    return reader


def pair(read: Callable[[Field, Any, Environment], Any]) -> Callable[..., Sequence[Any]]:
    """Make an operand reader for `between`: a list of two, lower and upper bound, both included."""

    def reader(field: Field, operand: Any, env: Environment) -> Sequence[Any]:
        if not isinstance(operand, list) or len(operand) != 2:  # noqa: PLR2004
            raise FieldError("not_a_pair", "A list of two values is needed here.")
        return tuple(read(field, each, env) for each in operand)

    return reader


def equality(read: Callable[[Field, Any, Environment], Any]) -> dict[str, Operator]:
    """Return is, is_not (which includes the empty) and in, on the first column."""
    one = scalar(read)
    return {
        "is": Operator(one, lambda c, bind: c[0] == bind.value(0, c[0])),
        "is_not": Operator(one, lambda c, bind: c[0].is_distinct_from(bind.value(0, c[0]))),
        "in": Operator(array(read), lambda c, bind: InArray(c[0], bind.array(0))),
    }


def comparisons(read: Callable[[Field, Any, Environment], Any]) -> dict[str, Operator]:
    """Return <, <=, >, >= and between on the first column."""
    one = scalar(read)
    return {
        "<": Operator(one, lambda c, bind: c[0] < bind.value(0, c[0])),
        "<=": Operator(one, lambda c, bind: c[0] <= bind.value(0, c[0])),
        ">": Operator(one, lambda c, bind: c[0] > bind.value(0, c[0])),
        ">=": Operator(one, lambda c, bind: c[0] >= bind.value(0, c[0])),
        "between": Operator(
            pair(read),
            lambda c, bind: sa.and_(c[0] >= bind.value(0, c[0]), c[0] <= bind.value(1, c[0])),
        ),
    }
