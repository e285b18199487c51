"""What rules mean for the records that are there: how many a rule would refuse, what a form shows,
which rules are at fault, which name a field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import sqlalchemy as sa

from fangxin.access.contexts import elevated
from fangxin.fields.base import Environment, Field
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import FangxinError, FieldError, Forbidden, NotFound
from fangxin.kernel.i18n import translate
from fangxin.kernel.ids import is_id, new_id
from fangxin.kernel.sql import Id, Statement, compile_statement
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records.change import read_row
from fangxin.records.engine import check_id
from fangxin.records.plans import remember
from fangxin.records.reading import count, environment, get_many, readable_object
from fangxin.records.validate import accept, fill_defaults
from fangxin.rules.check import PERMISSION, check_rule, row_of, with_ids
from fangxin.rules.conditions import fields_in
from fangxin.rules.guard import judge, rules_of
from fangxin.rules.row import RULE, VALIDATION, RuleRow, load_rules

_UNNAMED: Final = "?"


def require_shaper(ctx: Ctx) -> None:
    """Raise Forbidden unless the actor may make rules."""
    if not ctx.rights.allows(PERMISSION):
        raise Forbidden(values={"permission": PERMISSION})


async def try_rule(ctx: Ctx, body: Mapping[str, Any]) -> dict[str, int]:
    """Tell of a rule that is not saved yet how many of the records that are there it would refuse:
    {"failing", "of"}. A rule that makes no sense raises Invalid naming every fault.
    """
    require_shaper(ctx)
    definition, env = ctx.registry[RULE], environment(ctx)
    values = accept(ctx, definition, body, env)
    name = values.get("name") or _UNNAMED
    change = Change(RULE, new_id(), "create", {**values, "name": name})
    if change.get("state"):
        change.values["state"] = await with_ids(ctx, ctx.database.read, change)
    rule = row_of(change)
    ruled = await check_rule(ctx, ctx.database.read, rule)
    every, tree = elevated(ctx), failing(ruled, rule)
    of = await count(every, ruled.name)
    return {"failing": 0 if tree is None else await count(every, ruled.name, filter=tree), "of": of}


def failing(definition: ObjectDef, rule: RuleRow) -> Any:
    """Return the filter of the records that a rule would refuse, None where it refuses none as
    they stand.
    """
    acts: list[Any] = [] if rule.condition is None else [rule.condition]
    if rule.state is not None:
        held = {"field": rule.state["field"], "op": "in", "value": rule.state["values"]}
        acts.insert(0, held)
    if rule.kind == VALIDATION:
        return acts[0] if len(acts) == 1 else {"all": acts}
    hidden = rule.keys("hide")
    wrong: list[Any] = [
        {"field": key, "op": "empty"} for key in rule.keys("require") if key not in hidden
    ]
    wrong += _outside(definition, rule)
    if rule.needs is not None:
        wrong.append({"not": rule.needs})
    return {"all": [*acts, {"any": wrong}]} if wrong else None


def _outside(definition: ObjectDef, rule: RuleRow) -> Iterator[Any]:
    for key, allowed in rule.options.items():
        field = definition.fields[key]
        others = [each.key for each in field.options if each.key not in allowed]
        several = "has_any" in field.type.operators(field)
        if others:
            yield {"field": key, "op": "has_any" if several else "in", "value": others}


# ---------------------------------------------------------------- while somebody types


async def acting(
    ctx: Ctx, word: str, typed: Mapping[str, Any], id: str | None = None
) -> dict[str, list[str]]:
    """Return the ids of the display rules that act on a record as it is being typed ("acting"),
    and of those that did before as well ("locking": only they make fields read-only).

    What is typed and not fit to be stored counts as it was; what the actor may not edit is not
    taken from him.
    """
    definition = readable_object(ctx, word)
    rules = rules_of(definition)
    if id is not None:
        check_id(id)
        if not await get_many(ctx, definition, [id], ["id"]):
            raise NotFound
    if rules is None or not rules.displays:
        return {"acting": [], "locking": []}
    env = environment(ctx)
    values = await _seen(ctx, definition, dict(_readable_values(ctx, definition, typed, env)))
    if id is None:
        change = Change(definition.name, new_id(), "create", values)
        fill_defaults(ctx, definition, [change], env)
    else:
        before = await _stored(ctx, definition, id)
        change = Change(definition.name, id, "update", values, before=before)
    fetch = ctx.database.read
    (verdict,) = await judge(ctx, fetch, definition, rules.displays, [change], every=True)
    return {"acting": _ids(verdict.acting), "locking": _ids(verdict.locking)}


def _ids(rules: list[RuleRow]) -> list[str]:
    return [each.id for each in rules]


def _readable_values(
    ctx: Ctx, definition: ObjectDef, typed: Mapping[str, Any], env: Environment
) -> Iterator[tuple[str, Any]]:
    editable = ctx.rights.editable(definition)
    for key, wire in typed.items():
        field = definition.fields.get(key)
        if field is None or key not in editable:
            continue
        try:
            value = None if wire is None else field.type.read(field, wire, env)
            if value is not None:
                field.type.store(field, value)
        except FieldError:
            continue
        # a key of the target is looked up when the record is saved
        if field.target is None or value is None or is_id(value):
            yield key, value


async def _seen(ctx: Ctx, definition: ObjectDef, values: dict[str, Any]) -> dict[str, Any]:
    """Leave out links to records that the actor may not see, as a write does: conditions that look
    at those tell him nothing of them.
    """
    own = {None, ctx.actor.id, ctx.department}
    links: dict[str, list[str]] = {}
    for key, value in values.items():
        target = definition.fields[key].target
        if target is not None and value not in own:
            links.setdefault(target, []).append(key)
    left = dict(values)
    for target, keys in links.items():
        ids = list({values[key] for key in keys})
        found = await get_many(ctx, ctx.registry[target], ids, ["id"])
        there = {each["id"] for each in found}
        for key in keys:
            if values[key] not in there:
                del left[key]
    return left


def _stored_statement(ctx: Ctx, definition: ObjectDef) -> Statement:
    table = definition.table
    columns = [table.c[name] for name in definition.empty_row]
    # skip one-door: that the actor sees the record is known; rules look at all of it
    found = sa.select(*columns, table.c.custom).where(table.c.id == sa.bindparam("id", type_=Id()))
    return compile_statement(found, ctx.database.dialect)


async def _stored(ctx: Ctx, definition: ObjectDef, id: str) -> dict[str, Any]:
    statement = remember(
        ctx.registry, ("stored", definition.name), lambda: _stored_statement(ctx, definition)
    )
    rows = await ctx.database.read(statement, {"id": id})
    if not rows:
        raise NotFound
    return read_row(definition, rows[0])


# ---------------------------------------------------------------- rules and fields


async def faulty_rules(ctx: Ctx) -> list[dict[str, Any]]:
    """Return the active rules that make no sense any more, with what is wrong: they rest."""
    require_shaper(ctx)
    found = []
    for rule in await load_rules(ctx.database):
        try:
            await check_rule(ctx, ctx.database.read, rule)
        except FangxinError as error:
            words = [translate(ctx.locale, each.message, each.values) for each in error.errors]
            found.append({"id": rule.id, "messages": list(dict.fromkeys(words))})
    return found


async def rules_naming(
    ctx: Ctx, definition: ObjectDef, field: Field, tx: Tx | None = None
) -> list[str]:
    """Return the names of the rules, active or not, that name a field or reach it; as they stand
    in a unit where `tx` is given.
    """
    own, found = (definition.name, field.key), []
    for rule in await load_rules(tx or ctx.database, active=False):
        there = ctx.registry.get(rule.of_object)
        if there is not None and own in _fields_of(ctx, there, rule):
            found.append(rule.spoken(ctx.locale))
    return found


def _fields_of(ctx: Ctx, definition: ObjectDef, rule: RuleRow) -> set[tuple[str, str]]:
    found = {(definition.name, key) for _, key in rule.named_keys()}
    return found | fields_in(ctx, definition, rule.condition, rule.needs)
