"""From a user's id, or what a secret opens, to the context of a request, out of a memory that is
never older than a second.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from fangxin.access import sessions
from fangxin.access.departments import path_range
from fangxin.access.lending import LendingRule, ReadRules, held_rules, no_rules
from fangxin.access.roles import ADMINISTRATOR
from fangxin.access.scope import Rights, build_rights
from fangxin.access.sessions import Held, Keyring
from fangxin.access.settings import TELL_UNSEEN, Company, cascades_of, read_company
from fangxin.access.shares import shared_objects
from fangxin.kernel.clock import now, today
from fangxin.kernel.context import SYSTEM, Actor, Ctx, Source
from fangxin.kernel.db import Database
from fangxin.kernel.epoch import ACCESS, SESSIONS, read_epochs
from fangxin.kernel.errors import Unauthenticated
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.rates import read_rates
from fangxin.kernel.sql import Id, metadata
from fangxin.objects.registry import Registry

CHECK_EVERY: Final = 0.2
# exchange rates come into force by the calendar, without anybody writing
LONGEST: Final = 300.0
CALLERS: Final = 10_000
_SYSTEM_RIGHTS: Final = replace(build_rights("", admin=True), system=True)


def _find_roles() -> sa.Select[Any]:
    role = metadata.tables["role"].c
    # skip one-door: rights are what the door is made of
    return sa.select(
        *(role.id, role.name, role.names, role.key, role.home),
        *(role.grants, role.field_rules, role.permissions),
    )


def _find_departments() -> sa.Select[Any]:
    department = metadata.tables["department"].c
    # skip one-door: rights are what the door is made of
    return sa.select(department.id, department.path, department.name)


def _find_user() -> sa.Select[Any]:
    user = metadata.tables["user"].c
    columns = (user.id, user.name, user.email, user.role_id, user.department_id)
    live = (user.active.is_(sa.true()), user.deleted_at.is_(None))
    # skip one-door: rights are what the door is made of
    made = sa.select(*columns, user.locale, user.timezone)
    return made.where(user.id == sa.bindparam("user_id", type_=Id()), *live)


_roles: Final = Prepared(_find_roles)
_departments: Final = Prepared(_find_departments)
_user: Final = Prepared(_find_user)


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """What screens ask of a role; `names` are its names by language."""

    id: str
    name: str
    names: Mapping[str, str]
    key: str | None
    home: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """An active user with his rights, already in the light of where he works."""

    id: str
    name: str
    email: str
    role: RoleFacts
    rights: Rights
    department: str | None
    departments: tuple[str, ...]
    department_name: str | None
    locale: str
    timezone: str


@dataclass(slots=True)
class Memory:
    """What a worker remembers; true while the counters read before it still stand."""

    registry: Registry
    epochs: Mapping[str, int]
    loaded: float
    checked: float
    company: Company
    rates: Mapping[str, int]
    roles: Mapping[str, tuple[RoleFacts, Rights]]
    departments: Mapping[str, tuple[str, str]]
    rules: Sequence[LendingRule] = ()
    people: dict[str, Person | None] = field(default_factory=dict)
    held: dict[tuple[str, str], Held] = field(default_factory=dict)


class Directory:
    """The memory of one worker. `key` signs what is derived from sessions, `read_rules` reads the
    sharing rules.
    """

    def __init__(self, database: Database, key: bytes, read_rules: ReadRules = no_rules) -> None:
        self.database = database
        self.key = key
        self._read_rules = read_rules
        self._memory: Memory | None = None
        self._lock = asyncio.Lock()

    def _fresh(self, registry: Registry) -> Memory | None:
        memory = self._memory
        recent = memory is not None and time.monotonic() - memory.checked < CHECK_EVERY
        return memory if recent and memory is not None and memory.registry is registry else None

    async def memory(self, registry: Registry) -> Memory:
        """Return what is known now: at most CHECK_EVERY behind what is committed."""
        found = self._fresh(registry)
        if found is not None:
            return found
        async with self._lock:
            found = self._fresh(registry)
            if found is None:
                found = self._memory = await self._look(registry)
            return found

    async def _look(self, registry: Registry) -> Memory:
        moment = time.monotonic()
        epochs = await read_epochs(self.database)
        old = self._memory
        if (
            old is None
            or old.registry is not registry
            or moment - old.loaded > LONGEST
            or old.epochs.get(ACCESS) != epochs.get(ACCESS)
        ):
            return await self._load(registry, epochs, moment)
        if old.epochs.get(SESSIONS) != epochs.get(SESSIONS):
            # a new dict, so that a look-up under way fills the one that nobody asks any more
            old.held = {}
        old.epochs, old.checked = epochs, moment
        return old

    async def _load(self, registry: Registry, epochs: Mapping[str, int], moment: float) -> Memory:
        dialect = self.database.dialect
        company = await read_company(self.database)
        day = today(company.timezone, now())
        rates = await read_rates(self.database, company.base_currency, day)
        rows = await self.database.read(_departments(dialect), {})
        cascades = cascades_of(company, registry)
        known = {} if self._memory is None else self._memory.roles
        roles = {
            row[0]: _role(row, cascades, known)
            for row in await self.database.read(_roles(dialect), {})
        }
        departments = {row[0]: (row[1], row[2]) for row in rows}
        rules = await self._read_rules(self.database, registry)
        return Memory(registry, epochs, moment, moment, company, rates, roles, departments, rules)

    async def person(self, registry: Registry, user_id: str) -> Person | None:
        """Return an active user, or None."""
        memory = await self.memory(registry)
        found = await self._person_in(memory, user_id)
        if found is None:
            # who was made a moment ago, with a role as new, is not in an older memory
            memory.checked = 0.0
            newer = await self.memory(registry)
            found = None if newer is memory else await self._person_in(newer, user_id)
        return found

    async def _person_in(self, memory: Memory, user_id: str) -> Person | None:
        if user_id not in memory.people:
            rows = await self.database.read(_user(self.database.dialect), {"user_id": user_id})
            found = _person(memory, rows[0]) if rows else None
            memory.people[user_id] = None if found is None else await self._with_shares(found)
        return memory.people[user_id]

    async def _with_shares(self, person: Person) -> Person:
        rights = person.rights
        shared = await shared_objects(self.database, rights.holders)
        return replace(person, rights=replace(rights, shared=shared)) if shared else person

    async def held(self, registry: Registry, keyring: Keyring, secret: str) -> Held | None:
        """Return the valid session or token of `secret`, or None; note at times that it was
        seen.
        """
        held = (await self.memory(registry)).held
        hashed = (keyring.name, sessions.secret_hash(secret))
        found = held.get(hashed)
        if found is None:
            found = await sessions.find_held(self.database, keyring, secret)
            if found is None:
                # not remembered: a stranger could fill the memory with guesses
                return None
            if len(held) >= CALLERS:
                held.clear()
            held[hashed] = found
        moment = now()
        if not found.valid(moment):
            return None
        if found.stale(moment):
            held[hashed] = replace(found, last_seen_at=moment)
            await sessions.touch(self.database, keyring, found.id, moment)
        return found


def _role(
    row: Any, cascades: Mapping[str, bool], known: Mapping[str, tuple[RoleFacts, Rights]]
) -> tuple[RoleFacts, Rights]:
    id_, name, names, key, home, grants, rules, permissions = row
    admin = key == ADMINISTRATOR
    rights = build_rights(
        id_,
        admin=admin,
        grants=grants,
        field_rules=rules,
        permissions=permissions or (),
        cascades=cascades,
    )
    old = known.get(id_)
    # the old value carries what was derived from it
    kept = old[1] if old is not None and old[1].key == rights.key else rights
    return RoleFacts(id_, name, names or {}, key, home), kept


def _person(memory: Memory, row: Any) -> Person | None:
    id_, name, email, role_id, department, locale, timezone = row
    if role_id not in memory.roles:
        return None
    role, rights = memory.roles[role_id]
    spoken = locale or "zh-CN"
    path, department_name = memory.departments.get(department, ("", None))
    low, high = path_range(path)
    # what is shared with a department is shared with all below it
    holders = (id_, role_id, *(each for each in path.split("/") if each))
    lent = () if rights.admin else held_rules(memory.rules, holders, department)
    return Person(
        id=id_,
        name=name,
        email=email,
        role=replace(role, name=role.names.get(spoken, role.name)),
        rights=replace(rights, scope_from=low, scope_to=high, holders=holders, rules=lent),
        department=department,
        departments=tuple(
            each for each, (other, _) in memory.departments.items() if low <= other < high
        ),
        department_name=department_name,
        locale=spoken,
        timezone=timezone or memory.company.timezone,
    )


class Installed(Protocol):
    """What of an installation is needed to make a context."""

    @property
    def database(self) -> Database: ...
    @property
    def registry(self) -> Registry: ...
    @property
    def directory(self) -> Directory: ...
    @property
    def services(self) -> Any: ...


async def context_of(
    installation: Installed, person: Person, source: Source, *, read_only: bool = False
) -> Ctx:
    """Return the context of a person; `read_only` cuts his rights to reading."""
    memory = await installation.directory.memory(installation.registry)
    rights = person.rights
    if read_only:
        rights = replace(rights, read_only=True, key=f"{rights.key}-read")
    return Ctx(
        database=installation.database,
        registry=installation.registry,
        rights=rights,
        actor=Actor(person.id),
        source=source,
        locale=person.locale,
        timezone=person.timezone,
        base_currency=memory.company.base_currency,
        tells_unseen=memory.company.duplicates.get(TELL_UNSEEN, True),
        rates=memory.rates,
        department=person.department,
        departments=person.departments,
        services=installation.services,
    )


async def context_for_user(installation: Installed, user_id: str, source: Source) -> Ctx:
    """Return the context of an active user (jobs, command line), or raise Unauthenticated."""
    person = await installation.directory.person(installation.registry, user_id)
    if person is None:
        raise Unauthenticated("This user is not active.", code="inactive")
    return await context_of(installation, person, source)


async def system_context(installation: Installed, source: Source = "system") -> Ctx:
    """Return the context of the product itself, which may do everything."""
    memory = await installation.directory.memory(installation.registry)
    return Ctx(
        database=installation.database,
        registry=installation.registry,
        rights=_SYSTEM_RIGHTS,
        actor=SYSTEM,
        source=source,
        timezone=memory.company.timezone,
        base_currency=memory.company.base_currency,
        rates=memory.rates,
        services=installation.services,
    )


def unmasked(ctx: Ctx) -> Ctx:
    """Return the same actor with the same rows, of which he reads every field in full: what lies
    beyond them stays hidden where a field counts it or points to it.
    """
    rights = replace(
        ctx.rights,
        field_rules={},
        key=f"{ctx.rights.key}-unmasked",
        readable_of=WeakKeyDictionary(),
        editable_of=WeakKeyDictionary(),
    )
    return replace(ctx, rights=rights)


def elevated(ctx: Ctx) -> Ctx:
    """Return the same actor with every right, for a step that an action has already allowed him."""
    return replace(ctx, rights=replace(_SYSTEM_RIGHTS, behind=ctx.rights.own))
