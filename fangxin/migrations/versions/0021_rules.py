"""Rules that administrators make for records."""

from __future__ import annotations

from alembic import op

from fangxin.migrations.statements import run_file

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    run_file(op.get_context(), revision)


def downgrade() -> None:
    """Remove it."""
    op.drop_table("rule")
