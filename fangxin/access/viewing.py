"""Seeing the app as another user sees it: reading alone, for a time, and on the record.

Only who has the administrators' role may, for it sees everything in full already: nobody sees more
through another's eyes than through his own. The session remembers as whom; every write is refused,
and the register keeps who saw the app as whom, from when to when, and from where.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from fangxin.kernel import epoch
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Database, Tx, Unit
from fangxin.kernel.errors import Forbidden
from fangxin.kernel.ids import new_id
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import DialectName, Id, Row, Statement, Timestamp, metadata

# nobody forgets for a day whose eyes he looks through
LONGEST: Final = timedelta(hours=1)

viewing: Final = sa.Table(
    "viewing",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("session_id", Id(), nullable=False),
    sa.Column("viewer_id", Id(), nullable=False),
    sa.Column("viewed_id", Id(), nullable=False),
    sa.Column("started_at", Timestamp(), nullable=False),
    sa.Column("until", Timestamp(), nullable=False),
    # empty while it lasts, and where nobody ended it before its time
    sa.Column("ended_at", Timestamp(), nullable=True),
    sa.Column("ip", sa.Text(), nullable=False),
    sa.Column("user_agent", sa.Text(), nullable=False),
    sa.Index("ix_viewing_started_at", "started_at", "id"),
    sa.Index("ix_viewing_viewed_id", "viewed_id", "started_at"),
)


def _end() -> sa.Update:
    session = metadata.tables["session"].c
    still = sa.select(session.id).where(session.as_user_id.is_not(None))
    at = sa.bindparam("at", type_=Timestamp())
    made = sa.update(viewing).values(ended_at=at)
    return made.where(
        viewing.c.ended_at.is_(None), viewing.c.until > at, viewing.c.session_id.not_in(still)
    )


def _look() -> sa.Update:
    session = metadata.tables["session"]
    names = ("as_user_id", "as_until")
    made = sa.update(session).where(session.c.id == sa.bindparam("which", type_=Id()))
    return made.values({each: sa.bindparam(each, type_=session.c[each].type) for each in names})


def _look_away() -> sa.Update:
    session = metadata.tables["session"]
    made = sa.update(session).values(as_user_id=sa.null(), as_until=sa.null())
    return made.where(session.c.as_user_id == sa.bindparam("user_id", type_=Id()))


_ended: Final = Prepared(_end)
_looks: Final = Prepared(_look)
_looks_away: Final = Prepared(_look_away)
_insert: Final = Prepared(viewing.insert)


class Unwritable:
    """A database of which one only reads: whatever is asked to be written is refused."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def dialect(self) -> DialectName:
        """Which database this is."""
        return self._database.dialect

    async def start(self) -> None:
        """Leave it as it is: others opened it."""

    async def stop(self) -> None:
        """Leave it as it is: others close it."""

    async def read(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Row]:
        """Run a query."""
        return await self._database.read(statement, values)

    async def write(self, _unit: Unit[Any]) -> Any:
        """Refuse."""
        raise refused()

    async def write_ahead(self, _unit: Unit[Any], _before: Any) -> Any:
        """Refuse."""
        raise refused()

    async def data_version(self) -> int:
        """Return the database's own."""
        return await self._database.data_version()


def looks_only(ctx: Ctx) -> bool:
    """Tell whether somebody sees the app as the actor, so that nothing is counted as his doing."""
    return isinstance(ctx.database, Unwritable)


def refused() -> Forbidden:
    """Return what is said to who would write, or see secrets, as somebody else."""
    message = "You see the app as somebody else: nothing can be changed. Stop that first."
    return Forbidden(message, code="viewing")


async def end_viewings(tx: Tx, at: datetime) -> None:
    """Note inside a unit that what no session looks through any more has ended."""
    await tx.execute(_ended(tx.dialect), {"at": at})


async def look_away(tx: Tx, user_id: str, at: datetime) -> None:
    """Let nobody see the app as a user any more, inside a unit."""
    await tx.execute(_looks_away(tx.dialect), {"user_id": user_id})
    await end_viewings(tx, at)


async def start_viewing(
    database: Database,
    people: tuple[str, str],
    session_id: str,
    at: datetime,
    *,
    ip: str,
    user_agent: str,
) -> None:
    """Let a session see the app as somebody, from now on; `people` are who looks, and as whom."""
    row = {
        "id": new_id(),
        "session_id": session_id,
        "viewer_id": people[0],
        "viewed_id": people[1],
        "started_at": at,
        "until": at + LONGEST,
        "ended_at": None,
        "ip": ip[:100],
        "user_agent": user_agent[:300],
    }

    async def unit(tx: Tx) -> None:
        await _set(tx, session_id, None, None)
        await end_viewings(tx, at)
        await tx.execute(_insert(tx.dialect), row)
        await _set(tx, session_id, people[1], at + LONGEST)
        await epoch.bump(tx, epoch.SESSIONS)

    await database.write(unit)


async def stop_viewing(database: Database, session_id: str, at: datetime) -> None:
    """Let a session see the app as its own user again."""

    async def unit(tx: Tx) -> None:
        await _set(tx, session_id, None, None)
        await end_viewings(tx, at)
        await epoch.bump(tx, epoch.SESSIONS)

    await database.write(unit)


async def _set(tx: Tx, session_id: str, user_id: str | None, until: datetime | None) -> None:
    values = {"which": session_id, "as_user_id": user_id, "as_until": until}
    await tx.execute(_looks(tx.dialect), values)
