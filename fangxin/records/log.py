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

from fangxin.fields.base import Field
from fangxin.kernel.context import ChangeSet, Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.epoch import LOG_EPOCH
from fangxin.kernel.ids import new_id
from fangxin.kernel.postgres import CUT
from fangxin.kernel.prepared import Prepared, upsert
from fangxin.kernel.sql import DialectName, Statement, compile_statement
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records.change import REST
from fangxin.records.tables import change, change_payload, change_set

# bytes a change; a multiple of three, whose texts can be cut apart
SALT: Final = 12
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
        # with what it holds of fields in the bin, which come back with it
        held = {**before.get(REST, {}), **packed(definition, before, list(before))}
        return _encode({"before": held}).decode()
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


def _put_set() -> Any:
    made, table = upsert(change_set), change_set.c
    both = {"count": table.count + made.excluded.count}
    both["settings"] = sa.or_(table.settings, made.excluded.settings)
    return made.on_conflict_do_update(index_elements=["id"], set_=both)


_change_set: Final = Prepared(_put_set)

# one statement for set, changes and payloads: a round trip less for each
_LOG_POSTGRESQL: Final = f"""
WITH {CUT}given AS MATERIALIZED (
  SELECT nextval(CAST('change_seq_seq' AS regclass)) AS seq, CAST(record_id AS uuid) AS record_id,
         version, salt, CAST(payload AS jsonb) AS payload
  FROM unnest(CAST(:records AS text[]), CAST(:versions AS integer[]), CAST(:salts AS text[]),
              CAST(:payloads AS text[])) AS u(record_id, version, salt, payload)){CUT},
written AS (
  INSERT INTO change
    (seq, at, epoch, xid, change_set_id, actor_id, source, object, record_id, verb, version)
  SELECT seq, CAST(:at AS timestamptz), {LOG_EPOCH},
         CAST(CAST(pg_current_xact_id() AS text) AS bigint),
         CAST(:change_set_id AS uuid), CAST(:actor_id AS uuid), CAST(:source AS text),
         CAST(:object AS text), record_id, CAST(:verb AS text), version
  FROM given){CUT}
INSERT INTO change_payload (seq, at, salt, payload)
SELECT seq, CAST(:at AS timestamptz), salt, payload FROM given"""  # noqa: S608 - names of ours


@lru_cache(maxsize=4)
def _log_statement(dialect: DialectName) -> Statement:
    if dialect == "postgresql":
        return compile_statement(sa.text(_LOG_POSTGRESQL), dialect)
    found = f"SELECT coalesce(max(seq), 0) + 1, {LOG_EPOCH} FROM change"  # noqa: S608
    return compile_statement(sa.text(found), dialect)


async def log(
    ctx: Ctx, tx: Tx, definition: ObjectDef, changes: Sequence[Change]
) -> ChangeSet | None:
    """Write the change set (or add to it) and one change a record with its payload."""
    if not changes:
        return None
    lines = [(each.id, each.version, _payload(ctx, definition, each)) for each in changes]
    setting = definition.facts.configuration is not None
    return await write_lines(ctx, tx, definition.name, changes[0].verb, lines, settings=setting)


async def write_lines(
    ctx: Ctx, tx: Tx, name: str, verb: str, lines: Sequence[tuple[Any, ...]], *, settings: bool
) -> ChangeSet:
    """Write lines (id, version, payload as JSON) of one kind and verb, as `log` does."""
    group = ctx.change_set or ChangeSet(new_id(), verb, name)
    count = len(lines)
    shared = {
        "at": ctx.clock(),
        "change_set_id": group.id,
        "actor_id": ctx.actor.id,
        "source": ctx.source,
    }
    own: dict[str, Any] = {
        "id": group.id,
        "kind": group.kind,
        "label": group.label,
        "state": group.state,
    }
    own |= {"object": group.object or name, "count": count, "settings": settings}
    own |= {"undone_by_id": None, "undoes_id": group.undoes}
    await tx.later(_change_set(tx.dialect), {**shared, **own})
    text = secrets.token_urlsafe(SALT * count)
    size = len(text) // count
    salts = [text[at : at + size] for at in range(0, size * count, size)]
    shared |= {"object": name, "verb": verb}
    if tx.dialect == "sqlite":
        await _write_rows(tx, shared, lines, salts)
        return group
    ids, versions, payloads = map(list, zip(*lines, strict=True))
    rows = {"records": ids, "versions": versions, "salts": salts, "payloads": payloads}
    await tx.later(_log_statement(tx.dialect), {**shared, **rows})
    return group


async def _write_rows(
    tx: Tx, shared: Mapping[str, Any], lines: Sequence[tuple[Any, ...]], salts: Sequence[str]
) -> None:
    # one writer: nobody else draws numbers meanwhile
    first, epoch = await tx.fetch_one(_log_statement(tx.dialect), {}) or (1, 0)
    names = [*shared, "epoch", "xid", "seq", "record_id", "version"]
    same, at = (*shared.values(), epoch, 0), shared["at"]
    rows = ((*same, seq, line[0], line[1]) for seq, line in enumerate(lines, first))
    await tx.insert_rows(change, names, rows)
    told = zip(lines, salts, strict=True)
    rows = ((seq, at, salt, line[2]) for seq, (line, salt) in enumerate(told, first))
    await tx.insert_rows(change_payload, ["seq", "at", "salt", "payload"], rows)
