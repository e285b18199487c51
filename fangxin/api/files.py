"""Files: uploaded as a stream into the storage, served so that they can do no harm."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from litestar import Request, Response, get
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Stream

from fangxin.access.contexts import elevated
from fangxin.api import answers, door, reading
from fangxin.api.edge import UPLOAD_BYTES
from fangxin.api.problems import NotAcceptable
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import FieldProblem, Invalid, NotFound
from fangxin.kernel.idempotency import Answer
from fangxin.kernel.ids import is_id, new_id
from fangxin.kernel.storage import CHUNK, FileStore, StoredFile, is_refused
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records import engine
from fangxin.records import reading as door_to_read
from fangxin.records.validate import accept

FILE: Final = "file"
CONTENT: Final = "storage_key"
NAME_LENGTH: Final = 200
# what a browser may show by itself: no script can hide in these
INLINE: Final = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf")
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,80}")
_SANDBOX: Final = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"
_UNSAFE: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')

Incoming = Request[Any, Any, Any]
Word = FromPath[str]


@dataclass(frozen=True, slots=True)
class Form:
    """A multipart body: its texts, and the one file in it."""

    texts: Mapping[str, str]
    file: UploadFile


@asynccontextmanager
async def form_of(request: Incoming, allowed: tuple[str, ...]) -> AsyncIterator[Form]:
    """Read a multipart body with one part `file` and the named texts; it is gone afterwards."""
    async with parts_of(request, allowed) as (texts, file):
        if file is None:
            raise reading.wrong("/file", "required", "This is required.")
        yield Form(texts, file)


@asynccontextmanager
async def parts_of(
    request: Incoming, allowed: tuple[str, ...]
) -> AsyncIterator[tuple[Mapping[str, str], UploadFile | None]]:
    """Read a multipart body as `form_of` does; the file may be missing."""
    kind = request.headers.get("content-type", "")
    if not kind.lower().startswith("multipart/form-data") or "boundary=" not in kind:
        raise NotAcceptable(values={"expected": "multipart/form-data"})
    parts = await request.form()
    uploads = [value for _, value in parts.multi_items() if isinstance(value, UploadFile)]
    try:
        yield _checked(parts.multi_items(), allowed)
    finally:
        for each in uploads:
            await each.close()


def _checked(parts: Any, allowed: tuple[str, ...]) -> tuple[Mapping[str, str], UploadFile | None]:
    texts: dict[str, str] = {}
    file: UploadFile | None = None
    for key, value in parts:
        if key == FILE and isinstance(value, UploadFile) and file is None:
            file = value
        elif key in allowed and isinstance(value, str) and key not in texts:
            texts[key] = value
        else:
            name = str(key)[:80]
            raise reading.wrong(
                f"/{name}", "unknown_field", "There is no field {name} here.", name=name
            )
        if isinstance(value, str) and reading.NUL in value:
            message = "Text may not contain the character NUL."
            raise Invalid(errors=[FieldProblem(f"/{key}", "nul", message)])
    return texts, file


def safe_name(name: str) -> str:
    """Return the bare name of an uploaded file: no folders, no control characters, not too long."""
    bare = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join("_" if 0xD800 <= ord(each) <= 0xDFFF else each for each in bare)  # noqa: PLR2004
    clean = _UNSAFE.sub("_", kept).strip(" .")
    stem, dot, ending = clean.rpartition(".")
    if len(clean) > NAME_LENGTH:
        clean = f"{stem[: NAME_LENGTH - len(ending) - 1]}{dot}{ending}"[-NAME_LENGTH:]
    return clean or "file"


async def chunks_of(file: UploadFile) -> AsyncIterator[bytes]:
    """Give the content of an upload in pieces."""
    while chunk := await file.read(CHUNK):
        yield chunk


async def store(request: Incoming, file: UploadFile) -> StoredFile:
    """Write an upload into the storage."""
    storage: FileStore = door.installation_of(request).services.storage
    return await storage.write(chunks_of(file), limit=UPLOAD_BYTES)


def _about(texts: Mapping[str, str]) -> dict[str, str] | None:
    name, id_ = texts.get("about_object"), texts.get("about_id")
    if not name and not id_:
        return None
    if not name or not id_:
        missing = "about_id" if name else "about_object"
        raise reading.wrong(f"/{missing}", "required", "This is required.")
    return {"object": name, "id": id_}


def holds_content(definition: ObjectDef) -> bool:
    """Tell whether records of this object are made by uploading their content."""
    return CONTENT in definition.fields


async def _may_create(ctx: Ctx, definition: ObjectDef, about: dict[str, str] | None) -> None:
    """Check the rights before the content is kept: the role's, and sight of what it is about."""
    engine.require(ctx, definition.name, "create")
    if about is None:
        return
    found = ctx.registry.get(about["object"])
    if found is None:
        raise reading.wrong("/about_object", "unknown_object", "There is no such object.")
    about["object"], id_ = found.name, about["id"]
    if not is_id(id_) or not await door_to_read.visible_ids(ctx, found.name, [id_]):
        message = "This record does not exist, or you may not see it."
        raise reading.wrong("/about_id", "not_found", message)


async def _create(
    ctx: Ctx, definition: ObjectDef, body: Mapping[str, Any], filled: Mapping[str, Any]
) -> dict[str, Any]:
    """Create the record of a stored file: `filled` are fields that nobody writes himself."""
    values = accept(ctx, definition, body, door_to_read.environment(ctx))
    id_ = new_id()

    async def unit(tx: Tx) -> dict[str, Any]:
        change = Change(definition.name, id_, "create", {**values, **filled})
        await engine.write_many(ctx, tx, definition.name, "create", [change])
        return await engine.read_back(ctx, tx, definition, id_, 1)

    made: dict[str, Any] = await engine.run_unit(ctx, unit)
    return made


async def _upload(request: Incoming, ctx: Ctx, definition: ObjectDef, form: Form) -> Response[Any]:
    name = safe_name(form.file.filename)
    if is_refused(name):
        message = "Files of this kind are not taken: {name}."
        raise reading.wrong("/file", "file_type", message, name=name)
    about = _about(form.texts)
    await _may_create(ctx, definition, about)
    kept = await store(request, form.file)
    given = form.file.content_type.partition(";")[0].strip().lower()
    media_type = given if _MEDIA_TYPE.fullmatch(given) else "application/octet-stream"
    body = {"name": name, "about": about}
    facts = {"size": kept.size, "media_type": media_type, "digest": kept.sha256}

    def answer(record: Mapping[str, Any]) -> Answer:
        location = f"/api/v1/{definition.facts.path}/{record['id']}"
        headers = {**answers.etag_of(record), "location": location}
        return Answer(201, headers, answers.encode(record))

    async def run(ctx: Ctx) -> Any:
        return await _create(ctx, definition, body, {**facts, CONTENT: kept.id})

    # the digest stands for the content: the same key with another file is another request
    sign = answers.encode([body, kept.sha256])
    try:
        done = await answers.once(request, ctx, sign, answer, run, word=definition.name)
    except BaseException:
        await _storage(request).delete(kept.id)
        raise
    if "idempotency-replayed" in done.headers:
        await _storage(request).delete(kept.id)
    return done


async def upload(request: Incoming, ctx: Ctx, definition: ObjectDef) -> Response[Any]:
    """Take an upload, if need be about a record."""
    async with form_of(request, ("about_object", "about_id")) as form:
        return await _upload(request, ctx, definition, form)


def _storage(request: Incoming) -> FileStore:
    storage: FileStore = door.installation_of(request).services.storage
    return storage


def download_headers(name: str, media_type: str, *, inline: bool) -> dict[str, str]:
    """Return the headers under which a stranger's content may be given out."""
    plain = re.sub(r'[^\x20-\x7e]|["\\%]', "_", name)
    way = "inline" if inline else "attachment"
    return {
        "content-disposition": f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}",
        "content-security-policy": _SANDBOX,
        "cache-control": "private, no-cache",
    }


@get("/{path:str}/{id:str}/content")
async def file_content(request: Incoming, path: Word, id: Word) -> Response[Any]:
    """Give the content of a file to whoever may see its record."""
    ctx = await door.reader(request)
    asked = reading.query_of(request, ("download",))
    download = reading.flag_of(asked.get("download"), "download")
    definition = ctx.registry[path]
    if not holds_content(definition):
        raise NotFound("There is nothing at this address.", code="unknown_address")
    await door_to_read.get(ctx, path, id, ["id"])
    # where the content lies is for the server alone
    fields = ["name", "media_type", "digest", CONTENT]
    found = await door_to_read.get(elevated(ctx), path, id, fields)
    if not found[CONTENT]:
        raise NotFound
    etag = f'"{found["digest"]}"'
    if answers.unchanged(request, etag):
        return Response(None, status_code=304, headers={"etag": etag})
    media_type = found["media_type"] or "application/octet-stream"
    inline = media_type in INLINE and not download
    headers = download_headers(found["name"], media_type, inline=inline)
    size = await _storage(request).size(found[CONTENT])
    return Stream(
        _storage(request).read(found[CONTENT]),
        headers={**headers, "etag": etag, "content-length": str(size)},
        media_type=media_type,
    )


ROUTES: Final = (file_content,)
