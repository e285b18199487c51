"""Duplicates over HTTP: pairs, what was decided, the scan, what a merge would do; and whether a
customer is known already.
"""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, patch, post
from litestar.params import FromPath

from fangxin.api import answers, door, reading
from fangxin.merging import known, merge, pairs, scan

LARGEST: Final = 200

Incoming = Request[Any, Any, Any]
Word = FromPath[str]


@get("/duplicates")
async def list_pairs(request: Incoming) -> Response[Any]:
    """Pairs of records that look like one thing, the likeliest first."""
    ctx = await door.reader(request)
    asked = reading.query_of(request, ("object", "state", "cursor", "limit"))
    if not asked.get("object"):
        raise reading.wrong("/object", "required", "This field is required.")
    found = await pairs.list_pairs(
        ctx,
        asked["object"],
        state=asked.get("state") or pairs.OPEN,
        cursor=asked.get("cursor") or None,
        limit=reading.limit_of(asked.get("limit"), default=pairs.PAGE, largest=LARGEST),
    )
    return answers.json_answer(found)


@get("/duplicates/{id:str}")
async def get_pair(request: Incoming, id: Word) -> Response[Any]:
    """One pair."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    return answers.json_answer(await pairs.get_pair(ctx, id))


@patch("/duplicates/{id:str}")
async def decide_pair(request: Incoming, id: Word) -> Response[Any]:
    """Say that two records are not one thing, or take that back."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    body = reading.object_of(await reading.raw_body(request))
    reading.only(body, ("state",))
    state = reading.text_of(body, "state") or ""
    return answers.json_answer(await pairs.decide(ctx, id, state))


@get("/duplicates/scan")
async def get_scan(request: Incoming) -> Response[Any]:
    """The latest look through everything, and how far it is."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    return answers.json_answer({"scan": await scan.last_scan(ctx)})


@post("/duplicates/scan", status_code=202)
async def start_scan(request: Incoming) -> Response[Any]:
    """Look through everything for duplicates, by a job."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    reading.only(reading.object_of(await reading.raw_body(request)), ())
    return answers.json_answer(await scan.start_scan(ctx), 202)


@get("/{path:str}/{id:str}/merge/{other:str}")
async def preview_merge(request: Incoming, path: Word, id: Word, other: Word) -> Response[Any]:
    """What merging the other record into this one would do."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    return answers.json_answer(await merge.preview(ctx, path, id, other))


@post("/lookup", status_code=200)
async def look_up(request: Incoming) -> Response[Any]:
    """Tell whether a customer is known already, also to others."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    body = reading.object_of(await reading.raw_body(request))
    reading.only(body, ("text",))
    return answers.json_answer(await known.look_up(ctx, reading.text_of(body, "text") or ""))


@post("/lookup/ask", status_code=204)
async def ask_owner(request: Incoming) -> Response[None]:
    """Ask the owner of a record that one was told of."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    body = reading.object_of(await reading.raw_body(request))
    reading.only(body, ("ask", "message"))
    message = reading.text_of(body, "message")
    await known.ask_owner(ctx, reading.text_of(body, "ask") or "", message)
    return answers.nothing()


ROUTES: Final = (
    list_pairs,
    get_pair,
    decide_pair,
    get_scan,
    start_scan,
    preview_merge,
    look_up,
    ask_owner,
)
