"""The first schema, written out for each database beside this file."""

from __future__ import annotations

from alembic import op

from fangxin.migrations.statements import run_file

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file(op.get_context(), revision)


def downgrade() -> None:
    """Leave nothing: a database before its first revision is an empty one."""
    message = "remove the database instead"
    raise NotImplementedError(message)
