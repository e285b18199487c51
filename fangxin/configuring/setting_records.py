"""Records that are settings, brought to what a file says by the engine's own writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fangxin.configuring.compare import Difference
from fangxin.configuring.design import Faults, wanted
from fangxin.configuring.portray import Portrait, carried_fields
from fangxin.configuring.references import References, names_kind, settings_of
from fangxin.fields.base import Field
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import FieldError, FieldProblem, Invalid, NotFound
from fangxin.kernel.ids import new_id
from fangxin.kernel.sql import Statement
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records.engine import write_many
from fangxin.records.reading import environment
from fangxin.records.validate import accept

_NOTHING: Final = Statement("SELECT 1", (), {}, (), ())


async def apply_records(
    ctx: Ctx, tx: Tx, here: Portrait, found: list[Difference], faults: Faults
) -> None:
    """Make and change records, each kind after those that it points to."""
    kinds = settings_of(ctx.registry)
    known = {each.name for each in kinds}
    for each in found:
        if each.address[1] not in known:
            with faults.at(each.pointer):
                message = "{name} is no kind of settings that a file carries."
                raise NotFound(message, code="unknown_kind", values={"name": each.address[1]})
    for definition in kinds:
        own = [each for each in found if each.address[1] == definition.name]
        new = [each for each in own if each.change == "added"]
        for each in new:
            here.references.add(definition.name, each.address[2], new_id())
        for each in new:
            with faults.at(each.pointer):
                await _create(ctx, tx, definition, each, here.references)
        for each in own:
            with faults.at(each.pointer):
                await _complete(ctx, tx, definition, each, here.references)


def _inward(
    definition: ObjectDef, given: Mapping[str, Any], references: References
) -> dict[str, Any]:
    """Return the properties of an item as the API takes them, with ids for keys."""
    fields = {field.key: field for field in carried_fields(definition)}
    body: dict[str, Any] = {}
    faults: list[FieldProblem] = []
    for key, value in given.items():
        field = fields.get(key)
        try:
            body[key] = value if field is None else _id_or_plain(field, value, references)
        except FieldError as error:
            faults.append(error.at(f"/{key}"))
    if faults:
        raise Invalid(errors=faults)
    return body


def _id_or_plain(field: Field, value: Any, references: References) -> Any:
    if value is None or field.target is None:
        return references.inward(value)
    return references.id_of(field.target, value)


def _points_inside(definition: ObjectDef, key: str, value: Any) -> bool:
    """Tell whether a property names records of its own kind, which may come after it."""
    field = definition.fields.get(key)
    if field is not None and field.target == definition.name:
        return True
    return names_kind(value, definition.name)


async def _create(
    ctx: Ctx, tx: Tx, definition: ObjectDef, each: Difference, references: References
) -> None:
    given = {
        key: value
        for key, value in wanted(each).items()
        if value is not None and not _points_inside(definition, key, value)
    }
    values = _accepted(ctx, definition, _inward(definition, given, references))
    id_ = references.ids[definition.name, each.address[2]]
    change = Change(definition.name, id_, "create", values)
    await write_many(ctx, tx, definition.name, "create", [change])
    await _settle(tx)


async def _complete(
    ctx: Ctx, tx: Tx, definition: ObjectDef, each: Difference, references: References
) -> None:
    """Write what is still another than the file says: a default, a link to a record made since."""
    id_ = references.ids[definition.name, each.address[2]]
    given = wanted(each)
    # a name and its forms in each language belong together (fields/named.py)
    spoken = [each for each in (definition.facts.names, definition.facts.title) if each]
    if definition.facts.names is not None and any(key in given for key in spoken):
        given |= {key: each.item[key] for key in spoken if key in each.item}
    body = _inward(definition, given, references)
    change = Change(definition.name, id_, "update", _accepted(ctx, definition, body))
    await write_many(ctx, tx, definition.name, "update", [change])
    await _settle(tx)


def _accepted(ctx: Ctx, definition: ObjectDef, body: Mapping[str, Any]) -> dict[str, Any]:
    return accept(ctx, definition, body, environment(ctx))


async def _settle(tx: Tx) -> None:
    """Let what was put off be written now, so that a refusal is told at its own place."""
    await tx.fetch_one(_NOTHING, {})


async def remove_records(
    ctx: Ctx, tx: Tx, here: Portrait, found: list[Difference], faults: Faults
) -> None:
    """Move records into the recycle bin, those that point to others first."""
    for definition in reversed(settings_of(ctx.registry)):
        own = [each for each in found if each.address[1] == definition.name]
        # what lies below goes before what it lies in
        for each in reversed(own):
            with faults.at(each.pointer):
                id_ = here.references.ids[definition.name, each.address[2]]
                change = Change(definition.name, id_, "delete", {})
                await write_many(ctx, tx, definition.name, "delete", [change])
                await _settle(tx)
