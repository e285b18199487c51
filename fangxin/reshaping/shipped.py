"""Encrypted field: a shipped field that an administrator has had encrypted.

The record is the switch. Making it starts the same job as for custom fields; there is no way back,
since a shipped field cannot be given its type anew in a column of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from sqlalchemy.orm import Mapped

from fangxin.customizing.configuration import Configuration, move_definitions
from fangxin.customizing.customize import SEAL_JOB
from fangxin.customizing.definition import Faults, check_readers
from fangxin.fields.base import Field
from fangxin.kernel.errors import Conflict, FieldProblem, Forbidden, Invalid
from fangxin.objects.declare import Change, Layout, ObjectFacts, Record, text
from fangxin.objects.plain import plain_because
from fangxin.objects.registry import ObjectDef
from fangxin.reshaping.convert import check_filters
from fangxin.reshaping.uses import refuse_asked
from fangxin.sealing.bound import bound
from fangxin.sealing.seal_anew import SEARCHED
from fangxin.sealing.shipped import encrypted

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx

_PERMISSION: Final = "admin.fields"


async def name_fields(ctx: Ctx, _tx: Tx, changes: Sequence[Change]) -> None:
    """Name each by its object and field; an object may be given by its path."""
    for change in changes:
        definition = ctx.registry.get(str(change.values.get("of_object")))
        if definition is not None:
            change.values["of_object"] = definition.name
        if change.verb == "create":
            change.values["name"] = f"{change.get('of_object')}.{change.get('field')}"


async def check_fields(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Refuse fields that must stay plain, and that any of them is given back."""
    if not ctx.rights.allows(_PERMISSION):
        raise Forbidden
    seen: set[str] = set()
    for change in changes:
        if change.verb == "create":
            definition, field = _asked(ctx, change)
            name = str(change.get("name"))
            if field.encrypted or name in seen:
                message = "This field is encrypted already."
                raise Conflict(message, code="settled")
            seen.add(name)
            await _check(ctx, tx, definition, field)
        elif change.verb != "update" or change.changes("of_object") or change.changes("field"):
            message = "A shipped field that was encrypted stays so: its log is sealed with it."
            raise Conflict(message, code="stays_encrypted")


def _asked(ctx: Ctx, change: Change) -> tuple[ObjectDef, Field]:
    """Return the object and field that a change names, or raise Invalid."""
    word, key = str(change.get("of_object")), str(change.get("field"))
    definition = ctx.registry.get(word)
    if definition is None:
        message, values = "There is no object {name}.", {"name": word[:80]}
        raise Invalid(errors=[FieldProblem("/of_object", "unknown_object", message, values)])
    field = definition.fields.get(key)
    if field is None:
        message, values = "There is no field {name}.", {"name": key[:80]}
        raise Invalid(errors=[FieldProblem("/field", "unknown_field", message, values)])
    because = plain_because(definition.facts, field)
    if field.custom:
        message = "A custom field is encrypted where it is defined."
        because = ("custom", message)
    if because is not None and not field.encrypted:
        raise Invalid(errors=[FieldProblem("/field", *because)])
    return definition, field


async def _check(ctx: Ctx, tx: Tx, definition: ObjectDef, field: Field) -> None:
    """See that nothing asks for more of the field than equal text."""
    made, faults = bound(encrypted(field), definition.name, ctx.services.keys), Faults()
    check_readers(made, definition, ctx.registry, "field", faults)
    everywhere = (each for other in ctx.registry.objects.values() for each in other.fields.values())
    for each in everywhere:
        if not each.custom and (definition.name, field.key) in each.reads:
            message = "The formula {field} reads this one and would no longer work."
            faults.add("field", "in_use", message, field=each.key)
    faults.check()
    check_filters(made, definition, ctx.registry)
    await refuse_asked(ctx, tx, definition, made)


async def start_sealing(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Make every worker store them encrypted from now on, and leave what is there to the job."""
    made = [change for change in changes if change.verb == "create"]
    if not made:
        return
    await move_definitions(ctx, tx)
    fields = [ctx.registry[change.get("of_object")].fields[change.get("field")] for change in made]
    searched = any(each.searchable for each in fields)
    await ctx.services.jobs.enqueue(tx, SEAL_JOB, {SEARCHED: searched})


class EncryptedField(Record):
    """One shipped field of one object. Whoever administers custom fields makes them."""

    __tablename__ = "encrypted_field"
    object = ObjectFacts(
        path="encrypted_fields",
        label="Encrypted field",
        label_plural="Encrypted fields",
        icon="shield",
        open_to_all=True,
        configuration=Configuration(key=("of_object", "field"), about="of_object"),
        prepare=name_fields,
        check=check_fields,
        after=start_sealing,
        layout=Layout(
            list=("name", "of_object", "field", "created_by", "created_at"),
            facts=("of_object", "field"),
            sections=(("details", "Details", ("of_object", "field")),),
            quick_create=("of_object", "field"),
            default_sort="name",
        ),
    )

    of_object: Mapped[str] = text("Object", required=True, max_length=60)
    field: Mapped[str] = text("Field", required=True, max_length=60)
