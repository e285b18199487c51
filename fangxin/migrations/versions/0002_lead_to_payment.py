"""From lead to payment: leads, quotes, contracts, orders, payment plans and payments."""

from __future__ import annotations

from alembic import op

from fangxin.migrations.statements import run_file

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
TABLES = ("payment", "payment_plan", "order", "contract", "quote", "lead")


def upgrade() -> None:
    run_file(op.get_context(), revision)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
