"""Exports over HTTP, and the button that clears the demonstration data."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from fangxin.api import answers, door, reading
from fangxin.api.files import download_headers
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.idempotency import keyed
from fangxin.transfer import exported, exporting

# the job that the package of demonstration data brings
CLEAR: Final = "demo.clear"
PERMISSION: Final = "admin.data"
PAGE: Final = 50
LARGEST: Final = 200

Incoming = Request[Any, Any, Any]
Word = FromPath[str]


@post("/exports", status_code=202)
async def start_export(request: Incoming) -> Response[Any]:
    """Export what meets a filter by a job."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    raw = await reading.raw_body(request)
    body = reading.object_of(raw)
    if not isinstance(body.get("object"), str):
        raise reading.wrong("/object", "required", "This is required.")

    async def run(ctx: Ctx) -> Any:
        return await exporting.start(ctx, body)

    return await answers.once(request, ctx, raw, answers.plain(202), run)


@get("/exports")
async def list_exports(request: Incoming) -> Response[Any]:
    """One's latest exports."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    return answers.json_answer({"items": await exporting.listed(ctx), "next": None})


@get("/export_log")
async def list_exported(request: Incoming) -> Response[Any]:
    """Everybody's exports, the latest first, for who administers users."""
    ctx = await door.reader(request)
    asked = reading.query_of(request, ("cursor", "limit"))
    limit = reading.limit_of(asked.get("limit"), default=PAGE, largest=LARGEST)
    return answers.json_answer(await exported.register(ctx, asked.get("cursor") or None, limit))


@get("/exports/{id:str}")
async def get_export(request: Incoming, id: Word) -> Response[Any]:
    """How an export stands."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    return answers.json_answer(await exporting.state(ctx, id))


@get("/exports/{id:str}/content")
async def export_content(request: Incoming, id: Word) -> Response[Any]:
    """The file of a finished export."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    name, media_type, chunks = await exporting.content(ctx, id)
    headers = download_headers(name, media_type, inline=False)
    return Stream(chunks, headers=headers, media_type=media_type.partition(";")[0])


@post("/demo/clear", status_code=202)
async def clear_demo(request: Incoming) -> Response[Any]:
    """Remove the demonstration data by a job; what people have added stays."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    door.require_permission(ctx, PERMISSION)
    raw = await reading.raw_body(request)
    reading.only(reading.object_of(raw), ())

    async def run(ctx: Ctx) -> Any:
        async def unit(tx: Tx) -> dict[str, str]:
            job = await ctx.services.jobs.enqueue(tx, CLEAR, {}, actor=ctx.actor.id)
            return {"job": job}

        return await ctx.database.write(keyed(ctx, unit))

    return await answers.once(request, ctx, raw, answers.plain(202), run)


ROUTES: Final = (
    start_export,
    list_exports,
    list_exported,
    get_export,
    export_content,
    clear_demo,
)
