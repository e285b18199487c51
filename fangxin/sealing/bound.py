"""Encrypted fields bound to an installation's key ring: what the engine seals and opens by."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from fangxin.fields.base import Field
from fangxin.fields.sealed import Sealed
from fangxin.kernel.crypto import KeyRing
from fangxin.kernel.errors import FieldProblem, Invalid
from fangxin.kernel.sealed_text import Held, Open, Seal, Shut
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef, Registry

# longer than any process takes to learn of a definition (app.WATCH_SECONDS), shorter than the job
# waits before it seals what lies plain (seal_anew)
OPEN_SECONDS: Final = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Seals:
    """The encrypted fields of one object; the engine asks it around every row."""

    fields: tuple[Field, ...]

    def shut(self, changes: Sequence[Change]) -> None:
        """Seal what changes set: each text for its own record. What a record held already stays as
        it is; what could not be opened goes nowhere else (Invalid).
        """
        for change in changes:
            for field in self.fields:
                value = change.values.get(field.key)
                if value is not None and not _at_home(field, value, change.id):
                    text = _text(field, value)
                    waits = _open_until(field) > time.monotonic()
                    made = Open(text) if waits else field.seal.shut(text, change.id)
                    change.values[field.key] = made

    def opened(self, values: dict[str, Any]) -> dict[str, Any]:
        """Open what was read of a row; its `id` is among the values. What lies plain yet stays so
        when it is written back beside others.
        """
        for field in self.fields:
            value = values.get(field.key)
            if isinstance(value, Shut):
                values[field.key] = field.seal.open(value.blind, value.sealed, values["id"])
            elif type(value) is str:
                values[field.key] = Open(value)
        return values


def _at_home(field: Field, value: str, record: str) -> bool:
    return isinstance(value, Held) and value.cipher.place == (
        field.seal.object,
        field.seal.code,
        record,
    )


def _text(field: Field, value: str) -> str:
    if isinstance(value, Held) and value.cipher.broken:
        message = "This value could not be opened. Leave it out, or give a new one."
        raise Invalid(errors=[FieldProblem(f"/{field.key}", "unreadable", message)])
    return str(value)


def bound(field: Field, object_name: str, ring: KeyRing) -> Field:
    """Return a field that seals by `ring` where it is encrypted, else as it is."""
    if not field.encrypted:
        return field
    return replace(field, seal=Seal(ring, object_name, field.custom_id or field.key))


def with_seals(definitions: Iterable[ObjectDef], ring: KeyRing) -> list[ObjectDef]:
    """Return the definitions, those with encrypted fields bound to the ring."""
    return [_with_seals(each, ring) for each in definitions]


def _with_seals(definition: ObjectDef, ring: KeyRing) -> ObjectDef:
    if not any(each.encrypted for each in definition.fields.values()):
        return definition if definition.seals is None else replace(definition, seals=None)
    fields: Mapping[str, Field] = {
        key: bound(each, definition.name, ring) for key, each in definition.fields.items()
    }
    seals = Seals(tuple(each for each in fields.values() if each.encrypted))
    return replace(definition, fields=fields, seals=seals)


def await_others(before: Registry, after: Registry) -> None:
    """Have the fields that are encrypted only `after` stored as they are for OPEN_SECONDS yet:
    processes that do not know read them, and would take a blind index for their text.
    """
    for name, definition in after.objects.items():
        known = before.objects[name].fields if name in before.objects else {}
        for field in definition.seals.fields if definition.seals is not None else ():
            old = known.get(field.key)
            if old is None or old.custom_id != field.custom_id:
                continue
            until = _open_until(old) if old.encrypted else time.monotonic() + OPEN_SECONDS
            if isinstance(field.type, Sealed):
                field.type.open_until = until


def _open_until(field: Field) -> float:
    return field.type.open_until if isinstance(field.type, Sealed) else 0.0
