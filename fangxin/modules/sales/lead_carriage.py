"""What a lead hands on when it is converted: values that its successors have fields for, as far as
the actor may read the one and write the other; and everything that is about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from fangxin.access.contexts import elevated
from fangxin.fields.base import Field
from fangxin.fields.link import Reference
from fangxin.kernel.errors import FieldError
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records.engine import write_many
from fangxin.records.reading import environment, find_ids

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx

# what has another meaning at the successor, or is settled by the conversion itself
_OWN: Final = frozenset(
    {"name", "owner", "department", "status", "account", "contact", "opportunity", "description"}
)
SLICE: Final = 500


def carried(
    ctx: Ctx,
    lead: ObjectDef,
    target: ObjectDef,
    record: Mapping[str, Any],
    renamed: Mapping[str, str],
) -> dict[str, Any]:
    """Return the values of `target` that a lead gives: fields with the same key and type, shipped
    or custom, and those of `renamed` (target's key: lead's key).
    """
    pairs = {key: key for key in lead.fields if key not in _OWN} | dict(renamed)
    values = {
        key: _converted(ctx, lead.fields[source], target.fields[key], record.get(source))
        for key, source in pairs.items()
        if key in target.fields and _may_pass(ctx, lead, target, source, key)
    }
    return {key: value for key, value in values.items() if value is not None}


def _may_pass(ctx: Ctx, lead: ObjectDef, target: ObjectDef, source: str, key: str) -> bool:
    there = target.fields[key]
    return (
        ctx.rights.readable(lead).get(source) == "full"
        and key in ctx.rights.editable(target)
        and not (there.read_only or there.system or there.unique)
    )


def _converted(ctx: Ctx, source: Field, target: Field, value: Any) -> Any:
    """Return a value as the other field reads it, None where it does not fit."""
    if value is None or source.type.name != target.type.name or source.target != target.target:
        return None
    try:
        wire = source.type.write(source, source.type.store(source, value))
        return target.type.read(target, wire, environment(ctx))
    except FieldError:
        return None


async def move_what_is_about(
    ctx: Ctx, tx: Tx, lead: ObjectDef, id_: str, target: tuple[str, str]
) -> None:
    """Let activities, tasks, files and whatever else points to the lead by a link to any record
    point to `target` (object, id).

    Whose they are does not matter: they go where the lead goes.
    """
    here = elevated(ctx)
    for definition in ctx.registry.objects.values():
        for field in definition.fields.values():
            if field.type.references and not field.read_only:
                await _move(here, tx, definition, field.key, Reference(lead.name, id_), target)


async def _move(
    ctx: Ctx, tx: Tx, definition: ObjectDef, key: str, old: Reference, new: tuple[str, str]
) -> None:
    tree = {"field": key, "op": "is", "value": old.id}
    while found := await find_ids(ctx, definition, tree, limit=SLICE, fetch=tx.fetch):
        changes = [
            Change(definition.name, id_, "update", {key: Reference(*new)}) for id_, _ in found
        ]
        await write_many(ctx, tx, definition.name, "update", changes)
