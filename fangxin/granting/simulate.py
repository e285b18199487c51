"""What a changed role would give and take, before it is saved: how many records its users see,
change and delete now and then, and which fields come into sight or go out of it. Nothing is
written.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

import sqlalchemy as sa
from msgspec import Meta, Struct
from sqlalchemy.sql import ColumnElement

from fangxin.access.contexts import Installed, context_for_user, elevated
from fangxin.access.roles import ADMINISTRATOR, read_field_rules, read_grants
from fangxin.access.scope import (
    Rights,
    build_rights,
    cascade_links,
    effective_scope,
    predicate,
    scope_values,
)
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import Conflict, FieldError, FieldProblem, Forbidden, Invalid
from fangxin.kernel.ids import is_id
from fangxin.kernel.sql import compile_statement
from fangxin.objects.registry import ObjectDef
from fangxin.records.reading import count, find, get_many, names_of

PERMISSION: Final = "admin.roles"
ACTIONS: Final = ("read", "update", "delete")
# each is a walk through the records of every object that the change touches
USERS: Final = 5
MOST: Final = 20
SECONDS: Final = 20.0


class RoleDraft(Struct, forbid_unknown_fields=True):
    """A role as it would be; what is left out stays as it is. `users` are those to look at."""

    role: str
    grants: dict[str, Any] | None = None
    field_rules: dict[str, Any] | None = None
    users: Annotated[list[str], Meta(max_length=MOST)] = []


@dataclass(frozen=True)
class _Pair:
    """The rights of one user, as they are and as they would be."""

    ctx: Ctx
    then: Rights


async def simulate(installation: Installed, ctx: Ctx, draft: RoleDraft) -> dict[str, Any]:
    """Return {"objects", "fields", "users", "of", "complete"}.

    `objects`: {"object", "label", "counts": [{"user", "read" | "update" | "delete": {"before",
    "after", "gained", "lost"}}]} of each object whose records the change touches; `fields`:
    {"object", "object_label", "field", "label", "before", "after", "edit_before", "edit_after"} of
    each field that it touches; `of` says how many active users the role has, of whom `users` were
    looked at. `complete` is false where counting took so long that objects were left out.

    Raises Forbidden, Invalid, and Conflict for the administrators' role.
    """
    if not ctx.rights.allows(PERMISSION):
        raise Forbidden
    role_id = draft.role
    role = await _role(ctx, role_id)
    grants = _read(read_grants, draft.grants, role["grants"], "/grants")
    rules = _read(read_field_rules, draft.field_rules, role["field_rules"], "/field_rules")
    people, of = await _users(ctx, role_id, draft.users)
    cascades = dict.fromkeys(ctx.rights.cascades, True)
    before, after = (
        build_rights(role_id, admin=False, grants=each, field_rules=other, cascades=cascades)
        for each, other in ((role["grants"], role["field_rules"]), (grants, rules))
    )
    pairs = []
    for person in people:
        held = await context_for_user(installation, person["id"], ctx.source)
        pairs.append(_Pair(held, _as_held(after, held.rights)))
    objects, complete = await _objects(ctx, before, after, pairs)
    return {
        "objects": objects,
        "fields": _fields(ctx, before, after),
        "users": people,
        "of": of,
        "complete": complete,
    }


async def _role(ctx: Ctx, role_id: str) -> dict[str, Any]:
    keys = ["key", "grants", "field_rules"]
    ids = [role_id] if is_id(role_id) else []
    found = await get_many(elevated(ctx), ctx.registry["role"], ids, keys)
    if not found:
        message = "This record does not exist."
        raise Invalid(errors=[FieldProblem("/role", "not_found", message)])
    role = found[0]
    if role["key"] == ADMINISTRATOR:
        raise Conflict("The administrators' role stays as it is.", code="role_fixed")
    return role


def _read(read: Callable[[Any], Any], drafted: Any, stored: Any, pointer: str) -> Any:
    try:
        return (stored or {}) if drafted is None else read(drafted)
    except FieldError as error:
        raise Invalid(errors=[error.at(pointer)]) from error


async def _users(ctx: Ctx, role_id: str, wanted: Sequence[str]) -> tuple[list[dict[str, Any]], int]:
    """Return some active users of the role, of those whom the asker sees, and how many there are in
    all.
    """
    if not all(map(is_id, wanted)):
        message = "The id of a record is needed here."
        raise Invalid(errors=[FieldProblem("/users", "not_an_id", message)])
    tree: list[Any] = [
        {"field": "role", "op": "is", "value": role_id},
        {"field": "active", "op": "is", "value": True},
    ]
    all_ = {"all": tree}
    if wanted:
        all_ = {"all": [*tree, {"field": "id", "op": "in", "value": [*wanted]}]}
    limit = MOST if wanted else USERS
    here = elevated(ctx)
    page = await find(here, "user", filter=all_, sort="name", fields=["name"], limit=limit)
    names = await names_of(ctx, "user", [item["id"] for item in page.items])
    people = [{"id": id_, "name": names[id_], "object": "user"} for id_ in names]
    of = await count(here, "user", filter={"all": tree})
    return sorted(people, key=lambda each: str(each["name"])), of


def _as_held(rights: Rights, held: Rights) -> Rights:
    """Return rights as they would be in the hands of who holds `held`."""
    return replace(
        rights,
        scope_from=held.scope_from,
        scope_to=held.scope_to,
        shared=held.shared,
        holders=held.holders,
        rules=held.rules,
        mark="then_",
    )


def _touched(ctx: Ctx, before: Rights, after: Rights) -> list[ObjectDef]:
    """Return the objects whose records come into sight or go out of it, by their own grants or by
    those of what lends sight of them.
    """
    every = ctx.registry.objects.values()
    found = {
        each.name
        for each in every
        for action in ACTIONS
        if effective_scope(before, each, action) != effective_scope(after, each, action)
    }
    grew = bool(found)
    while grew:
        lent = {
            each.name
            for each in every
            if after.scope(each.name, "read").kind not in {"all", "none"}
            for link in cascade_links(after, each)
            if link.target is None or link.target in found
        }
        grew = not lent <= found
        found |= lent
    return [each for each in every if each.name in found]


async def _objects(
    ctx: Ctx, before: Rights, after: Rights, pairs: Sequence[_Pair]
) -> tuple[list[dict[str, Any]], bool]:
    end = time.monotonic() + SECONDS
    found: list[dict[str, Any]] = []
    for definition in _touched(ctx, before, after):
        counts = []
        for pair in pairs:
            if time.monotonic() > end:
                return found, False
            counts.append({"user": pair.ctx.actor.id, **await _count(pair, definition)})
        label = definition.plural(ctx.locale)
        found.append({"object": definition.name, "label": label, "counts": counts})
    return found, True


async def _count(pair: _Pair, definition: ObjectDef) -> dict[str, dict[str, int]]:
    """Return for each action how many records now and then, gained and lost."""
    table, registry = definition.table, pair.ctx.registry

    def held(rights: Rights, action: str) -> ColumnElement[bool]:
        condition = predicate(rights, registry, definition, table, action)
        return sa.true() if condition is None else sa.func.coalesce(condition, sa.false())

    columns = []
    for action in ACTIONS:
        now, then = held(pair.ctx.rights, action), held(pair.then, action)
        asked = (now, then, sa.and_(then, sa.not_(now)), sa.and_(now, sa.not_(then)))
        columns += [sa.func.coalesce(sa.func.sum(sa.case((e, 1), else_=0)), 0) for e in asked]
    named = [column.label(f"c{index}") for index, column in enumerate(columns)]
    # skip one-door: numbers alone, by the predicates of those whose role it is
    made = sa.select(*named).where(table.c.deleted_at.is_(None), *definition.where(table))
    values = {**scope_values(pair.ctx), **pair.then.chosen}
    database = pair.ctx.database
    (row,) = await database.read(compile_statement(made, database.dialect), values)
    words = ("before", "after", "gained", "lost")
    return {
        action: {word: int(row[4 * place + at]) for at, word in enumerate(words)}
        for place, action in enumerate(ACTIONS)
    }


def _fields(ctx: Ctx, before: Rights, after: Rights) -> list[dict[str, Any]]:
    found = []
    for definition in ctx.registry.objects.values():
        scopes = (each.scope(definition.name, "read").kind for each in (before, after))
        if all(kind == "none" for kind in scopes):
            continue
        seen = [each.readable(definition) for each in (before, after)]
        edited = [each.editable(definition) for each in (before, after)]
        for key, field in definition.fields.items():
            sights = [each.get(key, "none") for each in seen]
            edits = [key in each for each in edited]
            if sights[0] != sights[1] or edits[0] != edits[1]:
                found.append(
                    {
                        "object": definition.name,
                        "object_label": definition.plural(ctx.locale),
                        "field": key,
                        "label": field.spoken(ctx.locale),
                        **dict(zip(("before", "after"), sights, strict=True)),
                        **dict(zip(("edit_before", "edit_after"), edits, strict=True)),
                    }
                )
    return found
