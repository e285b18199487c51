"""Every table of the product as SQLAlchemy metadata, for drafting revisions and for comparing with
a database.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import Any, Final

import sqlalchemy as sa

import fangxin
from fangxin.kernel.sql import metadata
from fangxin.migrations.indexes import lay_indexes
from fangxin.objects.declare import Record

PARTITIONED: Final = ("change", "change_payload")
# packages that serve tables and declare none
_OUTER: Final = re.compile(r"fangxin\.(api|app|arguments|cli|demo|migrations|worker)(\.\w+)*")
# partitions, what records/indexes.SEARCH_DDL makes, and indexes of formulas (migration 0022)
_NOT_OURS: Final = re.compile(
    rf"({'|'.join(PARTITIONED)})_(\d{{4}}_\d{{2}}|rest)"
    "|search_index\\w*|ix_search_row_tokens|alembic_version|sqlite_\\w+"
    "|ix_task_turn|ix_payment_plan_awaited_on"
)


def record_classes() -> list[type[Record]]:
    """Return every declared class, after importing whatever may declare one."""
    for module in pkgutil.walk_packages(fangxin.__path__, "fangxin."):
        if not _OUTER.fullmatch(module.name):
            importlib.import_module(module.name)
    return Record.__subclasses__()


def complete_metadata() -> sa.MetaData:
    """Return the metadata of all tables with the indexes that declarations imply."""
    lay_indexes(record_classes())
    return metadata


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Tell whether a table or index of the database is one that the metadata should know."""
    return kind not in {"table", "index"} or name is None or _NOT_OURS.fullmatch(name) is None
