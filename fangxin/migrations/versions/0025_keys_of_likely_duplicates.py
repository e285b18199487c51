"""Keys of likely duplicates are found by their value and by their record: the key over all columns
was as wide as a row, and nothing was looked up by it.
"""

from __future__ import annotations

from alembic import op

from fangxin.migrations.statements import run_file

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None
_BEFORE = ("object", "record_id", "field", "value")


def upgrade() -> None:
    """Drop the wide key; in the index of values they come first, which tell most apart."""
    run_file(op.get_context(), revision)


def downgrade() -> None:
    """Make the wide key again."""
    op.drop_index("ix_duplicate_key_value", "duplicate_key")
    op.create_index("ix_duplicate_key_value", "duplicate_key", ["object", "value"])
    with op.batch_alter_table("duplicate_key") as table:
        table.create_primary_key("duplicate_key_pkey", list(_BEFORE))
