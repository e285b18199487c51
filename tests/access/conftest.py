"""A small company on a database of its own: a tree of departments, roles, people."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from fangxin.access.contexts import context_for_user, system_context
from fangxin.kernel.context import Ctx
from fangxin.modules.base.default_roles import ROLES
from fangxin.records import engine, reading
from tests.conftest import FILLINGS
from tests.databases import Filling, template

TREE = {"hq": None, "east": "hq", "shanghai": "east", "west": "hq"}
PEOPLE = {
    "admin": ("administrator", "hq"),
    "boss": ("manager", "east"),
    "lin": ("sales", "shanghai"),
    "wang": ("sales", "east"),
    "zhao": ("sales", "west"),
    "help": ("service", "west"),
    "ads": ("marketing", "hq"),
    "chief": ("executive", "hq"),
}


@dataclass
class Company:
    """What was made, by short names."""

    installation: Any
    system: Ctx
    departments: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)

    async def ctx(self, name: str) -> Ctx:
        return await context_for_user(self.installation, self.people[name], "api")

    async def make(self, object_: str, **values: Any) -> str:
        made = await engine.create(self.system, object_, values, allow_duplicates=True)
        return str(made["id"])

    async def account(self, name: str, owner: str | None, department: str | None = None) -> str:
        return await self.make(
            "account",
            name=name,
            owner=self.people[owner] if owner else None,
            department=self.departments[department] if department else None,
        )

    async def role(self, key: str, **body: Any) -> str:
        self.roles[key] = await self.make("role", name=key, key=key, **body)
        return self.roles[key]

    async def person(self, name: str, role: str, department: str | None) -> str:
        self.people[name] = await self.make(
            "user",
            name=name,
            email=f"{name}@example.com",
            role=self.roles[role],
            department=self.departments[department] if department else None,
        )
        return self.people[name]

    async def forget(self) -> None:
        """Let what was written be seen at once, not within the fifth of a second that is
        promised.
        """
        memory = self.installation.directory._memory
        if memory is not None:
            memory.checked = 0.0
        self.system = await system_context(self.installation)


async def _company(installation: Any) -> dict[str, dict[str, str]]:
    made = Company(installation, await system_context(installation))
    for name, parent in TREE.items():
        above = made.departments[parent] if parent else None
        made.departments[name] = await made.make("department", name=name, parent=above)
    for role in ROLES:
        body = {key: value for key, value in role.items() if key not in {"id", "key", "name"}}
        await made.role(role["key"], **body)
    for name, (role, department) in PEOPLE.items():
        await made.person(name, role, department)
    return {"departments": made.departments, "roles": made.roles, "people": made.people}


COMPANY = FILLINGS["people_of_the_company"] = Filling("company", _company)


@pytest.fixture
def people_of_the_company(database_kind: str) -> dict[str, dict[str, str]]:
    """The ids of its departments, roles and people."""
    return dict(template(database_kind, COMPANY).told)


@pytest.fixture
async def company(installation: Any, people_of_the_company: dict[str, dict[str, str]]) -> Company:
    return Company(installation, await system_context(installation), **people_of_the_company)


Rows = Callable[[str, str], Awaitable[set[str]]]


@pytest.fixture
def seen(company: Company) -> Callable[..., Awaitable[set[str]]]:
    """Names of what a person finds of an object."""

    async def names(person: str, object_: str = "account", **options: Any) -> set[str]:
        ctx = replace(await company.ctx(person))
        page = await reading.find(ctx, object_, limit=100, **options)
        return {item["name"] for item in page.items}

    return names
