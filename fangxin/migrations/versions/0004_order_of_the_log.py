"""The order of the change log begins with the epoch, which each restore raises."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
INDEX = "ix_change_order"


def upgrade() -> None:
    op.drop_index(INDEX, table_name="change")
    op.create_index(INDEX, "change", ["epoch", "xid", "seq"])


def downgrade() -> None:
    op.drop_index(INDEX, table_name="change")
    op.create_index(INDEX, "change", ["xid", "seq"])
