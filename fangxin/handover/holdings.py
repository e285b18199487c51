"""What a user holds: records by every field that names him, shares, views that others use, jobs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from fangxin.access.contexts import elevated
from fangxin.access.shares import record_share
from fangxin.fields.base import Field
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import Forbidden
from fangxin.kernel.jobs import job
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import Id
from fangxin.objects.registry import ObjectDef
from fangxin.records.reading import count, get
from fangxin.views.kept import saved_view

# the kind of its change sets
HAND_OVER: Final = "hand_over"
PERMISSION: Final = "admin.users"
USER: Final = "user"


def _counted(table: sa.Table, column: str, *more: sa.ColumnElement[bool]) -> Prepared:
    mine = table.c[column] == sa.bindparam("user", type_=Id())
    return Prepared(lambda: sa.select(sa.func.count()).select_from(table).where(mine, *more))


_shares: Final = _counted(record_share, "holder_id")
_views: Final = _counted(saved_view, "owner_id", saved_view.c.shared.is_(sa.true()))
_jobs: Final = _counted(job, "actor_id", sa.or_(job.c.state == "waiting", job.c.state == "running"))


def require(ctx: Ctx) -> None:
    """Raise Forbidden unless the actor administers users."""
    if not ctx.rights.allows(PERMISSION):
        raise Forbidden("Only who may administer users can do this.", code="admin_users")


def holders(definition: ObjectDef) -> list[Field]:
    """Return the fields by which a record names who holds it: owner, assignee, and what an
    administrator made of that kind.
    """
    return [
        each
        for each in definition.fields.values()
        if each.target == USER and not (each.system or each.read_only or each.internal)
    ]


def held(definition: ObjectDef, user: str, *, finished: bool) -> dict[str, Any]:
    """Return the filter for the records of an object that a user holds."""
    named = [{"field": each.key, "op": "is", "value": user} for each in holders(definition)]
    done = definition.facts.finished
    over = [] if finished or done is None else [{"not": done}]
    return {"all": [{"any": named}, *over]}


def movable(ctx: Ctx) -> list[ObjectDef]:
    """Return the objects whose records somebody holds; those on which others hang come first."""
    found = [each for each in ctx.registry.objects.values() if holders(each)]
    return sorted(found, key=lambda each: any(link.cascade for link in each.fields.values()))


async def _number(ctx: Ctx, statement: Prepared, user: str) -> int:
    rows = await ctx.database.read(statement(ctx.database.dialect), {"user": user})
    return int(rows[0][0])


async def holdings(ctx: Ctx, user: str) -> dict[str, Any]:
    """Return {"user", "active", "objects", "shares", "views", "jobs"}; of each object how many
    records the user holds, and how many of these are not finished (null where nothing finishes).

    Raises Forbidden, and NotFound where there is no such user.
    """
    require(ctx)
    record = await get(ctx, USER, user, ["name", "active"])
    every = elevated(ctx)
    objects = []
    for definition in movable(ctx):
        total = await count(every, definition.name, filter=held(definition, user, finished=True))
        if total:
            objects.append(await _object(every, ctx.locale, definition, user, total))
    return {
        "user": {"id": user, "name": record["name"], "object": USER},
        "active": bool(record.get("active")),
        "objects": objects,
        "shares": await _number(ctx, _shares, user),
        "views": await _number(ctx, _views, user),
        "jobs": await _number(ctx, _jobs, user),
    }


async def _object(
    ctx: Ctx, locale: str, definition: ObjectDef, user: str, total: int
) -> Mapping[str, Any]:
    unfinished = None
    if definition.facts.finished is not None:
        tree = held(definition, user, finished=False)
        unfinished = await count(ctx, definition.name, filter=tree)
    return {
        "object": definition.name,
        "label": definition.plural(locale),
        "all": total,
        "unfinished": unfinished,
    }
