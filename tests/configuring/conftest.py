"""The application around a small company, one for each kind of database, with two of its people
signed in.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from fangxin.app import build_installation
from fangxin.kernel.settings import read_settings
from tests import servers
from tests.api.conftest import House, _people
from tests.application import application
from tests.databases import Databases


@pytest.fixture(scope="session")
async def people(
    database_kind: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[House, Any, Any]]:
    """The house, its administrator and a salesperson, both by browser."""
    folder = tmp_path_factory.mktemp("house")
    environment = servers.environment(databases.new(database_kind), folder)
    installation = build_installation(read_settings(environment))
    await installation.start()
    made = House(installation, application(installation))
    await _people(installation, made.ids)
    memory = installation.directory._memory
    if memory is not None:
        memory.checked = 0.0
    admin, lin = await asyncio.gather(made.browser("admin"), made.browser("lin"))
    yield made, admin, lin
    await asyncio.gather(*(client.aclose() for client in made.clients))
    await installation.stop()
