"""PostgreSQL by asyncpg: reads in autocommit from a pool, units in a transaction that is run again
when it must be.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import re
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import AsyncExitStack, asynccontextmanager
from functools import lru_cache
from itertools import islice
from typing import Any, Final, TypeVar

import asyncpg
import msgspec
from sqlalchemy import TableClause

from fangxin.kernel.copying import copy_text
from fangxin.kernel.db import Check, ConstraintViolated, NotWritten, Unit
from fangxin.kernel.errors import FangxinError
from fangxin.kernel.sql import DialectName, Row, Statement

T = TypeVar("T")
ATTEMPTS: Final = 6
STATEMENTS: Final = 1000
WRITERS: Final = 4
# so many rows are written while the database takes in those before
COPIED: Final = 100
TURNS: Final = 5
# stands between the parts of a statement that begins with WITH
CUT: Final = "/*+*/"
_ARGUMENT: Final = re.compile(r"\$(\d+)")
_encoder = msgspec.json.Encoder()
_AGAIN: Final = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
_STALE_PLAN: Final = (asyncpg.InvalidCachedStatementError, asyncpg.OutdatedSchemaCacheError)


def _encode_json(value: Any) -> str:
    return _encoder.encode(value).decode()


async def prepare_connection(connection: Any) -> None:
    """Make ids plain text and JSON plain data on a connection."""
    await connection.set_type_codec(
        "uuid", schema="pg_catalog", encoder=str, decoder=str, format="text"
    )
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name,
            schema="pg_catalog",
            encoder=_encode_json,
            decoder=msgspec.json.decode,
            format="text",
        )


def _rows_touched(status: str) -> int:
    last = status.rsplit(" ", 1)[-1]
    return int(last) if last.isdigit() else 0


@lru_cache(maxsize=STATEMENTS)
def combined(texts: tuple[str, ...]) -> str:
    """Make one statement of several that write: it returns how many rows each touched.

    They see one snapshot, so none may depend on another's rows. A text that begins with a WITH has
    its parts set apart by CUT.
    """
    parts: list[str] = []
    offset = 0
    for index, text in enumerate(texts):
        shifted, most = _renumbered(text, offset)
        offset += most
        *first, main = shifted.split(CUT)
        parts += [each.strip(" ,\n") for each in first[1:]]
        parts.append(f"w{index} AS ({main} RETURNING 1)")
    counts = ", ".join(f"(SELECT count(*) FROM w{index})" for index in range(len(texts)))
    return f"WITH {', '.join(parts)} SELECT {counts}"


def _renumbered(text: str, offset: int) -> tuple[str, int]:
    most = 0

    def shift(found: re.Match[str]) -> str:
        nonlocal most
        number = int(found[1])
        most = max(most, number)
        return f"${number + offset}"

    return _ARGUMENT.sub(shift, text), most


async def _parts(
    table: TableClause, names: Sequence[str], rows: Iterator[Sequence[Any]]
) -> AsyncIterator[bytes]:
    while part := list(islice(rows, COPIED)):
        yield copy_text(table, names, part)
        # what another connection waits to send goes on its way, which takes some turns of the loop
        for _ in range(TURNS):
            await asyncio.sleep(0)


async def _each(parts: Sequence[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


class PostgresTx:
    """An open transaction on one connection. Writes put off travel as one statement."""

    dialect: DialectName = "postgresql"

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.memory: dict[Any, Any] = {}
        self._waiting: list[tuple[Statement, Mapping[str, Any], Check | None]] = []

    async def fetch(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Row]:
        await self.settle()
        rows: Sequence[Row] = await self._connection.fetch(statement.sql, *statement.args(values))
        return rows

    async def fetch_one(self, statement: Statement, values: Mapping[str, Any]) -> Row | None:
        await self.settle()
        row: Row | None = await self._connection.fetchrow(statement.sql, *statement.args(values))
        return row

    async def execute(self, statement: Statement, values: Mapping[str, Any]) -> int:
        await self.settle()
        return _rows_touched(await self._connection.execute(statement.sql, *statement.args(values)))

    async def execute_many(self, statement: Statement, values: Sequence[Mapping[str, Any]]) -> None:
        await self.settle()
        if values:
            await self._connection.executemany(
                statement.sql, [statement.args(each) for each in values]
            )

    async def insert_rows(
        self, table: TableClause, names: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        await self.insert_text(table, names, _parts(table, names, iter(rows)))

    async def insert_text(
        self, table: TableClause, names: Sequence[str], source: AsyncIterator[bytes]
    ) -> None:
        """Insert rows that stand as COPY reads them."""
        await self.settle()
        await self._connection.copy_to_table(table.name, source=source, columns=names)

    async def later(
        self, statement: Statement, values: Mapping[str, Any], check: Check | None = None
    ) -> None:
        # the same statement twice may touch the same row, which one statement must not
        if any(each.sql == statement.sql for each, _, _ in self._waiting):
            await self.settle()
        self._waiting.append((statement, values, check))

    async def settle(self) -> None:
        """Run what was put off."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        if len(waiting) == 1:
            statement, values, _ = waiting[0]
            counts = [await self.execute(statement, values)]
        else:
            text = combined(tuple(statement.sql for statement, _, _ in waiting))
            arguments = [
                each for statement, values, _ in waiting for each in statement.args(values)
            ]
            counts = list(await self._connection.fetchrow(text, *arguments))
        for (_, _, check), count in zip(waiting, counts, strict=True):
            if check is not None:
                await check(count)


class AheadTx:
    """A transaction that opens when its turn has come. What needs no answer is kept until then,
    ready to be sent; a question waits.
    """

    dialect: DialectName = "postgresql"

    def __init__(self, turn: Callable[[], Awaitable[PostgresTx]]) -> None:
        self.memory: dict[Any, Any] = {}
        self._turn = turn
        self._kept: list[Callable[[PostgresTx], Awaitable[None]]] = []
        self._tx: PostgresTx | None = None

    async def open(self) -> PostgresTx:
        """Wait for the turn, send what was kept, and return the open transaction."""
        if self._tx is None:
            self._tx = await self._turn()
            for send in self._kept:
                await send(self._tx)
            self._kept.clear()
        return self._tx

    async def fetch(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Row]:
        return await (await self.open()).fetch(statement, values)

    async def fetch_one(self, statement: Statement, values: Mapping[str, Any]) -> Row | None:
        return await (await self.open()).fetch_one(statement, values)

    async def execute(self, statement: Statement, values: Mapping[str, Any]) -> int:
        return await (await self.open()).execute(statement, values)

    async def execute_many(self, statement: Statement, values: Sequence[Mapping[str, Any]]) -> None:
        await (await self.open()).execute_many(statement, values)

    async def insert_rows(
        self, table: TableClause, names: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        parts = _parts(table, names, iter(rows))
        if self._tx is None:
            made = [each async for each in parts]
            self._kept.append(lambda tx: tx.insert_text(table, names, _each(made)))
        else:
            await self._tx.insert_text(table, names, parts)

    async def later(
        self, statement: Statement, values: Mapping[str, Any], check: Check | None = None
    ) -> None:
        if self._tx is None:
            self._kept.append(lambda tx: tx.later(statement, values, check))
        else:
            await self._tx.later(statement, values, check)


class PostgresDatabase:
    """A pool of connections to one PostgreSQL database."""

    dialect: DialectName = "postgresql"

    def __init__(self, url: str, *, pool: int) -> None:
        self._url = url
        self._size = pool
        self._pool: Any = None
        self._writers: Any = None
        self._versions = itertools.count(1)

    async def start(self) -> None:
        self._pool = await self._connect(self._size)
        # a write finds its rows by id, so one plan is right whatever the values; planning anew each
        # time costs more than the write. The plan is made while tables may still be empty, when a
        # scan of the whole table would look cheaper than the index, and stays as they grow
        self._writers = await self._connect(
            max(WRITERS, self._size // 2),
            plan_cache_mode="force_generic_plan",
            enable_seqscan="off",
        )

    async def _connect(self, size: int, **settings: str) -> Any:
        return await asyncpg.create_pool(
            self._url,
            min_size=min(2, size),
            max_size=size,
            init=prepare_connection,
            reset=_keep,
            statement_cache_size=STATEMENTS,
            max_cached_statement_lifetime=0,
            server_settings={"jit": "off", "application_name": "fangxin", **settings},
        )

    async def stop(self) -> None:
        for pool in (self._pool, self._writers):
            if pool is not None:
                await pool.close()
        self._pool = self._writers = None

    async def read(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Row]:
        arguments = statement.args(values)
        try:
            rows: Sequence[Row] = await self._pool.fetch(statement.sql, *arguments)
        except _STALE_PLAN:
            await self._pool.expire_connections()
            rows = await self._pool.fetch(statement.sql, *arguments)
        return rows

    async def write(self, unit: Unit[T]) -> T:
        for attempt in range(ATTEMPTS):
            try:
                return await self._once(unit)
            except _AGAIN:
                if attempt == ATTEMPTS - 1:
                    raise
                # jitter, so that two units that met once do not meet again
                await asyncio.sleep(random.uniform(0.002, 0.02) * (attempt + 1))  # noqa: S311
            except _STALE_PLAN:
                if attempt == ATTEMPTS - 1:
                    raise
                await self._writers.expire_connections()
        raise AssertionError

    async def _once(self, unit: Unit[T]) -> T:
        async with self._writers.acquire() as connection:
            try:
                async with connection.transaction():
                    tx = PostgresTx(connection)
                    result = await unit(tx)
                    await tx.settle()
                    return result
            except asyncpg.UniqueViolationError as error:
                raise ConstraintViolated("unique", error.constraint_name or "") from error
            except asyncpg.ForeignKeyViolationError as error:
                raise ConstraintViolated("foreign_key", error.constraint_name or "") from error
            except (asyncpg.CheckViolationError, asyncpg.NotNullViolationError) as error:
                raise ConstraintViolated("check", error.constraint_name or "") from error

    async def write_ahead(
        self, unit: Unit[T], before: asyncio.Future[None] | None
    ) -> tuple[T, asyncio.Future[None]]:
        opened = AsyncExitStack()

        async def turn() -> PostgresTx:
            if before is not None:
                await before
            connection = await opened.enter_async_context(self._writers.acquire())
            await opened.enter_async_context(connection.transaction())
            return PostgresTx(connection)

        tx = AheadTx(turn)

        async def end() -> None:
            async with _not_written(), opened:
                await (await tx.open()).settle()

        try:
            async with _not_written():
                result = await unit(tx)
        except BaseException as error:
            await opened.__aexit__(type(error), error, error.__traceback__)
            raise
        return result, asyncio.ensure_future(end())

    async def data_version(self) -> int:
        return next(self._versions)


@asynccontextmanager
async def _not_written() -> AsyncIterator[None]:
    try:
        yield
    except (asyncpg.PostgresError, FangxinError) as error:
        raise NotWritten from error


async def _keep(_connection: Any) -> None:
    """Skip the pool's RESET ALL between users: this code sets nothing that would have to be
    undone.
    """
