"""The change log over HTTP: the feed, change sets, undo, the recycle bin."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.params import FromPath
from msgspec import Meta

from fangxin.api import answers, door, reading
from fangxin.configuring.whole import preview_undo, undo
from fangxin.history import change_sets
from fangxin.history.coming_back import belonging, bring_back
from fangxin.history.entries import feed
from fangxin.history.noting import SETTINGS
from fangxin.history.recycle import recycle_bin
from fangxin.history.tail import FEED
from fangxin.history.turning import Wanted
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import NotFound
from fangxin.kernel.i18n import translate
from fangxin.kernel.idempotency import Answer
from fangxin.kernel.ids import is_id
from fangxin.records import engine

PAGE: Final = 50
LARGEST: Final = 200
# records, or values, that may be named in one undo
PARTS: Final = 1000

Incoming = Request[Any, Any, Any]
Word = FromPath[str]


_Id = Annotated[str, Meta(min_length=1, max_length=40)]
_Key = Annotated[str, Meta(min_length=1, max_length=100)]


class UndoPart(msgspec.Struct, forbid_unknown_fields=True):
    """A record of a change set, with the fields that are meant; none named: all."""

    object: _Key
    id: _Id
    fields: Annotated[list[_Key], Meta(min_length=1, max_length=500)] | None = None


class UndoOver(msgspec.Struct, forbid_unknown_fields=True):
    """A value that was changed since and is to be taken back all the same; without a field a record
    that the change set made.
    """

    object: _Key
    id: _Id
    field: _Key | None = None


class Undo(msgspec.Struct, forbid_unknown_fields=True):
    """What to undo: all, or `only` some records and fields of them. What was changed again since
    stays, unless `overwrite` names it, or `force` takes back everything.
    """

    force: bool = False
    only: Annotated[list[UndoPart], Meta(min_length=1, max_length=PARTS)] | None = None
    overwrite: Annotated[list[UndoOver], Meta(max_length=PARTS)] = []

    def wanted(self) -> Wanted:
        """Return it as undoing reads it."""
        only = self.only and {
            (each.object, each.id): None if each.fields is None else frozenset(each.fields)
            for each in self.only
        }
        over = frozenset((each.object, each.id, each.field) for each in self.overwrite)
        return Wanted(self.force, only or None, over)


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
        return Answer(200, {}, answers.encode(_translated(ctx, result)))

    async def work(ctx: Ctx) -> dict[str, Any]:
        item = await change_sets.change_set_item(ctx, _known(id))
        done = await undo(ctx, id, body.wanted())
        if item["kind"] == SETTINGS:
            await door.known_everywhere(request)
        return done

    return await answers.once_over(request, ctx, raw, answer, work)


def _translated(ctx: Ctx, result: dict[str, Any]) -> dict[str, Any]:
    conflicts = [
        {**each, "message": translate(ctx.locale, each["message"])} for each in result["conflicts"]
    ]
    return {**result, "conflicts": conflicts}


@post("/change_sets/{id:str}/undo/preview", status_code=200)
async def preview_undoing(request: Incoming, id: Word) -> Response[Any]:
    """What undoing would do, and what stands in its way; nothing is written."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    body = reading.struct_of(await reading.raw_body(request), Undo)
    found = await preview_undo(ctx, _known(id), body.wanted())
    return answers.json_answer(_translated(ctx, found))


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


class Related(msgspec.Struct, forbid_unknown_fields=True):
    """A record that comes back too."""

    object: _Key
    id: _Id


class BringBack(msgspec.Struct, forbid_unknown_fields=True, rename={"others": "with"}):
    """What comes back with a record."""

    others: Annotated[list[Related], Meta(max_length=PARTS)] = []


@get("/recycle_bin/{name:str}/{id:str}")
async def get_deleted(request: Incoming, name: Word, id: Word) -> Response[Any]:
    """What belongs to a deleted record and lies in the bin too."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    return answers.json_answer(await belonging(ctx, name, _known(id)))


@post("/recycle_bin/{name:str}/{id:str}/restore", status_code=200)
async def bring_back_record(request: Incoming, name: Word, id: Word) -> Response[Any]:
    """Take a record out of the bin, with others that belong to it."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    raw = await reading.raw_body(request)
    body = reading.struct_of(raw, BringBack)
    others = [{"object": each.object, "id": each.id} for each in body.others]

    async def run(ctx: Ctx) -> Any:
        return await bring_back(ctx, name, _known(id), others)

    return await answers.once(request, ctx, raw, answers.plain(200), run)


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
    preview_undoing,
    list_deleted,
    get_deleted,
    bring_back_record,
    purge_record,
)
