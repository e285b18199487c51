"""Names by language of stages, pipelines and roles; since when an opportunity is in its stage."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fangxin.kernel.sql import Json, Timestamp

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns. What is there already has been in its stage since it was last changed."""
    for table in ("stage", "pipeline", "role"):
        op.add_column(table, sa.Column("names", Json(), nullable=True))
    op.add_column("opportunity", sa.Column("stage_entered_at", Timestamp(), nullable=True))
    op.execute("UPDATE opportunity SET stage_entered_at = updated_at")


def downgrade() -> None:
    """Remove the columns."""
    op.drop_column("opportunity", "stage_entered_at")
    for table in ("role", "pipeline", "stage"):
        op.drop_column(table, "names")
