"""What every answer has and every request keeps to: safety headers, size limits, figures."""

from __future__ import annotations

import time
from collections.abc import MutableMapping
from typing import Any, Final, cast

import msgspec
from litestar.enums import HttpMethod, ScopeType
from litestar.types import (
    ASGIApp,
    HTTPReceiveMessage,
    HTTPScope,
    HTTPSendMessage,
    LifeSpanReceive,
    LifeSpanSend,
    Message,
    Receive,
    Scope,
    Send,
)

from fangxin.api import problems
from fangxin.api.metrics import Metrics
from fangxin.kernel.errors import FangxinError, TooLarge
from fangxin.kernel.i18n import choose_locale

JSON_BYTES: Final = 10 * 1024 * 1024
UPLOAD_BYTES: Final = 200 * 1024 * 1024
# tables are larger than what hangs on records, and are read row by row
IMPORT_BYTES: Final = 1024 * 1024 * 1024
_IMPORTS: Final = frozenset({"/api/v1/imports", "/api/v1/imports/preview"})
_STATIC: Final = "(web)"

# Mantine writes style attributes, hence 'unsafe-inline' for styles; scripts stay strict.
CONTENT_POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_SAFETY: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
_POLICY: Final = (b"content-security-policy", CONTENT_POLICY.encode())


def _header(scope: Scope, name: bytes) -> bytes | None:
    return next((value for key, value in scope["headers"] if key.lower() == name), None)


def body_limit(scope: Scope) -> int:
    """Return how many bytes the body may have: forms carry files, all else is JSON."""
    kind = _header(scope, b"content-type") or b""
    if not kind.lower().startswith(b"multipart/form-data"):
        return JSON_BYTES
    return IMPORT_BYTES if scope["path"].rstrip("/") in _IMPORTS else UPLOAD_BYTES


def too_large(limit: int) -> TooLarge:
    """Return the refusal of a body above `limit` bytes."""
    megabytes = limit // (1024 * 1024)
    return TooLarge("At most {megabytes} MB can be sent here.", values={"megabytes": megabytes})


class Edge:
    """The outermost layer, around the framework, so that its own answers have it too."""

    def __init__(self, app: ASGIApp, metrics: Metrics, *, secure: bool) -> None:
        self._app = app
        self._metrics = metrics
        strict = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
        self._safety = (*_SAFETY, strict) if secure else _SAFETY

    async def __call__(
        self,
        scope: Scope,
        receive: Receive | LifeSpanReceive,
        send: Send | LifeSpanSend,
    ) -> None:
        """Serve one connection (ASGI)."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)  # type: ignore[arg-type]
            return
        await _Exchange(self._app, self._metrics, self._safety, scope).run(
            cast(Receive, receive), cast(Send, send)
        )


class _Exchange:
    """One request and its answer."""

    __slots__ = ("_app", "_head", "_limit", "_metrics", "_read", "_safety", "_scope", "_status")

    def __init__(
        self,
        app: ASGIApp,
        metrics: Metrics,
        safety: tuple[tuple[bytes, bytes], ...],
        scope: HTTPScope,
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._safety = safety
        self._scope = scope
        self._status = 0
        self._read = 0
        self._head = scope["method"] == "HEAD"
        self._limit = 0

    async def run(self, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        scope = self._scope
        method = scope["method"]
        if self._head:
            scope["method"] = HttpMethod.GET

        async def sending(message: Message) -> None:
            await send(self._outgoing(message))

        try:
            if method in {"GET", "HEAD"}:
                await self._app(scope, receive, sending)
            else:
                await self._with_body(receive, sending)
        finally:
            route = str(scope.get("path_template") or _STATIC)
            self._metrics.count(method, route, self._status, time.perf_counter() - started)

    async def _with_body(self, receive: Receive, send: Send) -> None:
        self._limit = body_limit(self._scope)
        length = _header(self._scope, b"content-length")
        if length is not None and (not length.isdigit() or int(length) > self._limit):
            # refused before a byte of it is read
            await self._refuse(too_large(self._limit), send)
            return

        async def receiving() -> HTTPReceiveMessage:
            message = await receive()
            self._read += len(cast("MutableMapping[str, Any]", message).get("body", b""))
            if self._read > self._limit:
                raise too_large(self._limit)
            return cast(HTTPReceiveMessage, message)

        await self._app(self._scope, cast(Receive, receiving), send)

    async def _refuse(self, error: FangxinError, send: Send) -> None:
        language = (_header(self._scope, b"accept-language") or b"").decode("latin-1")
        content = msgspec.json.encode(problems.body_of(error, choose_locale(language)))
        headers = [
            (b"content-type", problems.MEDIA_TYPE.encode()),
            (b"content-length", str(len(content)).encode()),
            (b"connection", b"close"),
        ]
        await send({"type": "http.response.start", "status": error.status, "headers": headers})
        await send({"type": "http.response.body", "body": content, "more_body": False})

    def _outgoing(self, message: Message) -> HTTPSendMessage:
        found = cast("dict[str, Any]", message)
        if found["type"] == "http.response.start":
            self._status = found["status"]
            headers = list(found.get("headers", ()))
            # a page made to be embedded says so itself
            own = {name.lower() for name, _ in headers}
            headers += [each for each in (*self._safety, _POLICY) if each[0] not in own]
            found["headers"] = headers
        elif self._head and found["type"] == "http.response.body":
            found["body"] = b""
        return cast(HTTPSendMessage, found)
