"""What records of two objects are compared by: fields that may hold the same thing, by their types.

Nothing names an object: a field's type says how it is compared, and what other objects call the
same thing is declared (`duplicate_like`, `duplicates_among`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from fangxin.fields.base import Field
from fangxin.merging.weights import Feature
from fangxin.objects.registry import ObjectDef, Registry

# more would cost without telling more
FEATURES: Final = 24


@dataclass(frozen=True, slots=True)
class Trait:
    """A field of an object, or one part of it, that is compared."""

    field: Field
    part: int

    @property
    def key(self) -> str:
        """Its name in answers: `email`, `address.city`."""
        parts = self.field.type.parts
        return f"{self.field.key}.{parts[self.part]}" if parts else self.field.key

    def column(self, source: sa.FromClause) -> ColumnElement[Any]:
        """Return the SQL of its stored value."""
        return self.field.columns(source)[self.part]


@dataclass(frozen=True, slots=True)
class Likening:
    """Two objects (or one with itself) and what their records are compared by, side by side."""

    left: ObjectDef
    right: ObjectDef
    traits: tuple[tuple[Trait, Trait], ...]

    @property
    def name(self) -> str:
        """Its name: both objects."""
        return f"{self.left.name}:{self.right.name}"

    @property
    def features(self) -> list[Feature]:
        """What the weights are learned for."""
        return [Feature(left.key, left.field.type.likeness) for left, _ in self.traits]


def mergeable(definition: ObjectDef) -> bool:
    """Tell whether records of an object are looked through for duplicates, and may be merged:
    objects with keys of duplicates, and custom ones.
    """
    keyed = any(each.duplicate_key for each in definition.fields.values())
    return definition.custom_id is not None or (keyed and not definition.facts.open_to_all)


def traits_of(definition: ObjectDef) -> list[Trait]:
    """Return what records of an object are compared by, in order of declaration."""
    found: list[Trait] = []
    for field in definition.stored:
        if field.type.likeness and not (field.system or field.internal):
            found += [Trait(field, part) for part in range(len(field.type.parts) or 1)]
    return found[:FEATURES]


def _alike(left: Trait, right: Trait) -> bool:
    """Tell whether fields of two objects hold the same thing."""
    a, b = left.field, right.field
    if a.type.likeness != b.type.likeness or left.part != right.part:
        return False
    if a.duplicate_key and b.duplicate_key:
        return (a.duplicate_like or a.key) == (b.duplicate_like or b.key)
    return a.key == b.key and not (a.duplicate_key or b.duplicate_key)


def liken(left: ObjectDef, right: ObjectDef) -> Likening:
    """Return what records of two objects are compared by."""
    mine = traits_of(left)
    if left is right:
        return Likening(left, right, tuple((each, each) for each in mine))
    pairs = [(a, b) for a in mine for b in traits_of(right) if _alike(a, b)]
    return Likening(left, right, tuple(pairs))


def likenings(registry: Registry, of: str | None = None) -> list[Likening]:
    """Return every two objects whose records may be the same thing (of one object's, if named)."""
    found: dict[tuple[str, str], Likening] = {}
    for definition in registry.objects.values():
        if not mergeable(definition):
            continue
        among = [definition.name, *definition.facts.duplicates_among]
        for name in among:
            left, right = sorted((definition.name, name))
            if of in (None, left, right) and (left, right) not in found:
                found[left, right] = liken(registry[left], registry[right])
    return [each for each in found.values() if each.traits]
