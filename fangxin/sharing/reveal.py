"""Showing what is masked, for those who may, and the register of who looked at what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, Final

import sqlalchemy as sa
from msgspec import Meta, Struct

from fangxin.access.contexts import unmasked
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import FieldProblem, Forbidden, Invalid
from fangxin.kernel.i18n import translate
from fangxin.kernel.ids import new_id
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.quotas import Quota, spend
from fangxin.kernel.sql import Id, Timestamp, metadata
from fangxin.objects.registry import ObjectDef
from fangxin.records.reading import get
from fangxin.sharing.registers import Register

PERMISSION: Final = "reveal"
# in place of a field: that somebody was told that the record is there (merging/known.py)
LOOK_UP: Final = "look_up"
REGISTER: Final = "admin.users"
# nobody needs to look up more by hand, and a program must not empty the house
QUOTAS: Final = (Quota(30, timedelta(minutes=1)), Quota(300, timedelta(hours=24)))

read_log: Final = sa.Table(
    "read_log",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("at", Timestamp(), nullable=False),
    sa.Column("user_id", Id(), nullable=False),
    sa.Column("object", sa.Text(), nullable=False),
    sa.Column("record_id", Id(), nullable=False),
    sa.Column("field", sa.Text(), nullable=False),
    sa.Index("ix_read_log_at", "at", "id"),
)


class Reveal(Struct, forbid_unknown_fields=True):
    """The keys of masked fields to be shown."""

    fields: Annotated[list[str], Meta(min_length=1, max_length=20)]


_insert: Final = Prepared(
    lambda: sa.insert(read_log).values({c.name: sa.bindparam(c.name) for c in read_log.c})
)
_register: Final = Register("read log", tuple(read_log.c), "at", ["user", "record"])


async def reveal(ctx: Ctx, word: str, id_: str, keys: Sequence[str]) -> dict[str, Any]:
    """Return {"values": {key: value}} of masked fields of a record that the actor sees; the
    register has it before he does.

    Raises NotFound, Forbidden without the permission, TooMany, Invalid for what is not masked.
    """
    await get(ctx, word, id_, ["id"])
    if not ctx.rights.allows(PERMISSION):
        raise Forbidden("Your role does not allow you to see masked values.")
    definition: ObjectDef = ctx.registry[word]
    sights = ctx.rights.readable(definition)
    problems = [
        FieldProblem(f"/fields/{index}", "not_masked", "No masked field has this key.")
        for index, key in enumerate(keys)
        if sights.get(key) != "masked"
    ]
    if problems:
        raise Invalid(errors=problems)
    await spend(ctx.database, f"reveal:{ctx.actor.id}", ctx.clock(), QUOTAS)
    await note(ctx, [(definition.name, id_, key) for key in dict.fromkeys(keys)])
    found = await get(unmasked(ctx), word, id_, list(keys))
    return {"values": {key: found[key] for key in keys}}


async def note(ctx: Ctx, looks: Sequence[tuple[str, str, str]]) -> None:
    """Write into the register what the actor is about to be told: (object, record id, field or
    LOOK_UP).
    """
    shared = {"at": ctx.clock(), "user_id": ctx.actor.id}
    rows = [
        {"id": new_id(), **shared, "object": name, "record_id": id_, "field": key}
        for name, id_, key in looks
    ]

    async def unit(tx: Tx) -> None:
        await tx.execute_many(_insert(tx.dialect), rows)

    await ctx.database.write(unit)


async def register(ctx: Ctx, cursor: str | None, limit: int) -> dict[str, Any]:
    """Return {"items": [{"id", "at", "user", "record", "field", "label"}], "next"}, the latest
    first; Forbidden unless the actor administers users.
    """
    if not ctx.rights.allows(REGISTER):
        raise Forbidden
    return await _register.page(ctx, cursor, limit, _item)


def _item(ctx: Ctx, row: Sequence[Any]) -> dict[str, Any]:
    id_, at, user, name, record, key = row
    definition = ctx.registry.get(name)
    field = None if definition is None else definition.fields.get(key)
    return {
        "id": id_,
        "at": at,
        "user": {"id": user, "name": None, "object": "user"},
        "record": {"id": record, "name": None, "object": name},
        "field": key,
        "label": _label(ctx, key) if field is None else field.spoken(ctx.locale),
    }


def _label(ctx: Ctx, key: str) -> str:
    return translate(ctx.locale, "Known already? (half hidden)") if key == LOOK_UP else key
