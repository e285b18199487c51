"""A rich installation on each kind of database, and the command line on any."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fangxin.access.contexts import system_context
from fangxin.access.login import sign_in
from fangxin.app import Installation, build_installation
from fangxin.customizing import customize
from fangxin.history.sealer import seal
from fangxin.kernel.clock import now
from fangxin.kernel.settings import read_settings
from fangxin.records import engine
from tests import servers, typed
from tests.conftest import TOLD
from tests.databases import Filling

LARGEST = 2**53 - 1
# as it is stored, in ten-thousandths, no float holds it
AMOUNT = "900719925474099.1235"
KEYS = "1:" + "A" * 43 + "="
ODD = "«Ünïcode» 放心 👩‍👩‍👧 \\N \t tab, \\ back, \"quotes\" 'single' \u2028 line\nnew"
CONTENTS = (b"", b"plain text\n", bytes(range(256)) * 4096)


@dataclass(frozen=True)
class Place:
    """A database and the folder beside which its files and keys lie."""

    url: str
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        return servers.environment(self.url, self.folder, encryption_keys=KEYS)

    def run(self, *words: object, lang: str = "C", **more: str) -> subprocess.CompletedProcess[str]:
        """Run the command as a user would, with this database for its own."""
        spoken = {"LC_ALL": "", "LANG": lang}
        return typed.run([*map(str, words)], self.folder, {**self.environment, **spoken, **more})

    def good(self, *words: object) -> str:
        """Run a command that must succeed, and return what it printed."""
        done = self.run(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def refused(self, *words: object) -> str:
        """Run a command that must be refused in one line, and return that line."""
        done = self.run(*words)
        assert done.returncode == 1, done.stdout + done.stderr
        assert done.stderr.startswith("fangxin: "), done.stderr
        assert len(done.stderr.splitlines()) == 1, done.stderr
        return done.stderr


def other(kind: str) -> str:
    return "postgresql" if kind == "sqlite" else "sqlite"


@pytest.fixture
def place(databases, tmp_path) -> Callable[..., Place]:
    """Makes a place of a kind: empty, or with a filling."""

    def make(kind: str, filling: Filling | None = None) -> Place:
        folder = tmp_path / f"place{len(list(tmp_path.iterdir()))}"
        folder.mkdir(mode=0o700)
        if filling is not None:
            return Place(databases.new(kind, filling=filling, folder=folder), folder)
        if kind == "sqlite":
            return Place(f"sqlite:///{folder / 'fangxin.db'}", folder)
        return Place(databases.new(kind, migrated=False), folder)

    return make


async def opened(place: Place) -> Installation:
    made = build_installation(read_settings(place.environment))
    await made.start()
    return made


@pytest.fixture(scope="module")
async def source(database_kind, databases, tmp_path_factory) -> Place:
    """An installation with demo data and with what is hard to move; nobody has it open."""
    folder = tmp_path_factory.mktemp("source")
    folder.chmod(0o700)
    made = Place(databases.new(database_kind, filling=TOLD, folder=folder), folder)
    installation = await opened(made)
    await _customize(installation)
    await _fill(installation)
    await seal(installation.database)
    await installation.stop()
    return made


@pytest.fixture(scope="module")
def archive(source, tmp_path_factory) -> Path:
    """A backup of the source."""
    path = tmp_path_factory.mktemp("archive") / "good.zip"
    source.good("backup", path)
    return path


async def _customize(installation: Installation) -> None:
    database, jobs = installation.database, installation.jobs
    labels = {"en": "Vehicle", "zh-CN": "车辆"}
    await database.write(
        lambda tx: customize.create_object(
            tx, installation.registry, {"name": "vehicle", "labels": labels}, now()
        )
    )
    fields: tuple[dict[str, Any], ...] = (
        {"object": "account", "key": "visits", "type": "integer", "indexed": True},
        {"object": "account", "key": "seen_at", "type": "datetime"},
        {"object": "account", "key": "share", "type": "decimal", "scale": 3},
        {"object": "account", "key": "badge", "type": "text", "unique": True},
        {"object": "vehicle", "key": "keeper", "type": "link", "target": "account"},
    )
    for field in fields:
        registry = await installation.refresh_registry()
        body = {**field, "label": field["key"]}
        await database.write(
            lambda tx, registry=registry, body=body: customize.create_field(
                tx, registry, body, now(), jobs
            )
        )
    await installation.refresh_registry()


async def _fill(installation: Installation) -> None:
    ctx = await system_context(installation)
    odd = await engine.create(
        ctx,
        "account",
        {
            "name": ODD.partition("\n")[0],
            "description": ODD,
            "employees": LARGEST,
            "annual_revenue": {"amount": AMOUNT, "currency": "CNY"},
            "visits": LARGEST,
            "seen_at": "1901-01-02T03:04:05.678901+08:00",
            "share": "0.125",
            "badge": "7",
        },
    )
    await engine.update(ctx, "account", odd["id"], {"employees": 7})
    await engine.create(ctx, "vehicle", {"name": "沪A·12345", "keeper": odd["id"]})
    gone = await engine.create(ctx, "account", {"name": "Gone"})
    await engine.delete(ctx, "account", gone["id"])
    for content in CONTENTS:

        async def chunks(content: bytes = content) -> AsyncIterator[bytes]:
            yield content

        await installation.services.storage.write(chunks(), limit=len(content))
    await sign_in(installation.database, "manager@demo.local", servers.PASSWORD, _visitor())


def _visitor() -> Any:
    from fangxin.access.login import Visitor

    return Visitor(ip="127.0.0.1", user_agent="test")
