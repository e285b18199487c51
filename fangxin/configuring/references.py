"""Names instead of ids: what a setting points to is told by a key that means the same elsewhere.

A record that is a setting has the key of its declaration (customizing/configuration.py), a link in
it by the key of its target; a user has his e-mail address. Inside plain data, where nothing says
what a text points to, an id becomes "@role:sales"; a text that begins with @ gets another one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa

from fangxin.access.contexts import elevated
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import FieldError
from fangxin.kernel.sql import Statement, compile_statement
from fangxin.objects.registry import ObjectDef, Registry
from fangxin.records import change as store
from fangxin.records.plans import remember

USER: Final = "user"
_AT: Final = "@"
_SLICE: Final = 500

Values = Mapping[str, Any]


@dataclass(slots=True)
class References:
    """Which key stands for which id, of all settings and users."""

    keys: dict[str, tuple[str, str]] = field(default_factory=dict)
    ids: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, kind: str, key: str, id_: str) -> None:
        """Let a key stand for an id."""
        self.keys[id_] = (kind, key)
        self.ids[kind, key] = id_

    def outward(self, value: Any) -> Any:
        """Return plain data with keys for ids, wherever they stand in it."""
        if isinstance(value, str):
            if value in self.keys:
                kind, key = self.keys[value]
                return f"{_AT}{kind}:{key}"
            return _AT + value if value.startswith(_AT) else value
        if isinstance(value, Mapping):
            return {self.outward(key): self.outward(each) for key, each in value.items()}
        return [self.outward(each) for each in value] if isinstance(value, list) else value

    def inward(self, value: Any) -> Any:
        """Return plain data with the ids that its keys have here, or raise FieldError."""
        if isinstance(value, str):
            if value.startswith(_AT * 2):
                return value[1:]
            if not value.startswith(_AT):
                return value
            kind, _, key = value[1:].partition(":")
            return self.id_of(kind, key)
        if isinstance(value, Mapping):
            return {self.inward(key): self.inward(each) for key, each in value.items()}
        return [self.inward(each) for each in value] if isinstance(value, list) else value

    def id_of(self, kind: str, key: Any) -> str:
        """Return the id that a key has here, or raise FieldError naming it."""
        found = self.ids.get((kind, key)) if isinstance(key, str) else None
        if found is None:
            message = "There is no {kind} {key} here. Make it first, or take this line out."
            raise FieldError("unknown_reference", message, kind=kind, key=str(key)[:80])
        return found


def names_kind(value: Any, kind: str) -> bool:
    """Tell whether plain data of a file names a record of a kind anywhere."""
    if isinstance(value, str):
        return value.startswith(f"{_AT}{kind}:")
    if isinstance(value, Mapping):
        return any(names_kind(each, kind) for each in (*value, *value.values()))
    return isinstance(value, list) and any(names_kind(each, kind) for each in value)


def settings_of(registry: Registry) -> list[ObjectDef]:
    """Return the objects whose records are carried, each behind those its records point to."""
    wanted = {
        each.name: each
        for each in registry.objects.values()
        if each.facts.configuration and each.facts.configuration.carried != "never"
    }
    found: dict[str, ObjectDef] = {}

    def take(definition: ObjectDef) -> None:
        if definition.name in found:
            return
        for link in definition.links:
            if link.target in wanted and link.target != definition.name:
                take(wanted[link.target])
        found[definition.name] = definition

    for each in wanted.values():
        take(each)
    return list(found.values())


def _ids_statement(ctx: Ctx, definition: ObjectDef) -> Statement:
    table = definition.table
    # skip one-door: the configuration is carried whole; only administrators ask for it
    rows = sa.select(table.c.id).where(table.c.deleted_at.is_(None), *definition.where(table))
    ordered = rows.order_by(table.c.created_at, table.c.id)
    return remember(
        ctx.registry,
        ("configured", definition.name),
        lambda: compile_statement(ordered, ctx.database.dialect),
    )


async def rows_of(ctx: Ctx, tx: Tx, definition: ObjectDef) -> dict[str, Values]:
    """Return the values of all records of an object by id, the oldest first, locked."""
    ids = [row[0] for row in await tx.fetch(_ids_statement(ctx, definition), {})]
    found: dict[str, Values] = {}
    for start in range(0, len(ids), _SLICE):
        part = ids[start : start + _SLICE]
        rows = await store.load(elevated(ctx), tx, definition, part, "update")
        found |= {id_: rows[id_].values for id_ in part}
    return found


async def users(tx: Tx, registry: Registry) -> list[tuple[str, str]]:
    """Return (id, e-mail address) of all users."""
    table = registry[USER].table
    # skip one-door: only to tell whom a setting names
    rows = sa.select(table.c.id, table.c.email).where(table.c.deleted_at.is_(None))
    found = await tx.fetch(compile_statement(rows.order_by(table.c.id), tx.dialect), {})
    return [(row[0], row[1]) for row in found if row[1]]


def _escaped(text: Any) -> str:
    return str(text).replace("~", "~0").replace("/", "~1")


def _part(definition: ObjectDef, values: Values, name: str, references: References) -> str | None:
    """Return one part of a key; a name is that of English, which everybody's language leaves."""
    value = values.get(name)
    target = definition.fields[name].target
    if target is not None:
        return None if value is None else references.keys.get(value, ("", str(value)))[1]
    if value is None or name == definition.facts.title:
        names = values.get(definition.facts.names or "") or {}
        value = names.get("en") or values.get(definition.facts.title)
    return _escaped(value)


def name_rows(definition: ObjectDef, rows: Mapping[str, Values], references: References) -> None:
    """Give each record of an object its key; of several with the same, the later ones a number."""
    counted: Counter[str] = Counter()
    own = [name for name in definition.facts.configuration.key if name in definition.fields]
    inside = [name for name in own if definition.fields[name].target == definition.name]
    done: set[str] = set()

    def take(id_: str) -> None:
        if id_ in done:
            return
        done.add(id_)
        for name in inside:
            above = str(rows[id_].get(name))
            if above in rows:
                take(above)
        parts = [_part(definition, rows[id_], name, references) for name in own]
        key = "/".join(part for part in parts if part is not None)
        counted[key] += 1
        key = key if counted[key] == 1 else f"{key}~#{counted[key]}"
        references.add(definition.name, key, id_)

    for id_ in rows:
        take(id_)
