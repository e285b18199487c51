"""Revisions whose SQL is written out for each database beside them."""

from __future__ import annotations

from typing import Any, Final

from fangxin.migrations.migrate import VERSIONS

BETWEEN: Final = ";\n\n"


def run_file(context: Any, revision: str) -> None:
    """Run the file of a revision for the database of an Alembic context; its statements end with a
    semicolon and an empty line.
    """
    file = VERSIONS / f"{revision}_{context.dialect.name}.sql"
    for statement in file.read_text("utf-8").split(BETWEEN):
        if statement.strip():
            context.impl.static_output(statement.strip())
