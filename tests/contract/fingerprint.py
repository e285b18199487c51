"""What a database holds, in a few numbers: two that are equal hold the same rows.

Tests ask thousands of times whether a refusal has changed anything. Mostly nothing was written at
all, which the database itself tells at once; only what was written to is read again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import closing
from typing import Any

Rows = Sequence[Sequence[Any]]
Ask = Callable[[str], Awaitable[Rows]]
Sum = tuple[int, int]


def _sum(rows: Iterable[Sequence[Any]]) -> Sum:
    """How many rows, and a sum over them in which their order does not matter."""
    found = [hash(str(tuple(row))) for row in rows]
    return len(found), sum(found)


class SqliteFingerprint:
    """Reads the file by a connection of its own, past the code under test."""

    def __init__(self, path: str, tables: Sequence[str]) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False)
        self._tables = tables
        self._version = -1
        self._known: dict[str, Sum] = {}

    async def take(self, skip: frozenset[str]) -> dict[str, Sum]:
        """The sum of each table but those of `skip`."""
        # moves with each commit of another connection
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            self._version, self._known = version, {}
        wanted = [name for name in self._tables if name not in skip]
        for name in wanted:
            if name not in self._known:
                with closing(self._connection.execute(f'SELECT * FROM "{name}"')) as rows:
                    self._known[name] = _sum(rows)
        return {name: self._known[name] for name in wanted}

    def close(self) -> None:
        self._connection.close()


class PostgresFingerprint:
    """Asks by `ask`; a table is read again when its rows are others than before."""

    def __init__(self, ask: Ask, tables: Sequence[str]) -> None:
        self._ask = ask
        # each version of a row bears the number of the transaction that wrote it
        self._marks = " UNION ALL ".join(
            f"SELECT '{name}', count(*), coalesce(sum(xmin::text::bigint), 0)::text FROM \"{name}\""
            for name in tables
        )
        self._known: dict[str, tuple[Any, Sum]] = {}

    async def take(self, skip: frozenset[str]) -> dict[str, Sum]:
        """The sum of each table but those of `skip`."""
        found = {}
        for name, *mark in await self._ask(self._marks):
            if name in skip:
                continue
            if name not in self._known or self._known[name][0] != mark:
                rows = await self._ask(f'SELECT (t.*)::text FROM "{name}" t')
                self._known[name] = (mark, _sum(rows))
            found[name] = self._known[name][1]
        return found

    def close(self) -> None:
        """Nothing of its own is open."""
