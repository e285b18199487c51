"""How many rows of an import look like records that are there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the count."""
    op.add_column(
        "import_job", sa.Column("duplicates", sa.Integer(), nullable=False, server_default="0")
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_column("import_job", "duplicates")
