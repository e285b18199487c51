"""The settings as a whole over HTTP: their history, taking changes back, all of them as a file."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.params import FromPath

from fangxin.api import answers, door, reading
from fangxin.api.changes import LARGEST, PAGE
from fangxin.api.configuring_shapes import Application, Comparison, Revert
from fangxin.api.files import download_headers
from fangxin.configuring import apply
from fangxin.configuring.portray import written
from fangxin.configuring.revert import revert
from fangxin.history import settings_log
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import NotFound
from fangxin.kernel.ids import is_id

Incoming = Request[Any, Any, Any]
Word = FromPath[str]
# numbers of lines have no more digits
_DIGITS: Final = 18
_CHOICES: Final = ("kind", "object", "record", "actor", "change_set")


@get("/settings/history")
async def list_settings_changes(request: Incoming) -> Response[Any]:
    """Changes of settings, the latest first."""
    ctx = await door.reader(request)
    asked = reading.query_of(request, (*_CHOICES, "cursor", "limit"))
    settings_log.require_reader(ctx)
    for word in ("actor", "record", "change_set"):
        if asked.get(word) and not is_id(asked[word]):
            message = "The id of a record is needed here."
            raise reading.wrong(f"/{word}", "not_an_id", message)
    found = await settings_log.settings_log(
        ctx,
        settings_log.Asked(**{word: asked.get(word) or None for word in _CHOICES}),
        cursor=asked.get("cursor") or None,
        limit=reading.limit_of(asked.get("limit"), default=PAGE, largest=LARGEST),
    )
    return answers.json_answer(found)


@post("/settings/history/{id:str}/revert", status_code=200)
async def revert_setting(request: Incoming, id: Word) -> Response[Any]:
    """Take one change of a setting back."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    settings_log.require_reader(ctx)
    raw = await reading.raw_body(request)
    body = reading.struct_of(raw, Revert)
    if not (id.isascii() and id.isdecimal()) or len(id) > _DIGITS:
        raise NotFound

    async def work(ctx: Ctx) -> Any:
        done = await revert(ctx, int(id), force=body.force)
        await door.known_everywhere(request)
        return done

    return await answers.once_over(request, ctx, raw, answers.plain(200), work)


@get("/configuration")
async def export_configuration(request: Incoming) -> Response[Any]:
    """The whole configuration as a file; `include` names what is carried only when asked for."""
    ctx = await door.reader(request)
    asked = reading.query_of(request, ("include",))
    document = await apply.export(ctx, reading.words_of(asked.get("include"), "include") or ())
    name = f"configuration-{ctx.clock():%Y-%m-%d}.json"
    headers = download_headers(name, answers.JSON, inline=False)
    return Response(written(document), headers=headers, media_type=answers.JSON)


@post("/configuration/diff", status_code=200)
async def compare_configuration(request: Incoming) -> Response[Any]:
    """How a file differs from what is here; nothing is changed."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    apply.require_administrator(ctx)
    body = reading.struct_of(await reading.raw_body(request), Comparison)
    return answers.json_answer(await apply.diff(ctx, body.configuration))


@post("/configuration/apply", status_code=200)
async def apply_configuration(request: Incoming) -> Response[Any]:
    """Bring everything that a file names to what it says: all of it, or nothing."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    apply.require_administrator(ctx)
    raw = await reading.raw_body(request)
    body = reading.struct_of(raw, Application)

    async def work(ctx: Ctx) -> Any:
        done = await apply.apply(
            ctx,
            body.configuration,
            prune=body.prune,
            rehearse=body.dry_run,
            empty_unfit=body.empty_unfit,
        )
        if done["applied"]:
            await door.known_everywhere(request)
        return done

    return await answers.once_over(request, ctx, raw, answers.plain(200), work)


ROUTES: Final = (
    list_settings_changes,
    revert_setting,
    export_configuration,
    compare_configuration,
    apply_configuration,
)
