"""Storing changes: rows loaded and locked for a write, inserted and updated, and the log written
beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from fangxin.access.departments import OUT_OF_SCOPE
from fangxin.access.scope import predicate, scope_values
from fangxin.fields.base import Field, FieldType
from fangxin.fields.sealed import SEALED
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import Conflict, Forbidden
from fangxin.kernel.sql import DialectName, Id, InArray, Statement, Timestamp, compile_statement
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records.plans import remember

# under this key a row keeps what it holds of fields that are not known here: they are in the bin,
# or were just made by another process
REST: Final = "=rest"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A row as it stands: values by field key, whether the actor may see it, and whether the action
    may touch it.
    """

    values: dict[str, Any]
    version: int
    deleted: bool
    seen: bool
    allowed: bool


def read_row(definition: ObjectDef, row: Sequence[Any]) -> dict[str, Any]:
    """Turn columns in the order of `empty_row`, then `custom`, into values by field key."""
    values: dict[str, Any] = {}
    position = 0
    shipped = [field for field in definition.stored if not field.custom]
    for field in shipped:
        width = len(field.column_names)
        values[field.key] = field.type.load(field, tuple(row[position : position + width]))
        position += width
    rest = dict(row[position] or {})
    for field in definition.stored:
        if field.custom:
            packed = rest.pop(field.custom_id, None)
            values[field.key] = field.type.load(field, field.unpack(packed, values["id"]))
    if rest:
        values[REST] = rest
    return values if definition.seals is None else definition.seals.opened(values)


@lru_cache(maxsize=1000)
def _plain_columns(definition: ObjectDef) -> Mapping[str, str]:
    """Return the column of each shipped field whose values are stored as they are."""
    fields = (each for each in definition.stored if type(each.type).store is FieldType.store)
    return {each.key: each.column_names[0] for each in fields if each.column_names}


@lru_cache(maxsize=1000)
def _places(
    definition: ObjectDef, keys: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Field, ...]]:
    """Return the plain ones of some keys, their columns, and the other fields: of many rows most
    have the same keys.
    """
    plain = _plain_columns(definition)
    own = tuple(key for key in keys if key in plain)
    others = (definition.fields.get(key) for key in keys if key not in plain)
    return own, tuple(plain[key] for key in own), tuple(each for each in others if each)


def write_row(definition: ObjectDef, values: Mapping[str, Any]) -> dict[str, Any]:
    """Turn values into column parameters; custom ones are gathered in `custom`."""
    row = dict(definition.empty_row)
    custom: dict[str, Any] = dict(values.get(REST, ()))
    keys, columns, others = _places(definition, tuple(values))
    row.update(zip(columns, map(values.__getitem__, keys), strict=True))
    for field in others:
        value = values[field.key]
        if value is None:
            continue
        if field.custom_id is not None:
            if field.type.storage(field):
                custom[field.custom_id] = field.pack(field.type.store(field, value))
            continue
        names = field.column_names
        if len(names) == 1:
            row[names[0]] = field.type.store(field, value)[0]
        elif names:
            row.update(zip(names, field.type.store(field, value), strict=True))
    row["custom"] = custom
    return row


def _load_statement(ctx: Ctx, definition: ObjectDef, action: str) -> Statement:
    table = definition.table

    def flag(verb: str) -> sa.ColumnElement[Any]:
        condition = predicate(ctx.rights, ctx.registry, definition, table, verb)
        return sa.true() if condition is None else sa.func.coalesce(condition, sa.false())

    columns = [table.c[name] for name in definition.empty_row]
    flags = [flag("read").label("seen"), flag(action).label("allowed")]
    statement = (
        sa.select(*columns, table.c.custom, table.c.version, table.c.deleted_at, *flags)
        .where(InArray(table.c.id, "ids"), *definition.where(table))
        .order_by(table.c.id)
    )
    return compile_statement(statement.with_for_update(of=table), ctx.database.dialect)


async def load(
    ctx: Ctx, tx: Tx, definition: ObjectDef, ids: Sequence[str], action: str
) -> dict[str, Loaded]:
    """Lock rows in order of id and return them as they stand, deleted ones included."""
    shape = (ctx.rights.read_shape, ctx.rights.scope(definition.name, action).kind)
    statement = remember(
        ctx.registry,
        ("load", definition.name, action, shape),
        lambda: _load_statement(ctx, definition, action),
    )
    rows = await tx.fetch(statement, {**scope_values(ctx), "ids": sorted(set(ids))})
    found: dict[str, Loaded] = {}
    for row in rows:
        values = read_row(definition, row)
        version, deleted_at, seen, allowed = row[-4:]
        found[values["id"]] = Loaded(
            values, version, deleted_at is not None, bool(seen), bool(allowed)
        )
    return found


def _insert_statement(ctx: Ctx, definition: ObjectDef) -> Statement:
    table = definition.table
    names = [*definition.empty_row, "custom"]
    values: dict[str, Any] = {name: sa.bindparam(name, type_=table.c[name].type) for name in names}
    if definition.custom_id is not None:
        values["object_id"] = sa.literal_column(f"'{definition.custom_id}'")
    return compile_statement(sa.insert(table).values(values), ctx.database.dialect)


async def insert(ctx: Ctx, tx: Tx, definition: ObjectDef, changes: Sequence[Change]) -> None:
    """Insert new rows, and refuse those that lie outside the actor's scope once they are there."""
    moment, actor = ctx.clock(), ctx.actor.id
    stamp = {
        "created_at": moment,
        "created_by": actor,
        "updated_at": moment,
        "updated_by": actor,
    }
    for change in changes:
        change.version = 1
        for key, value in stamp.items():
            change.values.setdefault(key, value)
        change.values |= {"id": change.id, "version": 1}
    rows = (write_row(definition, change.values) for change in changes)
    if len(changes) == 1:
        statement = remember(
            ctx.registry, ("insert", definition.name), lambda: _insert_statement(ctx, definition)
        )
        await tx.later(statement, next(rows))
    else:
        own = {} if definition.custom_id is None else {"object_id": definition.custom_id}
        names = [*definition.empty_row, "custom", *own]
        await tx.insert_rows(
            definition.table, names, ([*row.values(), *own.values()] for row in rows)
        )
    await _stay_in_scope(ctx, tx, definition, changes, "create")


async def _stay_in_scope(
    ctx: Ctx, tx: Tx, definition: ObjectDef, changes: Sequence[Change], action: str
) -> None:
    table = definition.table
    condition = predicate(ctx.rights, ctx.registry, definition, table, action)
    if ctx.rights.scope(definition.name, action).kind != "none":
        # every scope but none holds one's own records
        changes = [change for change in changes if change.get("owner") != ctx.actor.id]
    if condition is None or not changes:
        return

    def make() -> Statement:
        inside = sa.select(sa.func.count()).select_from(table)
        return compile_statement(
            inside.where(InArray(table.c.id, "ids"), condition), ctx.database.dialect
        )

    shape = (ctx.rights.read_shape, ctx.rights.scope(definition.name, action).kind)
    statement = remember(ctx.registry, ("inside", definition.name, action, shape), make)
    ids = [change.id for change in changes]
    row = await tx.fetch_one(statement, {**scope_values(ctx), "ids": ids})
    if row is None or row[0] != len(set(ids)):
        raise Forbidden(OUT_OF_SCOPE, code="out_of_scope")


def _update_statement(ctx: Ctx, definition: ObjectDef, columns: frozenset[str]) -> Statement:
    table = definition.table
    sets: dict[str, Any] = {
        name: sa.bindparam(f"set_{name}", type_=table.c[name].type) for name in sorted(columns)
    }
    sets["version"] = table.c.version + 1
    return compile_statement(
        sa.update(table)
        .values(sets)
        .where(
            table.c.id == sa.bindparam("row_id", type_=Id()),
            table.c.version == sa.bindparam("row_version", type_=sa.Integer()),
        ),
        ctx.database.dialect,
    )


def _moves_scope(definition: ObjectDef, change: Change) -> bool:
    keys = ["owner", "department", *(f.key for f in definition.fields.values() if f.cascade)]
    return any(change.changes(key) for key in keys)


async def update(
    ctx: Ctx, tx: Tx, definition: ObjectDef, changes: Sequence[Change], *, action: str = "update"
) -> None:
    """Write changed columns under the version read; rows must stay in the actor's scope."""
    stamp = {"updated_at": ctx.clock(), "updated_by": ctx.actor.id}
    for change in changes:
        change.values |= stamp
        row = write_row(definition, {**(change.before or {}), **change.values})
        touched = _touched_columns(definition, change)
        statement = remember(
            ctx.registry,
            ("update", definition.name, touched),
            lambda touched=touched: _update_statement(ctx, definition, touched),  # type: ignore[misc]
        )
        values = {f"set_{name}": row.get(name) for name in touched}
        values |= {"row_id": change.id, "row_version": change.version}
        await tx.later(statement, values, _one_row)
        change.version = (change.version or 0) + 1
        change.values["version"] = change.version
    moved = [change for change in changes if _moves_scope(definition, change)]
    await _stay_in_scope(ctx, tx, definition, moved, action)


async def _one_row(count: int) -> None:
    if count != 1:
        raise Conflict(code="stale")


def _touched_columns(definition: ObjectDef, change: Change) -> frozenset[str]:
    names: set[str] = set()
    for key in change.values:
        field = definition.fields.get(key)
        if field is not None and key not in {"id", "version"}:
            names.update(("custom",) if field.custom else field.column_names)
            # another process may know already that the field is encrypted: its text is over too
            if (spare := key + SEALED) in definition.table.c:
                names.add(spare)
    return frozenset(names)


@lru_cache(maxsize=256)
def _delete_mark_statement(table: sa.Table, dialect: DialectName) -> Statement:
    return compile_statement(
        sa.update(table)
        .values(
            deleted_at=sa.bindparam("deleted_at", type_=Timestamp()),
            deleted_by_id=sa.bindparam("deleted_by", type_=Id()),
            version=table.c.version + 1,
        )
        .where(InArray(table.c.id, "ids")),
        dialect,
    )


async def mark_deleted(
    ctx: Ctx, tx: Tx, definition: ObjectDef, changes: Sequence[Change], *, deleted: bool
) -> None:
    """Move rows into the recycle bin, or out of it."""
    await tx.execute(
        _delete_mark_statement(definition.table, tx.dialect),
        {
            "deleted_at": ctx.clock() if deleted else None,
            "deleted_by": ctx.actor.id if deleted else None,
            "ids": [change.id for change in changes],
        },
    )
    for change in changes:
        change.version = (change.version or 0) + 1


@lru_cache(maxsize=256)
def _erase_statement(table: sa.Table, dialect: DialectName) -> Statement:
    return compile_statement(sa.delete(table).where(InArray(table.c.id, "ids")), dialect)


async def erase(tx: Tx, definition: ObjectDef, ids: Sequence[str]) -> None:
    """Remove rows for good. Foreign keys refuse what is still pointed to."""
    await tx.execute(_erase_statement(definition.table, tx.dialect), {"ids": list(ids)})
