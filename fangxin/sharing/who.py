"""Who sees a record already, and in which ways: the predicate's own terms, asked for each user."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from fangxin.access.contexts import Installed, context_for_user, elevated
from fangxin.access.scope import Term, effective_scope, predicate, scope_values, terms
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import Forbidden
from fangxin.kernel.sql import Id, Statement, compile_statement
from fangxin.objects.registry import ObjectDef
from fangxin.records.plans import remember
from fangxin.records.reading import find, get, names_of
from fangxin.sharing.share import may_share

# each costs a question to the database
MOST: Final = 100


async def who_sees(installation: Installed, ctx: Ctx, word: str, id_: str) -> dict[str, Any]:
    """Return {"people": [{"person", "role", "ways", "edit"}], "more"}: the active users who see a
    record, of the first MOST by name; `more` tells that there are others. Nobody is told of users
    whom he may not see.

    `ways` are "admin", kinds of scope, "shared", "rule", "cascade". Raises NotFound for what the
    actor may not see, Forbidden unless he may share it.
    """
    await get(ctx, word, id_, ["id"])
    definition: ObjectDef = ctx.registry[word]
    if not await may_share(ctx, definition, id_):
        raise Forbidden("Your role does not allow you to share records.")
    active = {"field": "active", "op": "is", "value": True}
    keys = ["name", "role"]
    page = await find(elevated(ctx), "user", filter=active, sort="name", fields=keys, limit=MOST)
    names = await names_of(ctx, "user", [item["id"] for item in page.items])
    roles = ctx.rights.readable(ctx.registry["user"]).get("role") == "full"
    people = []
    for item in page.items:
        if item["id"] not in names:
            continue
        other = await context_for_user(installation, item["id"], ctx.source)
        ways, edit = await _ways(other, definition, id_)
        if ways:
            person = {"id": item["id"], "name": item["name"], "object": "user"}
            role = item["role"]["name"] if roles else None
            people.append({"person": person, "role": role, "ways": ways, "edit": edit})
    return {"people": people, "more": page.next is not None}


async def _ways(ctx: Ctx, definition: ObjectDef, id_: str) -> tuple[list[str], bool]:
    """Return in which ways somebody sees a record, and whether he may edit it."""
    rights = ctx.rights
    ways = terms(rights, ctx.registry, definition, definition.table, "read")
    scope = effective_scope(rights, definition, "update").kind
    key = ("who", definition.name, rights.read_shape, scope)
    statement = remember(ctx.registry, key, lambda: _statement(ctx, definition, ways or ()))
    rows = await ctx.database.read(statement, {**scope_values(ctx), "id": id_})
    if not rows:
        return [], False
    *held, edit = rows[0]
    if ways is None:
        return ["admin" if rights.admin else "all"], bool(edit)
    found = [way.kind for way, true in zip(ways, held[1:], strict=True) if true]
    return list(dict.fromkeys(found)), bool(edit)


def _statement(ctx: Ctx, definition: ObjectDef, ways: Sequence[Term]) -> Statement:
    table = definition.table
    edit = predicate(ctx.rights, ctx.registry, definition, table, "update")
    columns: list[sa.ColumnElement[Any]] = [
        sa.func.coalesce(way.condition, sa.false()) for way in ways
    ]
    columns.append(sa.true() if edit is None else sa.func.coalesce(edit, sa.false()))
    named = [column.label(f"c{index}") for index, column in enumerate(columns)]
    # skip one-door: the predicate's terms are what is asked for
    made = sa.select(table.c.id, *named).where(
        table.c.id == sa.bindparam("id", type_=Id()),
        table.c.deleted_at.is_(None),
        *definition.where(table),
    )
    return compile_statement(made, ctx.database.dialect)
