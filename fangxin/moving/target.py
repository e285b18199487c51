"""Where rows go: what both kinds of database have in common.

A target is empty or is replaced as a whole; until its very end the old state stands. Its schema is
made at the revision of what comes, and brought to the newest one once everything is in.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

from fangxin.kernel.settings import SQLITE
from fangxin.kernel.sql import DialectName
from fangxin.migrations.migrate import statements
from fangxin.moving.reading import Reader
from fangxin.moving.rows import Batches, Shape
from fangxin.moving.troubles import Refused, refused

REVISION_TABLE: Final = "alembic_version"
# written with the rows that it belongs to
INDEX_TABLE: Final = "search_index"
_MADE: Final = re.compile(
    r"CREATE (?:OR REPLACE )?(?:VIRTUAL )?(TABLE|FUNCTION) (?:IF NOT EXISTS )?\"?(\w+)\"?",
    re.IGNORECASE,
)


class Target(Protocol):
    """A database that is being filled."""

    @property
    def reader(self) -> Reader:
        """Reads back what has come in."""

    @property
    def tables(self) -> frozenset[str]:
        """The tables that there are at this revision."""

    async def load(self, shape: Shape, batches: Batches) -> None:
        """Write the rows of a table that is empty."""

    async def settle(self) -> None:
        """Make indexes and constraints once all tables are in, which checks the constraints."""

    async def finish(self, revision: str) -> None:
        """Bring the schema to the newest revision and begin a new epoch."""


@lru_cache(maxsize=4)
def made_by_migrations(dialect: DialectName) -> Mapping[str, frozenset[str]]:
    """Return the names of all tables and functions that our revisions ever make."""
    found: dict[str, set[str]] = {"TABLE": {REVISION_TABLE}, "FUNCTION": set()}
    for statement in statements(dialect, None):
        for kind, name in _MADE.findall(statement):
            found[kind.upper()].add(name)
    return {kind: frozenset(names) for kind, names in found.items()}


def occupied(place: str, filled: Sequence[str]) -> Refused:
    """Return the refusal of a target that holds something already."""
    message = (
        "{place} is not empty (there are rows in {tables}). `restore --force` replaces everything"
        " in it; a copy needs an empty one."
    )
    return refused(message, place=place, tables=", ".join(sorted(filled)[:3]))


def in_use(place: str) -> Refused:
    """Return the refusal of a target that a server or worker has open."""
    return refused("A server or worker is at work on {place}. Stop it first.", place=place)


def loadable(there: Iterable[str], dialect: DialectName) -> frozenset[str]:
    """Return those of the tables that rows may come into from outside."""
    return made_by_migrations(dialect)["TABLE"].intersection(there) - {REVISION_TABLE, INDEX_TABLE}


def check_loadable(shape: Shape, known: frozenset[str]) -> None:
    """Refuse a table that the schema of this revision does not have."""
    if shape.name not in known:
        message = "The schema of that revision has no table {table}."
        raise refused(message, table=shape.name)


def sqlite_path(url: str) -> Path:
    """Return the file of a SQLite database; a link is followed, for the file itself is replaced."""
    return Path(url.removeprefix(SQLITE)).resolve()


@asynccontextmanager
async def open_target(url: str, revision: str, *, force: bool) -> AsyncIterator[Target]:
    """Open the database at `url` for filling; it is kept when the block ends well, and is as it was
    when the block raises or the process is killed. Refused for one that is in use, or not empty
    (without `force`).
    """
    from fangxin.moving.into_postgres import postgres_target  # noqa: PLC0415 - they need this file
    from fangxin.moving.into_sqlite import sqlite_target  # noqa: PLC0415 - as above

    if url.startswith(SQLITE):
        async with sqlite_target(sqlite_path(url), revision, force=force) as target:
            yield target
    else:
        async with postgres_target(url, revision, force=force) as target:
            yield target
