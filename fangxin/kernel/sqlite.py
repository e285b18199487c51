"""SQLite: a few reader threads, and one writer thread that commits many units at once (group
commit).

Contending connections wait seconds on SQLite's unfair busy handler; one writer with savepoints
keeps every wait short and makes `synchronous=FULL` affordable.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

import msgspec
from sqlalchemy import TableClause

from fangxin.kernel.clock import to_stored
from fangxin.kernel.db import Check, ConstraintViolated, NotWritten, Unit
from fangxin.kernel.errors import FangxinError
from fangxin.kernel.exact import exact_divide, fitting, moved
from fangxin.kernel.settings import make_private
from fangxin.kernel.sql import DialectName, Row, Statement

T = TypeVar("T")
GROUP: Final = 128
PATIENCE_SECONDS: Final = 10.0
PRAGMAS: Final = (
    # first, so that what follows waits for other processes
    f"busy_timeout={PATIENCE_SECONDS * 1000:.0f}",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    # what is deleted leaves nothing behind in the file, whatever SQLite was built for
    "secure_delete=ON",
    "cache_size=-32768",
    "mmap_size=134217728",
    "temp_store=MEMORY",
)
_encoder = msgspec.json.Encoder()


def _as_json(value: Any) -> str:
    return _encoder.encode(value).decode()


_ADAPT: Final[dict[type[Any], Callable[[Any], Any]]] = {
    # most moments of a transaction are its own
    datetime: lru_cache(maxsize=256)(to_stored),
    date: date.isoformat,
    dict: _as_json,
    list: _as_json,
    tuple: _as_json,
}


def connect(path: str) -> sqlite3.Connection:
    """Open a connection in autocommit mode with the pragmas and functions that our SQL relies
    on.
    """
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=512
    )
    for pragma in PRAGMAS:
        _settle(connection, pragma)
    connection.create_function("fold", 1, _fold, deterministic=True)
    connection.create_function("exact_divide", 3, exact_divide, deterministic=True)
    connection.create_function("fitting", 1, fitting, deterministic=True)
    connection.create_function("moved_day", 2, _moved_day, deterministic=True)
    return connection


def _settle(connection: sqlite3.Connection, pragma: str) -> None:
    """Set a pragma. Of processes that turn a new file to WAL at once, SQLite refuses all but one
    without waiting, since waiting could be a deadlock; so it is asked again.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            connection.execute(f"PRAGMA {pragma}")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return


def _fold(text: str | None) -> str | None:
    return None if text is None else str(text).lower()


def _moved_day(day: str | None, days: int | None) -> str | None:
    there = moved(None if day is None else date.fromisoformat(day), days)
    return None if there is None else there.isoformat()


def _arguments(statement: Statement, values: Mapping[str, Any]) -> list[Any]:
    return _adapted(statement.args(values))


def _adapted(arguments: Sequence[Any]) -> list[Any]:
    return [
        value if (adapt := _ADAPT.get(type(value))) is None else adapt(value) for value in arguments
    ]


@lru_cache(maxsize=500)
def _insert_text(table: str, names: tuple[str, ...]) -> str:
    columns, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
    return f'INSERT INTO "{table}" ({columns}) VALUES ({marks})'


def _read_back(statement: Statement, rows: list[Any]) -> Sequence[Row]:
    if not statement.decoders or not rows:
        return rows
    decoded = [list(row) for row in rows]
    for index, decode in statement.decoders:
        for row in decoded:
            row[index] = decode(row[index])
    return decoded


def _violation(error: sqlite3.IntegrityError) -> ConstraintViolated:
    text = str(error)
    kind = next(
        (name for word, name in (("UNIQUE", "unique"), ("FOREIGN", "foreign_key")) if word in text),
        "check",
    )
    return ConstraintViolated(kind, text.partition(": ")[2])


class SqliteTx:
    """An open savepoint on the writer's connection. Its methods never suspend, so the writer thread
    can drive a unit.
    """

    dialect: DialectName = "sqlite"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.memory: dict[Any, Any] = {}

    async def fetch(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Row]:
        cursor = self._connection.execute(statement.sql, _arguments(statement, values))
        return _read_back(statement, cursor.fetchall())

    async def fetch_one(self, statement: Statement, values: Mapping[str, Any]) -> Row | None:
        rows = await self.fetch(statement, values)
        return rows[0] if rows else None

    async def execute(self, statement: Statement, values: Mapping[str, Any]) -> int:
        return self._connection.execute(statement.sql, _arguments(statement, values)).rowcount

    async def execute_many(self, statement: Statement, values: Sequence[Mapping[str, Any]]) -> None:
        self._connection.executemany(
            statement.sql, [_arguments(statement, each) for each in values]
        )

    async def insert_rows(
        self, table: TableClause, names: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        text = _insert_text(table.name, tuple(names))
        self._connection.executemany(text, map(_adapted, rows))

    async def later(
        self, statement: Statement, values: Mapping[str, Any], check: Check | None = None
    ) -> None:
        touched = await self.execute(statement, values)
        if check is not None:
            await check(touched)


def drive(awaitable: Awaitable[T]) -> T:
    """Run a coroutine that never suspends to its end, here and now."""
    steps = awaitable.__await__()
    try:
        next(steps)
    except StopIteration as finished:
        result: T = finished.value
        return result
    message = "a unit of work awaited something else than its transaction"
    raise RuntimeError(message)


Job: TypeAlias = tuple[
    Callable[[sqlite3.Connection], Any], asyncio.AbstractEventLoop, asyncio.Future[Any]
]
Outcome: TypeAlias = tuple[asyncio.AbstractEventLoop, asyncio.Future[Any], bool, Any]


def _deliver(outcomes: list[Outcome]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[Outcome]] = {}
    for outcome in outcomes:
        by_loop.setdefault(outcome[0], []).append(outcome)
    for loop, group in by_loop.items():

        def settle(group: list[Outcome] = group) -> None:
            for _, future, good, value in group:
                if future.done():
                    continue
                if good:
                    future.set_result(value)
                else:
                    future.set_exception(value)

        with suppress(RuntimeError):  # the loop has closed: nobody waits any more
            loop.call_soon_threadsafe(settle)


class _Threads:
    """Threads that take jobs from one queue; each has its own connection."""

    def __init__(
        self, path: str, count: int, loop_of: Callable[[Any, sqlite3.Connection], None]
    ) -> None:
        self.jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self.threads = [
            threading.Thread(target=self._run, args=(path, loop_of), daemon=True)
            for _ in range(count)
        ]
        for thread in self.threads:
            thread.start()

    def _run(self, path: str, loop_of: Callable[[Any, sqlite3.Connection], None]) -> None:
        connection = connect(path)
        try:
            loop_of(self.jobs, connection)
        finally:
            connection.close()

    def submit(self, work: Callable[[sqlite3.Connection], Any]) -> asyncio.Future[Any]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        self.jobs.put((work, loop, future))
        return future

    def stop(self) -> None:
        for _ in self.threads:
            self.jobs.put(None)
        for thread in self.threads:
            thread.join(timeout=30)


def _read_loop(jobs: queue.SimpleQueue[Job | None], connection: sqlite3.Connection) -> None:
    while (job := jobs.get()) is not None:
        work, loop, future = job
        try:
            outcome = (loop, future, True, work(connection))
        except Exception as error:  # noqa: BLE001 - handed to the waiting caller
            outcome = (loop, future, False, error)
        _deliver([outcome])


def _gather(jobs: queue.SimpleQueue[Job | None]) -> tuple[list[Job], bool]:
    """Take one job, and those that wait behind it, up to GROUP. The flag says that the end was
    reached.
    """
    first = jobs.get()
    if first is None:
        return [], True
    batch = [first]
    while len(batch) < GROUP:
        try:
            job = jobs.get_nowait()
        except queue.Empty:
            return batch, False
        if job is None:
            return batch, True
        batch.append(job)
    return batch, False


def _in_savepoint(connection: sqlite3.Connection, job: Job) -> Outcome:
    work, loop, future = job
    if future.cancelled():
        return (loop, future, False, asyncio.CancelledError())
    connection.execute("SAVEPOINT unit")
    try:
        value = work(connection)
    except Exception as error:  # noqa: BLE001 - handed to the waiting caller
        connection.execute("ROLLBACK TO unit")
        connection.execute("RELEASE unit")
        cause = _violation(error) if isinstance(error, sqlite3.IntegrityError) else error
        return (loop, future, False, cause)
    connection.execute("RELEASE unit")
    return (loop, future, True, value)


def _write_loop(jobs: queue.SimpleQueue[Job | None], connection: sqlite3.Connection) -> None:
    ended = False
    while not ended:
        batch, ended = _gather(jobs)
        if not batch:
            continue
        outcomes: list[Outcome] = []
        try:
            connection.execute("BEGIN IMMEDIATE")
            outcomes = [_in_savepoint(connection, job) for job in batch]
            connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - nothing of the group is durable
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            outcomes = [(loop, future, False, error) for _, loop, future in batch]
        _deliver(outcomes)


class SqliteDatabase:
    """One SQLite file."""

    dialect: DialectName = "sqlite"

    def __init__(self, path: str, *, readers: int) -> None:
        self._path = path
        self._count = readers
        self._readers: _Threads | None = None
        self._writer: _Threads | None = None
        self._watcher: sqlite3.Connection | None = None

    async def start(self) -> None:
        make_private(Path(self._path).parent)
        self._watcher = connect(self._path)
        self._writer = _Threads(self._path, 1, _write_loop)
        self._readers = _Threads(self._path, self._count, _read_loop)

    async def stop(self) -> None:
        for threads in (self._writer, self._readers):
            if threads is not None:
                await asyncio.to_thread(threads.stop)
        if self._watcher is not None:
            self._watcher.close()
        self._writer = self._readers = self._watcher = None

    async def read(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Row]:
        if self._readers is None:
            message = "the database is not started"
            raise RuntimeError(message)
        arguments = _arguments(statement, values)

        def work(connection: sqlite3.Connection) -> Sequence[Row]:
            return _read_back(statement, connection.execute(statement.sql, arguments).fetchall())

        rows: Sequence[Row] = await self._readers.submit(work)
        return rows

    async def write(self, unit: Unit[T]) -> T:
        if self._writer is None:
            message = "the database is not started"
            raise RuntimeError(message)

        def work(connection: sqlite3.Connection) -> T:
            return drive(unit(SqliteTx(connection)))

        result: T = await self._writer.submit(work)
        return result

    async def write_ahead(
        self, unit: Unit[T], before: asyncio.Future[None] | None
    ) -> tuple[T, asyncio.Future[None]]:
        # a unit runs in the thread that writes: there is no other work to do beside it
        if before is not None:
            await before
        try:
            result = await self.write(unit)
        except (ConstraintViolated, FangxinError) as error:
            raise NotWritten from error
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return result, done

    async def data_version(self) -> int:
        if self._watcher is None:
            message = "the database is not started"
            raise RuntimeError(message)
        version: int = self._watcher.execute("PRAGMA data_version").fetchone()[0]
        return version
