"""Declaring an object: a mapped class whose columns carry a frozen `Field`, and facts about it as
class attributes.

    class Account(Record):
        __tablename__ = "account"
        object = ObjectFacts(path="accounts", label="Account", label_plural="Accounts")
        industry: Mapped[str | None] = choice("Industry", options=INDUSTRIES)

Helpers return a mapped column for the field's first part of storage; the other parts (currency,
sort key …) are added beside it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, mapped_column

from fangxin.fields.base import Field, FieldType, Option
from fangxin.fields.choice import Choice, MultiChoice, Tags
from fangxin.fields.codes import Currency
from fangxin.fields.computed import Formula
from fangxin.fields.dates import DateTimeType, DateType
from fangxin.fields.lines import Lines
from fangxin.fields.link import Identifier, Link, OwnerLink, RecordLink, UserLink
from fangxin.fields.money import MoneyType
from fangxin.fields.named import read_names
from fangxin.fields.number import Boolean, DecimalNumber, Integer, Percent
from fangxin.fields.reach import Address, Email, Phone, Url
from fangxin.fields.sealed import sealed
from fangxin.fields.settings import Settings, Shares
from fangxin.fields.text import AutoNumber, LongText, Text
from fangxin.kernel.sql import Id, Json, Timestamp, metadata
from fangxin.objects.plain import further_columns

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx

Column = MappedColumn[Any]  # mypy is told the type of a value by `Mapped[...]`


def _column(type_: FieldType, label: str, *references: Any, **options: Any) -> Column:
    made = Field(type=sealed(type_, wanted=options.get("encrypted", False)), label=label, **options)
    first = made.type.storage(made)[0][1]
    return mapped_column(first, *references, nullable=not made.required, info={"field": made})


def text(label: str, **options: Any) -> Column:
    """One line of text."""
    return _column(Text(), label, **options)


def long_text(label: str, **options: Any) -> Column:
    """Text of several lines."""
    return _column(LongText(), label, **options)


def auto_number(label: str, pattern: str, **options: Any) -> Column:
    """A number by `pattern`, for example "OP-{year}-{number:05}"."""
    fixed = {"read_only": True, "searchable": True, "unique": True}
    return _column(AutoNumber(), label, default=pattern, **fixed, **options)


def integer(label: str, **options: Any) -> Column:
    """A whole number."""
    return _column(Integer(), label, **options)


def decimal(label: str, scale: int = 2, **options: Any) -> Column:
    """An exact decimal with `scale` digits after the point."""
    return _column(DecimalNumber(), label, scale=scale, **options)


def percent(label: str, scale: int = 2, **options: Any) -> Column:
    """A percentage from 0 to 100."""
    return _column(Percent(), label, scale=scale, **options)


def money(label: str, **options: Any) -> Column:
    """An amount of money."""
    return _column(MoneyType(), label, **options)


def currency(label: str, **options: Any) -> Column:
    """A currency by its code of ISO 4217."""
    return _column(Currency(), label, **options)


def date(label: str, **options: Any) -> Column:
    """A calendar day."""
    return _column(DateType(), label, **options)


def moment(label: str, **options: Any) -> Column:
    """A date and time."""
    return _column(DateTimeType(), label, **options)


def boolean(label: str, **options: Any) -> Column:
    """True or false."""
    return _column(Boolean(), label, **options)


def choice(label: str, options: Sequence[Option], **more: Any) -> Column:
    """One of `options`."""
    return _column(Choice(), label, options=tuple(options), **more)


def multi_choice(label: str, options: Sequence[Option], **more: Any) -> Column:
    """Several of `options`."""
    return _column(MultiChoice(), label, options=tuple(options), **more)


def tags(label: str, **options: Any) -> Column:
    """Free words."""
    return _column(Tags(), label, **options)


def link(target: str, label: str, *, enforced: bool = True, **options: Any) -> Column:
    """A link to a record of `target`. With `cascade`, who sees the target sees this record.

    `enforced` asks the database for a foreign key; only links that would close a circle of tables
    go without.
    """
    references = (sa.ForeignKey(f"{target}.id"),) if enforced else ()
    return _column(Link(), label, *references, target=target, **options)


def user(label: str, **options: Any) -> Column:
    """A link to a user."""
    return _column(UserLink(), label, target="user", **options)


def record(label: str, **options: Any) -> Column:
    """A link to a record of any object."""
    return _column(RecordLink(), label, **options)


def email(label: str, **options: Any) -> Column:
    """An e-mail address."""
    return _column(Email(), label, **options)


def phone(label: str, **options: Any) -> Column:
    """A phone number."""
    return _column(Phone(), label, **options)


def url(label: str, **options: Any) -> Column:
    """A web address."""
    return _column(Url(), label, **options)


def address(label: str, **options: Any) -> Column:
    """A postal address."""
    return _column(Address(), label, **options)


def lines(label: str, line: Sequence[Field], **options: Any) -> Column:
    """A small table inside the record, with the columns `line` (fields with their keys)."""
    return _column(Lines(), label, line=tuple(line), **options)


def settings(label: str, check: Callable[[Any], Any], **options: Any) -> Column:
    """Plain data whose shape `check` knows."""
    return _column(Settings(check), label, **options)


def names(label: str = "Name by language") -> Column:
    """The record's name in each language, where it has more than one (ObjectFacts.names)."""
    return settings(label, read_names)


def formula(label: str, text: str, scale: int = 2, **options: Any) -> Field:
    """A value computed from other fields of the record (formula/expression.py has the language).

    It has no column, so it stands in the class without `Mapped[…]`; `scale` are the digits of a
    number.
    """
    return Field(type=Formula(), label=label, formula=text, scale=scale, read_only=True, **options)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What screens show, by field key; parts left empty follow the order of the fields."""

    list: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    sections: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    quick_create: tuple[str, ...] = ()
    card: tuple[str, ...] = ()
    related: tuple[tuple[str, str], ...] = ()
    board: tuple[str, str | None] | None = None
    stage_path: str | None = None
    default_sort: str = "-updated_at"


@dataclass(frozen=True, kw_only=True)
class Document:
    """What is printed of a record, by field key; `dated` is its day, today while that is empty."""

    title: str
    dated: str
    number: str = "code"
    customer: str = "account"
    person: str | None = "contact"
    facts: tuple[str, ...] = ()
    lines: str | None = None
    sums: tuple[str, ...] = ()
    texts: tuple[str, ...] = ("terms",)
    signatures: bool = False


@dataclass(frozen=True, kw_only=True)
class Navigation:
    """Where the object stands in the side bar."""

    group: str
    order: int


@dataclass(frozen=True, kw_only=True)
class Made:
    """What an action makes: under `key` in its answer, one record of `object` or a list of them."""

    key: str
    object: str
    many: bool = False


@dataclass(frozen=True, kw_only=True)
class Action:
    """A verb on a record that is more than an edit: `run` gets typed parameters and the record, and
    writes by the engine.

    `params` are fields (key included); the options of that named by `names_fields` are fields of
    the object. `right` is a grant. What it `makes`, `run` returns as ids (a list of many) by key.
    """

    key: str
    label: str
    run: Callable[..., Awaitable[Any]]
    icon: str = "bolt"
    params: tuple[Field, ...] = ()
    names_fields: str = ""
    right: str = "update"
    primary: bool = False
    dangerous: bool = False
    when: Mapping[str, Any] | None = None
    makes: tuple[Made, ...] = ()
    # (ctx, tx, definition, record) → the error that says why, where `when` is not met
    refuse: Callable[..., Awaitable[Exception]] | None = None

    @property
    def makes_one(self) -> Made | None:
        """The one record that it makes, which is its answer."""
        return self.makes[0] if len(self.makes) == 1 and not self.makes[0].many else None


@dataclass(frozen=True, kw_only=True)
class Transition:
    """A field that is a state: only `move` decides whether it may change from one value to another.

    `move` reads through the transaction and raises Invalid or Forbidden; it may fill further values
    into the change.
    """

    field: str
    move: Callable[[Ctx, Tx, Sequence[Change]], Awaitable[None]]


@dataclass(slots=True)
class Change:
    """One write of one record. `values` holds what is to be set, in value form by field key; steps
    may add to it.

    `before` is the record as it was in value form (None for a create), `record` what it will be.
    """

    object: str
    id: str
    verb: str
    values: dict[str, Any]
    before: dict[str, Any] | None = None
    version: int | None = None
    position: int = 0
    extra: dict[str, Any] = field(default_factory=dict)

    def get(self, key: str) -> Any:
        """Return the value that `key` has after this change."""
        if key in self.values:
            return self.values[key]
        return None if self.before is None else self.before.get(key)

    def changes(self, key: str) -> bool:
        """Tell whether this change gives `key` another value."""
        if key not in self.values:
            return False
        old = None if self.before is None else self.before.get(key)
        return bool(self.values[key] != old)


@dataclass(frozen=True, kw_only=True)
class ObjectFacts:
    """What is true of the whole object. `title` is the field whose text is the record's name;
    `natural_key` may stand for its id, `names` is the settings field with its name by language.

    Hooks run in the unit of work (see DESIGN 5): `prepare` fills values, `check` refuses and never
    writes, `after` writes more. `open_to_all` objects have no owner scope: whoever holds the grant
    sees every row (stages, products, users).
    """

    path: str
    label: str
    label_plural: str
    icon: str = "box"
    module: str = "base"
    title: str = "name"
    names: str | None = None
    natural_key: str | None = None
    open_to_all: bool = False
    layout: Layout = Layout()
    navigation: Navigation | None = None
    actions: tuple[Action, ...] = ()
    transition: Transition | None = None
    document: Document | None = None
    finished: Mapping[str, Any] | None = None  # filter: records that nobody works on any more
    indexes: tuple[tuple[str, ...], ...] = ()
    # other objects whose records may be the same thing as a new one of this
    duplicates_among: tuple[str, ...] = ()
    # with this field filled a record has become another one, and is nobody's duplicate itself
    duplicate_until: str | None = None
    # the Publisher (data/public_forms.py) of an object whose records are forms for strangers
    public: Any = None
    plain: tuple[str, ...] = ()  # texts that the system itself reads: nobody may encrypt them
    configuration: Any = None  # customizing/configuration.py, where its records are settings
    prepare: Callable[[Ctx, Tx, Sequence[Change]], Awaitable[None]] | None = None
    check: Callable[[Ctx, Tx, Sequence[Change]], Awaitable[None]] | None = None
    after: Callable[[Ctx, Tx, Sequence[Change]], Awaitable[None]] | None = None


class Base(DeclarativeBase):
    """The root of all mapped classes."""

    metadata = metadata


def _lay_columns(cls: type[Any]) -> None:
    """Name each field's first column by its type, and put those of its further parts beside it."""
    for key, made in list(vars(cls).items()):
        if not isinstance(made, MappedColumn) or "field" not in made.column.info:
            continue
        field_ = made.column.info["field"] = made.column.info["field"].named(key)
        made.column.name = made.column.key = field_.column_names[0]
        for name, type_ in further_columns(getattr(cls, "object", None), field_):
            setattr(cls, name, mapped_column(name, type_, nullable=True))


class Record(Base):
    """What every record has. A subclass sets `__tablename__` and `object`, and adds its fields."""

    __abstract__ = True
    object: ClassVar[ObjectFacts]

    id: Mapped[str] = mapped_column(
        Id(),
        primary_key=True,
        info={"field": Field(type=Identifier(), label="Id", system=True, read_only=True)},
    )
    name: Mapped[str] = text("Name", required=True, indexed=True, searchable=True)
    owner: Mapped[str | None] = _column(OwnerLink(), "Owner", target="user")
    department: Mapped[str | None] = link("department", "Department", enforced=False)
    tags: Mapped[list[str] | None] = tags("Tags")
    shared_with: Mapped[Any] = _column(
        Shares(), "Shared with", system=True, read_only=True, internal=True
    )
    version: Mapped[int] = _column(Integer(), "Version", system=True, read_only=True, required=True)
    created_at: Mapped[datetime] = moment(
        "Created", required=True, indexed=True, system=True, read_only=True
    )
    created_by: Mapped[str | None] = user("Created by", system=True, read_only=True)
    updated_at: Mapped[datetime] = moment(
        "Updated", required=True, indexed=True, system=True, read_only=True
    )
    updated_by: Mapped[str | None] = user("Updated by", system=True, read_only=True)
    deleted_at: Mapped[datetime | None] = mapped_column(Timestamp(), nullable=True)
    deleted_by: Mapped[str | None] = mapped_column("deleted_by_id", Id(), nullable=True)
    custom: Mapped[dict[str, Any]] = mapped_column(Json(), nullable=False)

    def __init_subclass__(cls, **keywords: Any) -> None:
        _lay_columns(cls)
        super().__init_subclass__(**keywords)


_lay_columns(Record)
