"""Lists of tasks and payment plans with what is open first are one walk over an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None
_OPEN = "CASE WHEN due_at IS NULL THEN created_at ELSE due_at END"
ORDERS = (
    ("task", "turn", f"(CASE WHEN done_at IS NULL THEN {_OPEN} END)"),
    ("payment_plan", "awaited_on", "(CASE WHEN state <> 'paid' THEN due_on END)"),
)


def upgrade() -> None:
    """Make the indexes; without them all open ones are sorted for each page."""
    alive = sa.text("deleted_at IS NULL")
    for table, key, order in ORDERS:
        columns = [sa.text(order), sa.text("id")]
        name = f"ix_{table}_{key}"
        op.create_index(name, table, columns, postgresql_where=alive, sqlite_where=alive)


def downgrade() -> None:
    """Remove them."""
    for table, key, _ in ORDERS:
        op.drop_index(f"ix_{table}_{key}", table)
