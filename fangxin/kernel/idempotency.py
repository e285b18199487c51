"""Idempotency-Key: key, data and answer commit together, so that a lost reply can be asked for.

`keyed(ctx, unit)` wraps a unit of work: it claims the key first and stores the answer last, both
inside the unit's transaction. A refused or killed unit leaves no key behind. Keys are kept KEEP
and belong to the actor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from fangxin.kernel.clock import now
from fangxin.kernel.context import Ctx
from fangxin.kernel.crypto import SealBroken
from fangxin.kernel.db import Database, Tx, Unit
from fangxin.kernel.errors import Conflict, Invalid
from fangxin.kernel.jobs import Cron
from fangxin.kernel.leases import Handler, Run
from fangxin.kernel.sealed_text import MARK
from fangxin.kernel.sql import (
    DialectName,
    Id,
    Json,
    Statement,
    Timestamp,
    compile_statement,
    metadata,
)

T = TypeVar("T")

idempotency_key: Final = sa.Table(
    "idempotency_key",
    metadata,
    sa.Column("actor_id", Id(), primary_key=True),
    sa.Column("key", sa.Text(), primary_key=True),
    sa.Column("at", Timestamp(), nullable=False),
    sa.Column("digest", sa.Text(), nullable=False),
    sa.Column("state", sa.Text(), nullable=False),
    sa.Column("status", sa.Integer(), nullable=True),
    sa.Column("headers", Json(), nullable=True),
    sa.Column("body", sa.Text(), nullable=True),
    sa.Index("ix_idempotency_key_at", "at"),
)


KEEP: Final = timedelta(hours=24)
_SWEEP: Final = 500
_RUNNING: Final = "running"
_DONE: Final = "done"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was or will be replied. `body` is UTF-8, JSON but for files."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class RequestKey:
    """The key of one request: `digest` tells one body from another, `answer` makes the reply."""

    key: str
    digest: str
    answer: Callable[[Any], Answer]


class Replay(Exception):
    """This request was answered before: `answer` is to be given again. It rolls the unit back."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__("answered before")


class KeyMismatch(Invalid):
    """The key was used with another body."""

    code = "idempotency_mismatch"
    detail = "This Idempotency-Key was already used for another request. Use a new one."


class KeyRunning(Conflict):
    """The first request with this key has not ended."""

    code = "idempotency_running"
    detail = "The request with this Idempotency-Key is still running. Ask again in a moment."


@lru_cache(maxsize=2)
def _claim_statement(dialect: DialectName) -> Statement:
    """Insert the key unless it is there; PostgreSQL must not wait for one on its way in."""
    columns = ("actor_id", "key", "at", "digest", "state")
    types = (Id(), sa.Text(), Timestamp(), sa.Text(), sa.Text())
    binds = [sa.bindparam(name, type_=kind) for name, kind in zip(columns, types, strict=True)]
    row = sa.select(*binds)
    if dialect == "sqlite":
        made: Any = sqlite.insert(idempotency_key).from_select(columns, row.where(sa.true()))
    else:
        lock = sa.func.hashtextextended(sa.bindparam("lock", type_=sa.Text()), 0)
        row = row.where(sa.func.pg_try_advisory_xact_lock(lock))
        made = postgresql.insert(idempotency_key).from_select(columns, row)
    return compile_statement(
        made.on_conflict_do_nothing().returning(idempotency_key.c.key), dialect
    )


def _mine() -> sa.ColumnElement[bool]:
    table = idempotency_key
    return sa.and_(
        table.c.actor_id == sa.bindparam("actor_id", type_=Id()),
        table.c.key == sa.bindparam("key", type_=sa.Text()),
    )


@lru_cache(maxsize=2)
def _find_statement(dialect: DialectName) -> Statement:
    table = idempotency_key
    columns = (table.c.digest, table.c.state, table.c.status, table.c.headers, table.c.body)
    return compile_statement(sa.select(*columns, table.c.at).where(_mine()), dialect)


@lru_cache(maxsize=2)
def _finish_statement(dialect: DialectName) -> Statement:
    table = idempotency_key
    names = ("state", "status", "headers", "body")
    values = {name: sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    return compile_statement(sa.update(table).where(_mine()).values(values), dialect)


@lru_cache(maxsize=2)
def _forget_statement(dialect: DialectName) -> Statement:
    return compile_statement(sa.delete(idempotency_key).where(_mine()), dialect)


@lru_cache(maxsize=2)
def _sweep_statement(dialect: DialectName) -> Statement:
    table = idempotency_key
    before = sa.bindparam("before", type_=Timestamp())
    old = sa.select(table.c.actor_id, table.c.key).where(table.c.at < before).limit(_SWEEP)
    pair = sa.tuple_(table.c.actor_id, table.c.key)
    return compile_statement(sa.delete(table).where(pair.in_(old)), dialect)


def _values(ctx: Ctx) -> dict[str, Any]:
    return {"actor_id": ctx.actor.id, "key": ctx.request_key.key}


async def claim(tx: Tx, ctx: Ctx) -> None:
    """Take the key for this transaction, or raise Replay, KeyMismatch or KeyRunning."""
    request: RequestKey = ctx.request_key
    values = _values(ctx)
    moment = ctx.clock()
    fresh = {**values, "at": moment, "digest": request.digest, "state": _RUNNING}
    if tx.dialect != "sqlite":
        fresh["lock"] = f"{ctx.actor.id}:{request.key}"
    if await tx.fetch_one(_claim_statement(tx.dialect), fresh) is not None:
        return
    found = await tx.fetch_one(_find_statement(tx.dialect), values)
    if found is None:
        raise KeyRunning
    _judge(found, ctx)
    # past its day: the key may be used anew
    await tx.execute(_forget_statement(tx.dialect), values)
    if await tx.fetch_one(_claim_statement(tx.dialect), fresh) is None:
        raise KeyRunning


def _judge(found: Any, ctx: Ctx) -> None:
    """Raise what follows from a key that is already there; return when it is too old to count."""
    digest, state, status, headers, body, at = found
    if at < ctx.clock() - KEEP:
        return
    if digest != ctx.request_key.digest:
        raise KeyMismatch
    if state != _DONE:
        raise KeyRunning
    text = body or ""
    if text.startswith(MARK):
        try:
            text = ctx.services.keys.open(text.removeprefix(MARK), *_place(ctx))
        except SealBroken as error:
            raise KeyRunning from error
    raise Replay(Answer(status, dict(headers or {}), text.encode()))


def _place(ctx: Ctx) -> tuple[str, str, str]:
    return idempotency_key.name, ctx.actor.id, ctx.request_key.key


async def finish(tx: Tx, ctx: Ctx, result: Any) -> None:
    """Store the answer that `result` gives, in the transaction that claimed the key."""
    answer = ctx.request_key.answer(result)
    body = answer.body.decode()
    if ctx.services is not None and ctx.services.encrypts:
        # it may say what its record keeps encrypted
        body = MARK + ctx.services.keys.seal(body, *_place(ctx))
    stored = {
        "new_state": _DONE,
        "new_status": answer.status,
        "new_headers": answer.headers,
        "new_body": body,
    }
    await tx.execute(_finish_statement(tx.dialect), {**_values(ctx), **stored})


def keyed(ctx: Ctx, unit: Unit[T]) -> Unit[T]:
    """Return `unit` claiming the key first and storing its answer last; without a key, as it is."""
    if ctx.request_key is None:
        return unit

    async def with_key(tx: Tx) -> T:
        await claim(tx, ctx)
        result = await unit(tx)
        await finish(tx, ctx, result)
        return result

    return with_key


async def hold(ctx: Ctx) -> None:
    """Claim the key by itself, for work of several transactions that `settle` or `release` ends.

    Whoever is killed in between leaves it running, so that nothing of the work is done twice.
    """

    async def unit(tx: Tx) -> None:
        await claim(tx, ctx)

    await ctx.database.write(unit)


async def settle(ctx: Ctx, result: Any) -> None:
    """Store the answer of work that `hold` began."""

    async def unit(tx: Tx) -> None:
        await finish(tx, ctx, result)

    await ctx.database.write(unit)


async def release(ctx: Ctx) -> None:
    """Give a held key free: the work was refused before it did anything."""

    async def unit(tx: Tx) -> None:
        await tx.execute(_forget_statement(tx.dialect), _values(ctx))

    await ctx.database.write(unit)


async def before_work(ctx: Ctx) -> None:
    """Answer a known key without opening a transaction: raises as `claim` does."""
    if ctx.request_key is None:
        return
    database = ctx.database
    rows = await database.read(_find_statement(database.dialect), _values(ctx))
    if rows:
        _judge(rows[0], ctx)


async def sweep(database: Database, moment: datetime) -> int:
    """Delete up to _SWEEP keys past their day and return how many (a job calls it)."""

    async def unit(tx: Tx) -> int:
        return await tx.execute(_sweep_statement(tx.dialect), {"before": moment - KEEP})

    return await database.write(unit)


async def _sweep_job(installation: Any, _run: Run) -> None:
    while await sweep(installation.database, now()) == _SWEEP:
        pass


JOBS: Final[Mapping[str, Handler]] = {"forget_request_keys": _sweep_job}
CRON: Final = (Cron("forget_request_keys", "forget_request_keys", every=timedelta(hours=1)),)
