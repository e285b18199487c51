"""The past of records over HTTP: one field's history, a record as of a moment, what has changed."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.params import FromPath

from fangxin.api import answers, door, reading
from fangxin.history.as_of import as_of
from fangxin.history.field_history import ENTRIES, field_history
from fangxin.history.record_log import moment_of
from fangxin.history.since import PAGE, changed_since, list_changed
from fangxin.search import matching

LARGEST: Final = 200

Incoming = Request[Any, Any, Any]
Word = FromPath[str]


@get("/{path:str}/{id:str}/history")
async def get_field_history(request: Incoming, path: Word, id: Word) -> Response[Any]:
    """Who changed one field of a record when, from what to what."""
    ctx = await door.reader(request)
    asked = reading.query_of(request, ("field", "cursor", "limit"))
    found = await field_history(
        ctx,
        path,
        id,
        asked.get("field"),
        cursor=asked.get("cursor") or None,
        limit=reading.limit_of(asked.get("limit"), default=ENTRIES, largest=LARGEST),
    )
    return answers.json_answer(found)


@get("/{path:str}/{id:str}/as_of")
async def get_as_of(request: Incoming, path: Word, id: Word) -> Response[Any]:
    """A record as it stood at a moment; a day means its end."""
    ctx = await door.reader(request)
    asked = reading.query_of(request, ("at",))
    moment = moment_of(ctx, asked.get("at"), "at", last=True)
    return answers.json_answer(await as_of(ctx, path, id, moment))


@get("/{path:str}/{id:str}/changed")
async def get_changed(request: Incoming, path: Word, id: Word) -> Response[Any]:
    """Which facts of a record are otherwise since a moment; a day means its beginning."""
    ctx = await door.reader(request)
    asked = reading.query_of(request, ("since",))
    since = moment_of(ctx, asked.get("since"), "since", last=False)
    return answers.json_answer(await changed_since(ctx, path, id, since))


@post("/{path:str}/changed", status_code=200)
async def query_changed(request: Incoming, path: Word) -> Response[Any]:
    """Which records of a list were changed since a moment, and what of them."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    body = reading.object_of(await reading.raw_body(request))
    reading.only(body, ("since", "filter", "q", "cursor", "limit"))
    q = reading.text_of(body, "q")
    found = await list_changed(
        ctx,
        path,
        moment_of(ctx, body.get("since"), "since", last=False),
        filter=body.get("filter"),
        narrow=None if q is None else matching.narrow(ctx, ctx.registry[path], q),
        cursor=reading.text_of(body, "cursor"),
        limit=reading.limit_of(body.get("limit"), default=PAGE, largest=LARGEST),
    )
    return answers.json_answer(found)


ROUTES: Final = (get_field_history, get_as_of, get_changed, query_changed)
