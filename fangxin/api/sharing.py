"""With whom a record is shared, and who sees it already."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from litestar import Request, Response, get, put
from litestar.params import FromPath

from fangxin.access.contexts import CHECK_EVERY
from fangxin.api import answers, door, reading
from fangxin.sharing.share import Sharing, share, shares
from fangxin.sharing.who import who_sees

Incoming = Request[Any, Any, Any]
Word = FromPath[str]


@get("/{path:str}/{id:str}/shares")
async def list_shares(request: Incoming, path: Word, id: Word) -> Response[Any]:
    """With whom a record is shared."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    return answers.json_answer(await shares(ctx, path, id))


@put("/{path:str}/{id:str}/shares")
async def share_record(request: Incoming, path: Word, id: Word) -> Response[Any]:
    """Share a record with these and no others."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    wanted = reading.struct_of(await reading.raw_body(request), Sharing)
    answer = await share(ctx, path, id, wanted)
    # who opens the record next sees it, whichever worker he asks
    await asyncio.sleep(CHECK_EVERY)
    return answers.json_answer(answer)


@get("/{path:str}/{id:str}/access")
async def list_access(request: Incoming, path: Word, id: Word) -> Response[Any]:
    """Who sees a record, and in which ways."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    return answers.json_answer(await who_sees(door.installation_of(request), ctx, path, id))


ROUTES: Final = (list_shares, share_record, list_access)
