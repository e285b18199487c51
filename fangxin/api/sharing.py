"""With whom a record is shared, who sees it already, and who looked at what is masked."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from litestar import Request, Response, get, post, put
from litestar.params import FromPath

from fangxin.access.contexts import CHECK_EVERY
from fangxin.api import answers, door, reading
from fangxin.sharing.reveal import Reveal, register, reveal
from fangxin.sharing.share import Sharing, share, shares
from fangxin.sharing.who import who_sees

PAGE: Final = 50
LARGEST: Final = 200

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


@post("/{path:str}/{id:str}/reveal", status_code=200)
async def reveal_fields(request: Incoming, path: Word, id: Word) -> Response[Any]:
    """Show masked fields of a record, and note who looked."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    wanted = reading.struct_of(await reading.raw_body(request), Reveal)
    return answers.json_answer(await reveal(ctx, path, id, wanted.fields))


@get("/read_log")
async def list_read(request: Incoming) -> Response[Any]:
    """Who looked at what is masked to him, the latest first."""
    ctx = await door.reader(request)
    asked = reading.query_of(request, ("cursor", "limit"))
    limit = reading.limit_of(asked.get("limit"), default=PAGE, largest=LARGEST)
    return answers.json_answer(await register(ctx, asked.get("cursor") or None, limit))


ROUTES: Final = (list_shares, share_record, list_access, reveal_fields, list_read)
