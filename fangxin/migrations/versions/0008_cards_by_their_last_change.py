"""The cards of a board's column, last changed first, are one walk over an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
INDEX = "ix_opportunity_stage_id_updated_at_id"


def upgrade() -> None:
    """Make the index; without it SQLite sorts all cards of a column for each page."""
    alive = sa.text("deleted_at IS NULL")
    columns = ["stage_id", "updated_at", "id"]
    op.create_index(INDEX, "opportunity", columns, postgresql_where=alive, sqlite_where=alive)


def downgrade() -> None:
    """Remove it."""
    op.drop_index(INDEX, "opportunity")
