"""Imports and exports over HTTP, and how a job stands."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from fangxin.api import answers, door, files, reading
from fangxin.api.edge import IMPORT_BYTES
from fangxin.data import running
from fangxin.data.preferences import read_preferences, recent_ids
from fangxin.kernel.context import Ctx
from fangxin.kernel.cursor import binding, seal, unseal
from fangxin.kernel.errors import BadRequest, FangxinError, Forbidden, Invalid, NotFound
from fangxin.kernel.ids import is_id
from fangxin.kernel.storage import FileStore
from fangxin.records import engine
from fangxin.search.finding import SHOWN, answer
from fangxin.transfer import importing, orders, previewing, reporting

SEARCHED: Final = 50
# of files that previews keep, for each who sends them
HELD_BYTES: Final = 2 * IMPORT_BYTES

Incoming = Request[Any, Any, Any]
Word = FromPath[str]


def _known(id_: str) -> str:
    if not is_id(id_):
        raise NotFound
    return id_


def _storage(ctx: Ctx) -> FileStore:
    storage: FileStore = ctx.services.storage
    return storage


def _options(texts: Mapping[str, str]) -> dict[str, Any]:
    """Read the part `options`, a JSON object; `object` stands beside it."""
    text = texts.get("options") or "{}"
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadRequest("The options are not valid JSON.", code="invalid_json") from error
    if not isinstance(found, dict):
        raise reading.wrong("/options", "wrong_type", "An object is needed here.")
    named = texts.get("object") or found.get("object")
    if not isinstance(named, str | None):
        raise reading.wrong("/object", "wrong_type", "Text is needed here.")
    return {**found, "object": named}


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that lies in the storage: sent with this request, or by the preview before it."""

    id: str
    name: str
    sha256: str
    sent: bool


@asynccontextmanager
async def _kept(
    request: Incoming, ctx: Ctx, allowed: tuple[str, ...]
) -> AsyncIterator[tuple[Mapping[str, str], Kept]]:
    """Read a form and store its file, or find the one that `upload` stands for.

    What was sent is removed when the request is refused. A request that breaks off may have had its
    effect: its file is held, and goes after a day unless an import has it.
    """
    async with files.parts_of(request, ("object", "options", "upload", *allowed)) as (texts, file):
        _check_right(ctx)
        if file is None:
            if "upload" not in texts:
                raise reading.wrong("/file", "required", "This is required.")
            kept = _before(ctx, texts["upload"])
        else:
            stored = await _storage(ctx).write(files.chunks_of(file), limit=IMPORT_BYTES)
            kept = Kept(stored.id, files.safe_name(file.filename), stored.sha256, sent=True)
            await _storage(ctx).hold(kept.id, ctx.actor.id)
            await _storage(ctx).bound(ctx.actor.id, HELD_BYTES)
    try:
        yield texts, kept
    except FileNotFoundError as error:
        # others that were sent at the same time have taken its place
        raise _expired() from error
    except FangxinError:
        if kept.sent:
            await _discard(ctx, kept)
        raise


async def _discard(ctx: Ctx, kept: Kept) -> None:
    await _storage(ctx).delete(kept.id)
    await _storage(ctx).release(kept.id)


def _check_right(ctx: Ctx) -> None:
    """Refuse the file of somebody who may import nothing, before it is stored."""
    if all(
        ctx.rights.scope(each.name, "import").kind == "none"
        for each in ctx.registry.objects.values()
    ):
        raise Forbidden


def _expired() -> Invalid:
    return reading.wrong("/upload", "expired", "The file is kept no longer. Send it again.")


def _before(ctx: Ctx, token: str) -> Kept:
    """Return the file that a token stands for, or raise Invalid; another's is none."""
    try:
        _, known = unseal(ctx.services.secret, binding("upload", ctx.actor.id), token)
    except Invalid:
        known = None
    if known is None or not _storage(ctx).path(known[0]).is_file():
        raise _expired()
    return Kept(known[0], known[1], known[2], sent=False)


def _token(ctx: Ctx, kept: Kept) -> str:
    bound = binding("upload", ctx.actor.id)
    return seal(ctx.services.secret, bound, "upload", [kept.id, kept.name, kept.sha256])


@post("/imports/preview", status_code=200)
async def preview_import(request: Incoming) -> Response[Any]:
    """How a file would be read: its columns, samples, and the fields they seem to be.

    With `keep` the file is kept for a day, and `upload` of the answer stands for it: in another
    preview and in the import itself. Of more than HELD_BYTES the oldest go first.
    """
    ctx = await door.writer(request)
    reading.query_of(request, ())
    async with _kept(request, ctx, ("keep",)) as (texts, kept):
        options = _options(texts)
        keep = reading.flag_of(texts.get("keep"), "keep")
        if options["object"]:
            engine.require(ctx, options["object"], "import")
        found = await previewing.preview(ctx, _storage(ctx).path(kept.id), options)
        if kept.sent and not keep:
            await _discard(ctx, kept)
    upload = _token(ctx, kept) if keep or not kept.sent else None
    return answers.json_answer({**found, "upload": upload})


@post("/imports", status_code=202)
async def start_import(request: Incoming) -> Response[Any]:
    """Import a file by a job: one that is sent, or that a preview has kept (`upload`)."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    async with _kept(request, ctx, ()) as (texts, kept):
        asked = orders.read_orders(_options(texts))
        for order in asked:
            engine.require(ctx, order.object, "import")

        async def run(ctx: Ctx) -> Any:
            return await importing.start(ctx, asked, kept.id, kept.name)

        # the digest stands for the content: the same key with another file is another request
        sign = answers.encode(
            [[(order.object, order.options()) for order in asked], kept.name, kept.sha256]
        )
        done = await answers.once(request, ctx, sign, answers.plain(202), run)
        if kept.sent and "idempotency-replayed" in done.headers:
            await _discard(ctx, kept)
        else:
            # from here on the import's row holds the file; its job sees to that, too
            await _storage(ctx).release(kept.id)
    return done


@post("/imports/{id:str}/start", status_code=202)
async def start_tried(request: Incoming, id: Word) -> Response[Any]:
    """Start the import that a dry run has tried: the same file, read and mapped in the same way."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    raw = await reading.raw_body(request)
    reading.only(reading.object_of(raw), ())

    async def run(ctx: Ctx) -> Any:
        return await importing.start_tried(ctx, _known(id))

    return await answers.once(request, ctx, raw, answers.plain(202), run)


@get("/imports")
async def list_imports(request: Incoming) -> Response[Any]:
    """The latest imports that one may look at."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    return answers.json_answer({"items": await reporting.listed(ctx), "next": None})


@get("/imports/{id:str}")
async def get_import(request: Incoming, id: Word) -> Response[Any]:
    """How an import stands, with its first errors."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    return answers.json_answer(await reporting.state(ctx, _known(id)))


@get("/imports/{id:str}/errors")
async def import_errors(request: Incoming, id: Word) -> Response[Any]:
    """The error file: the rows that were kept out, each with its reason (CSV); with `notes` those
    that came in with something to tell of them.
    """
    ctx = await door.reader(request)
    asked = reading.query_of(request, ("notes",))
    notes = reading.flag_of(asked.get("notes"), "notes")
    found = await reporting.state(ctx, _known(id))
    stem = Path(str(found["file_name"])).stem
    word = "notes" if notes else "errors"
    way = f"attachment; filename=\"{word}.csv\"; filename*=UTF-8''{quote(stem)}-{word}.csv"
    return Stream(
        reporting.error_lines(ctx, id, notes=notes),
        headers={**answers.PRIVATE, "content-disposition": way},
        media_type="text/csv",
    )


@get("/jobs/{id:str}")
async def get_job(request: Incoming, id: Word) -> Response[Any]:
    """How one of one's jobs stands."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    return answers.json_answer(await running.job_state(ctx, id))


@post("/jobs/{id:str}/cancel", status_code=200)
async def cancel_job(request: Incoming, id: Word) -> Response[Any]:
    """Stop one of one's jobs; what it has written stays and can be undone."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    reading.only(reading.object_of(await reading.raw_body(request)), ())
    ended = await running.cancel_job(ctx, id)
    await importing.stopped(ctx, id)
    return answers.json_answer(ended)


@get("/search")
async def search_all(request: Incoming) -> Response[Any]:
    """Records of all objects that answer a query, best first; if none does, those of near words."""
    ctx = await door.reader(request)
    asked = reading.query_of(request, ("q", "objects", "limit"))
    limit = reading.limit_of(asked.get("limit"), default=SHOWN, largest=SEARCHED)
    objects = reading.words_of(asked.get("objects"), "objects")
    recent = recent_ids(await read_preferences(ctx))
    return answers.json_answer(await answer(ctx, asked.get("q", ""), objects, limit, recent))


ROUTES: Final = (
    preview_import,
    start_import,
    start_tried,
    list_imports,
    get_import,
    import_errors,
    get_job,
    cancel_job,
    search_all,
)
