"""Writing the change log: the change set, one change a record, and its payload, in the transaction
of the data.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from fangxin.fields.base import Field
from fangxin.kernel.arrays import given_rows, row_values
from fangxin.kernel.context import ChangeSet, Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.epoch import LOG_EPOCH
from fangxin.kernel.ids import new_id
from fangxin.kernel.postgres import CUT
from fangxin.kernel.sql import DialectName, Statement, compile_statement
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records.tables import change_set

_encode: Final = msgspec.json.Encoder().encode


def log_key(field: Field) -> str:
    """Return the name a field has in the log: one that never changes."""
    return field.custom_id or field.key


def packed(definition: ObjectDef, values: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    """Return storage of some fields in JSON form by log key; empty ones are left out."""
    found: dict[str, Any] = {}
    for key in keys:
        field = definition.fields.get(key)
        value = values.get(key)
        if field is not None and value is not None and field.type.storage(field):
            found[log_key(field)] = field.pack(field.type.store(field, value))
    return found


_REBUILT: Final = frozenset({"import", "demo"})
_STAMPS: Final = frozenset({"id", "version", "updated_at", "updated_by"})


def _payload(ctx: Ctx, definition: ObjectDef, change: Change) -> str:
    if change.verb in {"delete", "restore"}:
        return "{}"
    if change.verb == "purge":
        before = change.before or {}
        return _encode({"before": packed(definition, before, list(before))}).decode()
    if change.before is None:
        # what came in bulk is rebuilt by rewinding from the row: 8,800 copies of it say nothing new
        if ctx.source in _REBUILT:
            return "{}"
        keys = [key for key in change.values if key not in _STAMPS]
        return _encode({"after": packed(definition, change.values, keys)}).decode()
    keys = [key for key in change.values if key not in _STAMPS and change.changes(key)]
    before, after = change.before, change.values
    return _encode(
        {"before": packed(definition, before, keys), "after": packed(definition, after, keys)}
    ).decode()


@lru_cache(maxsize=2)
def _change_set_statement(dialect: DialectName) -> Statement:
    columns = {column.name: sa.bindparam(column.name, type_=column.type) for column in change_set.c}
    insert_: Any = (postgresql if dialect == "postgresql" else sqlite).insert(change_set)
    made = insert_.values(columns)
    return compile_statement(
        made.on_conflict_do_update(
            index_elements=["id"], set_={"count": change_set.c.count + made.excluded.count}
        ),
        dialect,
    )


_LOG: Final = {
    "record_id": "uuid",
    "object": "text",
    "verb": "text",
    "version": "integer",
    "salt": "text",
    "payload": "jsonb",
    "place": "integer",
}
# one statement for set, changes and payloads: a round trip less for each
_LOG_POSTGRESQL: Final = f"""
WITH {CUT}given AS (SELECT * FROM {given_rows("postgresql", _LOG)}){CUT},
written AS (
  INSERT INTO change
    (at, epoch, xid, change_set_id, actor_id, source, object, record_id, verb, version)
  SELECT CAST(:at AS timestamptz), {LOG_EPOCH}, CAST(CAST(pg_current_xact_id() AS text) AS bigint),
         CAST(:change_set_id AS uuid), CAST(:actor_id AS uuid), CAST(:source AS text),
         object, record_id, verb, version
  FROM given ORDER BY place
  RETURNING seq, record_id){CUT}
INSERT INTO change_payload (seq, at, salt, payload)
SELECT written.seq, CAST(:at AS timestamptz), given.salt, given.payload
FROM written JOIN given USING (record_id)"""  # noqa: S608 - names of ours


@lru_cache(maxsize=4)
def _log_statements(dialect: DialectName) -> tuple[Statement, ...]:
    if dialect == "postgresql":
        return (compile_statement(sa.text(_LOG_POSTGRESQL), dialect),)
    names = "at, change_set_id, actor_id, source, object, record_id, verb, version"
    binds = ", ".join(f":{name}" for name in names.split(", "))
    return (
        compile_statement(
            sa.text(f"INSERT INTO change ({names}, epoch, xid) VALUES ({binds}, {LOG_EPOCH}, 0)"),  # noqa: S608 - names of ours
            dialect,
        ),
        compile_statement(
            sa.text(
                "INSERT INTO change_payload (seq, at, salt, payload)"
                " VALUES ((SELECT max(seq) FROM change), :at, :salt, :payload)"
            ),
            dialect,
        ),
    )


async def log(
    ctx: Ctx, tx: Tx, definition: ObjectDef, changes: Sequence[Change]
) -> ChangeSet | None:
    """Write the change set (or add to it) and one change a record with its payload."""
    if not changes:
        return None
    group = ctx.change_set or ChangeSet(new_id(), changes[0].verb, definition.name)
    shared = {
        "at": ctx.clock(),
        "change_set_id": group.id,
        "actor_id": ctx.actor.id,
        "source": ctx.source,
    }
    await tx.later(
        _change_set_statement(tx.dialect), _set_values(group, definition, shared, len(changes))
    )
    rows = [
        (
            *(change.id, definition.name, change.verb, change.version),
            *(secrets.token_urlsafe(12), _payload(ctx, definition, change), place),
        )
        for place, change in enumerate(changes)
    ]
    statements = _log_statements(tx.dialect)
    if tx.dialect == "postgresql":
        texts = [tuple(str(value) for value in row) for row in rows]
        await tx.later(statements[0], {**shared, **row_values(_LOG, texts)})
        return group
    for row in rows:
        values = {**shared, **dict(zip(_LOG, row, strict=True))}
        await tx.execute(statements[0], values)
        await tx.execute(statements[1], values)
    return group


def _set_values(
    group: ChangeSet, definition: ObjectDef, shared: Mapping[str, Any], count: int
) -> dict[str, Any]:
    return {
        "id": group.id,
        "at": shared["at"],
        "actor_id": shared["actor_id"],
        "source": shared["source"],
        "kind": group.kind,
        "object": group.object or definition.name,
        "label": group.label,
        "state": group.state,
        "count": count,
        "undone_by_id": None,
        "undoes_id": group.undoes,
    }
