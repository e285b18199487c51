"""Pairs of records that look like one thing, and records that were merged into others."""

from __future__ import annotations

from alembic import op

from fangxin.migrations.statements import run_file

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    run_file(op.get_context(), revision)


def downgrade() -> None:
    """Remove them."""
    op.drop_table("duplicate_pair")
    op.drop_table("merged_record")
