"""The log of single records, latest first, and what may be asked of it: one field, one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from fangxin.fields.base import Field
from fangxin.fields.dates import DateTimeType
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import FieldError, FieldProblem, Invalid
from fangxin.kernel.sql import DialectName, Id, InArray, JsonPath, Statement, Timestamp
from fangxin.kernel.sql import compile_statement as compiled
from fangxin.objects.registry import ObjectDef
from fangxin.records.filters import resolve_path
from fangxin.records.log import log_key
from fangxin.records.plans import remember
from fangxin.records.reading import environment
from fangxin.records.tables import change, change_payload

LAST: Final = 2**62
# rows of the log that are read at once
PIECE: Final = 500
_MOMENT: Final = Field(type=DateTimeType(), label="Moment")
_COLUMNS: Final = (
    change.c.seq,
    change.c.at,
    change.c.change_set_id,
    change.c.actor_id,
    change.c.source,
    change.c.verb,
    change.c.version,
    change.c.record_id,
    change_payload.c.payload,
)


@dataclass(frozen=True, slots=True)
class LoggedRow:
    """One change as the log has it. `payload` is None where a person's data were erased."""

    seq: int
    at: datetime
    change_set: str
    actor: str
    source: str
    verb: str
    version: int
    record: str
    payload: Mapping[str, Any] | None

    @property
    def before(self) -> Mapping[str, Any]:
        """What was there, packed, by log key; what was empty is missing."""
        return (self.payload or {}).get("before") or {}

    @property
    def after(self) -> Mapping[str, Any]:
        """What came to be there."""
        return (self.payload or {}).get("after") or {}

    @property
    def rebuilt(self) -> bool:
        """Whether it brought a record without saying with what: the first change since says it, or
        the record itself.
        """
        return self.verb == "create" and self.payload is not None and "after" not in self.payload


def _rows(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return (
        sa.select(*_COLUMNS)
        .join(change_payload, change_payload.c.seq == change.c.seq)
        .where(*conditions)
        .order_by(change.c.seq.desc())
        .limit(sa.bindparam("limit", type_=sa.BigInteger()))
    )


_ONE: Final = change.c.record_id == sa.bindparam("record", type_=Id())
_BELOW: Final = change.c.seq < sa.bindparam("below", type_=sa.BigInteger())


@lru_cache(maxsize=2)
def _record_statement(dialect: DialectName) -> Statement:
    return compiled(_rows(_ONE, _BELOW), dialect)


@lru_cache(maxsize=2)
def _since_statement(dialect: DialectName) -> Statement:
    since = change.c.at > sa.bindparam("since", type_=Timestamp())
    return compiled(_rows(InArray(change.c.record_id, "records"), since, _BELOW), dialect)


def _field_statement(dialect: DialectName, key: str) -> Statement:
    sides = [
        JsonPath(change_payload.c.payload, (side, key), sa.Text()).is_not(None)
        for side in ("before", "after")
    ]
    return compiled(_rows(_ONE, _BELOW, sa.or_(change.c.verb == "create", *sides)), dialect)


async def log_of(
    ctx: Ctx, id: str, *, below: int = LAST, limit: int = PIECE
) -> Sequence[LoggedRow]:
    """Return a record's changes before a place in the log, the latest first."""
    values = {"record": id, "below": below, "limit": limit}
    rows = await ctx.database.read(_record_statement(ctx.database.dialect), values)
    return [LoggedRow(*row) for row in rows]


async def log_since(
    ctx: Ctx, ids: Sequence[str], since: datetime, limit: int
) -> Sequence[LoggedRow]:
    """Return what was changed of some records after a moment, the latest first."""
    values = {"records": list(ids), "since": since, "below": LAST, "limit": limit}
    rows = await ctx.database.read(_since_statement(ctx.database.dialect), values)
    return [LoggedRow(*row) for row in rows]


async def log_of_field(
    ctx: Ctx, field: Field, id: str, *, below: int, limit: int
) -> Sequence[LoggedRow]:
    """Return the changes of one field of a record, and how the record was made."""
    key = log_key(field)
    statement = remember(
        ctx.registry, ("field log", key), lambda: _field_statement(ctx.database.dialect, key)
    )
    values = {"record": id, "below": below, "limit": limit}
    return [LoggedRow(*row) for row in await ctx.database.read(statement, values)]


def kept_field(ctx: Ctx, definition: ObjectDef, key: Any) -> Field:
    """Return a field that the actor may read and of which the log keeps a history, or raise
    Invalid naming `field`.
    """
    if not key:
        raise Invalid(errors=[FieldProblem("/field", "required", "This is required.")])
    path = resolve_path(ctx.registry, ctx.rights, definition, key, "/field")
    field = path.field
    if path.links or path.part is not None or field.system or not field.type.storage(field):
        message = "Of {field} no history is kept."
        values = {"field": field.spoken(ctx.locale)}
        raise Invalid(errors=[FieldProblem("/field", "no_history", message, values)])
    return field


def moment_of(ctx: Ctx, wire: Any, name: str, *, last: bool) -> datetime:
    """Read a moment, or a day as its first or `last` instant in the actor's zone; raise Invalid
    naming the parameter.
    """
    if wire is None or wire == "":
        raise Invalid(errors=[FieldProblem(f"/{name}", "required", "This is required.")])
    read = DateTimeType().operators(_MOMENT)["<=" if last else ">="].read
    try:
        found: datetime = read(_MOMENT, wire, environment(ctx))[0]
    except FieldError as error:
        problem = FieldProblem(f"/{name}", error.code, error.message, error.values)
        raise Invalid(errors=[problem]) from error
    return found
