"""The stream of live updates, and the word of what is on a screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, Final, cast

import msgspec
from litestar import Request, Response, get, post
from litestar.response import Stream

from fangxin.access.callers import Caller, context_for_session, context_for_token
from fangxin.api import answers, door, reading
from fangxin.api.hub import Client, Hub, watch_of
from fangxin.data import watches
from fangxin.kernel.ids import is_id

HEARTBEAT: Final = 15.0
OBJECTS: Final = 50
IDS: Final = 5000

Incoming = Request[Any, Any, Any]


class Screen(msgspec.Struct, forbid_unknown_fields=True):
    """What a client has on screen: for each object some ids, or "*" for every record of it."""

    client: str
    watch: dict[str, list[str] | str]


def hub_of(request: Incoming) -> Hub:
    """Return this worker's hub."""
    return cast(Hub, request.app.state.hub)


def _resolver(request: Incoming) -> Any:
    """Return how the rights of this stream are looked up again."""
    installation = door.installation_of(request)
    token, cookie = door.bearer_of(request), request.cookies.get(door.COOKIE, "")

    async def resolve() -> Caller | None:
        if token is not None:
            return await context_for_token(installation, token)
        return await context_for_session(installation, cookie)

    return resolve


async def _events(hub: Hub, client: Client) -> AsyncIterator[bytes]:
    """Give events as they come; a comment now and then keeps proxies from closing the line."""
    try:
        yield b"retry: 2000\n\n"
        while True:
            try:
                message = await asyncio.wait_for(client.queue.get(), HEARTBEAT)
            except TimeoutError:
                if not await client.renew():
                    return
                message = b": \n\n"
            if message is None:
                return
            yield message
    finally:
        hub.remove(client)


@get("/live")
async def live(request: Incoming) -> Response[Any]:
    """Events: hello, change, notification, metadata, job. They hold ids, never contents."""
    caller = await door.caller_of(request)
    reading.query_of(request, ())
    hub = hub_of(request)
    client = await hub.add(caller, _resolver(request))
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return Stream(_events(hub, client), headers=headers, media_type="text/event-stream")


def _check(screen: Screen) -> None:
    if not is_id(screen.client):
        raise reading.wrong("/client", "not_an_id", "This is not the id of a stream.")
    if len(screen.watch) > OBJECTS:
        raise reading.wrong(
            "/watch", "too_many", "At most {limit} values are allowed.", limit=OBJECTS
        )
    for name, ids in screen.watch.items():
        pointer = f"/watch/{name[:80]}"
        if isinstance(ids, str) and ids != "*":
            raise reading.wrong(pointer, "wrong_type", "Some ids are needed here, or *.")
        if len(ids) > IDS:
            raise reading.wrong(
                pointer, "too_many", "At most {limit} values are allowed.", limit=IDS
            )


@post("/live/watch", status_code=204)
async def watch(request: Incoming) -> Response[None]:
    """Say what is on screen, in place of what was said before."""
    caller = await door.caller_of(request)
    caller.check_csrf(request.headers.get(door.CSRF_HEADER))
    reading.query_of(request, ())
    screen = reading.struct_of(await reading.raw_body(request), Screen)
    _check(screen)
    known = caller.ctx.registry.by_word
    plain = {known[name].name: ids for name, ids in screen.watch.items() if name in known}
    if not hub_of(request).watch(screen.client, caller.ctx.actor.id, watch_of(plain)):
        # what is on a screen is no record: whoever only looks at the app is told of changes too
        ctx = replace(caller.ctx, database=door.installation_of(request).database)
        await watches.leave(ctx, screen.client, plain)
    return answers.nothing()


ROUTES: Final = (live, watch)
