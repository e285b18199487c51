"""The engine's own tables: the change log, duplicate keys, search rows, counters, idempotency keys.

On PostgreSQL `change` and `change_payload` are partitioned by month of `at` and `change.seq` comes
from an identity sequence; on SQLite `seq` is the rowid. Search rows carry their tokens in `tokens`
(tsvector) on PostgreSQL, and in the FTS5 table `search_index` (columns title, body, scope; rowid =
search_row.number; see SEARCH_DDL in indexes) on SQLite.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR

from fangxin.kernel.sql import Id, Json, Timestamp, metadata

_BIG_KEY: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

change_set: Final = sa.Table(
    "change_set",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("at", Timestamp(), nullable=False),
    sa.Column("actor_id", Id(), nullable=False),
    sa.Column("source", sa.Text(), nullable=False),
    sa.Column("kind", sa.Text(), nullable=False),
    sa.Column("object", sa.Text(), nullable=False),
    sa.Column("label", sa.Text(), nullable=False),
    sa.Column("state", sa.Text(), nullable=False),
    sa.Column("count", sa.Integer(), nullable=False),
    sa.Column("undone_by_id", Id(), nullable=True),
    sa.Column("undoes_id", Id(), nullable=True),
    # whether any of its changes is one of settings (history/settings_log.py)
    sa.Column("settings", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Index("ix_change_set_at", "at", "id"),
    sa.Index("ix_change_set_actor", "actor_id", "at"),
)

change: Final = sa.Table(
    "change",
    metadata,
    sa.Column("seq", _BIG_KEY, sa.Identity(always=False), primary_key=True),
    sa.Column("at", Timestamp(), nullable=False),
    # transaction number on PostgreSQL (pg_current_xact_id); 0 on SQLite, where seq alone is the
    # order
    sa.Column("xid", sa.BigInteger(), nullable=False),
    # how many restores came before (kernel/epoch.py): transaction numbers begin anew elsewhere
    sa.Column("epoch", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("change_set_id", Id(), nullable=False),
    sa.Column("actor_id", Id(), nullable=False),
    sa.Column("source", sa.Text(), nullable=False),
    sa.Column("object", sa.Text(), nullable=False),
    sa.Column("record_id", Id(), nullable=False),
    sa.Column("verb", sa.Text(), nullable=False),
    # the record's own version after this change
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Index("ix_change_record", "record_id", "seq"),
    sa.Index("ix_change_change_set", "change_set_id", "seq"),
    sa.Index("ix_change_order", "epoch", "xid", "seq"),
)

change_payload: Final = sa.Table(
    "change_payload",
    metadata,
    sa.Column("seq", _BIG_KEY, primary_key=True, autoincrement=False),
    sa.Column("at", Timestamp(), nullable=False),
    sa.Column("salt", sa.Text(), nullable=False),
    # {"before": {key: packed storage}, "after": {…}}; erased (null) when a person's data is erased
    sa.Column("payload", Json(), nullable=True),
)

change_seal: Final = sa.Table(
    "change_seal",
    metadata,
    sa.Column("seq", _BIG_KEY, primary_key=True, autoincrement=False),
    sa.Column("position", _BIG_KEY, nullable=False, unique=True),
    sa.Column("digest", sa.Text(), nullable=False),
    sa.Column("chain", sa.Text(), nullable=False),
)

# without a key of its own: rows of a record are written anew as one, under its lock
duplicate_key: Final = sa.Table(
    "duplicate_key",
    metadata,
    sa.Column("object", sa.Text(), nullable=False),
    sa.Column("record_id", Id(), nullable=False),
    sa.Column("field", sa.Text(), nullable=False),
    sa.Column("value", sa.Text(), nullable=False),
    sa.Index("ix_duplicate_key_value", "value", "object"),
    sa.Index("ix_duplicate_key_record", "record_id"),
)

unique_key: Final = sa.Table(
    "unique_key",
    metadata,
    sa.Column("object", sa.Text(), primary_key=True),
    sa.Column("field", sa.Text(), primary_key=True),
    sa.Column("value", sa.Text(), primary_key=True),
    sa.Column("record_id", Id(), nullable=False),
    sa.Index("ix_unique_key_record", "record_id"),
)

search_row: Final = sa.Table(
    "search_row",
    metadata,
    sa.Column("number", _BIG_KEY, sa.Identity(always=False), primary_key=True),
    sa.Column("record_id", Id(), nullable=False, unique=True),
    sa.Column("object", sa.Text(), nullable=False),
    sa.Column("owner_id", Id(), nullable=True),
    sa.Column("department_id", Id(), nullable=True),
    sa.Column("title", sa.Text(), nullable=False),
    sa.Column("tokens", TSVECTOR().with_variant(sa.Text(), "sqlite"), nullable=True),
)
