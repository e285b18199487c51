"""The application around a small company, called in the process, on each database in turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from fangxin.access.contexts import system_context
from fangxin.access.login import store_hash
from fangxin.api.hub import Hub
from fangxin.kernel.clock import now
from fangxin.kernel.passwords import hash_password
from fangxin.modules.base.default_roles import ROLES
from fangxin.records import engine
from tests.application import application
from tests.conftest import FILLINGS
from tests.databases import Filling, template

PASSWORD = "correct-horse-battery"
PEOPLE = {
    "admin": ("administrator", "hq"),
    "lin": ("sales", "east"),
    "zhao": ("sales", "west"),
    "boss": ("manager", "hq"),
}


@dataclass
class House:
    """The application, and how to speak to it as somebody."""

    installation: Any
    app: Any
    ids: dict[str, str] = field(default_factory=dict)
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def stranger(self, **headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app)
        client = httpx.AsyncClient(
            transport=transport,
            base_url="http://fangxin.test/api/v1",
            headers={"accept-language": "en", **headers},
        )
        self.clients.append(client)
        return client

    async def browser(self, name: str) -> httpx.AsyncClient:
        """Somebody signed in by cookie, with the token that his writes need."""
        client = self.stranger()
        answer = await client.post(
            "/auth/login", json={"email": f"{name}@example.com", "password": PASSWORD}
        )
        assert answer.status_code == 200, answer.text
        client.headers["x-csrf-token"] = answer.headers["x-csrf-token"]
        return client

    async def program(self, name: str, *scopes: str) -> httpx.AsyncClient:
        """Somebody by token."""
        browser = await self.browser(name)
        wanted = {"name": "test", "scopes": list(scopes or ("read", "write"))}
        made = (await browser.post("/auth/tokens", json=wanted)).json()
        return self.stranger(authorization=f"Bearer {made['token']}")


async def _people(installation: Any, ids: dict[str, str]) -> None:
    ctx = await system_context(installation)

    async def make(object_: str, **body: Any) -> str:
        return str((await engine.create(ctx, object_, body))["id"])

    ids["hq"] = await make("department", name="hq")
    for name in ("east", "west"):
        ids[name] = await make("department", name=name, parent=ids["hq"])
    roles = {}
    for role in ROLES:
        roles[role["key"]] = await make(
            "role", **{key: value for key, value in role.items() if key != "id"}
        )
    hashed = await hash_password(PASSWORD)
    for name, (role, department) in PEOPLE.items():
        ids[name] = await make(
            "user",
            name=name.title(),
            email=f"{name}@example.com",
            role=roles[role],
            department=ids[department],
            locale="en",
        )
        await installation.database.write(
            lambda tx, id_=ids[name]: store_hash(tx, id_, hashed, now())
        )


async def _house(installation: Any) -> dict[str, str]:
    ids: dict[str, str] = {}
    await _people(installation, ids)
    return ids


HOUSE = FILLINGS["people_of_the_house"] = Filling("house", _house)


@pytest.fixture
def people_of_the_house(database_kind: str) -> dict[str, str]:
    """Their ids, and those of their departments."""
    return dict(template(database_kind, HOUSE).told)


@pytest.fixture
async def house(installation: Any, people_of_the_house: dict[str, str]) -> AsyncIterator[House]:
    made = House(installation, application(installation), people_of_the_house)
    yield made
    await asyncio.gather(*(client.aclose() for client in made.clients))


@pytest.fixture
async def hub(installation: Any) -> AsyncIterator[Hub]:
    """What tells open screens of changes."""
    made = Hub(installation)
    made.start()
    yield made
    await made.stop()
