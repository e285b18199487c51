"""Fresh databases for tests, quickly: copies of templates, of which each is made once a run.

The templates with a schema alone are made by the product's own migrations; what many tests begin
with is written into a copy of them once, by the same calls that a test would make.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import uuid
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import cluster, servers

KINDS = ("sqlite", "postgresql")
TEMPLATE = "fangxin_template"


@dataclass(frozen=True, eq=False)
class Filling:
    """What a database begins with: `fill` gets a started installation and returns what its tests
    know of it, as plain data. `variables` are those of its settings.
    """

    name: str
    fill: Callable[[Any], Awaitable[Any]]
    variables: Mapping[str, str] = field(default_factory=dict)


def _outside(work: Callable[[], Awaitable[Any]]) -> Any:
    """Run something to its end, also where an event loop is running."""

    async def main() -> Any:
        return await work()

    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(lambda: asyncio.run(main())).result()


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest schema; callable inside a running event loop."""
    from fangxin.migrations import migrate as migration

    _outside(lambda: migration.migrate(url))


def _fill(url: str, folder: Path, filling: Filling) -> Any:
    from fangxin.app import build_installation
    from fangxin.kernel.settings import read_settings

    async def work() -> Any:
        installation = build_installation(
            read_settings(servers.environment(url, folder, **filling.variables))
        )
        await installation.start()
        try:
            return await filling.fill(installation)
        finally:
            await installation.stop()

    return _outside(work)


@dataclass(frozen=True)
class Template:
    """The template of a kind of database. `told` is what its filling returned."""

    url: str
    told: Any = None


def _copy(kind: str, source: Template, target: str) -> None:
    """Make the database `target` a copy of a template."""
    if kind == "sqlite":
        shutil.copyfile(source.url.removeprefix("sqlite:///"), target.removeprefix("sqlite:///"))
        return
    (server, name), (_, original) = target.rsplit("/", 1), source.url.rsplit("/", 1)
    cluster.run_sql(server, f"CREATE DATABASE {name} TEMPLATE {original}")


def template(kind: str, filling: Filling | None = None) -> Template:
    """Return a template, made by the first process of the run that asks for it."""
    name = f"{TEMPLATE}_{filling.name}" if filling else TEMPLATE
    # outside the lock, since it takes a lock of its own
    bare = template(kind) if filling else None
    with cluster.locked(f"{kind}-{name}") as folder:
        place, note = folder / f"{kind}-{name}", folder / f"{kind}-{name}.json"
        url = f"sqlite:///{place / 'template.db'}"
        if kind == "postgresql":
            url = f"{cluster.server()}/{name}"
        if not note.exists():
            # what a filling that failed has left
            shutil.rmtree(place, ignore_errors=True)
            if kind == "postgresql":
                remains = f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"
                cluster.run_sql(url.rsplit("/", 1)[0], remains)
            place.mkdir()
            told = _made(kind, url, place, bare, filling)
            note.write_text(json.dumps(told), "utf-8")
        return Template(url, json.loads(note.read_text("utf-8")))


def _made(kind: str, url: str, folder: Path, bare: Template | None, filling: Filling | None) -> Any:
    if bare is None or filling is None:
        if kind == "postgresql":
            server, name = url.rsplit("/", 1)
            cluster.run_sql(server, f"CREATE DATABASE {name}")
        migrate(url)
        told = None
    else:
        _copy(kind, bare, url)
        told = _fill(url, folder, filling)
    if kind == "sqlite":
        # a copy takes the file alone
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            message = f"{url} is still in use: a copy would lack what was written last"
            raise RuntimeError(message)
    return told


@dataclass
class Databases:
    """Makes databases and removes them at the end. `folder` takes the SQLite files."""

    folder: Path
    _made: list[tuple[str, str]] = field(default_factory=list)

    def new(
        self,
        kind: str,
        *,
        migrated: bool = True,
        filling: Filling | None = None,
        folder: Path | None = None,
    ) -> str:
        """The URL of a fresh database of `kind`: empty, at the newest schema, or filled. A file
        lies in `folder`, or beside the others.
        """
        name = f"t_{uuid.uuid4().hex}"
        if kind == "sqlite":
            url = f"sqlite:///{(folder or self.folder) / name}.db"
            if migrated:
                _copy(kind, template(kind, filling), url)
            return url
        server = cluster.server()
        if server is None:
            message = "PostgreSQL is missing on this machine"
            raise LookupError(message)
        url = f"{server}/{name}"
        if migrated:
            _copy(kind, template(kind, filling), url)
        else:
            cluster.run_sql(server, f"CREATE DATABASE {name}")
        self._made.append((server, name))
        return url

    def close(self) -> None:
        """Drop what was made; the run's own server goes with all that is in it."""
        for server, name in self._made if cluster.given() else ():
            cluster.run_sql(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._made.clear()
