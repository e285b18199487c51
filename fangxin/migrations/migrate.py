"""Bring a database to the newest revision: one transaction under a lock, so that any number may
start at once.

Alembic writes the statements ("offline") and our own drivers run them; a database that is up to
date costs one query.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

import asyncpg

from fangxin.kernel.clock import now
from fangxin.kernel.settings import make_private
from fangxin.kernel.sqlite import connect
from fangxin.migrations.partitions import partition_ddl

FOLDER: Final = Path(__file__).parent
VERSIONS: Final = FOLDER / "versions"
# any number that nothing else of ours locks
LOCK: Final = 0x66616E67
_VERSION: Final = "SELECT version_num FROM alembic_version"
# to_regclass() may answer from what its session remembers from before it waited for the lock
_IS_THERE: Final = (
    "SELECT count(*) FROM pg_class WHERE relname = 'alembic_version' AND pg_table_is_visible(oid)"
)


def head() -> str:
    """Return the newest revision: files in versions/ start with four digits, one after the
    other.
    """
    return max(path.name[:4] for path in VERSIONS.glob("[0-9]*.py"))


class _Statements(list[str]):
    """Takes what Alembic writes, one statement a call."""

    def write(self, text: str) -> None:
        statement = text.strip().removesuffix(";")
        if statement and not statement.startswith("-- Running"):
            self.append(statement)

    def flush(self) -> None:
        """Nothing is held back."""


def statements(dialect: str, current: str | None, wanted: str = "head") -> list[str]:
    """Return the SQL that leads from revision `current` (None: an empty database) to `wanted`, by
    default the newest.
    """
    # Alembic takes a fifth of a second to import, which a start with nothing to do need not pay
    from alembic.config import Config  # noqa: PLC0415
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    script = ScriptDirectory.from_config(config)
    found: Any = _Statements()

    def upgrade(revision: Any, _context: Any) -> Any:
        return script._upgrade_revs(wanted, revision)  # noqa: SLF001 - Alembic's own commands do so

    with EnvironmentContext(
        config, script, fn=upgrade, as_sql=True, starting_rev=current, destination_rev=wanted
    ) as environment:
        environment.configure(
            dialect_name=dialect, output_buffer=found, transactional_ddl=False, literal_binds=True
        )
        environment.run_migrations()
    return list(found)


async def migrate(url: str) -> bool:
    """Upgrade the database at `url`; True when there was something to do."""
    if url.startswith("sqlite:///"):
        return await asyncio.to_thread(_migrate_sqlite, url.removeprefix("sqlite:///"))
    return await _migrate_postgresql(url)


def _revision_sqlite(connection: sqlite3.Connection) -> str | None:
    try:
        row = connection.execute(_VERSION).fetchone()
    except sqlite3.OperationalError:
        return None
    return None if row is None else str(row[0])


def _migrate_sqlite(path: str) -> bool:
    make_private(Path(path).parent)
    with closing(connect(path)) as connection:
        if _revision_sqlite(connection) == head():
            return False
        connection.execute("BEGIN IMMEDIATE")
        try:
            current = _revision_sqlite(connection)
            todo = [] if current == head() else statements("sqlite", current)
            for statement in todo:
                connection.execute(statement)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
        return bool(todo)


async def _revision_postgresql(connection: Any) -> str | None:
    if not await connection.fetchval(_IS_THERE):
        return None
    found = await connection.fetchval(_VERSION)
    return None if found is None else str(found)


async def _migrate_postgresql(url: str) -> bool:
    connection: Any = await asyncpg.connect(url)
    try:
        # an empty database has no such table
        with suppress(asyncpg.UndefinedTableError):
            if await connection.fetchval(_VERSION) == head():
                return False
        async with connection.transaction():
            await connection.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
            current = await _revision_postgresql(connection)
            if current == head():
                return False
            await _run(connection, statements("postgresql", current))
            await _run(connection, partition_ddl(now()))
        return True
    finally:
        await connection.close()


async def _run(connection: Any, todo: Iterable[str]) -> None:
    for statement in todo:
        await connection.execute(statement)
