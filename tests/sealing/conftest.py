"""An installation with key rings of the tests' own, and what looks into the database as a thief."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from fangxin.access.contexts import context_for_user
from fangxin.app import Installation, load_parts
from fangxin.customizing import customize
from fangxin.kernel.context import Ctx
from fangxin.kernel.settings import read_settings
from fangxin.kernel.sql import Statement
from fangxin.modules.base.first_run import FIRST_USER
from tests import servers
from tests.conftest import begin

OLD = "1:" + base64.b64encode(bytes(range(32))).decode()
NEW = "2:" + base64.b64encode(bytes(range(32, 64))).decode()
# one field of each type of text, and a value of each in three forms: written, shown, and a piece
# that must stand nowhere in the database
FIELDS: dict[str, dict[str, Any]] = {
    "hotline": {"type": "phone", "unique": True, "indexed": True},
    "secret_mail": {"type": "email"},
    "passport": {"type": "text", "indexed": True},
    "remarks": {"type": "long_text"},
    "dossier": {"type": "rich_text"},
    "portal": {"type": "url"},
    "licence": {"type": "credit_code"},
}
VALUES = {
    "hotline": "13955501234",
    "secret_mail": "Quillon.Zephyr@Hidden.cn",
    "passport": "Ｇ78215519 机密护照",
    "remarks": "line one\nwhisperwort 绝密",
    "dossier": "<p>foxglovian <strong>notes</strong></p>",
    "portal": "https://vault.obscura.cn/x",
    "licence": "91350100M000100Y43",
}
SHOWN = VALUES | {"hotline": "+8613955501234", "secret_mail": "quillon.zephyr@hidden.cn"}
PIECES = (
    *("3955501234", "zephyr", "quillon", "78215519", "机密护照", "whisperwort", "绝密"),
    *("foxglovian", "obscura", "100M000100Y4"),
)


class House:
    """One installation on a database; `reopen` starts it anew with another key ring."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.parts = load_parts()
        self.installation: Installation

    async def open(self, keys: str = OLD) -> House:
        settings = read_settings(servers.environment(self.url, self.folder, encryption_keys=keys))
        self.installation = Installation(settings, self.parts)
        await self.installation.start()
        return self

    async def reopen(self, keys: str) -> None:
        await self.installation.stop()
        await self.open(keys)

    @property
    def database(self) -> Any:
        return self.installation.database

    async def ctx(self) -> Ctx:
        return await context_for_user(self.installation, FIRST_USER, "api")

    async def define(self, key: str, object: str = "account", **body: Any) -> dict[str, Any]:
        """Make a custom field."""
        asked = {"object": object, "key": key, "label": key.title(), **body}
        ctx = await self.ctx()
        made: dict[str, Any] = await self.database.write(
            lambda tx: customize.create_field(
                tx, ctx.registry, asked, ctx.clock(), self.installation.jobs
            )
        )
        await self.installation.refresh_registry()
        return made

    async def run(self, text: str) -> Any:
        """Run SQL as somebody who holds the database file would."""
        statement = Statement(text, (), {}, (), ())
        if text.startswith("SELECT"):
            return await self.database.read(statement, {})
        return await self.database.write(lambda tx: tx.execute(statement, {}))

    async def found(self, pieces: tuple[str, ...]) -> list[str]:
        """Return where any of `pieces` stands: in a row of any table, or in the SQLite files."""
        names = "SELECT name FROM sqlite_master WHERE type = 'table'"
        if self.database.dialect == "postgresql":
            names = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        told = []
        for (name,) in await self.run(names):
            rows = await self.run(f'SELECT * FROM "{name}"')
            texts = [str(tuple(row)).casefold() for row in rows]
            told += [f"{name}: {p}" for p in pieces if any(p.casefold() in each for each in texts)]
        if self.database.dialect == "sqlite":
            path = Path(self.url.removeprefix("sqlite:///"))
            for file in path.parent.glob(f"{path.name}*"):
                held = file.read_bytes().lower()
                told += [f"{file.name}: {p}" for p in pieces if p.lower().encode() in held]
        return told


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> Any:
    """A started installation with one key."""
    made = await House(database_url, tmp_path).open()
    await begin(made.installation)
    yield made
    await made.installation.stop()
