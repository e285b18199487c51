"""Fresh migrated databases for tests, quickly: copies of one template for each kind.

Both templates are made by the product's own migrations, once a run.
"""

from __future__ import annotations

import asyncio
import shutil
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests import cluster

KINDS = ("sqlite", "postgresql")
TEMPLATE = "fangxin_template"


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest schema; callable inside a running event loop."""
    from fangxin.migrations import migrate as migration

    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(lambda: asyncio.run(migration.migrate(url))).result()


def _sqlite_template() -> Path:
    with cluster.locked("sqlite-template") as folder:
        path = folder / "template.db"
        if not path.exists():
            fresh = folder / "template-fresh.db"
            migrate(f"sqlite:///{fresh}")
            fresh.rename(path)
        return path


def _postgresql_template(server: str) -> str:
    with cluster.locked("postgresql-template") as folder:
        note = folder / "postgresql-template"
        if not note.exists():
            cluster.run_sql(server, "postgres", f"CREATE DATABASE {TEMPLATE}")
            migrate(f"{server}/{TEMPLATE}")
            note.write_text(TEMPLATE, "utf-8")
        return TEMPLATE


@dataclass
class Databases:
    """Makes databases and removes them at the end. `folder` takes the SQLite files."""

    folder: Path
    _made: list[tuple[str, str]] = field(default_factory=list)

    def new(self, kind: str, *, migrated: bool = True) -> str:
        """The URL of a fresh database of `kind`, empty or at the newest schema."""
        name = f"t_{uuid.uuid4().hex}"
        if kind == "sqlite":
            path = self.folder / f"{name}.db"
            if migrated:
                shutil.copyfile(_sqlite_template(), path)
            return f"sqlite:///{path}"
        server = cluster.server()
        if server is None:
            message = "PostgreSQL is missing on this machine"
            raise LookupError(message)
        template = f" TEMPLATE {_postgresql_template(server)}" if migrated else ""
        cluster.run_sql(server, "postgres", f"CREATE DATABASE {name}{template}")
        self._made.append((server, name))
        return f"{server}/{name}"

    def close(self) -> None:
        """Drop what was made; the run's own server goes with all that is in it."""
        for server, name in self._made if cluster.given() else ():
            cluster.run_sql(server, "postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._made.clear()
