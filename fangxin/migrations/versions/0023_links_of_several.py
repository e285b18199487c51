"""One row for each link of fields that link to several records, made from the lists there are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fangxin.kernel.sql import Id

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# what could have custom fields when this was written
OBJECTS = (
    *("account", "activity", "contact", "contract", "department", "exchange_rate", "file", "lead"),
    *("lead_form", "opportunity", "order", "page_layout", "payment", "payment_plan", "pipeline"),
    *("product", "quote", "role", "rule", "sharing_rule", "stage", "task", "user"),
)
# the list of ids that a record holds under the field's code, one a row
HELD = {
    "postgresql": """CAST(held.value AS uuid), made.id FROM custom_field AS f
        CROSS JOIN "{table}" AS made CROSS JOIN LATERAL jsonb_array_elements_text(
            CASE jsonb_typeof(made.custom -> f.code) WHEN 'array' THEN made.custom -> f.code
            ELSE '[]' END) AS held(value)""",
    "sqlite": """held.value, made.id FROM custom_field AS f CROSS JOIN "{table}" AS made
        CROSS JOIN json_each(coalesce(json_extract(made.custom, '$.' || f.code), '[]')) AS held""",
}


def upgrade() -> None:
    """Make the table and fill it, of records and fields in the recycle bin too: of each table in
    one statement, which streams, sorted as the table is.
    """
    op.create_table(
        "record_link",
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("target_id", Id(), nullable=False),
        sa.Column("record_id", Id(), nullable=False),
        sa.PrimaryKeyConstraint("field", "target_id", "record_id"),
        sqlite_with_rowid=False,
    )
    into = "INSERT INTO record_link (field, target_id, record_id) SELECT DISTINCT f.code,"
    held = HELD[op.get_context().dialect.name]
    made = {table: f"= '{table}'" for table in OBJECTS}
    # all other objects are an administrator's own
    for table, of in {**made, "custom_record": f"NOT IN {OBJECTS}"}.items():
        where = f"WHERE f.type = 'link_to_many' AND f.object {of} ORDER BY 1, 2, 3"
        op.execute(f"{into} {held.format(table=table)} {where}")
    op.create_index("ix_record_link_record", "record_link", ["record_id", "field"])


def downgrade() -> None:
    """Drop it; the lists are in their records."""
    op.drop_index("ix_record_link_record", table_name="record_link")
    op.drop_table("record_link")
