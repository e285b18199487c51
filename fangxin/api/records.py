"""Records of every object over HTTP: one set of routes, the object is a part of the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, delete, get, patch, post
from litestar.params import FromPath

from fangxin.api import answers, door, files, problems, reading
from fangxin.history.timeline import timeline
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import FieldProblem, Invalid, NotFound
from fangxin.kernel.idempotency import Answer
from fangxin.merging.leading import or_merged, seen_after_merge
from fangxin.merging.likely import likely
from fangxin.records import aggregate, bulk, engine
from fangxin.records import reading as door_to_read
from fangxin.search import matching
from fangxin.sharing.explain import explain

COUNTS: Final = ("capped", "exact", "none")
LIST: Final = ("filter", "sort", "fields", "limit", "cursor", "count", "q")
BATCH: Final = 1000
_BATCH_KEYS: Final = ("create", "update", "delete")

Incoming = Request[Any, Any, Any]
Word = FromPath[str]


async def _page(ctx: Ctx, path: str, asked: Mapping[str, Any], tree: Any) -> answers.Reply:
    q = reading.text_of(asked, "q")
    definition = ctx.registry[path]
    page = await door_to_read.find(
        ctx,
        path,
        filter=tree,
        sort=reading.words_of(asked.get("sort"), "sort"),
        fields=reading.words_of(asked.get("fields"), "fields"),
        limit=reading.limit_of(asked.get("limit")),
        cursor=reading.text_of(asked, "cursor"),
        count=reading.choice_of(asked.get("count"), "count", COUNTS, "capped"),
        narrow=None if q is None else matching.narrow(ctx, definition, q),
    )
    return answers.json_answer({"items": page.items, "next": page.next, "count": page.count})


@get("/{path:str}")
async def list_records(request: Incoming, path: Word) -> Response[Any]:
    """One page of a list."""
    ctx = await door.reader(request)
    asked = reading.query_of(request, LIST)
    return await _page(ctx, path, asked, reading.json_of(asked.get("filter"), "filter"))


@post("/{path:str}/duplicates", status_code=200)
async def find_duplicates(request: Incoming, path: Word) -> Response[Any]:
    """What looks like the record that somebody is typing."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    body = reading.object_of(await reading.raw_body(request))
    reading.only(body, ("values", "id"))
    values = body.get("values")
    if not isinstance(values, dict):
        raise reading.wrong("/values", "wrong_type", "An object with field keys is needed here.")
    found = await likely(ctx, path, values, reading.text_of(body, "id"))
    return answers.json_answer({"duplicates": found})


@post("/{path:str}/query", status_code=200)
async def query_records(request: Incoming, path: Word) -> Response[Any]:
    """One page of a list whose filter is too long for an address."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    asked = reading.object_of(await reading.raw_body(request))
    reading.only(asked, LIST)
    return await _page(ctx, path, asked, asked.get("filter"))


def _created(path: str) -> Any:
    def answer(record: dict[str, Any]) -> Answer:
        headers = {**answers.etag_of(record), "location": f"/api/v1/{path}/{record['id']}"}
        return Answer(201, headers, answers.encode(record))

    return answer


def _found(record: dict[str, Any]) -> Answer:
    return Answer(200, answers.etag_of(record), answers.encode(record))


@post("/{path:str}")
async def create_record(request: Incoming, path: Word) -> Response[Any]:
    """Create one record; found duplicates refuse it unless they are allowed."""
    ctx = await door.writer(request)
    asked = reading.query_of(request, ("allow_duplicates",))
    allow = reading.flag_of(asked.get("allow_duplicates"), "allow_duplicates")
    definition = ctx.registry[path]
    if files.holds_content(definition):
        return await files.upload(request, ctx, definition)
    raw = await reading.raw_body(request)
    body = reading.object_of(raw)
    return await answers.once(
        request,
        ctx,
        raw,
        _created(definition.facts.path),
        lambda ctx: engine.create(ctx, path, body, allow_duplicates=allow),
        word=path,
    )


@get("/{path:str}/{id:str}")
async def get_record(request: Incoming, path: Word, id: Word) -> Response[Any]:
    """One record."""
    ctx = await door.reader(request)
    asked = reading.query_of(request, ("fields",))
    fields = reading.words_of(asked.get("fields"), "fields")
    try:
        record = await door_to_read.get(ctx, path, id, fields)
    except NotFound:
        into = await seen_after_merge(ctx, path, id)
        if into is None:
            raise
        query = request.scope["query_string"].decode("latin-1")
        place = f"/api/v1/{path}/{into}" + (f"?{query}" if query else "")
        return Response(None, status_code=308, headers={**answers.PRIVATE, "location": place})
    return answers.record_answer(record)


@patch("/{path:str}/{id:str}")
async def update_record(request: Incoming, path: Word, id: Word) -> Response[Any]:
    """Change the named fields of one record."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    version = reading.version_of(request)
    body = reading.object_of(await reading.raw_body(request))
    with_merged = or_merged(ctx, path, id, engine.update(ctx, path, id, body, version=version))
    return answers.record_answer(await with_merged)


@delete("/{path:str}/{id:str}", status_code=204)
async def delete_record(request: Incoming, path: Word, id: Word) -> Response[None]:
    """Move one record to the recycle bin."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    version = reading.version_of(request)
    await or_merged(ctx, path, id, engine.delete(ctx, path, id, version=version))
    return answers.nothing()


@post("/{path:str}/{id:str}/restore", status_code=200)
async def restore_record(request: Incoming, path: Word, id: Word) -> Response[Any]:
    """Take one record out of the recycle bin."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    raw = await reading.raw_body(request)
    reading.only(reading.object_of(raw), ())

    async def run(ctx: Ctx) -> Any:
        return await engine.restore(ctx, path, id)

    return await answers.once(request, ctx, raw, _found, run, word=path)


def _list_in(body: Mapping[str, Any], key: str, kind: type[Any]) -> list[Any]:
    found = body.get(key)
    if found is None:
        return []
    if isinstance(found, list) and all(isinstance(each, kind) for each in found):
        return found
    problem = FieldProblem(f"/{key}", "wrong_type", "A list of values is needed here.")
    raise Invalid(errors=[problem])


@post("/{path:str}/batch", status_code=200)
async def batch_records(request: Incoming, path: Word) -> Response[Any]:
    """Create, change and delete up to BATCH records; each has its own result."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    raw = await reading.raw_body(request)
    body = reading.object_of(raw)
    reading.only(body, (*_BATCH_KEYS, "atomic"))
    creates, updates = (_list_in(body, key, dict) for key in ("create", "update"))
    deletes = _list_in(body, "delete", str)
    atomic = body.get("atomic", False)
    if not isinstance(atomic, bool):
        raise Invalid(errors=[FieldProblem("/atomic", "wrong_type", "True or false.")])
    if len(creates) + len(updates) + len(deletes) > BATCH:
        message = "At most {limit} records can be sent in one batch."
        raise Invalid(errors=[FieldProblem("", "too_many", message, {"limit": BATCH})])

    async def run(ctx: Ctx) -> Any:
        return await bulk.batch(
            ctx, path, create=creates, update=updates, delete=deletes, atomic=atomic
        )

    def answer(result: Any) -> Answer:
        return Answer(200, {}, answers.encode(_with_problems(result, ctx.locale)))

    keep = answers.once if atomic else answers.once_over
    return await keep(request, ctx, raw, answer, run, word=path)


def _with_problems(result: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """Write the errors of single items as problems in the reader's language."""
    items = []
    for item in result["results"]:
        error = item.get("error")
        if error is not None:
            kept = {key: value for key, value in item.items() if key != "error"}
            items.append({**kept, "problem": problems.body_of(error, locale)})
        else:
            items.append(item)
    return {**result, "results": items}


@post("/{path:str}/aggregate", status_code=200)
async def aggregate_records(request: Incoming, path: Word) -> Response[Any]:
    """Counts and figures by group."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    body = reading.object_of(await reading.raw_body(request))
    reading.only(body, ("filter", "q", "group", "measures", "limit"))
    asked: dict[str, Any] = {}
    for key in ("group", "measures"):
        if body.get(key) is not None:
            asked[key] = _list_in(body, key, object)
    q = reading.text_of(body, "q")
    rows = await aggregate.aggregate(
        ctx,
        path,
        filter=body.get("filter"),
        narrow=None if q is None else matching.narrow(ctx, ctx.registry[path], q),
        limit=reading.limit_of(body.get("limit"), default=reading.LARGEST_LIMIT),
        **asked,
    )
    return answers.json_answer({"rows": rows})


@get("/{path:str}/{id:str}/explain")
async def explain_record(request: Incoming, path: Word, id: Word) -> Response[Any]:
    """Why one may see, change or delete this record, field by field."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    return answers.json_answer(await explain(ctx, path, id))


@get("/{path:str}/{id:str}/timeline")
async def record_timeline(request: Incoming, path: Word, id: Word) -> Response[Any]:
    """What happened to this record, newest first."""
    ctx = await door.reader(request)
    asked = reading.query_of(request, ("cursor", "limit", "kinds"))
    found = await timeline(
        ctx,
        path,
        id,
        cursor=asked.get("cursor"),
        limit=reading.limit_of(asked.get("limit"), largest=200),
        kinds=reading.words_of(asked.get("kinds"), "kinds"),
    )
    return answers.json_answer(found)


ROUTES: Final = (
    list_records,
    find_duplicates,
    query_records,
    create_record,
    get_record,
    update_record,
    delete_record,
    restore_record,
    batch_records,
    aggregate_records,
    explain_record,
    record_timeline,
)
