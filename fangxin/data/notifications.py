"""Notifications: what the bell shows. A plain table, written in the transaction of what caused
it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from fangxin.kernel.ids import new_id
from fangxin.kernel.sql import Id, Statement, Timestamp, compile_statement, metadata

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx

notification: Final = sa.Table(
    "notification",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("at", Timestamp(), nullable=False),
    sa.Column("user_id", Id(), nullable=False),
    sa.Column("kind", sa.Text(), nullable=False),
    sa.Column("text", sa.Text(), nullable=False),
    sa.Column("object", sa.Text(), nullable=False),
    sa.Column("record_id", Id(), nullable=False),
    sa.Column("actor_id", Id(), nullable=True),
    sa.Column("read_at", Timestamp(), nullable=True),
    # what made it, so that a job that runs twice tells once: "due:<task>:<moment>"
    sa.Column("dedupe", sa.Text(), nullable=True, unique=True),
    sa.Index("ix_notification_user", "user_id", "at", "id"),
)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell a user about a record."""

    user: str
    kind: Literal["mention", "assigned", "due", "asked"]
    text: str
    object: str
    record: str
    dedupe: str | None = None


@cache
def _insert(dialect: Any) -> Statement:
    values: dict[str, Any] = {column.name: sa.bindparam(column.name) for column in notification.c}
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement: Any = insert(notification).values(values)
    return compile_statement(statement.on_conflict_do_nothing(index_elements=["dedupe"]), dialect)


async def notify(ctx: Ctx, tx: Tx, notices: Sequence[Notice]) -> None:
    """Write notices to the bells of their users; one whose `dedupe` was told before is left out."""
    actor = ctx.actor.id if ctx.actor.kind == "user" else None
    rows = [
        {
            "id": new_id(),
            "at": ctx.clock(),
            "user_id": each.user,
            "kind": each.kind,
            "text": each.text,
            "object": each.object,
            "record_id": each.record,
            "actor_id": actor,
            "read_at": None,
            "dedupe": each.dedupe,
        }
        for each in notices
    ]
    await tx.execute_many(_insert(tx.dialect), rows)
