"""Rules that share records by what they hold."""

from __future__ import annotations

from alembic import op

from fangxin.migrations.statements import run_file

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of rules."""
    run_file(op.get_context(), revision)


def downgrade() -> None:
    """Remove it."""
    op.drop_table("sharing_rule")
