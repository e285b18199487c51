"""The whole configuration as plain data: readable, in a fixed order, keys for ids, no secrets.

{"format", "version", "company", "custom_objects": {name: …}, "custom_fields": {object: {key: …}},
"records": {object: {key: …}}, "views": {object: {name: …}}}. Custom fields, options and stages keep
their order; all else is sorted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from fangxin.access.settings import WRITABLE, read_company, wire_settings
from fangxin.configuring.references import References, name_rows, rows_of, settings_of, users
from fangxin.fields.base import Field
from fangxin.fields.catalogue import SETTINGS
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.objects.custom import FieldRow, ObjectRow, load
from fangxin.objects.registry import ObjectDef
from fangxin.views.kept import shared_views

FORMAT: Final = "fangxin-configuration"
VERSION: Final = 1
USER: Final = "user"
VIEW_KEYS: Final = ("kind", "config", "roles", "pinned", "position")
_SWITCHES: Final = frozenset({"required", "unique", "indexed", "searchable"})
_PLACES: Final = ("owner", "department")
_OWN: Final = frozenset({"id", "version", "tags", *_PLACES})

Document = dict[str, Any]


@dataclass(slots=True)
class Portrait:
    """The configuration as it stands, and what its keys stand for here."""

    document: Document
    references: References
    # by object and key of a carried record: id and values
    rows: dict[str, dict[str, Mapping[str, Any]]] = field(default_factory=dict)
    views: dict[tuple[str, str], str] = field(default_factory=dict)


async def portray(ctx: Ctx, tx: Tx, asked: Collection[str] | None = ()) -> Portrait:
    """Read the configuration inside a unit; `asked` names objects that are carried only when they
    are asked for, None means all.
    """
    references, registry = References(), ctx.registry
    for id_, email in await users(tx, registry):
        references.add(USER, email, id_)
    found = Portrait({"format": FORMAT, "version": VERSION}, references)
    kinds = settings_of(registry)
    for definition in kinds:
        found.rows[definition.name] = await rows_of(ctx, tx, definition)
        name_rows(definition, found.rows[definition.name], references)
    company = wire_settings(await read_company(tx), registry)
    custom = await load(tx)
    live = [each for each in custom.objects if each.deleted_at is None]
    found.document |= {
        "company": {key: company[key] for key in sorted(WRITABLE)},
        "custom_objects": {each.name: object_wire(each) for each in sorted(live, key=_named)},
        "custom_fields": _fields(ctx, custom.fields),
        "records": {},
    }
    for definition in sorted(kinds, key=_named):
        carried = definition.facts.configuration.carried
        if asked is None or carried == "always" or definition.name in asked:
            found.document["records"][definition.name] = _records(definition, found)
    found.document["views"] = await _views(ctx, tx, found)
    return found


def _named(each: ObjectRow | ObjectDef) -> str:
    return each.name


def object_wire(row: ObjectRow) -> dict[str, Any]:
    """Return a custom object as a file has it."""
    labels = {"labels": dict(row.labels), "labels_plural": dict(row.labels_plural)}
    return {"icon": row.icon, **labels, "path": row.path}


def field_wire(row: FieldRow) -> dict[str, Any]:
    """Return a custom field as a file has it, all settings of its type named."""
    wire: dict[str, Any] = {"labels": dict(row.labels), "type": row.type}
    for key in SETTINGS[row.type]:
        value = row.settings.get(key)
        wire[key] = bool(value) if key in _SWITCHES else value
    if "options" in wire:
        wire["options"] = [dict(each) for each in row.options]
    return dict(sorted(wire.items()))


def _fields(ctx: Ctx, rows: tuple[FieldRow, ...]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row.deleted_at is None and ctx.registry.get(row.object) is not None:
            found.setdefault(row.object, {})[row.key] = field_wire(row)
    return dict(sorted(found.items()))


def carried_fields(definition: ObjectDef) -> list[Field]:
    """Return the fields of a settings object that a file has, in order of key."""
    places = definition.facts.configuration.places
    found = [
        each
        for key, each in definition.fields.items()
        if (key not in _OWN or (places and key in _PLACES))
        and not (each.system or each.read_only or each.internal or each.computed)
        and not each.type.references
        and each.type.storage(each)
    ]
    return sorted(found, key=lambda each: each.key)


def property_of(own: Field, value: Any, references: References) -> Any:
    """Return one value of a record as a file has it."""
    if value is None:
        return None
    wire = own.type.write(own, own.type.store(own, value))
    # what dates and decimals are in JSON
    wire = msgspec.json.decode(msgspec.json.encode(wire))
    if own.target is not None:
        return references.keys.get(wire, ("", wire))[1]
    return references.outward(wire)


def record_wire(
    definition: ObjectDef, values: Mapping[str, Any], references: References
) -> dict[str, Any]:
    """Return a record of a settings object as a file has it."""
    return {
        each.key: property_of(each, values.get(each.key), references)
        for each in carried_fields(definition)
    }


def _records(definition: ObjectDef, found: Portrait) -> dict[str, Any]:
    made = {
        found.references.keys[id_][1]: record_wire(definition, values, found.references)
        for id_, values in found.rows[definition.name].items()
    }
    if "order" in definition.fields:
        return dict(sorted(made.items(), key=lambda each: (each[1].get("order") or 0, each[0])))
    return dict(sorted(made.items()))


async def _views(ctx: Ctx, tx: Tx, found: Portrait) -> dict[str, dict[str, Any]]:
    made: dict[str, dict[str, Any]] = {}
    counted: Counter[tuple[str, str]] = Counter()
    for row in await shared_views(tx):
        name = (row["object"], row["name"])
        if ctx.registry.get(name[0]) is None:
            continue
        counted[name] += 1
        key = name[1] if counted[name] == 1 else f"{name[1]}~#{counted[name]}"
        wire = {each: found.references.outward(row[each]) for each in VIEW_KEYS}
        wire["roles"] = sorted(wire["roles"] or [])
        made.setdefault(name[0], {})[key] = {"name": name[1], **wire}
        found.views[name[0], key] = row["id"]
    return {name: dict(sorted(each.items())) for name, each in sorted(made.items())}


def written(document: Document) -> bytes:
    """Return a document as the bytes of a file: JSON, two spaces in, one line feed at the end."""
    text = msgspec.json.encode(_sorted(document, 0))
    return msgspec.json.format(text, indent=2) + b"\n"


# sections whose own order says something: custom fields, and records with a sequence
_ORDERED_DEPTH: Final = 3


def _sorted(value: Any, depth: int) -> Any:
    """Sort the keys below an item, so that equal settings make equal bytes."""
    if isinstance(value, Mapping):
        items = value.items() if depth < _ORDERED_DEPTH else sorted(value.items())
        return {key: _sorted(each, depth + 1) for key, each in items}
    if isinstance(value, list):
        return [_sorted(each, depth + 1) for each in value]
    return value
