"""The question side of search: a query as a condition on search rows, and on a list of records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.sql import ColumnElement

from fangxin.kernel.sql import DialectName, Id
from fangxin.objects.registry import ObjectDef
from fangxin.records.indexes import scope_token
from fangxin.records.tables import search_row
from fangxin.records.tokens import Term, fts5_match, parse_query, tsquery


def match_text(
    terms: Sequence[Term], dialect: DialectName, *, title_only: bool, scope: Sequence[Sequence[str]]
) -> str:
    """Write terms and scope tokens (any of each group) as the text that `search_match` compares."""
    if dialect == "postgresql":
        parts = [tsquery(terms, "A" if title_only else "")] if terms else []
        parts += [f"({' | '.join(repr(token) for token in group)})" for group in scope]
        return " & ".join(parts)
    columns = "title" if title_only else "title body"
    parts = [fts5_match(terms, columns)] if terms else []
    parts += [f"{{scope}} : ({' OR '.join(f'{chr(34)}{t}{chr(34)}' for t in g)})" for g in scope]
    return " AND ".join(parts)


def search_condition(
    definition: ObjectDef,
    source: sa.FromClause,
    query: str,
    dialect: DialectName,
    *,
    title_only: bool = False,
) -> tuple[ColumnElement[bool], dict[str, Any]]:
    """Return a condition on `source` (the object's table or an alias) and its values.

    `title_only` is for readers who may not read every searchable field: the hidden is not found.
    """
    terms = parse_query(query)
    if not terms:
        return sa.true() if not query.strip() else sa.false(), {}
    text = match_text(
        terms, dialect, title_only=title_only, scope=[[scope_token("k", definition.name)]]
    )
    ids = sa.select(search_row.c.record_id).where(search_match(dialect))
    return sa.type_coerce(source.c.id, Id()).in_(ids), {"search_match": text}


def search_match(dialect: DialectName, name: str = "search_match") -> ColumnElement[bool]:
    """Return the condition on search_row that its tokens meet the text in parameter `name`."""
    if dialect == "postgresql":
        return sa.literal_column("search_row.tokens").op("@@", is_comparison=True)(
            sa.cast(sa.bindparam(name, type_=sa.Text()), TSQUERY)
        )
    found = sa.text(f"SELECT rowid FROM search_index WHERE search_index MATCH :{name}")  # noqa: S608
    return search_row.c.number.in_(found.columns(sa.column("rowid", sa.Integer())))
