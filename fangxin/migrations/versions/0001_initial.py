"""The first schema, written out for each database beside this file."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the file of this database; statements end with a semicolon and an empty line."""
    context = op.get_context()
    file = Path(__file__).with_name(f"0001_{context.dialect.name}.sql")
    for statement in file.read_text("utf-8").split(";\n\n"):
        if statement.strip():
            context.impl.static_output(statement.strip())


def downgrade() -> None:
    """Leave nothing: a database before its first revision is an empty one."""
    message = "remove the database instead"
    raise NotImplementedError(message)
