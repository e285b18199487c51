"""Entry point of the `alembic` command: `alembic revision --autogenerate -m "…"` and `alembic
check`.

The product itself upgrades by `fangxin.migrations.migrate`, which needs neither this file nor a
SQLAlchemy connection.
"""

from __future__ import annotations

import asyncio
import os
import re
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine

from fangxin.kernel import sql
from fangxin.migrations.schema import complete_metadata, is_ours


def _render(kind: str, item: Any, drafting: Any) -> str | Literal[False]:
    """Write our own column types by their names, with their import."""
    if kind != "type" or type(item).__module__ != sql.__name__:
        return False
    drafting.imports.add(f"from {sql.__name__} import {type(item).__name__}")
    # SQLAlchemy's own arguments, which ours do not take
    return re.sub(r"\(astext_type=Text\(\)\)", "()", repr(item))


def _run(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=complete_metadata(),
        include_name=is_ours,
        render_item=_render,
        render_as_batch=False,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _run_on_postgresql(url: str) -> None:
    engine: Any = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with engine.connect() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


def main() -> None:
    """Connect to FANGXIN_DATABASE_URL and let Alembic work there."""
    url = os.environ.get("FANGXIN_DATABASE_URL", "sqlite:///./data/fangxin.db")
    if url.startswith("sqlite"):
        with sa.create_engine(url).connect() as connection:
            _run(connection)
    else:
        asyncio.run(_run_on_postgresql(url))


main()
