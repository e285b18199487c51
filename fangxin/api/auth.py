"""Signing in and out, who one is, one's sessions, tokens and password.

These answers hold secrets or depend on them, so no Idempotency-Key stores them.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any, Final, TypeAlias

import msgspec
from litestar import Request, Response, delete, get, patch, post
from litestar.datastructures import Cookie
from litestar.params import FromPath

from fangxin.access import login, sessions
from fangxin.access.callers import Caller, context_for_session
from fangxin.access.contexts import CHECK_EVERY, elevated
from fangxin.access.login import Visitor
from fangxin.access.roles import PERMISSIONS
from fangxin.api import answers, door, reading
from fangxin.data.preferences import read_preferences, write_preferences
from fangxin.kernel.errors import Forbidden, Unauthenticated
from fangxin.kernel.i18n import LOCALES
from fangxin.records import engine

ME: Final = "user"

Incoming = Request[Any, Any, Any]
Word = FromPath[str]
Secret = Annotated[str, msgspec.Meta(max_length=1000)]
# what is checked further in, where the refusals have their words, is told in the document alone
Locale: TypeAlias = Annotated[str, msgspec.Meta(extra_json_schema={"enum": list(LOCALES)})]
Zone: TypeAlias = Annotated[str, msgspec.Meta(extra_json_schema={"format": "timezone"})]
TokenName: TypeAlias = Annotated[
    str,
    msgspec.Meta(extra_json_schema={"maxLength": sessions.NAME_LENGTH, "pattern": r"^\S+$"}),
]
Scope: TypeAlias = Annotated[str, msgspec.Meta(extra_json_schema={"enum": list(sessions.SCOPES)})]
Moment: TypeAlias = Annotated[datetime, msgspec.Meta(extra_json_schema={"format": "date-time"})]


class Credentials(msgspec.Struct, forbid_unknown_fields=True):
    """Who signs in."""

    email: Secret
    password: Secret


class NewPassword(msgspec.Struct, forbid_unknown_fields=True):
    """The present and the next password."""

    current: Secret
    new: Secret


class FirstPassword(msgspec.Struct, forbid_unknown_fields=True):
    """The password that answers an invitation."""

    password: Secret


class NewToken(msgspec.Struct, forbid_unknown_fields=True):
    """A token for programs."""

    name: TokenName
    scopes: list[Scope] | None = None
    expires_at: Moment | None = None


class Profile(msgspec.Struct, forbid_unknown_fields=True):
    """What one changes about oneself."""

    locale: Locale | msgspec.UnsetType = msgspec.UNSET
    timezone: Zone | msgspec.UnsetType = msgspec.UNSET
    preferences: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET


def visitor_of(request: Incoming) -> Visitor:
    """Return where a request comes from."""
    client = request.client
    return Visitor(
        ip=client.host if client is not None else "",
        user_agent=request.headers.get("user-agent", ""),
        secret=request.cookies.get(door.COOKIE),
    )


def _cookie(request: Incoming, secret: str) -> Cookie:
    settings = door.installation_of(request).settings
    return Cookie(
        key=door.COOKIE,
        value=secret,
        max_age=int(sessions.LONGEST.total_seconds()) if secret else 0,
        httponly=True,
        samesite="lax",
        secure=settings.base_url.startswith("https://"),
    )


async def _me(request: Incoming, caller: Caller) -> dict[str, Any]:
    """Write what the web app asks first: person, role, rights that are no grants, settings."""
    person, company, ctx = caller.person, caller.company, caller.ctx
    user = {"id": person.id, "name": person.name, "email": person.email, "object": ME}
    place = {"id": person.department, "name": person.department_name}
    return {
        "user": user,
        "role": {"id": person.role.id, "name": person.role.name, "key": person.role.key},
        "department": place if person.department is not None else None,
        "locale": person.locale,
        "timezone": person.timezone,
        "csrf_token": caller.csrf,
        "permissions": [each for each in PERMISSIONS if ctx.rights.allows(each)],
        "preferences": await read_preferences(ctx),
        "settings": {
            "company_name": company.company_name,
            "base_currency": company.base_currency,
            "currencies": sorted({company.base_currency, *ctx.rates}),
            "demo": company.demo,
            "timezone": company.timezone,
        },
        "home": person.role.home or "sales",
        "viewing": _viewing(caller),
    }


def _viewing(caller: Caller) -> dict[str, Any] | None:
    """Tell who sees the app as this user, where it is not himself."""
    if caller.viewer is None:
        return None
    by = {"id": caller.viewer.id, "name": caller.viewer.name, "object": ME}
    return {"by": by, "until": caller.viewing_until}


async def _signed_in(request: Incoming, secret: str) -> Response[Any]:
    caller = await context_for_session(door.installation_of(request), secret)
    if caller is None:
        raise Unauthenticated
    headers = _csrf_header(caller)
    answer = answers.json_answer(await _me(request, caller), headers=headers)
    answer.cookies.append(_cookie(request, secret))
    return answer


def _csrf_header(caller: Caller) -> dict[str, str]:
    return {} if caller.csrf is None else {"x-csrf-token": caller.csrf}


@post("/auth/login", status_code=200)
async def sign_in(request: Incoming) -> Response[Any]:
    """Start a session."""
    reading.query_of(request, ())
    body = reading.struct_of(await reading.raw_body(request), Credentials)
    database = door.installation_of(request).database
    secret = await login.sign_in(database, body.email, body.password, visitor_of(request))
    return await _signed_in(request, secret)


@post("/auth/logout", status_code=204)
async def sign_out(request: Incoming) -> Response[None]:
    """End this session; without one nothing happens."""
    reading.query_of(request, ())
    secret = request.cookies.get(door.COOKIE)
    caller = await door.find_caller(request)
    if caller is not None and secret:
        caller.check_csrf(request.headers.get(door.CSRF_HEADER))
        await login.sign_out(door.installation_of(request).database, secret)
    answer = answers.nothing()
    answer.cookies.append(_cookie(request, ""))
    return answer


@get("/auth/me")
async def get_me(request: Incoming) -> Response[Any]:
    """Who one is and what the screens need to know first."""
    caller = await door.caller_of(request)
    reading.query_of(request, ())
    return answers.json_answer(await _me(request, caller), headers=_csrf_header(caller))


@patch("/auth/me")
async def update_me(request: Incoming) -> Response[Any]:
    """Change one's own language, time zone and preferences."""
    caller = await door.writing_caller(request)
    reading.query_of(request, ())
    body = reading.struct_of(await reading.raw_body(request), Profile)
    changes = {
        key: value
        for key in ("locale", "timezone")
        if (value := getattr(body, key)) is not msgspec.UNSET
    }
    if changes:
        # one's own profile needs no right to change users
        await engine.update(elevated(caller.ctx), ME, caller.person.id, changes)
        # what is asked next comes in the new language, whichever worker is asked
        await asyncio.sleep(CHECK_EVERY)
    if body.preferences is not msgspec.UNSET:
        await write_preferences(caller.ctx, body.preferences)
    again = await door.caller_of(request)
    return answers.json_answer(await _me(request, again), headers=_csrf_header(again))


@post("/auth/password", status_code=204)
async def change_password(request: Incoming) -> Response[None]:
    """Change one's own password; all other sessions and all tokens end."""
    caller = await door.writing_caller(request)
    reading.query_of(request, ())
    body = reading.struct_of(await reading.raw_body(request), NewPassword)
    person = (caller.person.email, caller.person.name)
    kept = caller.key_id if caller.csrf is not None else None
    visitor = visitor_of(request)
    await login.change_password(caller.ctx, person, body.current, body.new, visitor, kept)
    return answers.nothing()


@get("/auth/sessions")
async def list_sessions(request: Incoming) -> Response[Any]:
    """One's own sessions; nobody sees another's."""
    caller = await door.caller_of(request)
    caller.refuse_viewing()
    reading.query_of(request, ())
    items = await sessions.list_held(caller.ctx, sessions.SESSIONS)
    found = [{**each, "current": each["id"] == caller.key_id} for each in items]
    return answers.json_answer({"items": found})


@delete("/auth/sessions/{id:str}", status_code=204)
async def end_session(request: Incoming, id: Word) -> Response[None]:
    """End one of one's sessions."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    await sessions.revoke(ctx, sessions.SESSIONS, id)
    return answers.nothing()


@get("/auth/tokens")
async def list_tokens(request: Incoming) -> Response[Any]:
    """One's own tokens, without what is secret; nobody sees another's."""
    caller = await door.caller_of(request)
    caller.refuse_viewing()
    reading.query_of(request, ())
    items = await sessions.list_held(caller.ctx, sessions.TOKENS)
    for each in items:
        each["last_used_at"] = each.pop("last_seen_at")
    return answers.json_answer({"items": items})


@post("/auth/tokens")
async def create_token(request: Incoming) -> Response[Any]:
    """Make a token; this answer is the only place where it is seen. Who is signed in makes it: a
    token makes no other, which would outlive it.
    """
    caller = await door.writing_caller(request)
    if caller.csrf is None:
        text = "Tokens are made by people who are signed in, not by other tokens."
        raise Forbidden(text, code="scope")
    reading.query_of(request, ())
    body = reading.struct_of(await reading.raw_body(request), NewToken)
    scopes = sessions.SCOPES if body.scopes is None else body.scopes
    made = await sessions.create_token(caller.ctx, body.name, scopes, _aware(body.expires_at))
    return answers.json_answer(made, 201)


def _aware(moment: datetime | None) -> datetime | None:
    """Refuse a moment without offset: nobody could say when it is."""
    if moment is not None and moment.tzinfo is None:
        raise reading.wrong("/expires_at", "wrong_type", "A time with its offset is needed here.")
    return moment


@delete("/auth/tokens/{id:str}", status_code=204)
async def end_token(request: Incoming, id: Word) -> Response[None]:
    """Revoke one of one's tokens."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    await sessions.revoke(ctx, sessions.TOKENS, id)
    return answers.nothing()


@get("/auth/invitations/{token:str}")
async def get_invitation(request: Incoming, token: Word) -> Response[Any]:
    """Whom an invitation link is for."""
    reading.query_of(request, ())
    database = door.installation_of(request).database
    _, email, name = await login.find_invitation(database, token)
    return answers.json_answer({"email": email, "name": name})


@post("/auth/invitations/{token:str}", status_code=200)
async def accept_invitation(request: Incoming, token: Word) -> Response[Any]:
    """Choose a password by an invitation link, and be signed in."""
    reading.query_of(request, ())
    body = reading.struct_of(await reading.raw_body(request), FirstPassword)
    database = door.installation_of(request).database
    secret = await login.accept_invitation(database, token, body.password, visitor_of(request))
    return await _signed_in(request, secret)


ROUTES: Final = (
    sign_in,
    sign_out,
    get_me,
    update_me,
    change_password,
    list_sessions,
    end_session,
    list_tokens,
    create_token,
    end_token,
    get_invitation,
    accept_invitation,
)
