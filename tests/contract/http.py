"""The application around a seeded world, called as one of its people; nothing is mocked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx

from fangxin.access.sessions import create_token
from fangxin.kernel.clock import now
from tests.application import application
from tests.contract.world import World


@asynccontextmanager
async def client_of(world: World, person: str) -> AsyncIterator[httpx.AsyncClient]:
    """A program that speaks as `person`; it raises what the server did not catch."""
    made = await create_token(replace(world.reader(person), clock=now), "contract")
    headers = {"authorization": f"Bearer {made['token']}", "accept-language": "en"}
    transport = httpx.ASGITransport(application(world.installation))
    base = "http://fangxin.test/api/v1"
    async with httpx.AsyncClient(transport=transport, base_url=base, headers=headers) as client:
        yield client
