"""The seeded company on both databases: one pair to read, one pair to write on."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests import cluster
from tests.conftest import missing
from tests.contract.world import COMPANY, World, build_world
from tests.databases import KINDS, Databases


async def _build(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> list[World]:
    if cluster.server() is None:
        missing("PostgreSQL is missing on this machine")
    return [
        await build_world(kind, databases.new(kind, filling=COMPANY), tmp_path_factory.mktemp(kind))
        for kind in KINDS
    ]


@pytest.fixture(scope="session")
async def worlds(databases, tmp_path_factory) -> AsyncIterator[list[World]]:
    """Both databases with the same company; nobody writes there."""
    made = await _build(databases, tmp_path_factory)
    yield made
    for world in made:
        await world.stop()


@pytest.fixture(scope="module")
async def writable(databases, tmp_path_factory) -> AsyncIterator[list[World]]:
    """Both databases with the same company, for the writing tests of one file."""
    made = await _build(databases, tmp_path_factory)
    yield made
    for world in made:
        await world.stop()
