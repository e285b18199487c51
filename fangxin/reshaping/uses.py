"""What uses a custom field: told before it is deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from fangxin.arranging.using import naming
from fangxin.fields.base import Field
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import Conflict
from fangxin.kernel.i18n import translate
from fangxin.kernel.sql import Json, compile_statement
from fangxin.objects.registry import ObjectDef
from fangxin.rules.conditions import fields_in
from fangxin.rules.row import RULE
from fangxin.rules.trying import rules_naming
from fangxin.views.kept import saved_view

_ROLE: Final = "role"
_SHARING: Final = "sharing_rule"


def names_field(plain: Any, key: str) -> bool:
    """Tell whether plain data (a view's columns, sort, filter …) names a field or a path of it."""
    if isinstance(plain, Mapping):
        return key in plain or any(names_field(each, key) for each in plain.values())
    if isinstance(plain, list):
        return any(names_field(each, key) for each in plain)
    return isinstance(plain, str) and any(
        part.lstrip("-").split(".")[0] == key for part in plain.split(",")
    )


async def uses_of(ctx: Ctx, definition: ObjectDef, field: Field) -> list[dict[str, str]]:
    """Return what uses a field as {"kind", "label", "name"}: views, formulas, roll-ups, roles,
    layouts, sharing rules, and by the name of their object other records that are settings.
    """
    everywhere = (each for other in ctx.registry.objects.values() for each in other.fields.values())
    found = [
        {"kind": each.type.name, "name": each.spoken(ctx.locale)}
        for each in everywhere
        if each is not field and (definition.name, field.key) in each.reads
    ]
    table = saved_view
    mine = table.c.object == sa.literal(definition.name)
    statement = compile_statement(
        # skip one-door: views of others too, which would break
        sa.select(table.c.name, table.c.config).where(mine).order_by(table.c.name),
        ctx.database.dialect,
    )
    for name, config in await ctx.database.read(statement, {}):
        if names_field(config, field.key):
            found.append({"kind": "view", "name": name})
    found += [{"kind": "layout", "name": each} for each in await naming(ctx, definition, field)]
    named = await rules_naming(ctx, definition, field)
    found += [{"kind": RULE, "name": each} for each in named]
    found += await _roles(ctx, definition, field)
    found += await _sharing(ctx, definition, field)
    return found + await _settings(ctx, definition, field)


# told by who knows their shape
_TOLD: Final = ("page_layout", _SHARING, RULE)


async def _settings(ctx: Ctx, definition: ObjectDef, field: Field) -> list[dict[str, str]]:
    """Look through the plain data of every record that is a setting about the object."""
    found = []
    for each in ctx.registry.objects.values():
        facts, columns = each.facts.configuration, each.table.c
        about = facts and (facts.subject == definition.name or facts.about)
        if not about or each.name in _TOLD:
            continue
        parts = [column for column in columns if isinstance(column.type, Json)]
        # skip one-door: whoever deletes a field must hear of every setting that names it
        rows = sa.select(columns.name, *parts).where(columns.deleted_at.is_(None))
        if facts.subject is None:
            rows = rows.where(each.fields[facts.about].columns(each.table)[0] == definition.name)
        statement = compile_statement(rows.order_by(columns.name), ctx.database.dialect)
        label = translate(ctx.locale, each.facts.label)
        for name, *plain in await ctx.database.read(statement, {}):
            if names_field(plain, field.key):
                found.append({"kind": each.name, "label": label, "name": name})
    return found


async def refuse_asked(ctx: Ctx, tx: Tx, definition: ObjectDef, field: Field) -> None:
    """Raise Conflict `in_use` inside a unit while rules of either kind ask for a field that would
    be encrypted: equal text means more then, and parts of a text nothing.
    """
    named = await rules_naming(ctx, definition, field, tx)
    found = [{"kind": RULE, "name": each} for each in named]
    refuse_ruled([*found, *await _sharing(ctx, definition, field, tx)], (RULE, _SHARING))


async def refuse_removal(ctx: Ctx, tx: Tx, definition: ObjectDef, field: Field) -> None:
    """Raise Conflict `in_use` inside a unit while rules name a field."""
    named = await rules_naming(ctx, definition, field, tx)
    refuse_ruled([{"kind": RULE, "name": each} for each in named])


def refuse_ruled(uses: Sequence[Mapping[str, str]], kinds: Sequence[str] = (RULE,)) -> None:
    """Raise Conflict `in_use` while rules name a field: it would be gone from under them."""
    rules = [each["name"] for each in uses if each["kind"] in kinds]
    if rules:
        message = "Rules use this field: {rules}. Change or delete them first."
        values = {"rules": ", ".join(rules)}
        raise Conflict(message, code="in_use", values=values, extra={"uses": list(uses)})


async def _roles(ctx: Ctx, definition: ObjectDef, field: Field) -> list[dict[str, str]]:
    roles = ctx.registry[_ROLE]
    table = roles.table
    # skip one-door: whoever deletes a field must hear of every rule that names it
    rules = sa.select(table.c.name, table.c.field_rules).where(table.c.deleted_at.is_(None))
    rows = await ctx.database.read(compile_statement(rules, ctx.database.dialect), {})
    return [
        {"kind": "role", "name": name}
        for name, given in rows
        if field.key in ((given or {}).get(definition.name) or {})
    ]


async def _sharing(
    ctx: Ctx, definition: ObjectDef, field: Field, tx: Tx | None = None
) -> list[dict[str, str]]:
    c = ctx.registry[_SHARING].table.c
    # skip one-door: whoever deletes a field must hear of every rule that names it
    rules = sa.select(c.name, c.applies_to, c.condition).where(c.deleted_at.is_(None))
    fetch = ctx.database.read if tx is None else tx.fetch
    rows = await fetch(compile_statement(rules, ctx.database.dialect), {})
    found, own = [], (definition.name, field.key)
    for name, applies_to, tree in rows:
        there = ctx.registry.get(applies_to)
        if there is not None and own in fields_in(ctx, there, tree):
            found.append({"kind": _SHARING, "name": name})
    return found
