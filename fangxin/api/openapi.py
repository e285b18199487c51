"""The OpenAPI 3.1 document, generated from the registry, and the page that shows it.

Strangers get what is shipped; who is signed in gets what his role may see, custom fields included.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any, Final

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from fangxin.access.scope import Rights
from fangxin.api import answers, docs, door, files, fixed, past_shapes, reading
from fangxin.api.operations import Operations
from fangxin.api.problems import locale_of
from fangxin.api.schemas import View
from fangxin.fields.schema import SHARED
from fangxin.objects.registry import Registry
from fangxin.records.plans import remember

ADMIN: Final = ("admin.settings", "admin.fields")
_DESCRIPTION: Final = (
    "Every object has the same addresses. Programs send `Authorization: Bearer TOKEN`; browsers "
    "have a session cookie and send `X-CSRF-Token` on every write. Errors are problems of RFC 9457."
)

Incoming = Request[Any, Any, Any]
Word = FromPath[str]


def document(registry: Registry, rights: Rights | None, locale: str) -> dict[str, Any]:
    """Return the document for a reader, or with no rights the one for strangers."""
    schemas: dict[str, Any] = {**SHARED, **fixed.components()}
    admin = rights is None or any(rights.allows(each) for each in ADMIN)
    paths: dict[str, Any] = fixed.paths(admin=admin)
    for definition in registry.objects.values():
        if rights is None and definition.custom_id is not None:
            continue
        view = View(definition, rights, locale)
        if view.may("read"):
            schemas |= view.components()
            uploads = files.holds_content(definition)
            paths |= Operations(view, uploads=uploads).paths() | past_shapes.paths(view)
    return {
        "openapi": "3.1.0",
        "info": {"title": "放心 CRM", "version": version("fangxin"), "description": _DESCRIPTION},
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearer": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": door.COOKIE},
            },
        },
    }


def _encoded(registry: Registry, rights: Rights | None, locale: str) -> bytes:
    key = ("openapi", locale, None if rights is None else rights.key)
    return remember(registry, key, lambda: msgspec.json.encode(document(registry, rights, locale)))


@get("/api/v1/openapi.json")
async def openapi_json(request: Incoming) -> Response[Any]:
    """The document as JSON."""
    reading.query_of(request, ())
    caller = await door.find_caller(request)
    registry = door.installation_of(request).registry
    rights = None if caller is None else caller.ctx.rights
    content = _encoded(registry, rights, locale_of(request))
    headers = {"cache-control": "private, no-cache", "vary": "cookie, authorization"}
    return Response(content, headers=headers, media_type=answers.JSON)


@get("/api/docs")
async def docs_page(request: Incoming) -> Response[Any]:
    """The page that shows the document."""
    headers = {"cache-control": "no-cache"}
    return Response(docs.page(), headers=headers, media_type="text/html")


@get("/api/docs/{name:str}")
async def docs_part(request: Incoming, name: Word) -> Response[Any]:
    """Script and style of the page."""
    content, media_type = docs.part(name)
    return Response(content, headers={"cache-control": "no-cache"}, media_type=media_type)


ROUTES: Final = (openapi_json, docs_page, docs_part)
