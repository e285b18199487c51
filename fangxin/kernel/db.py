"""The database behind one small interface: `read` in autocommit, `write` as a unit of work.

A unit is `async def unit(tx)` that awaits nothing but `tx`. It may be run again (deadlock,
serialisation, savepoint), so it must not talk to the network, hash passwords or read another clock;
what it returns is handed over only after COMMIT.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias, TypeVar

from sqlalchemy import TableClause

from fangxin.kernel.sql import DialectName, Row, Statement

T = TypeVar("T")


class Tx(Protocol):
    """An open transaction. Constraint violations surface as `ConstraintViolated`.

    `memory` lives as long as one run of the unit: what a step read, a later one need not read
    again.
    """

    memory: dict[Any, Any]

    @property
    def dialect(self) -> DialectName:
        """Which database this is."""

    async def fetch(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Row]:
        """Run and return all rows."""

    async def fetch_one(self, statement: Statement, values: Mapping[str, Any]) -> Row | None:
        """Run and return the first row, or None."""

    async def execute(self, statement: Statement, values: Mapping[str, Any]) -> int:
        """Run and return how many rows were touched."""

    async def execute_many(self, statement: Statement, values: Sequence[Mapping[str, Any]]) -> None:
        """Run once for each of `values`."""

    async def insert_rows(
        self, table: TableClause, names: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        """Insert many new rows into columns `names` of a table: by COPY where there is one, which
        takes in a first part of `rows` while the next one is being made.
        """

    async def later(
        self, statement: Statement, values: Mapping[str, Any], check: Check | None = None
    ) -> None:
        """Run at the latest before the next statement that is not put off, or the end of the unit.

        Writes that do not depend on each other travel together, which saves round trips. `check`
        is awaited afterwards with how many rows were touched.
        """


Check: TypeAlias = Callable[[int], Awaitable[None]]
Unit: TypeAlias = Callable[[Tx], Awaitable[T]]


class NotWritten(Exception):
    """A unit that was made ahead has left nothing behind: `write` says why, or has another try."""


class ConstraintViolated(Exception):
    """A unique, foreign key or check constraint refused a row; `constraint` is its name where the
    database tells it.
    """

    def __init__(self, kind: str, constraint: str) -> None:
        self.kind = kind
        self.constraint = constraint
        super().__init__(f"{kind}: {constraint}")


class Database(Protocol):
    """One database, either driver."""

    @property
    def dialect(self) -> DialectName:
        """Which database this is."""

    async def start(self) -> None:
        """Open connections."""

    async def stop(self) -> None:
        """Finish open work and close connections."""

    async def read(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Row]:
        """Run a query outside any transaction."""

    async def write(self, unit: Unit[T]) -> T:
        """Run `unit` in a transaction and return its result after COMMIT."""

    async def write_ahead(
        self, unit: Unit[T], before: asyncio.Future[None] | None
    ) -> tuple[T, asyncio.Future[None]]:
        """Run `unit` once and hand its result over with what is done at COMMIT. What it sends to
        the database waits for `before`, another unit's COMMIT, so that a unit is made while the
        database takes in the one before; what it reads is read after that one.

        Both raise NotWritten for what a unit is refused for or could be run again for.
        """

    async def data_version(self) -> int:
        """Return a number that moves when another connection may have committed (SQLite), else a
        growing one.
        """


def open_database(url: str, *, readers: int = 2, pool: int = 8) -> Database:
    """Make the database of a URL: `sqlite:///path` (four slashes for an absolute one) or
    `postgresql://…`.
    """
    if url.startswith("sqlite:///"):
        from fangxin.kernel.sqlite import SqliteDatabase

        return SqliteDatabase(url.removeprefix("sqlite:///"), readers=readers)
    if url.startswith(("postgresql://", "postgres://")):
        from fangxin.kernel.postgres import PostgresDatabase

        return PostgresDatabase(url, pool=pool)
    message = f"FANGXIN_DATABASE_URL must start with sqlite:/// or postgresql://, not {url[:12]!r}"
    raise ValueError(message)
