"""Signing in: by password with a lock-out that all workers count together, by invitation, and
changing the password.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from fangxin.access.sessions import close_others, close_session, open_session, secret_hash
from fangxin.access.users import user_secret
from fangxin.kernel.clock import now
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.errors import FieldProblem, Invalid, NotFound, TooMany, Unauthenticated
from fangxin.kernel.ids import new_id
from fangxin.kernel.passwords import check_password, hash_password, matches
from fangxin.kernel.prepared import Prepared, put_row, upsert
from fangxin.kernel.sql import Id, Timestamp, metadata

# so many failures in a row are free; each further one waits twice as long as the last
FREE: Final = 5
FIRST_WAIT: Final = timedelta(minutes=1)
DOUBLINGS: Final = 6
FORGET: Final = timedelta(hours=24)
INVITATION: Final = timedelta(days=7)

login_attempt: Final = sa.Table(
    "login_attempt",
    metadata,
    # a digest of account and address, so that the table tells nobody who tried
    sa.Column("key", sa.Text(), primary_key=True),
    sa.Column("failures", sa.Integer(), nullable=False),
    sa.Column("at", Timestamp(), nullable=False),
    sa.Column("locked_until", Timestamp(), nullable=True),
)
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


def _count_attempt() -> Any:
    """Count an attempt unless the account is locked, and lock it at once where it is one too
    many.
    """
    table, made = login_attempt.c, upsert(login_attempt)
    at = made.excluded.at
    failures = sa.case((table.at <= _moment("forget"), 1), else_=table.failures + 1)
    waits = [(failures == FREE + step, _moment(f"wait_{step}")) for step in range(DOUBLINGS)]
    locked = sa.case((failures < FREE, sa.null()), *waits, else_=_moment(f"wait_{DOUBLINGS}"))
    made = made.on_conflict_do_update(
        index_elements=["key"],
        set_={"failures": failures, "at": at, "locked_until": locked},
        where=sa.or_(table.locked_until.is_(None), table.locked_until <= at),
    )
    return made.returning(table.failures)


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
_attempt: Final = Prepared(_count_attempt)
_login: Final = Prepared(_find_login)
_invited: Final = Prepared(_find_invitation)
_key: Final = login_attempt.c.key == sa.bindparam("key")
_locked_until: Final = Prepared(lambda: sa.select(login_attempt.c.locked_until).where(_key))
_forgive: Final = Prepared(lambda: login_attempt.delete().where(_key))
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


def _attempt_key(account: str, visitor: Visitor) -> str:
    return hashlib.sha256(f"{account}\n{visitor.ip}".encode("utf-8", "replace")).hexdigest()


async def _count(database: Database, key: str, at: datetime) -> None:
    """Count an attempt before it is tried, so that many at once get no more than one after the
    other.
    """
    values = {"key": key, "failures": 1, "at": at, "locked_until": None, "forget": at - FORGET}
    waits = {f"wait_{step}": at + FIRST_WAIT * 2**step for step in range(DOUBLINGS + 1)}

    async def unit(tx: Tx) -> datetime | None:
        if await tx.fetch_one(_attempt(tx.dialect), {**values, **waits}) is not None:
            return None
        row = await tx.fetch_one(_locked_until(tx.dialect), {"key": key})
        return at if row is None or row[0] is None else row[0]

    locked_until = await database.write(unit)
    if locked_until is not None:
        seconds = max(1, int((locked_until - at).total_seconds()) + 1)
        raise TooMany(
            "Too many failed attempts. Try again in {seconds} seconds.",
            code="locked_out",
            values={"seconds": seconds},
            headers={"Retry-After": str(seconds)},
        )


async def _enter(database: Database, user_id: str, key: str, visitor: Visitor) -> str:
    at = now()

    async def unit(tx: Tx) -> str:
        await tx.execute(_forgive(tx.dialect), {"key": key})
        if visitor.secret is not None:
            await close_session(tx, visitor.secret)
        return await open_session(tx, user_id, at, ip=visitor.ip, user_agent=visitor.user_agent)

    return await database.write(unit)


async def sign_in(database: Database, email: str, password: str, visitor: Visitor) -> str:
    """Return the secret of a new session; raise Unauthenticated `invalid_credentials` or TooMany
    `locked_out`.

    The answer and the work are the same whether the address is unknown, its user inactive or the
    password wrong.
    """
    account = email.strip().lower()
    key = _attempt_key(account, visitor)
    await _count(database, key, now())
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

    async def unit(tx: Tx) -> None:
        await close_session(tx, secret)

    await database.write(unit)


async def change_password(
    ctx: Ctx, person: tuple[str, str], current: str, new: object, visitor: Visitor, kept: str | None
) -> None:
    """Set the actor's own password and end his other sessions; `kept` is the id of this one,
    `person` his e-mail and name.

    Raises Invalid for a wrong or weak password, TooMany after as many failures as signing in.
    """
    email, name = person
    key = _attempt_key(f"password:{ctx.actor.id}", visitor)
    await _count(ctx.database, key, now())
    if not await verify_password(ctx.database, ctx.actor.id, current):
        problem = FieldProblem("/current", "wrong_password", "The present password is wrong.")
        raise Invalid(errors=[problem])
    good = check_password(new, email=email, name=name, pointer="/new")
    password_hash = await hash_password(good)
    at = now()

    async def unit(tx: Tx) -> None:
        await tx.execute(_forgive(tx.dialect), {"key": key})
        await store_hash(tx, ctx.actor.id, password_hash, at)
        await close_others(tx, ctx.actor.id, kept)

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
        await close_others(tx, user_id, None)

    await database.write(unit)
    return await _enter(database, user_id, _attempt_key(email, visitor), visitor)
