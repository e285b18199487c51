"""The job that gives an indexed custom field its index, or takes it away.

A roll-up's index is of the records that it adds up: by their link, with what it reads of each, so
that a sum is read from the index alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import ColumnElement

from fangxin.customizing.customize import INDEX_JOB
from fangxin.customizing.extend import make_field
from fangxin.fields.base import Field
from fangxin.fields.computed import filtered
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.leases import Run
from fangxin.kernel.sql import Statement
from fangxin.objects.custom import load
from fangxin.objects.registry import ObjectDef, Registry


def index_name(field: Field) -> str:
    """Return the name of a custom field's index."""
    return f"ix_custom_{field.custom_id}"


def _main(field: Field, table: sa.FromClause) -> list[ColumnElement[Any]]:
    """Return the columns by which a field is found, compared and added up."""
    columns = field.columns(table)
    if field.type.references:
        return list(columns)
    return [columns[field.type.sort_column(field) or 0]]


def _added_up(field: Field, registry: Registry) -> tuple[ObjectDef, list[Field]] | None:
    """Return what a roll-up adds up and the fields that it reads there; None where that lies in
    records of its own, or is reached over links to several, which have an index.
    """
    over = field.over
    child = None if over is None else registry.get(over.object)
    if over is None or child is None or over.link in child.inside or child.fields[over.link].line:
        return None
    keys = dict.fromkeys((over.link, over.of or over.link, *filtered(over.filter)))
    read = (child.fields.get(key) for key in keys)
    return child, [each for each in read if each is not None and each.type.storage(each)]


def index_ddl(field: Field, definition: ObjectDef, dialect: str, registry: Registry) -> str | None:
    """Return the expression index whose text is the one that queries have; None where none would
    serve.
    """
    own = definition, [field]
    of = own if field.over is None else _added_up(field, registry)
    if of is None:
        return None
    definition, fields = of
    made = (postgresql if dialect == "postgresql" else sqlite).dialect()
    columns = [column for each in fields for column in _main(each, definition.table)]
    bare = {"include_table": False}
    text = ", ".join(str(each.compile(dialect=made, compile_kwargs=bare)) for each in columns)
    where = "deleted_at IS NULL"
    if definition.custom_id is not None:
        where += f" AND object_id = '{definition.custom_id}'"
    online = " CONCURRENTLY" if dialect == "postgresql" else ""
    name, table = index_name(field), definition.table.name
    return f'CREATE INDEX{online} {name} ON "{table}" ({text}, id) WHERE {where}'


async def _run(database: Database, text: str) -> None:
    statement = Statement(text, (), {}, (), ())
    if database.dialect == "postgresql":
        # outside any transaction, so that writers go on meanwhile
        await database.read(statement, {})
        return

    async def unit(tx: Tx) -> None:
        await tx.execute(statement, {})

    await database.write(unit)


async def index_field(installation: Any, run: Run) -> Mapping[str, Any]:
    """Make or drop the index of the field `run.args["field"]`; running it again does no harm."""
    database: Database = installation.database
    registry: Registry = await installation.refresh_registry()
    row = next((r for r in (await load(database)).fields if r.id == run.args["field"]), None)
    if row is None:
        return {"indexed": False}
    online = " CONCURRENTLY" if database.dialect == "postgresql" else ""
    # a half-made index of an attempt that was cut off goes too
    await _run(database, f"DROP INDEX{online} IF EXISTS {index_name(make_field(row))}")
    definition = registry.get(row.object)
    wanted = bool(row.settings.get("indexed")) and row.deleted_at is None
    if not wanted or definition is None or row.key not in definition.fields:
        return {"indexed": False}
    text = index_ddl(definition.fields[row.key], definition, database.dialect, registry)
    if text is not None:
        await _run(database, text)
    return {"indexed": text is not None}


JOBS: Final = {INDEX_JOB: index_field}
