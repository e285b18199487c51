"""The job that gives an indexed custom field its index, or takes it away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from fangxin.customizing.customize import INDEX_JOB
from fangxin.customizing.extend import make_field
from fangxin.fields.base import Field
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.leases import Run
from fangxin.kernel.sql import Json, Statement
from fangxin.objects.custom import load
from fangxin.objects.registry import ObjectDef


def index_name(field: Field) -> str:
    """Return the name of a custom field's index."""
    return f"ix_custom_{field.custom_id}"


def index_ddl(field: Field, definition: ObjectDef, dialect: str) -> str:
    """Return the expression index whose text is the one that queries have."""
    bare = sa.table(definition.table.name, sa.column("custom", Json()))
    columns = field.columns(bare)
    main = columns[field.type.sort_column(field) or 0]
    made = (postgresql if dialect == "postgresql" else sqlite).dialect()
    text = str(main.compile(dialect=made, compile_kwargs={"include_table": False}))
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
    registry = await installation.refresh_registry()
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
    await _run(database, index_ddl(definition.fields[row.key], definition, database.dialect))
    return {"indexed": True}


JOBS: Final = {INDEX_JOB: index_field}
