"""The change log over HTTP: the feed, change sets, undo, the recycle bin."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.params import FromPath

from fangxin.api import answers, door, reading
from fangxin.history import change_sets
from fangxin.history.entries import feed
from fangxin.history.tail import FEED
from fangxin.history.undo import undo
from fangxin.kernel.errors import NotFound
from fangxin.kernel.i18n import translate
from fangxin.kernel.idempotency import Answer
from fangxin.kernel.ids import is_id
from fangxin.records import engine
from fangxin.records.recycle import recycle_bin

PAGE: Final = 50
LARGEST: Final = 200

Incoming = Request[Any, Any, Any]
Word = FromPath[str]


class Undo(msgspec.Struct, forbid_unknown_fields=True):
    """How to undo; `force` takes back even what was changed again since."""

    force: bool = False


@get("/changes")
async def list_changes(request: Incoming) -> Response[Any]:
    """The log from a cursor on, as far as one may see it."""
    ctx = await door.reader(request)
    asked = reading.query_of(request, ("since", "limit"))
    limit = reading.limit_of(asked.get("limit"), default=FEED, largest=FEED)
    return answers.json_answer(await feed(ctx, asked.get("since") or None, limit))


@get("/change_sets")
async def list_change_sets(request: Incoming) -> Response[Any]:
    """Change sets, the latest first."""
    ctx = await door.reader(request)
    asked = reading.query_of(request, ("cursor", "actor", "object", "limit"))
    actor = asked.get("actor") or None
    if actor == "me":
        actor = ctx.actor.id
    if actor is not None and not is_id(actor):
        raise reading.wrong("/actor", "not_an_id", "The id of a record is needed here.")
    name = asked.get("object") or None
    found = await change_sets.change_sets(
        ctx,
        cursor=asked.get("cursor") or None,
        actor=actor,
        object=None if name is None else ctx.registry[name].name,
        limit=reading.limit_of(asked.get("limit"), default=PAGE, largest=LARGEST),
    )
    return answers.json_answer(found)


def _known(id_: str) -> str:
    if not is_id(id_):
        raise NotFound
    return id_


@get("/change_sets/{id:str}")
async def get_change_set(request: Incoming, id: Word) -> Response[Any]:
    """One change set with its first changes."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    return answers.json_answer(await change_sets.change_set_detail(ctx, _known(id)))


@post("/change_sets/{id:str}/undo", status_code=200)
async def undo_change_set(request: Incoming, id: Word) -> Response[Any]:
    """Take back a change set; what was changed since comes back as conflicts."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    raw = await reading.raw_body(request)
    body = reading.struct_of(raw, Undo)

    def answer(result: Any) -> Answer:
        conflicts = [
            {**each, "message": translate(ctx.locale, each["message"])}
            for each in result["conflicts"]
        ]
        return Answer(200, {}, answers.encode({**result, "conflicts": conflicts}))

    return await answers.once_over(
        request, ctx, raw, answer, lambda ctx: undo(ctx, _known(id), force=body.force)
    )


@get("/recycle_bin")
async def list_deleted(request: Incoming) -> Response[Any]:
    """Deleted records that one may restore, the latest first."""
    ctx = await door.reader(request)
    asked = reading.query_of(request, ("object", "cursor", "limit"))
    found = await recycle_bin(
        ctx,
        object=asked.get("object") or None,
        cursor=asked.get("cursor") or None,
        limit=reading.limit_of(asked.get("limit"), default=PAGE, largest=LARGEST),
    )
    return answers.json_answer(found)


@delete("/recycle_bin/{name:str}/{id:str}", status_code=204)
async def purge_record(request: Incoming, name: Word, id: Word) -> Response[None]:
    """Remove a deleted record for good."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    await engine.purge(ctx, name, id)
    return answers.nothing()


ROUTES: Final = (
    list_changes,
    list_change_sets,
    get_change_set,
    undo_change_set,
    list_deleted,
    purge_record,
)
