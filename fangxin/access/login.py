"""Signing in: by password with a lock-out that all workers count together, by invitation, and
changing the password.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from fangxin.access.sessions import close_others, close_session, open_session, secret_hash
from fangxin.access.users import user_secret
from fangxin.kernel.attempts import attempt_key, count_attempt, forgive
from fangxin.kernel.clock import now
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.errors import FieldProblem, Invalid, NotFound, Unauthenticated
from fangxin.kernel.ids import new_id
from fangxin.kernel.passwords import check_password, hash_password, matches
from fangxin.kernel.prepared import Prepared, put_row
from fangxin.kernel.sql import Id, Timestamp, metadata

INVITATION: Final = timedelta(days=7)

invitation: Final = sa.Table(
    "invitation",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("secret_hash", sa.Text(), nullable=False, unique=True),
    sa.Column(
        "user_id", Id(), sa.ForeignKey("user.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    sa.Column("created_by_id", Id(), nullable=False),
    sa.Column("created_at", Timestamp(), nullable=False),
    sa.Column("expires_at", Timestamp(), nullable=False),
)


def _moment(name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(name, type_=Timestamp())


def _find_login() -> sa.Select[Any]:
    user = metadata.tables["user"].c
    there = (user.email == sa.bindparam("email"), user.active.is_(sa.true()))
    # skip one-door: who signs in has no rights yet
    return sa.select(user.id).where(*there, user.deleted_at.is_(None))


def _find_invitation() -> sa.Select[Any]:
    user = metadata.tables["user"].c
    live = (user.active.is_(sa.true()), user.deleted_at.is_(None))
    # skip one-door: who was invited has no rights yet
    made = sa.select(user.id, user.email, user.name).join_from(
        metadata.tables["user"], invitation, invitation.c.user_id == user.id
    )
    return made.where(
        invitation.c.secret_hash == sa.bindparam("secret_hash"),
        invitation.c.expires_at > _moment("now"),
        *live,
    )


_hash: Final = Prepared(
    lambda: sa.select(user_secret.c.password_hash).where(
        user_secret.c.user_id == sa.bindparam("user_id")
    )
)
_put_hash: Final = Prepared(lambda: put_row(user_secret))
_login: Final = Prepared(_find_login)
_invited: Final = Prepared(_find_invitation)
_invite: Final = Prepared(invitation.insert)
_uninvite: Final = Prepared(
    lambda: invitation.delete().where(invitation.c.user_id == sa.bindparam("user_id", type_=Id()))
)
_redeem: Final = Prepared(
    lambda: invitation.delete().where(
        invitation.c.secret_hash == sa.bindparam("secret_hash"),
        invitation.c.expires_at > _moment("now"),
    )
)


async def verify_password(database: Database, user_id: str | None, password: str) -> bool:
    """Tell whether it is the user's; the work is the same for nobody and for who has none."""
    values = {"user_id": user_id}
    rows = [] if user_id is None else await database.read(_hash(database.dialect), values)
    return await matches(rows[0][0] if rows else None, password)


async def store_hash(tx: Tx, user_id: str, password_hash: str, at: datetime) -> None:
    """Keep a hash, inside a unit."""
    values = {"user_id": user_id, "password_hash": password_hash, "changed_at": at}
    await tx.execute(_put_hash(tx.dialect), values)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a request comes from; `secret` is the session cookie it already bears."""

    ip: str = ""
    user_agent: str = ""
    secret: str | None = None


async def _enter(database: Database, user_id: str, key: str, visitor: Visitor) -> str:
    at = now()

    async def unit(tx: Tx) -> str:
        await forgive(tx, key, at)
        if visitor.secret is not None:
            await close_session(tx, visitor.secret, at)
        return await open_session(tx, user_id, at, ip=visitor.ip, user_agent=visitor.user_agent)

    return await database.write(unit)


async def sign_in(database: Database, email: str, password: str, visitor: Visitor) -> str:
    """Return the secret of a new session; raise Unauthenticated `invalid_credentials` or TooMany
    `locked_out`.

    The answer and the work are the same whether the address is unknown, its user inactive or the
    password wrong.
    """
    account = email.strip().lower()
    key = attempt_key(account, visitor.ip)
    await count_attempt(database, key, now())
    # an address with a NUL cannot be stored, so nobody has it
    known = [] if "\x00" in account else await _people(database, account)
    user_id = known[0] if known else None
    if not await verify_password(database, user_id, password) or user_id is None:
        raise Unauthenticated("E-mail or password is wrong.", code="invalid_credentials")
    return await _enter(database, user_id, key, visitor)


async def _people(database: Database, account: str) -> list[str]:
    text = account.encode("utf-8", "replace").decode()
    return [row[0] for row in await database.read(_login(database.dialect), {"email": text})]


async def sign_out(database: Database, secret: str) -> None:
    """End the session of the cookie `secret`."""
    at = now()

    async def unit(tx: Tx) -> None:
        await close_session(tx, secret, at)

    await database.write(unit)


async def change_password(
    ctx: Ctx, person: tuple[str, str], current: str, new: object, visitor: Visitor, kept: str | None
) -> None:
    """Set the actor's own password and end his other sessions and all his tokens; `kept` is the id
    of this session, `person` his e-mail and name.

    Raises Invalid for a wrong or weak password, TooMany after as many failures as signing in.
    """
    email, name = person
    good = check_password(new, email=email, name=name, pointer="/new")
    key = attempt_key(f"password:{ctx.actor.id}", visitor.ip)
    await count_attempt(ctx.database, key, now())
    if not await verify_password(ctx.database, ctx.actor.id, current):
        problem = FieldProblem("/current", "wrong_password", "The present password is wrong.")
        raise Invalid(errors=[problem])
    password_hash = await hash_password(good)
    at = now()

    async def unit(tx: Tx) -> None:
        await forgive(tx, key, at)
        await store_hash(tx, ctx.actor.id, password_hash, at)
        await close_others(tx, ctx.actor.id, kept, at)

    await ctx.database.write(unit)


def new_invitation(user_id: str, actor_id: str, at: datetime) -> tuple[str, dict[str, Any]]:
    """Return the secret of an invitation link and the row to store by `put_invitation`."""
    secret = secrets.token_urlsafe(32)
    row = {
        "id": new_id(),
        "secret_hash": secret_hash(secret),
        "user_id": user_id,
        "created_by_id": actor_id,
        "created_at": at,
        "expires_at": at + INVITATION,
    }
    return secret, row


async def put_invitation(tx: Tx, row: dict[str, Any]) -> None:
    """Store an invitation inside a unit; an older one of the same user is void."""
    await tx.execute(_uninvite(tx.dialect), {"user_id": row["user_id"]})
    await tx.execute(_invite(tx.dialect), row)


async def find_invitation(database: Database, secret: str) -> tuple[str, str, str]:
    """Return id, e-mail and name of who is invited, or raise NotFound when the link is used, over
    or unknown.
    """
    values = {"secret_hash": secret_hash(secret), "now": now()}
    rows = await database.read(_invited(database.dialect), values)
    if not rows:
        raise NotFound("This invitation is no longer valid. Ask for a new one.", code="invitation")
    return (rows[0][0], rows[0][1], rows[0][2])


async def accept_invitation(
    database: Database, secret: str, password: object, visitor: Visitor
) -> str:
    """Set the first (or a new) password by a link that works once, and return the secret of a
    session.
    """
    user_id, email, name = await find_invitation(database, secret)
    password_hash = await hash_password(check_password(password, email=email, name=name))
    at = now()
    values = {"secret_hash": secret_hash(secret), "now": at}

    async def unit(tx: Tx) -> None:
        if not await tx.execute(_redeem(tx.dialect), values):
            raise NotFound(
                "This invitation is no longer valid. Ask for a new one.", code="invitation"
            )
        await store_hash(tx, user_id, password_hash, at)
        await close_others(tx, user_id, None, at)

    await database.write(unit)
    return await _enter(database, user_id, attempt_key(email, visitor.ip), visitor)
