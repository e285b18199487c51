"""What a changed role would give or take, and seeing the app as somebody else."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import msgspec
from litestar import Request, Response, delete, get, post

from fangxin.access.contexts import CHECK_EVERY
from fangxin.access.viewing import stop_viewing
from fangxin.api import answers, door, reading
from fangxin.api.auth import visitor_of
from fangxin.granting.simulate import RoleDraft, simulate
from fangxin.granting.viewings import view_as, viewings

PAGE: Final = 50
LARGEST: Final = 200

Incoming = Request[Any, Any, Any]


class ViewAs(msgspec.Struct, forbid_unknown_fields=True):
    """As whom to see the app."""

    user: str


@post("/simulations", status_code=200)
async def simulate_role(request: Incoming) -> Response[Any]:
    """Who would gain or lose what by a change of a role; nothing is written."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    draft = reading.struct_of(await reading.raw_body(request), RoleDraft)
    return answers.json_answer(await simulate(door.installation_of(request), ctx, draft))


@post("/auth/view_as", status_code=204)
async def start(request: Incoming) -> Response[None]:
    """See the app as somebody else, read-only."""
    caller = await door.writing_caller(request)
    reading.query_of(request, ())
    body = reading.struct_of(await reading.raw_body(request), ViewAs)
    visitor = visitor_of(request)
    installation = door.installation_of(request)
    await view_as(installation, caller, body.user, ip=visitor.ip, user_agent=visitor.user_agent)
    # whichever worker is asked next, it knows
    await asyncio.sleep(CHECK_EVERY)
    return answers.nothing()


@delete("/auth/view_as", status_code=204)
async def stop(request: Incoming) -> Response[None]:
    """See the app as oneself again."""
    caller = await door.caller_of(request)
    caller.check_csrf(request.headers.get(door.CSRF_HEADER))
    reading.query_of(request, ())
    if caller.viewer is not None:
        database = door.installation_of(request).database
        await stop_viewing(database, caller.key_id, caller.ctx.clock())
        await asyncio.sleep(CHECK_EVERY)
    return answers.nothing()


@get("/auth/viewings")
async def list_own(request: Incoming) -> Response[Any]:
    """Who saw the app as oneself."""
    return await _viewings(request, mine=True)


@get("/viewings")
async def list_viewings(request: Incoming) -> Response[Any]:
    """Who saw the app as whom."""
    return await _viewings(request, mine=False)


async def _viewings(request: Incoming, *, mine: bool) -> Response[Any]:
    ctx = await door.reader(request)
    asked = reading.query_of(request, ("cursor", "limit"))
    limit = reading.limit_of(asked.get("limit"), default=PAGE, largest=LARGEST)
    found = await viewings(ctx, mine=mine, cursor=asked.get("cursor") or None, limit=limit)
    return answers.json_answer(found)


ROUTES: Final = (simulate_role, start, stop, list_own, list_viewings)
