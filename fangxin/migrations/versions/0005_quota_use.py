"""How often somebody has done what is counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fangxin.kernel.sql import Timestamp

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "quota_use",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("since", Timestamp(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_table("quota_use")
