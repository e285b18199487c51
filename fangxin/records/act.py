"""Actions: verbs on a record that are more than an edit, each one change set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fangxin.fields.base import Environment
from fangxin.kernel.context import ChangeSet, Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import Conflict, FieldError, FieldProblem, Forbidden, Invalid, NotFound
from fangxin.kernel.i18n import translate
from fangxin.kernel.ids import new_id
from fangxin.objects.declare import Action
from fangxin.objects.registry import ObjectDef
from fangxin.records import change as store
from fangxin.records.engine import Stale, check_id, read_back, run_unit, with_current
from fangxin.records.reading import environment, find_ids, get_many, readable_object


def action_of(definition: ObjectDef, key: str) -> Action:
    """Return an action by key, or raise NotFound `unknown_action`."""
    for each in definition.facts.actions:
        if each.key == key:
            return each
    raise NotFound("There is no action {action}.", code="unknown_action", values={"action": key})


def read_params(action: Action, params: Any, env: Environment) -> dict[str, Any]:
    """Read an action's parameters by their fields, or raise Invalid naming each bad one."""
    given = params if isinstance(params, Mapping) else {}
    faults = [
        FieldProblem(
            f"/{key}", "unknown_field", "This action takes no {field}.", {"field": str(key)[:80]}
        )
        for key in given
        if all(key != field.key for field in action.params)
    ]
    values: dict[str, Any] = {}
    for field in action.params:
        wire = given.get(field.key)
        if wire is None:
            if field.required:
                faults.append(FieldProblem(f"/{field.key}", "required", "This field is required."))
            elif field.key in given:
                # said to be nothing, which is not the same as not said
                values[field.key] = None
            continue
        try:
            values[field.key] = field.type.read(field, wire, env)
        except FieldError as error:
            faults += error.all_at(f"/{field.key}")
    if faults:
        raise Invalid(errors=faults)
    return values


async def act(
    ctx: Ctx, object: str, id: str, key: str, params: Any, *, version: int | None = None
) -> dict[str, Any]:
    """Run an action on a record and return what it gives: the one record it made, the record as it
    is then, or what the action itself says. What was made stands by its key as well.
    """
    readable_object(ctx, object)
    definition: ObjectDef = ctx.registry[object]
    action = action_of(definition, key)
    check_id(id)
    values = read_params(action, params, environment(ctx))
    # a bulk action gathers many runs in one change set
    group = ctx.change_set or ChangeSet(
        new_id(), "action", definition.name, f"{definition.name}.{key}"
    )

    async def unit(tx: Tx) -> dict[str, Any]:
        inside = replace(ctx.within(group), request_key=None)
        record = await _loaded_for(inside, tx, definition, id, action, version)
        result = await action.run(inside, tx, definition, record, dict(values)) or {}
        if result and not action.makes:
            return dict(result)
        made = await _made(ctx, tx, action, result)
        if action.makes_one is not None:
            return {**made[action.makes_one.key], **made}
        return {**await read_back(ctx, tx, definition, id, record["version"]), **made}

    try:
        done: dict[str, Any] = await run_unit(ctx, unit)
    except Stale as error:
        raise await with_current(ctx, definition, id, {}, error) from error
    return done


async def _made(ctx: Ctx, tx: Tx, action: Action, ids: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an action has made, as far as the actor may see it, by key."""
    shown: dict[str, Any] = {}
    for each in action.makes:
        wanted = ids[each.key] if each.many else [ids[each.key]]
        seen = await get_many(ctx, ctx.registry[each.object], wanted, None, tx.fetch)
        found = {item["id"]: item for item in seen}
        records = [found.get(id_, {"id": id_}) for id_ in wanted]
        shown[each.key] = records if each.many else records[0]
    return shown


async def _loaded_for(
    ctx: Ctx, tx: Tx, definition: ObjectDef, id: str, action: Action, version: int | None
) -> dict[str, Any]:
    """Lock the record of an action and check sight, right, version and the action's own
    condition.
    """
    row = (await store.load(ctx, tx, definition, [id], action.right)).get(id)
    if row is None or not row.seen or row.deleted:
        raise NotFound
    if not row.allowed:
        raise Forbidden
    if version is not None and version != row.version:
        raise Stale(row.values)
    if action.when is not None and not await meets(ctx, tx, definition, id, action.when):
        if action.refuse is not None:
            raise await action.refuse(ctx, tx, definition, row.values)
        raise Conflict(
            "{action} is not possible in the record's present state.",
            code="action_not_possible",
            values={"action": translate(ctx.locale, action.label)},
        )
    return dict(row.values)


async def meets(ctx: Ctx, tx: Tx, definition: ObjectDef, id: str, tree: Any) -> bool:
    """Tell whether a record meets a filter, by the same SQL that lists use."""
    both = {"all": [{"field": "id", "op": "is", "value": id}, dict(tree)]}
    return bool(await find_ids(ctx, definition, both, limit=1, fetch=tx.fetch))
