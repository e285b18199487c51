"""The values of one custom field, in slices by id, as the server itself sees them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from fangxin.fields.base import Field
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.sql import Id, Statement, compile_statement
from fangxin.objects.registry import ObjectDef

SLICE: Final = 250
FIRST: Final = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Held:
    """A record that is not deleted, with the storage of a field in it."""

    id: str
    name: str
    storage: tuple[Any, ...]


def slice_statement(definition: ObjectDef, dialect: Any) -> Statement:
    """Return the statement of the next records after the parameter `after`, with `custom`."""
    table = definition.table
    # skip one-door: a definition is changed for all records, whoever may see them
    rows = sa.select(table.c.id, table.c.name, table.c.custom).where(
        table.c.id > sa.bindparam("after", type_=Id()),
        table.c.deleted_at.is_(None),
        *definition.where(table),
    )
    limited = rows.order_by(table.c.id).limit(sa.literal_column(str(SLICE)))
    return compile_statement(limited, dialect)


def held(field: Field, rows: Sequence[Any]) -> list[Held]:
    """Return those rows of a slice that hold a value of the field."""
    found = []
    for id_, name, custom in rows:
        packed = (custom or {}).get(field.custom_id)
        if packed is not None:
            found.append(Held(id_, name, field.unpack(packed, id_)))
    return found


async def values_of(
    source: Database | Tx, definition: ObjectDef, field: Field
) -> AsyncIterator[list[Held]]:
    """Give the records that hold a value of the field, a slice at a time, inside a unit or not."""
    read = source.fetch if hasattr(source, "fetch") else source.read
    statement, after = slice_statement(definition, source.dialect), FIRST
    while rows := await read(statement, {"after": after}):
        yield held(field, rows)
        after = rows[-1][0]
