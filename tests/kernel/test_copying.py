"""Rows by COPY or prepared insert arrive as they were given."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from fangxin.kernel.ids import new_id
from fangxin.kernel.sql import compile_statement
from fangxin.transfer.tables import import_job

NASTY = ("\\N", "a\tb", "a\\b\\", "line\nline\rline", "\\.", '"', "'", "放心 😀", "", "\x1f")


async def test_many_rows_arrive_as_they_were_given(installation):
    database, moment = installation.database, datetime(2026, 2, 3, 4, 5, 6, 789, UTC)
    names = ["id", "at", "actor_id", "object", "file_name", "options", "state", "total", "error"]
    rows = [
        (new_id(), moment, new_id(), text, text * 3, {text: [None, 1.5]}, "", at or None, None)
        for at, text in enumerate(NASTY * 30)
    ]
    await database.write(lambda tx: tx.insert_rows(import_job, names, iter(rows)))
    wanted = sa.select(*(import_job.c[name] for name in names)).order_by(import_job.c.id)
    found = await database.read(compile_statement(wanted, database.dialect), {})
    assert [tuple(row) for row in found] == sorted(rows)
