"""Plain tables of imports and exports: what was asked, how far it is, what was wrong."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from fangxin.kernel.sql import Id, Json, Timestamp, metadata

import_job: Final = sa.Table(
    "import_job",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("at", Timestamp(), nullable=False),
    sa.Column("actor_id", Id(), nullable=False),
    sa.Column("job_id", Id(), nullable=True),
    sa.Column("object", sa.Text(), nullable=False),
    sa.Column("file_id", Id(), nullable=True),
    sa.Column("file_name", sa.Text(), nullable=False),
    # see orders.Order; beside it "header", and what joins the sheets of one file
    sa.Column("options", Json(), nullable=False),
    sa.Column("state", sa.Text(), nullable=False),
    sa.Column("total", sa.Integer(), nullable=True),
    sa.Column("processed", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("created", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("updated", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("unchanged", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("failed", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("duplicates", sa.Integer(), nullable=False, server_default="0"),
    # the number of the last row that is done; the next attempt goes on behind it
    sa.Column("cursor", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("change_set_id", Id(), nullable=True),
    sa.Column("error", sa.Text(), nullable=True),
    sa.Column("finished_at", Timestamp(), nullable=True),
    sa.Index("ix_import_job_actor", "actor_id", "at"),
)

import_issue: Final = sa.Table(
    "import_issue",
    metadata,
    sa.Column("import_id", Id(), primary_key=True),
    sa.Column("row", sa.Integer(), primary_key=True),
    # "": the whole row
    sa.Column("column", sa.Text(), primary_key=True),
    # "failed": the row was kept out; "duplicate": too, since it looks like another;
    # "later": a link that waits for the end of the file;
    # "noted": the row is in, but this link led nowhere
    sa.Column("kind", sa.Text(), nullable=False),
    sa.Column("code", sa.Text(), nullable=False),
    # an English msgid, and the values it names
    sa.Column("message", sa.Text(), nullable=False),
    sa.Column("values", Json(), nullable=False),
    sa.Column("value", sa.Text(), nullable=False),
    sa.Column("cells", Json(), nullable=False),
    sa.Column("record_id", Id(), nullable=True),
    sa.Index("ix_import_issue_kind", "import_id", "kind", "row"),
)

export_job: Final = sa.Table(
    "export_job",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("at", Timestamp(), nullable=False),
    sa.Column("actor_id", Id(), nullable=False),
    sa.Column("job_id", Id(), nullable=True),
    sa.Column("object", sa.Text(), nullable=False),
    # see exporting.Order
    sa.Column("options", Json(), nullable=False),
    sa.Column("state", sa.Text(), nullable=False),
    sa.Column("processed", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("file_id", Id(), nullable=True),
    sa.Column("error", sa.Text(), nullable=True),
    sa.Column("finished_at", Timestamp(), nullable=True),
    sa.Index("ix_export_job_actor", "actor_id", "at"),
)
