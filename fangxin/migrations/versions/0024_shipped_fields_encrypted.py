"""Which shipped fields are encrypted, and a column for the ciphertext of each that may be."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fangxin.migrations.statements import run_file

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None
TEXTS = {
    "account": ("phone", "email", "website", "credit_code", "description"),
    "activity": ("body",),
    "contact": ("title", "email", "phone", "description"),
    "contract": ("void_reason", "terms", "description"),
    "lead": (
        *("company", "title", "email", "phone", "website", "credit_code", "landing_page"),
        *("referrer", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"),
        *("unqualified_reason", "description"),
    ),
    "opportunity": ("lost_reason", "next_step", "description"),
    "order": ("cancel_reason", "description"),
    "payment": ("reference", "reverse_reason", "description"),
    "payment_plan": ("description",),
    "product": ("category", "unit", "description"),
    "quote": ("rejected_reason", "terms", "description"),
    "task": ("description",),
    "user": ("title", "mobile"),
}


def upgrade() -> None:
    """Make the table, and the columns, which are empty until a field is encrypted."""
    run_file(op.get_context(), revision)
    for table, keys in TEXTS.items():
        for key in keys:
            op.add_column(table, sa.Column(f"{key}_sealed", sa.Text(), nullable=True))


def downgrade() -> None:
    """Remove them."""
    for table, keys in TEXTS.items():
        for key in keys:
            op.drop_column(table, f"{key}_sealed")
    op.drop_table("encrypted_field")
