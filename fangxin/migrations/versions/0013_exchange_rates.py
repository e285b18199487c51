"""Exchange rates become records: with rights, history and undo."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fangxin.kernel.sql import Day
from fangxin.migrations.statements import run_file

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Replace the table; nothing could write into the one that was there."""
    op.drop_table("exchange_rate")
    run_file(op.get_context(), revision)


def downgrade() -> None:
    """Bring the bare table back."""
    op.drop_table("exchange_rate")
    op.create_table(
        "exchange_rate",
        sa.Column("currency", sa.String(3), primary_key=True),
        sa.Column("day", Day(), primary_key=True),
        sa.Column("rate", sa.BigInteger(), nullable=False),
    )
