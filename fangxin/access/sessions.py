"""Sessions of browsers and tokens of programs: secrets of 256 bits of which only the SHA-256 is
stored.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from fangxin.access.viewing import end_viewings, look_away
from fangxin.kernel import epoch
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.errors import FieldProblem, Invalid, NotFound
from fangxin.kernel.ids import is_id, new_id
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import Id, Json, Timestamp, metadata

IDLE: Final = timedelta(days=14)
LONGEST: Final = timedelta(days=30)
# how exact "last seen" is; a write a request would cost more than the request
SEEN_EVERY: Final = timedelta(minutes=5)
# tells a leaked one when code is scanned
MARK: Final = "fx_"
SCOPES: Final = ("read", "write")
NAME_LENGTH: Final = 100

session: Final = sa.Table(
    "session",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("secret_hash", sa.Text(), nullable=False, unique=True),
    sa.Column(
        "user_id", Id(), sa.ForeignKey("user.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    sa.Column("created_at", Timestamp(), nullable=False),
    sa.Column("last_seen_at", Timestamp(), nullable=False),
    sa.Column("expires_at", Timestamp(), nullable=False),
    sa.Column("ip", sa.Text(), nullable=False),
    sa.Column("user_agent", sa.Text(), nullable=False),
    # as whom an administrator sees the app with it, and how long (see access/viewing.py)
    sa.Column("as_user_id", Id(), nullable=True),
    sa.Column("as_until", Timestamp(), nullable=True),
    # means nothing in a backup
    info={"passing": True},
)
api_token: Final = sa.Table(
    "api_token",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("secret_hash", sa.Text(), nullable=False, unique=True),
    sa.Column(
        "user_id", Id(), sa.ForeignKey("user.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    sa.Column("name", sa.Text(), nullable=False),
    sa.Column("scopes", Json(), nullable=False),
    sa.Column("created_at", Timestamp(), nullable=False),
    sa.Column("last_seen_at", Timestamp(), nullable=True),
    sa.Column("expires_at", Timestamp(), nullable=True),
)


_UNLISTED: Final = frozenset({"secret_hash", "user_id", "as_user_id", "as_until"})


class Keyring:
    """The statements that sessions and tokens have in common, for one of the two tables."""

    def __init__(self, table: sa.Table) -> None:
        listed = [column for column in table.c if column.name not in _UNLISTED]
        mine = table.c.user_id == sa.bindparam("user_id", type_=Id())
        one = table.c.id == sa.bindparam("which", type_=Id())
        other = table.c.id.is_distinct_from(sa.bindparam("kept", type_=Id()))
        self.name = table.name
        self.columns = tuple(column.name for column in listed)
        self.insert = Prepared(table.insert)
        # skip one-door: both are plain tables
        self.find = Prepared(
            lambda: sa.select(table).where(table.c.secret_hash == sa.bindparam("secret_hash"))
        )
        # skip one-door: both are plain tables
        self.mine = Prepared(
            lambda: sa.select(*listed).where(mine).order_by(table.c.created_at.desc(), table.c.id)
        )
        self.end = Prepared(lambda: table.delete().where(mine, one))
        self.end_others = Prepared(lambda: table.delete().where(mine, other))
        self.touch = Prepared(
            lambda: (
                table.update()
                .where(one)
                .values(last_seen_at=sa.bindparam("last_seen_at", type_=Timestamp()))
            )
        )


SESSIONS: Final = Keyring(session)
TOKENS: Final = Keyring(api_token)
_sweep: Final = Prepared(
    lambda: session.delete().where(
        sa.or_(
            session.c.expires_at <= sa.bindparam("now", type_=Timestamp()),
            session.c.last_seen_at <= sa.bindparam("idle", type_=Timestamp()),
        )
    )
)
_end_by_secret: Final = Prepared(
    lambda: session.delete().where(session.c.secret_hash == sa.bindparam("secret_hash"))
)


def secret_hash(secret: str) -> str:
    """Return what is stored of a secret; it is random, so a plain hash will do."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def csrf_token(key: bytes, session_id: str) -> str:
    """Return the token that writes of this session must carry."""
    return hmac.new(key, f"csrf:{session_id}".encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Held:
    """A valid session (`scopes` is None) or token. `as_user_id` is whom an administrator sees the
    app as, until `as_until`.
    """

    id: str
    user_id: str
    last_seen_at: datetime | None
    expires_at: datetime | None
    scopes: tuple[str, ...] | None
    as_user_id: str | None = None
    as_until: datetime | None = None

    def valid(self, now: datetime) -> bool:
        """Tell whether it has neither expired nor, as a session, been idle too long."""
        if self.expires_at is not None and self.expires_at <= now:
            return False
        idle = self.scopes is None and self.last_seen_at is not None
        return not (idle and self.last_seen_at + IDLE <= now)  # type: ignore[operator]  # idle says so

    def stale(self, now: datetime) -> bool:
        """Tell whether `last_seen_at` should be written anew."""
        return self.last_seen_at is None or self.last_seen_at + SEEN_EVERY <= now


async def find_held(database: Database, keyring: Keyring, secret: str) -> Held | None:
    """Return what a secret opens, or None; it may have expired."""
    statement = keyring.find(database.dialect)
    rows = await database.read(statement, {"secret_hash": secret_hash(secret)})
    if not rows:
        return None
    row = dict(zip(statement.columns, rows[0], strict=True))
    scopes = tuple(row["scopes"]) if "scopes" in row else None
    times = (row["last_seen_at"], row["expires_at"])
    viewing = (row.get("as_user_id"), row.get("as_until"))
    return Held(row["id"], row["user_id"], *times, scopes, *viewing)


async def touch(database: Database, keyring: Keyring, id_: str, at: datetime) -> None:
    """Write when it was last seen."""

    async def unit(tx: Tx) -> None:
        await tx.execute(keyring.touch(tx.dialect), {"which": id_, "last_seen_at": at})

    await database.write(unit)


async def open_session(tx: Tx, user_id: str, at: datetime, *, ip: str, user_agent: str) -> str:
    """Start a session inside a unit and return its secret. Sessions that are over go at the same
    time.
    """
    await tx.execute(_sweep(tx.dialect), {"now": at, "idle": at - IDLE})
    secret = secrets.token_urlsafe(32)
    row = {
        "id": new_id(),
        "secret_hash": secret_hash(secret),
        "user_id": user_id,
        "created_at": at,
        "last_seen_at": at,
        "expires_at": at + LONGEST,
        "ip": ip[:100],
        "user_agent": user_agent[:300],
        "as_user_id": None,
        "as_until": None,
    }
    await end_viewings(tx, at)
    await tx.execute(SESSIONS.insert(tx.dialect), row)
    return secret


async def close_session(tx: Tx, secret: str, at: datetime) -> None:
    """End the session of a secret inside a unit: signing out, or signing in anew in the same
    browser.
    """
    if await tx.execute(_end_by_secret(tx.dialect), {"secret_hash": secret_hash(secret)}):
        await end_viewings(tx, at)
        await epoch.bump(tx, epoch.SESSIONS)


async def close_others(tx: Tx, user_id: str, kept: str | None, at: datetime) -> None:
    """End a user's sessions but the one with the id `kept`, all his tokens, and what others see of
    the app as him, inside a unit.

    Who takes a password away from a thief must not leave him the token he has made with it.
    """
    await tx.execute(SESSIONS.end_others(tx.dialect), {"user_id": user_id, "kept": kept})
    await tx.execute(TOKENS.end_others(tx.dialect), {"user_id": user_id, "kept": None})
    await look_away(tx, user_id, at)
    await epoch.bump(tx, epoch.SESSIONS)


async def list_held(ctx: Ctx, keyring: Keyring) -> list[dict[str, Any]]:
    """Return the actor's own sessions or tokens, newest first, without anything secret."""
    rows = await ctx.database.read(keyring.mine(ctx.database.dialect), {"user_id": ctx.actor.id})
    return [dict(zip(keyring.columns, row, strict=True)) for row in rows]


async def revoke(ctx: Ctx, keyring: Keyring, id_: str) -> None:
    """End one of the actor's own sessions or tokens, or raise NotFound; other workers learn of it
    within a second.
    """

    async def unit(tx: Tx) -> None:
        values = {"user_id": ctx.actor.id, "which": id_}
        if not is_id(id_) or not await tx.execute(keyring.end(tx.dialect), values):
            raise NotFound
        await end_viewings(tx, ctx.clock())
        await epoch.bump(tx, epoch.SESSIONS)

    await ctx.database.write(unit)


def _check_token(
    name: object, scopes: object, expires_at: datetime | None, now: datetime
) -> tuple[str, list[str]]:
    if not isinstance(name, str) or not 0 < len(name.strip()) <= NAME_LENGTH:
        message = "A name of 1 to {limit} characters is needed here."
        problem = FieldProblem("/name", "wrong_type", message, {"limit": NAME_LENGTH})
    elif not isinstance(scopes, Sequence) or not scopes or set(scopes) - set(SCOPES):
        message = "One of these is needed here: {allowed}."
        allowed = {"allowed": ", ".join(SCOPES)}
        problem = FieldProblem("/scopes", "not_an_option", message, allowed)
    elif expires_at is not None and expires_at <= now:
        problem = FieldProblem("/expires_at", "in_the_past", "This must lie in the future.")
    else:
        return name.strip(), sorted({"read", *scopes})
    raise Invalid(errors=[problem])


async def create_token(
    ctx: Ctx, name: object, scopes: object = SCOPES, expires_at: datetime | None = None
) -> dict[str, str]:
    """Make a token that acts as the actor; return {"id", "token"}, the only time that the token is
    seen.
    """
    now = ctx.clock()
    clean, wanted = _check_token(name, scopes, expires_at, now)
    secret = MARK + secrets.token_urlsafe(32)
    row = {
        "id": new_id(),
        "secret_hash": secret_hash(secret),
        "user_id": ctx.actor.id,
        "name": clean,
        "scopes": wanted,
        "created_at": now,
        "last_seen_at": None,
        "expires_at": expires_at,
    }

    async def unit(tx: Tx) -> None:
        await tx.execute(TOKENS.insert(tx.dialect), row)

    await ctx.database.write(unit)
    return {"id": str(row["id"]), "token": secret}
