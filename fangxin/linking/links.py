"""One row for each link of fields that link to several records, kept in step with the lists.

The list inside its record is what is read, logged and undone; these rows are its index both ways.
They stay while the record, or the field, is in the recycle bin, and go with it for good.
What asks them: the operators of such a field, and `points_at` (fields/link.py). What is stored is
written by the engine, with the row of its record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.functions import FunctionElement

from fangxin.kernel.arrays import delete_by_record, given_rows, row_values
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import (
    DialectName,
    Id,
    InArray,
    JsonPath,
    Statement,
    compile_statement,
    metadata,
)

if TYPE_CHECKING:
    from fangxin.kernel.db import Tx

# the one column of a line of such a field
RECORD: Final = "record"
LINKS: Final = "record_link"
record_link: Final = sa.Table(
    LINKS,
    metadata,
    # the code of a custom field, the key of a shipped one
    sa.Column("field", sa.Text(), primary_key=True),
    sa.Column("target_id", Id(), primary_key=True),
    sa.Column("record_id", Id(), primary_key=True),
    sa.Index("ix_record_link_record", "record_id", "field"),
    # the key is the row
    sqlite_with_rowid=False,
)
_COLUMNS: Final[Mapping[str, str]] = {"field": "text", "target_id": "uuid", "record_id": "uuid"}


def code_of(field: Any) -> str:
    """Return what names a field (fields.base.Field) in the table."""
    return str(field.custom_id or field.key)


def _of(field: Any) -> tuple[Any, ColumnElement[bool]]:
    """Return the table of links and the condition that they are of one field."""
    held = record_link.alias()
    # part of the text, so that the planner knows of which field
    return held, held.c.field == sa.literal_column(f"'{code_of(field)}'")


def linked_to(
    field: Any, record: ColumnElement[Any], target: ColumnElement[Any]
) -> list[ColumnElement[bool]]:
    """Return the conditions that a record links to another; they bring the table with them."""
    held, own = _of(field)
    return [own, held.c.target_id == target, held.c.record_id == record]


class _Different(FunctionElement[int]):
    """How many different texts there are in one array parameter."""

    inherit_cache = False
    name = "different"
    type = sa.Integer()


@compiles(_Different, "postgresql")
def _different_postgresql(element: _Different, compiler: Any, **kw: Any) -> str:
    held = compiler.process(element.clauses, **kw)
    # skip one-door: what is given, not what is stored
    return f"(SELECT count(DISTINCT each) FROM unnest({held}::text[]) AS each)"  # noqa: S608


@compiles(_Different, "sqlite")
def _different_sqlite(element: _Different, compiler: Any, **kw: Any) -> str:
    held = compiler.process(element.clauses, **kw)
    # skip one-door: what is given, not what is stored
    return f"(SELECT count(DISTINCT value) FROM json_each({held}))"  # noqa: S608


def linked(field: Any, column: Any, op: str, wanted: Any) -> ColumnElement[bool] | None:
    """Return has_any, has_all or has_none of the ids in the array parameter `wanted`; None where
    `column` is the list of a row that is not stored (yet).
    """
    source = column.column.table if isinstance(column, JsonPath) else column.table
    table = getattr(source, "element", source)
    if not isinstance(table, sa.Table):
        return None
    held, own = _of(field)
    among_them = InArray(held.c.target_id, wanted)
    if op == "has_none":
        # skip one-door: it asks of a record that the reader's own predicate lets him see
        mine = sa.select(held.c.field).where(own, held.c.record_id == source.c.id, among_them)
        return sa.not_(mine.correlate_except(held).exists())
    # skip one-door: it asks of a record that the reader's own predicate lets him see
    ids: Any = sa.select(held.c.record_id).where(own, among_them)
    if op == "has_all":
        every, count = table.alias(), _Different(wanted)
        # skip one-door: every record holds all of nothing
        nothing = sa.select(every.c.id).where(count == 0)
        full = ids.group_by(held.c.record_id).having(sa.func.count() == count)
        ids = sa.union_all(full, nothing)
    found: ColumnElement[bool] = source.c.id.in_(ids)
    return found


@lru_cache(maxsize=2)
def _insert(dialect: DialectName) -> Statement:
    names, rows = ", ".join(_COLUMNS), given_rows(dialect, _COLUMNS)
    # skip one-door: it writes what the engine has settled
    return compile_statement(
        sa.text(f"INSERT INTO {LINKS} ({names}) SELECT {names} FROM {rows}"),  # noqa: S608
        dialect,
    )


_delete: Final = Prepared(
    # skip one-door: it writes what the engine has settled
    lambda: sa.delete(record_link).where(
        InArray(record_link.c.record_id, "ids"),
        record_link.c.field == sa.bindparam("field", type_=sa.Text()),
    )
)


async def drop_links(tx: Tx, codes: Iterable[str], ids: Sequence[str]) -> None:
    """Remove the rows that records (`ids`) have of fields (see `code_of`)."""
    for code in codes:
        await tx.execute(_delete(tx.dialect), {"ids": ids, "field": code})


async def write_links(tx: Tx, fields: Iterable[Any], verb: str, changes: Sequence[Any]) -> None:
    """Write the rows of those lists of `fields` that changes (objects.declare.Change) give another
    value, and remove all of purged records.
    """
    if verb == "purge":
        # of fields in the recycle bin too
        ids = [change.id for change in changes]
        await tx.execute(delete_by_record(tx.dialect, LINKS), {"ids": ids})
        return
    rows: list[tuple[str, Any, str]] = []
    for field in fields:
        moved, code = [each for each in changes if each.changes(field.key)], code_of(field)
        held = [each.id for each in moved if each.before and each.before.get(field.key)]
        if held:
            await drop_links(tx, [code], held)
        lists = ((each.id, each.values[field.key] or ()) for each in moved)
        rows += [(code, line[RECORD], id_) for id_, lines in lists for line in lines]
    await add_links(tx, rows)


async def add_links(tx: Tx, rows: Sequence[tuple[str, Any, str]]) -> None:
    """Write rows of (field, see `code_of`; target; record) that are not there yet."""
    if rows:
        await tx.later(_insert(tx.dialect), row_values(_COLUMNS, rows))
