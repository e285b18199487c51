"""Actions of records, and writing many at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, post
from litestar.params import FromPath

from fangxin.api import answers, door, reading
from fangxin.data import mass
from fangxin.data.tagging import ADD, REMOVE
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import Conflict
from fangxin.kernel.idempotency import Answer
from fangxin.merging.leading import or_merged
from fangxin.records import engine
from fangxin.records.act import act, action_of

# up to so many are written while the client waits, more by a job
AT_ONCE: Final = 500
IDS: Final = 1000
_EDITS: Final = ("set", ADD, REMOVE)
BULK: Final = ("filter", "q", "ids", *_EDITS, "delete", "action", "params", "expected_count")

Incoming = Request[Any, Any, Any]
Word = FromPath[str]


@post("/{path:str}/{id:str}/actions/{action:str}", status_code=200)
async def act_on_record(request: Incoming, path: Word, id: Word, action: Word) -> Response[Any]:
    """Run an action on one record."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    version = reading.version_of(request)
    raw = await reading.raw_body(request)
    params = reading.object_of(raw)

    def answer(result: Mapping[str, Any]) -> Answer:
        headers = answers.etag_of(result) if "version" in result else {}
        return Answer(200, headers, answers.encode(result))

    async def run(ctx: Ctx) -> Any:
        doing = act(ctx, path, id, action, params, version=version)
        return await or_merged(ctx, path, id, doing)

    known = action_of(ctx.registry[path], action)
    word = known.makes_one.object if known.makes_one else path
    made = {each.key: each.object for each in known.makes}
    return await answers.once(request, ctx, raw, answer, run, word=word, made=made)


def _ids(body: Mapping[str, Any]) -> list[str] | None:
    ids = body.get("ids")
    if ids is None:
        return None
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        raise reading.wrong("/ids", "not_a_list", "A list of values is needed here.")
    if len(ids) > IDS:
        raise reading.wrong("/ids", "too_many", "At most {limit} values are allowed.", limit=IDS)
    return ids


def _check_deed(body: Mapping[str, Any]) -> None:
    """Refuse a body that does not ask for exactly one of editing (values to set, tags to add and to
    remove), delete and action.
    """
    asked = [key for key in (*_EDITS, "delete", "action") if body.get(key) not in (None, False, [])]
    deeds = {"set" if key in _EDITS else key for key in asked}
    if len(deeds) != 1:
        raise reading.wrong("/set", "required", "Give one of set, delete and action.")
    for key in asked:
        kind = {"set": dict, "delete": bool, "action": str}.get(key, list)
        if not isinstance(body[key], kind):
            raise reading.wrong(f"/{key}", "wrong_type", "This value has the wrong type.")
    if not isinstance(body.get("params", {}), dict):
        raise reading.wrong("/params", "wrong_type", "This value has the wrong type.")


def _check_meant(body: Mapping[str, Any]) -> None:
    """Refuse a body that does not say which records are meant."""
    if _ids(body) is None and body.get("filter") is None and reading.text_of(body, "q") is None:
        message = "Say which records are meant: by ids, filter or q."
        raise reading.wrong("/filter", "required", message)


async def _count(ctx: Ctx, path: str, body: Mapping[str, Any]) -> int:
    """Return how many records are meant, or raise Conflict when it is not what the client saw."""
    _check_meant(body)
    count = await mass.selected(ctx, path, mass.selection_of(ctx, path, body))
    if body.get("expected_count") not in (None, count):
        raise Conflict(
            "Meanwhile {count} records meet the condition. Look at the list again.",
            code="count_changed",
            values={"count": count},
            extra={"count": count},
        )
    return count


@post("/{path:str}/bulk", status_code=200)
async def bulk_records(request: Incoming, path: Word) -> Response[Any]:
    """Change, delete or act on all records that are named or meet a filter."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    raw = await reading.raw_body(request)
    body = reading.object_of(raw)
    reading.only(body, BULK)
    _check_deed(body)
    engine.require(ctx, path, "bulk")
    if await _count(ctx, path, body) > AT_ONCE:
        return await answers.once(
            request, ctx, raw, answers.plain(202), lambda ctx: mass.enqueue(ctx, path, body)
        )
    return await answers.once_over(
        request, ctx, raw, answers.plain(), lambda ctx: mass.write(ctx, path, body)
    )


@post("/{path:str}/bulk/preview", status_code=200)
async def preview_bulk(request: Incoming, path: Word) -> Response[Any]:
    """How many records a bulk write would mean, and how many of them one may write."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    body = reading.object_of(await reading.raw_body(request))
    reading.only(body, ("filter", "q", "ids", "delete"))
    _check_meant(body)
    return answers.json_answer(await mass.preview(ctx, path, body))


ROUTES: Final = (act_on_record, bulk_records, preview_bulk)
