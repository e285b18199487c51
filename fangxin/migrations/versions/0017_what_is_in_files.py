"""The text of files, that they are found by what is in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fangxin.kernel.sql import Id, Timestamp

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "file_text",
        sa.Column("record_id", Id(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", Timestamp(), nullable=False),
        sa.PrimaryKeyConstraint("record_id"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("file_text")
