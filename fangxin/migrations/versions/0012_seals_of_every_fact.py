"""Seals cover moment, version and source of a change too: what was sealed is sealed anew."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Break no seal, but take them all off; the job that seals begins at the start."""
    op.execute("DELETE FROM change_seal")


def downgrade() -> None:
    """Do the same, for the former seals said less."""
    op.execute("DELETE FROM change_seal")
