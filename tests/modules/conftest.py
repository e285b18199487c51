"""An installation as a company has it after its first start, without demonstration data."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fangxin.access.contexts import system_context
from fangxin.app import Installation, build_installation
from fangxin.kernel.context import Ctx
from fangxin.kernel.settings import read_settings
from fangxin.modules.base.first_run import FirstUser, make_first_records


@pytest.fixture
async def installation(database_url: str, tmp_path: Path) -> AsyncIterator[Installation]:
    environment = {
        **os.environ,
        "FANGXIN_DATABASE_URL": database_url,
        "FANGXIN_FILES_URL": str(tmp_path / "files"),
        "FANGXIN_SECRET_KEY": "0123456789abcdef0123456789abcdef",
    }
    made = build_installation(read_settings(environment))
    await made.start()
    user = FirstUser("admin@demo.local", "correct-horse-battery-staple", locale="en")
    await make_first_records(await system_context(made), user, made.parts.first_records)
    yield made
    await made.stop()


@pytest.fixture
async def ctx(installation: Installation) -> Ctx:
    return await system_context(installation)
