"""Sessions that see the app as somebody else, and the register of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fangxin.kernel.sql import Id, Timestamp

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the columns."""
    op.create_table(
        "viewing",
        sa.Column("id", Id(), nullable=False),
        sa.Column("session_id", Id(), nullable=False),
        sa.Column("viewer_id", Id(), nullable=False),
        sa.Column("viewed_id", Id(), nullable=False),
        sa.Column("started_at", Timestamp(), nullable=False),
        sa.Column("until", Timestamp(), nullable=False),
        sa.Column("ended_at", Timestamp(), nullable=True),
        sa.Column("ip", sa.Text(), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_viewing_started_at", "viewing", ["started_at", "id"])
    op.create_index("ix_viewing_viewed_id", "viewing", ["viewed_id", "started_at"])
    op.add_column("session", sa.Column("as_user_id", Id(), nullable=True))
    op.add_column("session", sa.Column("as_until", Timestamp(), nullable=True))


def downgrade() -> None:
    """Remove them."""
    with op.batch_alter_table("session") as batch:
        batch.drop_column("as_until")
        batch.drop_column("as_user_id")
    op.drop_index("ix_viewing_viewed_id", table_name="viewing")
    op.drop_index("ix_viewing_started_at", table_name="viewing")
    op.drop_table("viewing")
