"""Write the SQL of the first revision from the declarations: `python -m tools.draft_schema`.

As long as nobody runs an old version, the first revision is rewritten; afterwards each change gets
its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from fangxin.migrations.migrate import VERSIONS
from fangxin.migrations.schema import PARTITIONED, complete_metadata
from fangxin.records.indexes import SEARCH_DDL

# a·10^k / b rounded half away from zero, as kernel/sqlite.py gives it to SQLite
EXACT_DIVIDE = """CREATE FUNCTION exact_divide(a numeric, k integer, b numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN b <> 0 THEN
        sign(a) * sign(b) * div(2 * abs(a) * 10::numeric ^ k + abs(b), 2 * abs(b))
    END
$$"""


def _table(table: sa.Table, dialect: sa.Dialect) -> str:
    text = str(CreateTable(table).compile(dialect=dialect)).strip()
    if dialect.name != "postgresql" or table.name not in PARTITIONED:
        return text
    # the key of a partitioned table holds the column that parts it
    return text.replace("PRIMARY KEY (seq)", "PRIMARY KEY (seq, at)") + " PARTITION BY RANGE (at)"


def schema(dialect: sa.Dialect) -> Iterator[str]:
    """Yield the statements that make every table."""
    tables = complete_metadata().sorted_tables
    for table in tables:
        yield _table(table, dialect)
        for index in sorted(table.indexes, key=lambda each: str(each.name)):
            yield str(CreateIndex(index).compile(dialect=dialect))
    if dialect.name == "postgresql":
        yield from (f"CREATE TABLE {each}_rest PARTITION OF {each} DEFAULT" for each in PARTITIONED)
        yield from SEARCH_DDL["postgresql"]
        yield EXACT_DIVIDE
    else:
        yield from SEARCH_DDL["sqlite"]


def main() -> None:
    """Write the files of both databases."""
    for made in (postgresql.dialect, sqlite.dialect):
        dialect: sa.Dialect = cast("Any", made)()
        lines = [
            "\n".join(line.rstrip() for line in text.replace("\t", "    ").splitlines())
            for text in schema(dialect)
        ]
        file = VERSIONS / f"0001_{dialect.name}.sql"
        file.write_text(";\n\n".join(lines) + ";\n\n", "utf-8")
        print(f"{file.name}: {len(lines)} statements")


if __name__ == "__main__":
    main()
