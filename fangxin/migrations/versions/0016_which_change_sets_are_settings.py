"""Change sets say whether they changed settings, so that the settings history finds them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

INDEX = "ix_change_set_settings"
# whose records were settings when this was written
OBJECTS = ("role", "department", "pipeline", "stage", "lead_form", "exchange_rate")


def upgrade() -> None:
    """Add the mark, and set it on what is there."""
    mark: sa.Column[bool] = sa.Column(
        "settings", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("change_set", mark)
    sets = sa.table("change_set", sa.column("object"), sa.column("settings"))
    op.execute(sa.update(sets).where(sets.c.object.in_(OBJECTS)).values(settings=sa.true()))
    marked = sa.text("settings")
    op.create_index(INDEX, "change_set", ["at", "id"], sqlite_where=marked, postgresql_where=marked)


def downgrade() -> None:
    """Take the mark away."""
    op.drop_index(INDEX, table_name="change_set")
    op.drop_column("change_set", "settings")
