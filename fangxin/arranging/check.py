"""What a layout may name: fields, lists and roles that are there; what a form may not leave out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from fangxin.arranging.body import fields_of
from fangxin.arranging.remembered import LAYOUTS
from fangxin.fields.base import Field
from fangxin.kernel import epoch
from fangxin.kernel.errors import FieldProblem, Forbidden, Invalid
from fangxin.kernel.ids import is_id
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import InArray, metadata
from fangxin.objects.custom import METADATA
from fangxin.objects.declare import Change

if TYPE_CHECKING:
    from fangxin.access.scope import Rights
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx
    from fangxin.objects.registry import ObjectDef, Registry

PERMISSION: Final = "admin.fields"
# the key of the object that a layout is of
OBJECT: Final = "applies_to"
FORM: Final = "form"
RECORD: Final = "record"
_OWNERS: Final = ("owner", "department")
_UNKNOWN: Final = "{object} has no field {key}."


def _find_roles() -> sa.Select[Any]:
    role = metadata.tables["role"].c
    # skip one-door: whether a role is there does not depend on who asks
    return sa.select(role.id).where(InArray(role.id, "ids"), role.deleted_at.is_(None))


_roles: Final = Prepared(_find_roles)


def placeable(field: Field) -> bool:
    """Tell whether a layout may show a field at all."""
    return not field.internal and field.key not in {"id", "version"}


def fillable(field: Field) -> bool:
    """Tell whether a form may ask for a field."""
    return not (field.read_only or field.system)


def telling(field: Field) -> bool:
    """Tell whether records can be of a type by this field: it holds one of few things."""
    single = field.type.groups and not field.computed
    return single and bool(field.options or field.target)


def needed(definition: ObjectDef) -> list[str]:
    """Return the fields that a form must ask for: required ones that nothing else fills.

    What a shipped object's own quick form leaves out is filled by the object itself.
    """
    shipped = set(definition.facts.layout.quick_create or definition.fields)
    return [
        each.key
        for each in definition.fields.values()
        if each.required
        and fillable(each)
        and each.default is None
        and (each.custom or each.key in shipped)
    ]


def standard_lists(registry: Registry, definition: ObjectDef) -> tuple[tuple[str, str], ...]:
    """Return the lists of records that point here, as (object, link): as declared, and those of
    links that an administrator made; else all of objects that have a place in navigation.
    """
    declared = definition.facts.layout.related
    made = tuple(
        (child.name, link.key)
        for child, link in _pointing(registry, definition)
        if _navigable(child, link) and (link.custom or not declared)
    )
    return (*declared, *made)


def _pointing(registry: Registry, definition: ObjectDef) -> Iterator[tuple[ObjectDef, Field]]:
    """Yield the links that lead here, to one record or to several."""
    yield from registry.children[definition.name]
    yield from registry.listing[definition.name]


def _navigable(child: ObjectDef, link: Field) -> bool:
    return child.facts.navigation is not None and not (link.system or link.key in _OWNERS)


def listable(registry: Registry, definition: ObjectDef) -> dict[tuple[str, str], ObjectDef]:
    """Return every list that a record page may show: the standard ones, and others that point
    here.
    """
    pointing = _pointing(registry, definition)
    more = [(child.name, link.key) for child, link in pointing if _navigable(child, link)]
    names = dict.fromkeys((*standard_lists(registry, definition), *more))
    found = ((name, registry.get(name[0])) for name in names)
    return {name: child for name, child in found if child is not None}


def _field_faults(
    definition: ObjectDef, place: str, body: Mapping[str, Any]
) -> Iterator[FieldProblem]:
    for at, key in fields_of(body):
        field = definition.fields.get(key)
        values = {"object": definition.name, "key": key[:80]}
        if field is None or not placeable(field):
            yield FieldProblem(f"/body{at}", "unknown_field", _UNKNOWN, values)
        elif place == FORM and not fillable(field):
            yield FieldProblem(f"/body{at}", "read_only", "{key} is not filled in a form.", values)
    if place == FORM:
        placed = {key for _, key in fields_of(body)}
        for key in needed(definition):
            if key not in placed:
                message = "{key} is required and has no default: the form must ask for it."
                yield FieldProblem("/body/tabs", "required", message, {"key": key})


def _related_faults(
    registry: Registry, definition: ObjectDef, place: str, body: Mapping[str, Any]
) -> Iterator[FieldProblem]:
    known = listable(registry, definition)
    for position, each in enumerate(body["related"]):
        at, name = f"/body/related/{position}", (each["object"], each["field"])
        if place != RECORD:
            message = "Related records are shown on record pages only."
            yield FieldProblem(at, "not_here", message)
        elif name not in known:
            message = "No list of {name} belongs to this object."
            values = {"name": ".".join(name)[:80]}
            yield FieldProblem(at, "unknown_list", message, values)
        else:
            for column, key in enumerate(each["columns"]):
                if key not in known[name].fields or not placeable(known[name].fields[key]):
                    values = {"object": known[name].name, "key": key[:80]}
                    at_column = f"{at}/columns/{column}"
                    yield FieldProblem(at_column, "unknown_field", _UNKNOWN, values)


def _type_faults(definition: ObjectDef, given: Mapping[str, Any] | None) -> Iterator[FieldProblem]:
    if given is None:
        return
    field, values = definition.fields.get(given["field"]), {"key": given["field"][:80]}
    if field is None:
        values["object"] = definition.name
        yield FieldProblem("/record_type/field", "unknown_field", _UNKNOWN, values)
        return
    if not telling(field):
        message = "{key} is neither a choice nor a link."
        yield FieldProblem("/record_type/field", "wrong_type", message, values)
        return
    options = {each.key for each in field.options}
    for position, value in enumerate(given["values"]):
        if value not in options if options else not is_id(value):
            message = "{value} is not a value of {key}."
            values = {"value": value[:80], "key": field.key}
            yield FieldProblem(f"/record_type/values/{position}", "not_an_option", message, values)


def body_faults(
    registry: Registry, definition: ObjectDef, place: str, body: Mapping[str, Any]
) -> list[FieldProblem]:
    """Return all that is wrong with a body on this place of an object."""
    fields = _field_faults(definition, place, body)
    return [*fields, *_related_faults(registry, definition, place, body)]


async def _role_faults(tx: Tx, ids: Sequence[str]) -> list[FieldProblem]:
    rows = await tx.fetch(_roles(tx.dialect), {"ids": list(ids)}) if ids else []
    known = {row[0] for row in rows}
    return [
        FieldProblem(f"/roles/{position}", "unknown_role", "There is no role {id}.", {"id": each})
        for position, each in enumerate(ids)
        if each not in known
    ]


async def _faults(ctx: Ctx, tx: Tx, change: Change) -> list[FieldProblem]:
    moved = change.changes(OBJECT) or change.changes("place")
    bodied, typed = moved or change.changes("body"), moved or change.changes("record_type")
    found: list[FieldProblem] = []
    name, place = str(change.get(OBJECT)), change.get("place")
    definition = ctx.registry.get(name)
    if definition is None and (bodied or typed):
        message, values = "There is no object {name}.", {"name": name[:80]}
        found.append(FieldProblem(f"/{OBJECT}", "unknown_object", message, values))
    if definition is not None and bodied:
        found += body_faults(ctx.registry, definition, place, change.get("body"))
    if definition is not None and typed:
        found += _type_faults(definition, change.get("record_type"))
    if change.changes("roles"):
        found += await _role_faults(tx, change.get("roles") or ())
    return found


async def check_layouts(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Refuse who may not administer fields, and what names things that are not there.

    Only what changes is looked at: a field that went afterwards does not keep a layout from being
    renamed, removed or restored.
    """
    rights: Rights = ctx.rights
    if not rights.allows(PERMISSION):
        raise Forbidden("Only who may administer fields can change layouts.", code="admin_fields")
    for change in changes:
        if change.verb in {"create", "update"}:
            problems = await _faults(ctx, tx, change)
            if problems:
                raise Invalid(errors=problems)


async def prepare_layouts(ctx: Ctx, _tx: Tx, changes: Sequence[Change]) -> None:
    """Store the object by its name, whichever word it was given by."""
    for change in changes:
        found = ctx.registry.get(change.values.get(OBJECT) or "")
        if found is not None:
            change.values[OBJECT] = found.name


async def after_layouts(_ctx: Ctx, tx: Tx, _changes: Sequence[Change]) -> None:
    """Make every worker read the layouts anew, and tell the browsers."""
    await epoch.bump(tx, LAYOUTS)
    await epoch.bump(tx, METADATA)
