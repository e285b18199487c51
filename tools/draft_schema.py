"""Write the SQL of new tables for both databases: `python -m tools.draft_schema 0002 lead quote`.

Beside a revision that runs the files (`migrations/statements.py`): what a database is told stands
there to be read, and each gets its own words.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from fangxin.migrations.migrate import VERSIONS
from fangxin.migrations.schema import PARTITIONED, complete_metadata


def _table(table: sa.Table, dialect: sa.Dialect) -> str:
    text = str(CreateTable(table).compile(dialect=dialect)).strip()
    if dialect.name != "postgresql" or table.name not in PARTITIONED:
        return text
    # the key of a partitioned table holds the column that parts it
    return text.replace("PRIMARY KEY (seq)", "PRIMARY KEY (seq, at)") + " PARTITION BY RANGE (at)"


def schema(dialect: sa.Dialect, names: Collection[str]) -> Iterator[str]:
    """Yield the statements that make the named tables."""
    tables = [each for each in complete_metadata().sorted_tables if each.name in names]
    for table in tables:
        yield _table(table, dialect)
        for index in sorted(table.indexes, key=lambda each: str(each.name)):
            yield str(CreateIndex(index).compile(dialect=dialect))


def main() -> None:
    """Write the files of both databases."""
    revision, *names = sys.argv[1:]
    for made in (postgresql.dialect, sqlite.dialect):
        dialect: sa.Dialect = cast("Any", made)()
        lines = [
            "\n".join(line.rstrip() for line in text.replace("\t", "    ").splitlines())
            for text in schema(dialect, names)
        ]
        file = VERSIONS / f"{revision}_{dialect.name}.sql"
        file.write_text(";\n\n".join(lines) + ";\n\n", "utf-8")
        print(f"{file.name}: {len(lines)} statements")


if __name__ == "__main__":
    main()
