"""Forms on the web whose answers become leads; with a lead its form, and when consent was given."""

from __future__ import annotations

from alembic import op

from fangxin.migrations.statements import run_file

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of forms, and the columns of leads that tell of them."""
    run_file(op.get_context(), revision)


def downgrade() -> None:
    """Remove the columns, then the table."""
    op.drop_index("ix_lead_form_id", "lead")
    with op.batch_alter_table("lead") as batch:
        batch.drop_column("consent_at")
        batch.drop_column("form_id")
    op.drop_table("lead_form")
