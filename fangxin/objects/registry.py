"""All objects of an installation, gathered once: `build` is pure, checks everything and fails with
all faults at once.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from fangxin.fields.base import Field
from fangxin.fields.computed import Surroundings, bind_formulas
from fangxin.fields.lines import columns_of, inner_links
from fangxin.fields.many import target_of
from fangxin.fields.named import NamedText, seen_as
from fangxin.kernel.errors import FieldError, NotFound
from fangxin.kernel.i18n import translate
from fangxin.objects.declare import Layout, ObjectFacts, Record

BASE_KEYS = ("name", "owner", "department", "tags")


class BootError(Exception):
    """The declarations contradict each other; the text lists every fault."""


@dataclass(frozen=True, eq=False)
class ObjectDef:
    """An object as the engine sees it. `fields` holds shipped, system and custom ones in order of
    declaration.

    A custom object shares one table with the others; `custom_id` is then its literal id in the
    column `object_id`.
    """

    name: str
    facts: ObjectFacts
    table: sa.Table
    fields: Mapping[str, Field]
    custom_id: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    # asked before a record is stored (rules/guard.Ruleset); None: nothing is asked
    guard: Any = None
    # seals and opens the values of encrypted fields (sealing/bound.Seals); None: it has none
    seals: Any = None

    @cached_property
    def stored(self) -> tuple[Field, ...]:
        """Fields that have storage, in canonical order."""
        return tuple(each for each in self.fields.values() if each.type.storage(each))

    @cached_property
    def empty_row(self) -> Mapping[str, Any]:
        """Return the columns of shipped fields in canonical order, all empty."""
        return dict.fromkeys(name for field in self.stored for name in field.column_names)

    @cached_property
    def links(self) -> tuple[Field, ...]:
        """Fields that point to one known object."""
        return tuple(each for each in self.fields.values() if each.target is not None)

    @cached_property
    def listing(self) -> tuple[Field, ...]:
        """Fields that link to several records."""
        return tuple(each for each in self.fields.values() if each.type.many)

    @cached_property
    def inside(self) -> Mapping[str, ObjectDef]:
        """The lines of its sub-tables by key, each as an object whose fields are the columns."""
        tables = {key: columns_of(each) for key, each in self.fields.items() if each.line}
        return {
            key: replace(self, name=f"{self.name}.{key}", fields=columns)
            for key, columns in tables.items()
            if columns
        }

    def plural(self, locale: str) -> str:
        """Return the label of many records; Chinese has one word for one and many."""
        return self.labels.get(locale) or translate(locale, self.facts.label_plural)

    def where(self, source: sa.FromClause) -> list[ColumnElement[bool]]:
        """Return the conditions that tell this object's rows from others of the same table
        (literal, for partial indexes).
        """
        if self.custom_id is None:
            return []
        return [source.c.object_id == sa.literal_column(f"'{self.custom_id}'")]


@dataclass(frozen=True, eq=False)
class Registry:
    """An immutable snapshot of all objects. `version` changes whenever anything a client may have
    cached changes; the part before its dot is that of the objects alone.
    """

    objects: Mapping[str, ObjectDef]
    version: str
    # compiled shapes of records/plans, which live and die with this snapshot
    memory: OrderedDict[Any, Any] = field(default_factory=OrderedDict)

    @cached_property
    def by_word(self) -> Mapping[str, ObjectDef]:
        """Objects by name and by path."""
        return {each.facts.path: each for each in self.objects.values()} | dict(self.objects)

    def __getitem__(self, word: str) -> ObjectDef:
        found = self.by_word.get(word)
        if found is None:
            raise NotFound(
                "There is no object {name}.", code="unknown_object", values={"name": word}
            )
        return found

    def get(self, word: str) -> ObjectDef | None:
        """Return the object with this name or path, or None."""
        return self.by_word.get(word)

    @cached_property
    def children(self) -> Mapping[str, Sequence[tuple[ObjectDef, Field]]]:
        """For each object, the links that point to it: (object, field)."""
        found: dict[str, list[tuple[ObjectDef, Field]]] = {name: [] for name in self.objects}
        for definition in self.objects.values():
            for link in definition.links:
                if link.target in found:
                    found[link.target].append((definition, link))
        return found

    @cached_property
    def listing(self) -> Mapping[str, Sequence[tuple[ObjectDef, Field]]]:
        """For each object, the fields with links to several of its records: (object, field)."""
        found: dict[str, list[tuple[ObjectDef, Field]]] = {name: [] for name in self.objects}
        for definition in self.objects.values():
            for each in definition.listing:
                if (target := target_of(each)) in found:
                    found[target].append((definition, each))
        return found

    def pointing_to(self, definition: ObjectDef) -> list[tuple[ObjectDef, Field]]:
        """Return every link that may point to an object: those to it, and those to any record."""
        found = list(self.children.get(definition.name, ()))
        for other in self.objects.values():
            found += [(other, each) for each in other.fields.values() if each.type.references]
        return found


def fields_of(cls: type[Record]) -> dict[str, Field]:
    """Return the declared fields of a class by key: id and version first, system ones last."""
    found = {
        column.info["field"].key: column.info["field"]
        for column in cls.__table__.columns
        if "field" in column.info
    }
    found |= {
        key: value.named(key)
        for base in reversed(cls.__mro__)
        for key, value in vars(base).items()
        if isinstance(value, Field)
    }
    if cls.object.names is not None:
        name = replace(found["name"], type=NamedText())
        found["name"] = replace(name, seen_as=seen_as(name, cls.object.names))
    head = ["id", *(key for key in BASE_KEYS if key in found)]
    tail = [key for key, field in found.items() if field.system and key not in head]
    middle = [key for key in _declared_order(cls) if key in found and key not in (*head, *tail)]
    rest = [key for key in found if key not in (*head, *middle, *tail)]
    ordered = {key: found[key] for key in (*head, *middle, *rest, *tail)}
    try:
        return bind_formulas(Surroundings(cls.__tablename__, ordered, cls.__table__))
    except FieldError as error:
        message = error.message.format_map(error.values)
        raise BootError(f"{cls.__name__}.{error.values['formula']}: {message}") from error


def _declared_order(cls: type[Any]) -> list[str]:
    return [key for base in reversed(cls.__mro__) for key in vars(base).get("__annotations__", {})]


def definition_of(cls: type[Record]) -> ObjectDef:
    """Make the definition of a declared class."""
    table = cls.__table__
    if not isinstance(table, sa.Table):
        message = f"{cls.__name__} is not mapped to a table"
        raise BootError(message)
    return ObjectDef(name=cls.__tablename__, facts=cls.object, table=table, fields=fields_of(cls))


def _faults(definitions: Mapping[str, ObjectDef]) -> Iterable[str]:
    paths: dict[str, str] = {}
    for name, definition in definitions.items():
        path = definition.facts.path
        if path in paths:
            yield f"{name}: the path {path} is taken by {paths[path]}"
        paths[path] = name
        if definition.facts.title not in definition.fields:
            yield f"{name}: the title field {definition.facts.title} does not exist"
        inner = [each for field in definition.fields.values() for each in inner_links(field)]
        for link in (*definition.links, *inner):
            if link.target not in definitions:
                yield f"{name}.{link.key}: the target {link.target} does not exist"
        named = {definition.facts.title, definition.facts.natural_key}
        for each in definition.fields.values():
            if each.encrypted and (each.searchable or each.key in named):
                yield f"{name}.{each.key}: an encrypted field is not searched and names nothing"
        yield from _layout_faults(definition)


def _layout_faults(definition: ObjectDef) -> Iterable[str]:
    layout: Layout = definition.facts.layout
    used = [*layout.list, *layout.facts, *layout.quick_create, *layout.card]
    used += [key for _, _, keys in layout.sections for key in keys]
    used += [key for key in (*(layout.board or ()), layout.stage_path) if key]
    used += [key for columns in definition.facts.indexes for key in columns]
    used += [definition.facts.duplicate_until or "id"]
    for key in used:
        if key.lstrip("-").partition(".")[0] not in definition.fields:
            yield f"{definition.name}: the layout names the field {key}, which does not exist"


def build(definitions: Sequence[ObjectDef], *, salt: str = "") -> Registry:
    """Gather definitions into a registry, or raise BootError with every fault."""
    objects: dict[str, ObjectDef] = {}
    faults: list[str] = []
    for definition in definitions:
        if definition.name in objects:
            faults.append(f"{definition.name}: declared twice")
        objects[definition.name] = definition
    if faults := [*faults, *_faults(objects)]:
        raise BootError("\n".join(faults))
    digest, moved = hashlib.sha256(), hashlib.sha256(salt.encode()).hexdigest()[:8]
    for name in sorted(objects):
        facts, fields = objects[name].facts, objects[name].fields.values()
        labels = sorted(objects[name].labels.items())
        words = (facts.path, facts.label, facts.label_plural, facts.icon, labels)
        digest.update(repr((name, words, [_facts_of(each) for each in fields])).encode())
    return Registry(objects=objects, version=f"{digest.hexdigest()[:16]}.{moved}")


def _facts_of(field: Field) -> tuple[Any, ...]:
    return (
        field.key,
        field.type.name,
        field.label,
        sorted(field.labels.items()),
        [(o.key, o.label, o.color, sorted(o.labels.items())) for o in field.options],
        *(field.help, field.unique, field.searchable, field.read_only, field.target),
        *(field.default, field.min, field.max, field.max_length, field.scale),
        *(field.required, field.encrypted),
        field.formula,
        field.over,
        field.custom_id,
        field.indexed,
        field.cascade,
        [_facts_of(each) for each in field.line],
    )
