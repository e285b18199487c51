"""Writing an answer: JSON straight from msgspec, ETags, replies that a key repeats."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias

import msgspec
from litestar import Request, Response

from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import BadRequest, FangxinError
from fangxin.kernel.idempotency import (
    Answer,
    Replay,
    RequestKey,
    before_work,
    hold,
    release,
    settle,
)
from fangxin.records.reading import visible_ids

KEY_LENGTH: Final = 255
JSON: Final = "application/json"
# personal data must not stay in shared or disk caches
PRIVATE: Final = {"cache-control": "no-store"}
NONE: Final[Mapping[str, str]] = {}
encode: Final = msgspec.json.Encoder().encode

Reply: TypeAlias = Response[bytes]


def json_answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """Answer with `value` as JSON; datetimes are written as RFC 3339."""
    return Response(
        encode(value),
        status_code=status,
        headers={**PRIVATE, **headers} if headers else PRIVATE,
        media_type=JSON,
    )


def nothing() -> Response[None]:
    """Answer 204."""
    return Response(None, status_code=204, headers=PRIVATE)


def etag_of(record: Mapping[str, Any]) -> dict[str, str]:
    """Return the ETag header of a record."""
    return {"etag": f'"{record["version"]}"'}


def record_answer(record: Mapping[str, Any]) -> Reply:
    """Answer with one record and its ETag."""
    return json_answer(record, headers=etag_of(record))


def plain(status: int = 200) -> Callable[[Any], Answer]:
    """Return how a unit's result becomes an answer of this status."""
    return lambda result: Answer(status, {}, encode(result))


def empty(_result: Any) -> Answer:
    """Return the answer that has no body."""
    return Answer(204, {}, b"")


def unchanged(request: Request[Any, Any, Any], etag: str) -> bool:
    """Tell whether If-None-Match names this ETag."""
    header = request.headers.get("if-none-match")
    if header is None:
        return False
    names = {each.strip().removeprefix("W/") for each in header.split(",")}
    return "*" in names or etag.removeprefix("W/") in names


def respond(answer: Answer, *, replayed: bool = False) -> Response[Any]:
    """Send a stored or fresh answer."""
    headers = {**PRIVATE, **answer.headers}
    if replayed:
        headers["idempotency-replayed"] = "true"
    if not answer.body:
        return Response(None, status_code=answer.status, headers=headers)
    return Response(answer.body, status_code=answer.status, headers=headers, media_type=JSON)


def _key_of(
    request: Request[Any, Any, Any], raw: bytes, answer: Callable[[Any], Answer]
) -> RequestKey | None:
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not key.strip() or len(key) > KEY_LENGTH or not key.isprintable():
        raise BadRequest(
            "An Idempotency-Key has 1 to {length} printable characters.",
            code="invalid_idempotency_key",
            values={"length": KEY_LENGTH},
        )
    digest = hashlib.sha256(request.method.encode())
    for part in (request.scope["path"].encode(), request.scope["query_string"], raw):
        digest.update(b"\0" + part)
    return RequestKey(key, digest.hexdigest(), answer)


async def once(
    request: Request[Any, Any, Any],
    ctx: Ctx,
    raw: bytes,
    answer: Callable[[Any], Answer],
    run: Callable[[Ctx], Awaitable[Any]],
    *,
    word: str | None = None,
    made: Mapping[str, str] = NONE,
) -> Response[Any]:
    """Do a writing POST of one transaction once for each Idempotency-Key.

    The unit that `run` leads to claims the key of its context; `answer` makes the reply of the
    unit's result. `word` is the object whose records the answer holds, `made` the objects of
    further ones by key: what is told again is cut to what the actor may see by then.
    """
    key = _key_of(request, raw, answer)
    if key is None:
        return respond(answer(await run(ctx)))
    keyed_ctx = replace(ctx, request_key=key)
    try:
        await before_work(keyed_ctx)
        result = await run(keyed_ctx)
    except Replay as known:
        return respond(await _still_seen(ctx, word, known.answer, made), replayed=True)
    return respond(answer(result))


async def _still_seen(
    ctx: Ctx, word: str | None, known: Answer, made: Mapping[str, str] = NONE
) -> Answer:
    if word is None or not known.body:
        return known
    body = msgspec.json.decode(known.body)
    if not isinstance(body, dict):
        return known
    if "results" in body:
        for each in body["results"]:
            if each.get("record"):
                each["record"] = await _cut(ctx, word, each["record"])
    elif "records" in body:
        body["records"] = [await _cut(ctx, word, each) for each in body["records"]]
    elif {"id", "version"} <= body.keys():
        further = {key: body.pop(key) for key in made if key in body}
        body = await _cut(ctx, word, body)
        for key, records in further.items():
            many = records if isinstance(records, list) else [records]
            cut = [await _cut(ctx, made[key], each) for each in many]
            body[key] = cut if isinstance(records, list) else cut[0]
    return replace(known, body=encode(body))


async def _cut(ctx: Ctx, word: str, record: dict[str, Any]) -> dict[str, Any]:
    """Return a record of an earlier answer as far as it may be read today."""
    definition = ctx.registry[word]
    seen = ctx.rights.scope(definition.name, "read").kind != "none"
    if not seen or not await visible_ids(ctx, definition.name, [record["id"]]):
        return {key: record[key] for key in ("id", "version") if key in record}
    sights = ctx.rights.readable(definition)
    return {
        key: value if sights[key] == "full" else definition.fields[key].type.mask(value)
        for key, value in record.items()
        if key in sights
    }


async def once_over(
    request: Request[Any, Any, Any],
    ctx: Ctx,
    raw: bytes,
    answer: Callable[[Any], Answer],
    run: Callable[[Ctx], Awaitable[Any]],
    *,
    word: str | None = None,
) -> Response[Any]:
    """As `once`, for work of several transactions: the key is held until the last has ended."""
    key = _key_of(request, raw, answer)
    if key is None:
        return respond(answer(await run(ctx)))
    keyed_ctx = replace(ctx, request_key=key)
    try:
        await hold(keyed_ctx)
    except Replay as known:
        return respond(await _still_seen(ctx, word, known.answer), replayed=True)
    try:
        result = await run(ctx)
    except FangxinError:
        # an error of ours means that it was refused; after any other the outcome is not known
        await release(keyed_ctx)
        raise
    await settle(keyed_ctx, result)
    return respond(answer(result))
