"""What the actions of documents share: moving a record to another state, and saying why not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from fangxin.access.contexts import elevated
from fangxin.kernel.clock import today
from fangxin.kernel.errors import Conflict
from fangxin.kernel.ids import is_id
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records import change as store
from fangxin.records.engine import write_many

if TYPE_CHECKING:
    from datetime import date

    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx

Values = dict[str, Any]


def in_state(*states: str) -> Mapping[str, Any]:
    """Return the filter of records in one of these states."""
    return {"field": "state", "op": "in", "value": list(states)}


def refusing(message: str) -> Callable[..., Awaitable[Conflict]]:
    """Make the refusal of an action whose record is in another state; `message` is a msgid that
    names the way out.
    """

    async def refuse(_ctx: Ctx, _tx: Tx, _definition: ObjectDef, _record: Values) -> Conflict:
        return Conflict(message, code="action_not_possible")

    return refuse


def day_of(ctx: Ctx) -> date:
    """Return today."""
    return today(ctx.timezone, ctx.clock())


async def change_record(
    ctx: Ctx, tx: Tx, definition: ObjectDef, record: Values, **values: Any
) -> None:
    """Write values of a record that an action has locked."""
    change = Change(definition.name, record["id"], "update", values, version=record["version"])
    await write_many(ctx, tx, definition.name, "update", [change])


async def lock_linked(ctx: Ctx, tx: Tx, object_: str, id_: str | None) -> Values | None:
    """Lock what a record links to and return its values, or None where there is nothing (any
    more). It is the action's to follow, so the actor's own rights on it do not matter.
    """
    if id_ is None or not is_id(id_):
        return None
    row = (await store.load(elevated(ctx), tx, ctx.registry[object_], [id_], "update")).get(id_)
    return row.values if row is not None and not row.deleted else None
