"""The register of who looked at what is masked to him."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fangxin.kernel.sql import Id, Timestamp

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "read_log",
        sa.Column("id", Id(), nullable=False),
        sa.Column("at", Timestamp(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("record_id", Id(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_read_log_at", "read_log", ["at", "id"])


def downgrade() -> None:
    """Remove it."""
    op.drop_index("ix_read_log_at", table_name="read_log")
    op.drop_table("read_log")
