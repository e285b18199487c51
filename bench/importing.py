"""Rows a second that an import brings in, beside a bare COPY of the same rows into the same
table, columns that the product fills among them.
"""

from __future__ import annotations

import csv
import os
import resource
import subprocess
import time
from itertools import islice
from pathlib import Path
from typing import Any

from bench import cpu, servers
from fangxin.kernel.ids import new_id
from fangxin.kernel.sqlite import connect

ROWS = int(os.environ.get("BENCH_IMPORT_ROWS", "20000"))
# eight columns: three are keys of likely duplicates, and four are searched
HEADER = (
    *("name", "industry", "phone", "email"),
    *("website", "employees", "annual_revenue", "description"),
)
_INDUSTRIES = ("technology", "software", "finance", "medical", "retail")


def write_rows(path: Path, count: int = ROWS) -> None:
    """Write a CSV file of made-up accounts, no two alike."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEADER)
        for number in range(count):
            name = f"{'测试科技' if number % 2 else 'Bench Works'} {number:06}"
            reach = (f"+8613{number:09}", f"info@c{number}.example.com")
            site = f"https://c{number}.example.com"
            size = (number % 900, f"{number}.25")
            rows.writerow((name, _INDUSTRIES[number % 5], *reach, site, *size, "From a file"))


def run(env: dict[str, str], url: str, folder: Path, postmaster: int | None) -> dict[str, Any]:
    """Import the file by the command line, then insert its rows by COPY (PostgreSQL) or executemany
    (SQLite) into a table with the same indexes; return both rates, CPU ms a row of the import with
    its database, and its memory. The rate holds the start of the process, about a second of CPU.
    """
    path = folder / "accounts.csv"
    write_rows(path)
    begun, before = time.perf_counter(), _spent(postmaster)
    memory = servers.peak(env, "fangxin.cli", "import", "accounts", str(path))
    seconds, spent = time.perf_counter() - begun, _spent(postmaster) - before
    bare = _insert(url, path) if postmaster is None else _copy(url, path)
    return {
        "rows": ROWS,
        "import, rows a second": round(ROWS / seconds),
        "import, CPU ms a row": round(spent * 1000 / ROWS, 3),
        f"bare {'executemany' if postmaster is None else 'COPY'}, rows a second": round(
            ROWS / bare
        ),
        "that is faster by": round(seconds / bare, 1),
        "memory peak, MB": memory,
    }


def _spent(postmaster: int | None) -> float:
    """Return CPU seconds of the commands that have ended, and of PostgreSQL."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    database = 0.0 if postmaster is None else cpu.seconds(postmaster, gone=True)
    return ended.ru_utime + ended.ru_stime + database


_COPY = """
CREATE TABLE copied (LIKE account INCLUDING INDEXES);
CREATE TEMP TABLE given (name text, industry text, phone text, email text, website text, employees bigint, revenue numeric, description text);
\\timing on
BEGIN;
\\copy given FROM '{path}' CSV HEADER
INSERT INTO copied (id, name, name_sort, industry, phone, email, website, employees, annual_revenue, annual_revenue_currency,
  annual_revenue_base, description, version, created_at, updated_at, custom, status, code, owner_id, department_id, created_by_id, updated_by_id)
SELECT lpad(to_hex(row_number() OVER ()), 32, '0')::uuid, name, lower(name), industry, phone, email, website, employees, revenue * 10000, 'CNY', revenue * 10000,
  description, 1, now(), now(), '{{}}', 'prospect', 'AC-2026-' || row_number() OVER (), '{owner}', '{owner}', '{owner}', '{owner}' FROM given;
COMMIT;
DROP TABLE copied;
"""  # noqa: E501 - psql reads a meta-command as one line


def _copy(url: str, path: Path) -> float:
    """Return the seconds of COPY and the insert that lays the columns out, indexes included."""
    script = _COPY.format(path=path, owner=new_id())
    command = ["psql", "-q", "-v", "ON_ERROR_STOP=1", url]
    begun = time.perf_counter()
    subprocess.run(command, input=script, text=True, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def _insert(url: str, path: Path) -> float:
    """Return the seconds of reading the file, as COPY does, into one durable transaction that
    inserts its rows, indexes included; the connection is set up like the product's.
    """
    database = connect(url.removeprefix("sqlite:///"))
    found = database.execute(
        "SELECT replace(sql, ' account', ' copied') FROM sqlite_master WHERE name = 'account'"
        " UNION ALL SELECT replace(replace(sql, ' ON account', ' ON copied'), 'INDEX ix_',"
        " 'INDEX copied_ix_') FROM sqlite_master WHERE tbl_name = 'account' AND type = 'index'"
        " AND sql IS NOT NULL"
    ).fetchall()
    for (statement,) in found:
        database.execute(statement)
    begun, owner = time.perf_counter(), new_id()
    with path.open(encoding="utf-8", newline="") as file:
        rows = (
            (
                *(new_id(), r[0], r[0].lower(), *r[1:5], int(r[5]), int(float(r[6]) * 10_000)),
                *(r[7], f"AC-2026-{number}", owner),
            )
            for number, r in enumerate(islice(csv.reader(file), 1, None))
        )
        database.execute("BEGIN IMMEDIATE")
        database.executemany(_INSERT, rows)
        database.execute("COMMIT")
    seconds = time.perf_counter() - begun
    database.execute("DROP TABLE copied")
    database.close()
    return seconds


_INSERT = """
INSERT INTO copied (id, name, name_sort, industry, phone, email, website, employees, annual_revenue, annual_revenue_currency,
  annual_revenue_base, description, version, created_at, updated_at, custom, status, code, owner_id, department_id, created_by_id, updated_by_id)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'CNY', ?9, ?10, 1, '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z', '{}', 'prospect', ?11, ?12, ?12, ?12, ?12)
"""  # noqa: E501 - as above
