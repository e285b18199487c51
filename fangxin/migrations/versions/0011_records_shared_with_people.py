"""With whom single records are shared: said by each record, and the rows that the scope asks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fangxin.kernel.sql import Id, Json, Timestamp

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
RECORDS = (
    *("account", "activity", "contact", "contract", "custom_record", "department", "file"),
    *("lead", "lead_form", "opportunity", "order", "payment", "payment_plan", "pipeline"),
    *("product", "quote", "role", "stage", "task", "user"),
)


def upgrade() -> None:
    """Make the table and the columns; nothing is shared yet."""
    op.create_table(
        "record_share",
        sa.Column("holder_id", Id(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("record_id", Id(), nullable=False),
        sa.Column("edits", sa.Boolean(), nullable=False),
        sa.Column("until", Timestamp(), nullable=True),
        sa.PrimaryKeyConstraint("holder_id", "object", "record_id"),
    )
    op.create_index("ix_record_share_record", "record_share", ["record_id"])
    for table in RECORDS:
        op.add_column(table, sa.Column("shared_with", Json(), nullable=True))


def downgrade() -> None:
    """Remove them."""
    for table in reversed(RECORDS):
        op.drop_column(table, "shared_with")
    op.drop_index("ix_record_share_record", table_name="record_share")
    op.drop_table("record_share")
