"""An installation with the seeded company, and a context for each reader."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from fangxin.access.contexts import context_for_user, system_context
from fangxin.access.settings import put_settings
from fangxin.app import Installation, build_installation
from fangxin.customizing import customize
from fangxin.fields.catalogue import TYPES
from fangxin.kernel.clock import to_stored
from fangxin.kernel.context import Ctx
from fangxin.kernel.settings import read_settings
from fangxin.kernel.sql import Statement, metadata
from fangxin.objects.declare import Change
from fangxin.records import engine
from fangxin.records.reading import environment
from tests import servers
from tests.contract.fingerprint import PostgresFingerprint, SqliteFingerprint
from tests.contract.lent import rule_rows
from tests.contract.seeds import (
    MADE,
    NOW,
    READERS,
    Row,
    holder_of,
    id_of,
    made_rows,
    organisation,
    settings_rows,
)
from tests.databases import Filling

LATER = NOW + timedelta(minutes=5)
CASCADES = ("shipped", "on", "off")
NEEDS: dict[str, dict[str, Any]] = {
    "choice": {"options": ["a", "b", "c"]},
    "multi_choice": {"options": ["x", "y", "z"]},
    "decimal": {"scale": 3},
    "auto_number": {"default": "N-{number:05}"},
    "roll_up": {"over": "task.about", "function": "count"},
    "sub_table": {
        "searchable": True,
        "columns": [
            {"key": "what", "type": "text", "labels": "What"},
            {"key": "note", "type": "long_text", "labels": "Note"},
            {"key": "number", "type": "integer", "labels": "Number"},
            {"key": "twice", "type": "formula", "labels": "Twice", "formula": "number * 2"},
        ],
    },
}
# what every answer and every store holds, but not the same in two runs
VOLATILE = frozenset(
    (
        "api_token",
        "change_seal",
        "counter",
        "epoch",
        "idempotency_key",
        "job",
        "live_watch",
        "quota_use",
        "session",
    )
)


def wire(value: Any) -> Any:
    """What a client would read: through JSON and back."""
    return msgspec.json.decode(msgspec.json.encode(value))


@dataclass
class World:
    """One installation; `rows` by object in order of making, `readers` by (person, cascades)."""

    kind: str
    installation: Installation
    system: Ctx
    rows: dict[str, list[Row]] = field(default_factory=dict)
    readers: dict[tuple[str, str], Ctx] = field(default_factory=dict)
    counted: list[str] = field(default_factory=list)
    _fingerprint: SqliteFingerprint | PostgresFingerprint | None = None

    @property
    def registry(self) -> Any:
        return self.installation.registry

    def reader(self, person: str, cascades: str = "shipped") -> Ctx:
        return self.readers[person, cascades]

    async def digest(self, skip: Iterable[str] = ()) -> dict[str, tuple[int, int]]:
        """A fingerprint of every row of every table but the volatile ones."""
        if self._fingerprint is None:
            tables = [each.name for each in metadata.sorted_tables if each.name not in VOLATILE]
            path = self.installation.settings.database_url.removeprefix("sqlite:///")
            sqlite = self.kind == "sqlite"
            by_question = PostgresFingerprint(self._ask, tables)
            self._fingerprint = SqliteFingerprint(path, tables) if sqlite else by_question
        return await self._fingerprint.take(frozenset(skip))

    async def _ask(self, text: str) -> Any:
        return await self.installation.database.read(Statement(text, (), {}, (), ()), {})

    async def stop(self) -> None:
        """Close what is open."""
        if self._fingerprint is not None:
            self._fingerprint.close()
        await self.installation.stop()

    async def dump(self, table: str, columns: str = "*") -> list[str]:
        """The rows of a table as text."""
        if self.kind == "postgresql":
            text = f'SELECT (t.*)::text FROM (SELECT {columns} FROM "{table}") t'
        else:
            text = f'SELECT {columns} FROM "{table}"'
        return sorted(str(tuple(row)) for row in await self._ask(text))


async def _customise(world: World) -> None:
    """Give contacts a field of each type and make an object of every type's fields."""
    installation, database = world.installation, world.installation.database

    async def run(work: Callable[[Any], Any]) -> None:
        await database.write(work)
        await installation.refresh_registry()

    labels = {"en": "Project", "zh-CN": "项目"}
    body: dict[str, Any] = {"name": "project", "labels": labels}
    await run(lambda tx: customize.create_object(tx, installation.registry, body, NOW))
    # a formula is made after the fields that it reads
    types = [*sorted(TYPES.keys() - {"formula"}), "formula", "sealed"]
    for object_, (position, name) in itertools.product(("contact", "project"), enumerate(types)):
        made = {"object": object_, "key": f"x_{name}", "type": name, "label": f"X {name}"}
        made |= NEEDS.get(name, {})
        if name == "sealed":
            # one field of each object lies encrypted
            made |= {"type": "phone" if object_ == "contact" else "text", "encrypted": True}
            made["unique"] = object_ == "project"
        if name in {"link", "link_to_many"}:
            made["target"] = "product" if object_ == "contact" else "account"
        if name == "formula":
            made |= {"formula": "x_integer * 2", "scale": 0}
        if name == "text":
            made |= {"searchable": True, "unique": object_ == "project"}
        moment = NOW + timedelta(microseconds=position)
        await run(
            lambda tx, made=made, moment=moment: customize.create_field(
                tx, installation.registry, made, moment, installation.jobs
            )
        )


async def write_rows(ctx: Ctx, rows: Sequence[Row]) -> None:
    """Write rows of one object, some of which may point to earlier ones."""
    definition = ctx.registry[rows[0].object]
    env = environment(ctx)

    def values(row: Row) -> dict[str, Any]:
        return {
            key: field_.type.read(field_, row.values[key], env) if key in row.values else None
            for key, field_ in definition.fields.items()
            if not field_.system and field_.type.storage(field_)
        }

    async def unit(tx: Any) -> None:
        changes = [Change(row.object, row.id, "create", values(row) | _shares(row)) for row in rows]
        await engine.write_many(ctx, tx, rows[0].object, "create", changes)

    await engine.run_unit(ctx, unit)


def _shares(row: Row) -> dict[str, Any]:
    """With whom a row is shared, as a record holds it."""
    held = [
        {
            "with": {"object": object_, "id": holder_of(object_, name), "name": None},
            "level": level,
            "until": to_stored(until) if until else None,
            "part": None,
        }
        for (object_, name), (level, until) in row.shares.items()
    ]
    return {"shared_with": held} if held else {}


def _rows(registry: Any) -> list[Row]:
    """All rows of the company, in order of making."""
    custom = [key for key, each in registry["contact"].fields.items() if each.custom]
    return [*organisation(custom), *rule_rows(), *settings_rows(), *made_rows(registry)]


async def _seed(world: World) -> None:
    ctx = replace(world.system, registry=world.registry, source="demo", clock=lambda: NOW)
    rows = _rows(world.registry)
    for object_, group in itertools.groupby(rows, key=lambda row: row.object):
        mine = list(group)
        links = [key for key, f in world.registry[object_].fields.items() if f.target == object_]
        # a record that points to another of its kind comes after it
        first = [row for row in mine if not any(key in row.values for key in links)]
        parts = [[row] for row in mine] if object_ not in MADE else [first]
        parts += [[row] for row in mine if row not in first] if object_ in MADE else []
        for part in parts:
            await write_rows(ctx, part)
    # last, so that links lead into the recycle bin too
    gone = [(row.object, row.id) for row in rows if row.deleted]

    async def delete(tx: Any) -> None:
        for object_, id_ in gone:
            await engine.write_many(
                ctx, tx, object_, "delete", [Change(object_, id_, "delete", {})]
            )

    await engine.run_unit(ctx, delete)


async def _readers(world: World) -> None:
    """Take each reader's context under each setting of the cascades, the shipped one last."""
    names = [
        f"{each.name}.{key}"
        for each in world.registry.objects.values()
        for key, field_ in each.fields.items()
        if field_.cascade
    ]
    closed = {"opportunity.account": False}
    settings: dict[str, Mapping[str, bool]] = {
        "on": dict.fromkeys(names, True),
        "off": dict.fromkeys(names, False),
        "shipped": dict.fromkeys(names, True) | closed,
    }
    for label, cascades in settings.items():
        await world.installation.database.write(
            lambda tx, cascades=cascades: put_settings(tx, {"cascades": dict(cascades)})
        )
        world.installation.directory._memory = None
        for person in READERS:
            ctx = await context_for_user(world.installation, id_of("user", person), "api")
            world.readers[person, label] = replace(ctx, clock=lambda: LATER)
    world.system = replace(await system_context(world.installation), clock=lambda: LATER)


async def _company(installation: Installation) -> None:
    world = World(installation.database.dialect, installation, await system_context(installation))
    await _customise(world)
    await _seed(world)


# what is encrypted is read again by the key that it was written with
KEYS = {"encryption_keys": "1:" + "A" * 43 + "="}
COMPANY = Filling("seeded_company", _company, KEYS)


async def build_world(kind: str, url: str, folder: Path) -> World:
    """Start an installation on a database that holds COMPANY."""
    installation = build_installation(read_settings(servers.environment(url, folder, **KEYS)))
    await installation.start()
    world = World(kind, installation, await system_context(installation))
    for row in _rows(world.registry):
        world.rows.setdefault(row.object, []).append(row)
    await _readers(world)
    return world
