"""Who sent a request: from a session's cookie or a token to a person and his context."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import datetime

from fangxin.access import sessions
from fangxin.access.contexts import Directory, Installed, Person, context_of
from fangxin.access.sessions import Held, Keyring
from fangxin.access.settings import Company
from fangxin.access.viewing import Unwritable, refused
from fangxin.kernel.clock import now
from fangxin.kernel.context import Ctx, Source
from fangxin.kernel.errors import Forbidden
from fangxin.objects.registry import Registry


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request: `key_id` is the id of his session (then `csrf` is set) or token.

    While an administrator sees the app as somebody else, `person` and `ctx` are that other's, and
    `viewer` is he, until `viewing_until`.
    """

    ctx: Ctx
    person: Person
    company: Company
    key_id: str
    csrf: str | None
    viewer: Person | None = None
    viewing_until: datetime | None = None

    def refuse_viewing(self) -> None:
        """Raise Forbidden `viewing` for what is not done in another's place."""
        if self.viewer is not None:
            raise refused()

    def check_csrf(self, header: str | None) -> None:
        """Raise Forbidden `csrf` unless a write by cookie carries the session's token."""
        if self.csrf is not None and not hmac.compare_digest(
            self.csrf.encode(), (header or "").encode("utf-8", "surrogatepass")
        ):
            raise Forbidden(
                "The header X-CSRF-Token is missing or not this session's. Reload the page.",
                code="csrf",
            )


async def _caller(
    installation: Installed, keyring: Keyring, secret: str, source: Source
) -> Caller | None:
    directory, registry = installation.directory, installation.registry
    held = await directory.held(registry, keyring, secret)
    person = None if held is None else await directory.person(registry, held.user_id)
    if held is None or person is None:
        return None
    company = (await directory.memory(registry)).company
    csrf = sessions.csrf_token(directory.key, held.id) if held.scopes is None else None
    seen = await _viewed(directory, registry, held, person)
    if seen is not None:
        ctx = await context_of(installation, seen, source)
        ctx = replace(ctx, database=Unwritable(ctx.database))
        return Caller(ctx, seen, company, held.id, csrf, person, held.as_until)
    read_only = held.scopes is not None and "write" not in held.scopes
    ctx = await context_of(installation, person, source, read_only=read_only)
    return Caller(ctx, person, company, held.id, csrf)


async def _viewed(
    directory: Directory, registry: Registry, held: Held, person: Person
) -> Person | None:
    """Return as whom an administrator sees the app with this session, if as anybody."""
    if held.as_user_id is None or held.as_until is None or held.as_until <= now():
        return None
    return await directory.person(registry, held.as_user_id) if person.rights.admin else None


async def context_for_session(installation: Installed, secret: str) -> Caller | None:
    """Return who holds the session cookie `secret`; None when it is unknown, over, or of a
    deactivated user.
    """
    return await _caller(installation, sessions.SESSIONS, secret, "web")


async def context_for_token(installation: Installed, secret: str) -> Caller | None:
    """Return who holds the API token `secret`; with the scope read alone his rights are cut to
    reading.
    """
    return await _caller(installation, sessions.TOKENS, secret, "api")
