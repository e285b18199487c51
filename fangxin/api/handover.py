"""A user who leaves: what he holds, who would get it, and handing it over."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.params import FromPath

from fangxin.api import answers, door, reading
from fangxin.handover import move
from fangxin.handover.holdings import holdings
from fangxin.handover.plan import HandOver, preview, read_plan
from fangxin.kernel.context import Ctx

Incoming = Request[Any, Any, Any]
Word = FromPath[str]


@get("/hand_overs/{id:str}")
async def get_holdings(request: Incoming, id: Word) -> Response[Any]:
    """What a user holds."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    return answers.json_answer(await holdings(ctx, id))


@post("/hand_overs/{id:str}/preview", status_code=200)
async def preview_hand_over(request: Incoming, id: Word) -> Response[Any]:
    """What would move, and to whom; nothing is written."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    wanted = reading.struct_of(await reading.raw_body(request), HandOver)
    plan = await read_plan(ctx, id, wanted)
    return answers.json_answer(await preview(door.installation_of(request), ctx, plan))


@post("/hand_overs/{id:str}", status_code=202)
async def start_hand_over(request: Incoming, id: Word) -> Response[Any]:
    """Hand over as a job, in one change set."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    raw = await reading.raw_body(request)
    wanted = reading.struct_of(raw, HandOver)

    async def run(ctx: Ctx) -> Any:
        return await move.start(ctx, await read_plan(ctx, id, wanted))

    return await answers.once(request, ctx, raw, answers.plain(202), run)


ROUTES: Final = (get_holdings, preview_hand_over, start_hand_over)
