"""The indexes of record tables, derived from what the declarations say about sorting, linking and
searching by key.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import sqlalchemy as sa

from fangxin.fields.base import Field
from fangxin.objects.declare import Record
from fangxin.objects.registry import fields_of

NAME_LENGTH: Final = 63
# who made and last changed a row is shown, seldom asked for
_UNASKED: Final = {"created_by", "updated_by"}
_LIVE: Final = sa.text("deleted_at IS NULL")
_GONE: Final = sa.text("deleted_at IS NOT NULL")


def _sort_name(field: Field) -> str:
    """Return the name of the column that a field sorts and compares by."""
    names = field.column_names
    main = field.type.sort_column(field)
    return names[-1] if main is None else names[main]


def _wanted(cls: type[Record], fields: dict[str, Field]) -> Iterable[tuple[tuple[str, ...], bool]]:
    """Yield (columns, whether only rows that are not deleted): pages in order, rows of a link, rows
    of a key.
    """
    own = [tuple(_sort_name(fields[key]) for key in keys) for keys in cls.object.indexes]
    for columns in own:
        yield (*columns, "id"), True
    for field in fields.values():
        if field.indexed and field.type.storage(field):
            yield (_sort_name(field), "id"), True
    led = {columns[0] for columns in own}
    for field in fields.values():
        if field.key == "owner":
            yield ("owner_id", "updated_at", "id"), True
        elif field.target is not None and field.key not in _UNASKED:
            # whole, because the database looks here too when a parent is removed for good
            yield (field.column_names[0],), False
        elif field.type.references and field.column_names[-1] not in led:
            yield (field.column_names[-1],), False
    natural = cls.object.natural_key
    if natural is not None:
        yield (fields[natural].column_names[0],), True


def _index(name: str, columns: list[sa.Column[Any]], where: sa.TextClause | None) -> None:
    if where is None:
        sa.Index(name, *columns)
    else:
        sa.Index(name, *columns, postgresql_where=where, sqlite_where=where)


def lay_indexes(classes: Iterable[type[Record]]) -> None:
    """Attach to the table of each class the indexes that its declaration implies; what is there
    stays as it is.
    """
    for cls in classes:
        table = cls.__table__
        # rows of many objects in one table have indexes of their own (objects/custom.py)
        if not isinstance(table, sa.Table) or "object_id" in table.c:
            continue
        known = {str(index.name) for index in table.indexes}
        for columns, live in _wanted(cls, fields_of(cls)):
            name = f"ix_{table.name}_{'_'.join(columns).removesuffix('_id_id')}"[:NAME_LENGTH]
            if name not in known:
                known.add(name)
                _index(name, [table.c[column] for column in columns], _LIVE if live else None)
        gone = f"ix_{table.name}_deleted_at"
        if gone not in known:
            _index(gone, [table.c.deleted_at, table.c.id], _GONE)
