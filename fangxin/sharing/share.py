"""Sharing one record with people, roles or departments, to read or to edit, for a time or for good.

The list stands in the record itself: a share is a change like any other, versioned, logged, told
on the timeline, undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct

from fangxin.access.contexts import elevated
from fangxin.access.scope import shares_any
from fangxin.access.shares import PERMISSION
from fangxin.fields.dates import LATEST
from fangxin.fields.settings import SHARES
from fangxin.kernel.clock import stored_to_wire, to_stored
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import (
    Conflict,
    FieldError,
    FieldProblem,
    Forbidden,
    Invalid,
    NotFound,
)
from fangxin.kernel.ids import is_id
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records.engine import check_id, require, run_unit, write_many
from fangxin.records.reading import get, get_many, name_references, visible_ids
from fangxin.records.sharing import unlent

MOST: Final = 100
PART: Final = 40


class Holder(Struct, forbid_unknown_fields=True):
    """With whom: a user, all who have a role, or all in a department and below it."""

    object: Literal["user", "role", "department"]
    id: str


class Share(Struct, forbid_unknown_fields=True, rename={"holder": "with"}):
    """One share; `until` ends it by itself, `part` says what the holder does with the record."""

    holder: Holder
    level: Literal["read", "edit"] = "read"
    until: datetime | None = None
    part: Annotated[str, Meta(max_length=PART)] | None = None


class Sharing(Struct, forbid_unknown_fields=True):
    """All shares of a record, in place of what was there; `version` as in an update."""

    shares: list[Share]
    version: int | None = None


async def shares(ctx: Ctx, word: str, id_: str) -> dict[str, Any]:
    """Return {"shares": [{"with", "level", "until", "part", "over"}], "version", "may_share"} of a
    record that the actor sees, or raise NotFound. `over` tells that its time has passed.
    """
    await get(ctx, word, id_, ["id"])
    definition: ObjectDef = ctx.registry[word]
    (found,) = await get_many(elevated(ctx), definition, [id_], ["version", SHARES])
    now = to_stored(ctx.clock())
    items = [
        {
            **each,
            "with": dict(each["with"]),
            "until": each["until"] and stored_to_wire(each["until"]),
            "over": each["until"] is not None and each["until"] <= now,
        }
        for each in found[SHARES] or ()
    ]
    await name_references(ctx, ["items"], [{"items": items}], ctx.database.read)
    return {
        "shares": items,
        "version": found["version"],
        "may_share": await may_share(ctx, definition, id_),
    }


async def may_share(ctx: Ctx, definition: ObjectDef, id_: str) -> bool:
    """Tell whether the actor may share a record: he holds the permission, and may edit it without
    its being lent to him.
    """
    if not shares_any(ctx.rights, definition):
        return False
    return id_ in await visible_ids(unlent(ctx), definition.name, [id_], "update")


async def share(ctx: Ctx, word: str, id_: str, wanted: Sharing) -> dict[str, Any]:
    """Put `wanted` in place of a record's shares and return them as `shares` does; none of them to
    who does not see the record any more.

    Raises Forbidden without the permission or the right to edit, Forbidden `lent` for what he may
    edit because it is lent to him, Conflict `stale` when `version` is
    not the record's, Conflict `open_to_all` for what everybody sees anyway.
    """
    definition = require(ctx, word, "update")
    check_id(id_)
    if not ctx.rights.allows(PERMISSION):
        raise Forbidden("Your role does not allow you to share records.")
    if definition.facts.open_to_all:
        raise Conflict("Everybody sees this already.", code="open_to_all")
    _check(ctx, wanted.shares)
    value = [_stored(each) for each in wanted.shares] or None

    async def unit(tx: Tx) -> int | None:
        await _check_holders(ctx, tx, wanted.shares)
        change = Change(definition.name, id_, "update", {SHARES: value}, version=wanted.version)
        await write_many(ctx, tx, definition.name, "update", [change])
        return change.version

    version = await run_unit(ctx, unit)
    try:
        return await shares(ctx, word, id_)
    except NotFound:
        # he ended the share by which he saw it
        return {"shares": [], "version": version, "may_share": False}


def _stored(each: Share) -> dict[str, Any]:
    part = (each.part or "").strip() or None
    holder = {"object": each.holder.object, "id": each.holder.id, "name": None}
    until = to_stored(each.until) if each.until else None
    return {"with": holder, "level": each.level, "until": until, "part": part}


def _check(ctx: Ctx, wanted: Sequence[Share]) -> None:
    problems = []
    seen: set[str] = set()
    for index, each in enumerate(wanted):
        place = f"/shares/{index}"
        if each.until is not None and (error := _fault_of(each.until, ctx.clock())):
            problems.append(error.at(f"{place}/until"))
        if not is_id(each.holder.id):
            text = "The id of a record is needed here."
            problems.append(FieldProblem(f"{place}/with/id", "not_an_id", text))
        if each.holder.id in seen:
            text = "It is shared with them already."
            problems.append(FieldProblem(f"{place}/with/id", "twice", text))
        seen.add(each.holder.id)
    if len(wanted) > MOST:
        text = "At most {limit} values are allowed."
        problems.append(FieldProblem("/shares", "too_many", text, {"limit": MOST}))
    if problems:
        raise Invalid(errors=problems)


def _fault_of(until: datetime, now: datetime) -> FieldError | None:
    if until.tzinfo is None:
        return FieldError("bad_moment", "A moment needs its offset from UTC.")
    if until <= now:
        return FieldError("past", "This moment has passed.")
    if until.date() > LATEST:
        return FieldError("too_late", "No day after {day} is taken.", day=LATEST.isoformat())
    return None


async def _check_holders(ctx: Ctx, tx: Tx, wanted: Sequence[Share]) -> None:
    """Refuse whom the actor may not see: they are not there for him."""
    problems = []
    for name in {each.holder.object for each in wanted}:
        ids = [each.holder.id for each in wanted if each.holder.object == name]
        found = await get_many(ctx, ctx.registry[name], ids, ["id"], tx.fetch)
        there = {item["id"] for item in found}
        problems += [
            FieldProblem(f"/shares/{index}/with/id", "not_found", "This record does not exist.")
            for index, each in enumerate(wanted)
            if each.holder.object == name and each.holder.id not in there
        ]
    if problems:
        raise Invalid(errors=problems)
