"""Encrypted fields bound to an installation's key ring: what the engine seals and opens by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fangxin.fields.base import Field
from fangxin.kernel.crypto import KeyRing
from fangxin.kernel.errors import FieldProblem, Invalid
from fangxin.kernel.sealed_text import Held, Seal, Shut
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef


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
                    change.values[field.key] = field.seal.shut(_text(field, value), change.id)

    def opened(self, values: dict[str, Any]) -> dict[str, Any]:
        """Open what was read of a row; its `id` is among the values."""
        for field in self.fields:
            value = values.get(field.key)
            if isinstance(value, Shut):
                values[field.key] = field.seal.open(value.blind, value.sealed, values["id"])
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
