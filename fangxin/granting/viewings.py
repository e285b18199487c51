"""Seeing the app as somebody: who may begin it, and the register of who did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from fangxin.access.callers import Caller
from fangxin.access.contexts import Installed
from fangxin.access.viewing import start_viewing, viewing
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import FieldProblem, Forbidden, Invalid
from fangxin.kernel.ids import is_id
from fangxin.kernel.sql import Id
from fangxin.sharing.registers import Register

REGISTER: Final = "admin.users"
_KEYS: Final = ("id", "viewer_id", "viewed_id", "started_at", "until", "ended_at", "ip")


_COLUMNS: Final = tuple(viewing.c[key] for key in _KEYS)
_PEOPLE: Final = ("viewer", "viewed")
_all: Final = Register("viewings", _COLUMNS, "started_at", _PEOPLE)
_mine: Final = Register(
    "my viewings",
    _COLUMNS,
    "started_at",
    _PEOPLE,
    viewing.c.viewed_id == sa.bindparam("me", type_=Id()),
)


async def view_as(
    installation: Installed, caller: Caller, user_id: str, *, ip: str, user_agent: str
) -> None:
    """Let the caller's session see the app as a user, read-only, for at most an hour.

    Raises Forbidden unless he is signed in as an administrator (a token never may), Invalid for
    himself and for who is not active.
    """
    if caller.csrf is None:
        message = "Sign in to see the app as somebody else; a token acts for its owner alone."
        raise Forbidden(message, code="session_only")
    if not caller.ctx.rights.admin:
        message = "Only administrators may see the app as somebody else."
        raise Forbidden(message, code="admin_only")
    found = None
    if is_id(user_id) and user_id != caller.person.id:
        found = await installation.directory.person(installation.registry, user_id)
    if found is None:
        message = "Another active user is needed here."
        raise Invalid(errors=[FieldProblem("/user", "not_found", message)])
    people = (caller.person.id, found.id)
    at = caller.ctx.clock()
    await start_viewing(
        installation.database, people, caller.key_id, at, ip=ip, user_agent=user_agent
    )


async def viewings(ctx: Ctx, *, mine: bool, cursor: str | None, limit: int) -> dict[str, Any]:
    """Return {"items": [{"id", "viewer", "viewed", "started_at", "ended_at", "lasts", "ip"}],
    "next"}, the latest first: how often somebody saw the app as the actor, or with `mine` false as
    anybody; that raises Forbidden unless the actor administers users.
    """
    if not mine and not ctx.rights.allows(REGISTER):
        raise Forbidden
    if mine:
        return await _mine.page(ctx, cursor, limit, _item, {"me": ctx.actor.id})
    return await _all.page(ctx, cursor, limit, _item)


def _item(ctx: Ctx, row: Sequence[Any]) -> dict[str, Any]:
    held = dict(zip(_KEYS, row, strict=True))
    lasts = held["ended_at"] is None and held["until"] > ctx.clock()
    return {
        "id": held["id"],
        "viewer": {"id": held["viewer_id"], "name": None, "object": "user"},
        "viewed": {"id": held["viewed_id"], "name": None, "object": "user"},
        "started_at": held["started_at"],
        # who did not stop was stopped by the hour
        "ended_at": None if lasts else held["ended_at"] or held["until"],
        "lasts": lasts,
        "ip": held["ip"],
    }
