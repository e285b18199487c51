"""Who is calling: session cookie or bearer token, language, CSRF, the right to write at all."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final, Protocol, cast

from litestar import Request

from fangxin.access import contexts
from fangxin.access.callers import Caller, context_for_session, context_for_token
from fangxin.api.problems import LOCALE_KEY
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import Forbidden, Unauthenticated
from fangxin.kernel.settings import Settings
from fangxin.objects.registry import Registry

COOKIE: Final = "fangxin_session"
CSRF_HEADER: Final = "x-csrf-token"
_BEARER: Final = "bearer "

Incoming = Request[Any, Any, Any]


class Installed(contexts.Installed, Protocol):
    """What the API needs of an installation (fangxin/app.Installation), beside what contexts do."""

    @property
    def settings(self) -> Settings: ...
    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def refresh_registry(self) -> Registry: ...


def installation_of(request: Incoming) -> Installed:
    """Return the installation that serves this request."""
    return cast(Installed, request.app.state.installation)


def bearer_of(request: Incoming) -> str | None:
    """Return the token of the Authorization header; another scheme raises Unauthenticated."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    if header[: len(_BEARER)].lower() != _BEARER:
        raise _unauthenticated("Send the token as: Authorization: Bearer TOKEN.")
    return header[len(_BEARER) :].strip()


def _unauthenticated(detail: str | None = None) -> Unauthenticated:
    return Unauthenticated(detail, headers={"www-authenticate": 'Bearer realm="fangxin"'})


async def find_caller(request: Incoming) -> Caller | None:
    """Return who calls, or None for nobody; a token that is no good raises Unauthenticated."""
    installation = installation_of(request)
    if installation.services.stale_until > time.monotonic():
        await installation.refresh_registry()
    token = bearer_of(request)
    if token is not None:
        caller = await context_for_token(installation, token)
        if caller is None:
            raise _unauthenticated("This token is not valid any more.")
    else:
        cookie = request.cookies.get(COOKIE)
        caller = None if not cookie else await context_for_session(installation, cookie)
    if caller is not None:
        cast("dict[str, Any]", request.scope)[LOCALE_KEY] = caller.ctx.locale
    return caller


async def caller_of(request: Incoming) -> Caller:
    """Return who calls, or raise Unauthenticated."""
    caller = await find_caller(request)
    if caller is None:
        raise _unauthenticated()
    return caller


async def reader(request: Incoming) -> Ctx:
    """Return the context of a request that only reads."""
    return (await caller_of(request)).ctx


async def writing_caller(request: Incoming) -> Caller:
    """Return who calls to write: by cookie with the CSRF token, by token with the scope write."""
    caller = await caller_of(request)
    caller.check_csrf(request.headers.get(CSRF_HEADER))
    caller.refuse_viewing()
    if caller.ctx.rights.read_only:
        raise Forbidden("This token may only read. Make one with the scope write.", code="scope")
    return caller


async def writer(request: Incoming) -> Ctx:
    """Return the context of a request that writes."""
    return (await writing_caller(request)).ctx


def require_permission(ctx: Ctx, permission: str) -> None:
    """Raise Forbidden unless the role holds `permission`, such as "admin.settings"."""
    if not ctx.rights.allows(permission):
        raise Forbidden(values={"permission": permission})


async def known_everywhere(request: Incoming) -> None:
    """Wait until what is asked next follows a changed setting, whichever worker is asked."""
    await installation_of(request).refresh_registry()
    await asyncio.sleep(contexts.CHECK_EVERY)
