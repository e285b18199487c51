"""Custom fields and objects: rows that become the same Field and ObjectDef values as the shipped
ones.

A custom field lives in the JSON column `custom` under its code, "f" and eight letters and digits
that never change; a custom object's records lie in the table `custom_record` under its code, "c"
and eight more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from fangxin.fields.base import Field, Option
from fangxin.fields.catalogue import COMPUTED, PATTERNED, SCALED, TYPES, USERS
from fangxin.fields.computed import bind_formula
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.errors import FieldError
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import Id, Json, Timestamp, metadata
from fangxin.objects.declare import Navigation, ObjectFacts, Record
from fangxin.objects.registry import ObjectDef, fields_of

# the epoch (kernel/epoch.py) that moves with every change of these tables
METADATA: Final = "metadata"
_FIRST_PLACE: Final = 1000

custom_object: Final = sa.Table(
    "custom_object",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("code", sa.Text(), nullable=False, unique=True),
    sa.Column("name", sa.Text(), nullable=False, unique=True),
    sa.Column("path", sa.Text(), nullable=False, unique=True),
    # by language: "en", "zh-CN"
    sa.Column("labels", Json(), nullable=False),
    sa.Column("labels_plural", Json(), nullable=False),
    sa.Column("icon", sa.Text(), nullable=False),
    sa.Column("created_at", Timestamp(), nullable=False),
    sa.Column("deleted_at", Timestamp(), nullable=True),
)

custom_field: Final = sa.Table(
    "custom_field",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("code", sa.Text(), nullable=False, unique=True),
    sa.Column("object", sa.Text(), nullable=False),
    sa.Column("key", sa.Text(), nullable=False),
    sa.Column("type", sa.Text(), nullable=False),
    sa.Column("labels", Json(), nullable=False),
    # a list of options, each with key, labels and color
    sa.Column("options", Json(), nullable=False),
    # required, unique, indexed, searchable, help, default, max_length, min, max, scale, target,
    # formula
    sa.Column("settings", Json(), nullable=False),
    sa.Column("created_at", Timestamp(), nullable=False),
    sa.Column("deleted_at", Timestamp(), nullable=True),
    sa.UniqueConstraint("object", "key"),
)


def _records_table() -> tuple[sa.Table, type[Record]]:
    """Map the one class of all custom objects; made in a function, for it is no object by
    itself.
    """

    class CustomRecord(Record):
        __tablename__ = "custom_record"
        object = ObjectFacts(path="custom_records", label="Record", label_plural="Records")
        object_id: Mapped[str] = mapped_column(sa.Text(), nullable=False)

    table = CustomRecord.__table__
    if not isinstance(table, sa.Table):
        raise TypeError
    live = sa.text("deleted_at IS NULL")
    for name in ("updated_at", "created_at", "name_sort", "owner_id"):
        columns = [table.c.object_id, table.c[name], table.c.id]
        sa.Index(
            f"ix_custom_record_object_{name}", *columns, postgresql_where=live, sqlite_where=live
        )
    return table, CustomRecord


custom_record, _RECORD = _records_table()


@dataclass(frozen=True, slots=True)
class ObjectRow:
    """A row of custom_object."""

    id: str
    code: str
    name: str
    path: str
    labels: Mapping[str, str]
    labels_plural: Mapping[str, str]
    icon: str
    created_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A row of custom_field."""

    id: str
    code: str
    object: str
    key: str
    type: str
    labels: Mapping[str, str]
    options: Sequence[Mapping[str, Any]]
    settings: Mapping[str, Any]
    created_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Custom:
    """All rows, deleted ones included, in order of making."""

    objects: tuple[ObjectRow, ...] = ()
    fields: tuple[FieldRow, ...] = ()


_objects: Final = Prepared(
    lambda: sa.select(*custom_object.c).order_by(custom_object.c.created_at, custom_object.c.id)
)
_fields: Final = Prepared(
    lambda: sa.select(*custom_field.c).order_by(custom_field.c.created_at, custom_field.c.id)
)


async def load(source: Database | Tx) -> Custom:
    """Read all rows, from the database or inside a unit."""
    read = source.fetch if hasattr(source, "fetch") else source.read
    objects = await read(_objects(source.dialect), {})
    fields = await read(_fields(source.dialect), {})
    return Custom(
        tuple(ObjectRow(*row) for row in objects), tuple(FieldRow(*row) for row in fields)
    )


def english(labels: Mapping[str, str]) -> str:
    """Return the English label, or the first there is."""
    return labels.get("en") or next(iter(labels.values()), "")


def make_option(option: Mapping[str, Any]) -> Option:
    """Make the option of a choice from its stored form."""
    labels = option["labels"]
    return Option(option["key"], english(labels), option.get("color") or "gray", labels)


def make_field(row: FieldRow) -> Field:
    """Make the Field of a row; a formula is not bound yet."""
    settings = dict(row.settings)
    computed = row.type in COMPUTED
    return Field(
        type=TYPES[row.type],
        key=row.key,
        label=english(row.labels),
        labels=row.labels,
        options=tuple(make_option(option) for option in row.options),
        target="user" if row.type == USERS else settings.pop("target", None),
        scale=settings.pop("scale", SCALED.get(row.type, 0)),
        searchable=settings.pop("searchable", row.type == PATTERNED),
        unique=settings.pop("unique", row.type == PATTERNED),
        read_only=computed,
        custom_id=row.code,
        **settings,
    )


def _definition(row: ObjectRow, place: int) -> ObjectDef:
    facts = ObjectFacts(
        path=row.path,
        label=english(row.labels),
        label_plural=english(row.labels_plural),
        icon=row.icon,
        module="custom",
        navigation=Navigation(group="custom", order=_FIRST_PLACE + place),
    )
    # the English words stand in the facts, where singular and plural are told apart
    labels = {locale: label for locale, label in row.labels.items() if locale != "en"}
    return ObjectDef(row.name, facts, custom_record, fields_of(_RECORD), row.code, labels)


def _with_fields(definition: ObjectDef, rows: Iterable[FieldRow], known: set[str]) -> ObjectDef:
    made = [make_field(row) for row in rows]
    # a link into the recycle bin rests with its target
    made = [each for each in made if each.target is None or each.target in known]
    made = [each for each in made if each.key not in definition.fields]
    if not made:
        return definition
    own = list(definition.fields.values())
    last = max((i for i, each in enumerate(own) if not each.system), default=0) + 1
    fields = {each.key: each for each in (*own[:last], *made, *own[last:])}
    for field in made:
        if field.formula is not None:
            try:
                fields[field.key] = bind_formula(field, fields, definition.table)
            except FieldError:
                # it reads a field in the recycle bin, and rests as long as that
                del fields[field.key]
    return replace(definition, fields=fields)


def extend(shipped: Sequence[ObjectDef], custom: Custom) -> list[ObjectDef]:
    """Return the definitions with custom fields and objects added. Pure; deleted ones are left
    out.
    """
    live = [row for row in custom.objects if row.deleted_at is None]
    known = {each.name for each in shipped}
    added = [_definition(row, place) for place, row in enumerate(live) if row.name not in known]
    definitions = [*shipped, *added]
    known |= {each.name for each in added}
    fields: dict[str, list[FieldRow]] = {}
    for row in custom.fields:
        if row.deleted_at is None and row.type in TYPES:
            fields.setdefault(row.object, []).append(row)
    return [_with_fields(each, fields.get(each.name, ()), known) for each in definitions]
