"""Many rows in one statement: given as arrays on PostgreSQL, as one JSON array on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from fangxin.kernel.sql import DialectName, Statement, compile_statement


def given_rows(dialect: DialectName, columns: Mapping[str, str]) -> str:
    """Return a derived table "r" over rows given at once.

    Each column is an array on PostgreSQL; on SQLite all are one JSON array of arrays.
    """
    names = ", ".join(columns)
    if dialect == "postgresql":
        arrays = ", ".join(f"CAST(:{name} AS text[])" for name in columns)
        casts = ", ".join(f"CAST({name} AS {cast}) AS {name}" for name, cast in columns.items())
        return f"(SELECT {casts} FROM unnest({arrays}) AS u({names})) AS r"  # noqa: S608 - names of ours
    parts = ", ".join(
        f"json_extract(value, '$[{index}]') AS {name}" for index, name in enumerate(columns)
    )
    return f"(SELECT {parts} FROM json_each(:rows)) AS r"  # noqa: S608 - names of ours


def row_values(columns: Iterable[str], rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Return the parameters that `given_rows` names."""
    return {name: [row[at] for row in rows] for at, name in enumerate(columns)} | {"rows": rows}


def among(dialect: DialectName, column: str, name: str, cast: str = "text") -> str:
    """Return the condition that a column's value is in the array parameter `name`."""
    if dialect == "postgresql":
        return f"{column} = ANY (CAST(CAST(:{name} AS text[]) AS {cast}[]))"
    return f"{column} IN (SELECT value FROM json_each(:{name}))"  # noqa: S608 - names of ours


@lru_cache(maxsize=16)
def delete_by_record(dialect: DialectName, table: str) -> Statement:
    """Return the statement that empties `table` of the records in parameter `ids`."""
    where = among(dialect, "record_id", "ids", "uuid")
    return compile_statement(sa.text(f"DELETE FROM {table} WHERE {where}"), dialect)  # noqa: S608
