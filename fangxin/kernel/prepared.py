"""Fixed statements on plain tables, each compiled once for each kind of database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql import ClauseElement

from fangxin.kernel.sql import DialectName, Statement, compile_statement


class Prepared:
    """A statement that is made and compiled when it is first asked for; its text never changes."""

    def __init__(self, build: Callable[[], ClauseElement]) -> None:
        self._build = build
        self._compiled: dict[DialectName, Statement] = {}

    def __call__(self, dialect: DialectName) -> Statement:
        """Return its text for `dialect`."""
        found = self._compiled.get(dialect)
        if found is None:
            found = self._compiled[dialect] = compile_statement(self._build(), dialect)
        return found


def upsert(table: sa.Table) -> Any:
    """Return an insert of all columns that takes ON CONFLICT; SQLite writes it like PostgreSQL."""
    return postgresql.insert(table)


def put_row(table: sa.Table) -> Any:
    """Return an insert of all columns that replaces the row with the same primary key."""
    made = upsert(table)
    keys = [column.name for column in table.primary_key]
    others = {
        column.name: made.excluded[column.name] for column in table.c if column.name not in keys
    }
    return made.on_conflict_do_update(index_elements=keys, set_=others)
