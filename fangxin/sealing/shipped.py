"""Shipped fields that an administrator has had encrypted: read, and put in place of the plain ones.

What names them are the records of reshaping/shipped.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias

import sqlalchemy as sa

from fangxin.fields.base import Field
from fangxin.fields.sealed import sealed
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import metadata
from fangxin.objects.registry import ObjectDef

# keys of fields by the name of their object
Named: TypeAlias = Mapping[str, frozenset[str]]


def _find() -> sa.Select[Any]:
    chosen = metadata.tables["encrypted_field"].c
    # skip one-door: how fields are stored is no matter of who reads
    return sa.select(chosen.of_object, chosen.field).where(chosen.deleted_at.is_(None))


_chosen: Final = Prepared(_find)


async def read_named(source: Database | Tx) -> Named:
    """Read which shipped fields are encrypted by choice, inside a unit or not."""
    read = source.fetch if hasattr(source, "fetch") else source.read
    found: dict[str, set[str]] = {}
    for name, key in await read(_chosen(source.dialect), {}):
        found.setdefault(name, set()).add(key)
    return {name: frozenset(keys) for name, keys in found.items()}


def encrypted(field: Field) -> Field:
    """Return a shipped field as it is once it is encrypted: found by equal text alone."""
    kind = sealed(field.type, wanted=True)
    return replace(field, type=kind, encrypted=True, searchable=False)


def with_encrypted(definitions: Iterable[ObjectDef], named: Named) -> list[ObjectDef]:
    """Return the definitions, the named fields encrypted; they are to be bound to a ring yet."""
    return [
        replace(
            each,
            fields={
                key: encrypted(own) if key in named[each.name] and not own.encrypted else own
                for key, own in each.fields.items()
            },
        )
        if each.name in named
        else each
        for each in definitions
    ]
