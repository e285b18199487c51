"""Custom fields and objects as they are stored (customizing/extend makes definitions of them).

A custom field lives in the JSON column `custom` under its code, "f" and eight letters and digits
that never change; a custom object's records lie in the table `custom_record` under its code, "c"
and eight more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from fangxin.kernel.db import Database, Tx
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import Id, Json, Timestamp, metadata
from fangxin.objects.declare import ObjectFacts, Record

# the epoch (kernel/epoch.py) that moves with every change of these tables
METADATA: Final = "metadata"

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


custom_record, CUSTOM_RECORD = _records_table()


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
