"""Making, changing, removing and restoring custom fields and objects.

Each function runs inside a unit, checks the whole definition, and moves the epoch METADATA, so that
every worker reads the definitions again. What is removed rests 30 days; its values stay in the
records.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from fangxin.customizing.columns import asked_columns
from fangxin.customizing.definition import (
    OBJECT_LIMIT,
    RESERVED,
    Faults,
    becomes_sealed,
    check_computed,
    check_field,
    check_readers,
    check_room,
    known_type,
    read_icon,
    read_key,
    read_labels,
    read_options,
    read_settings,
    scale_of,
)
from fangxin.customizing.naming import field_key, key_of
from fangxin.fields.base import Field
from fangxin.fields.catalogue import ROLLED, SETTINGS
from fangxin.fields.computed import Formula
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.epoch import bump
from fangxin.kernel.errors import Conflict, Invalid, NotFound
from fangxin.kernel.i18n import translate
from fangxin.kernel.ids import new_id
from fangxin.kernel.prepared import Prepared, put_row
from fangxin.kernel.sql import Id
from fangxin.objects.custom import (
    METADATA,
    Custom,
    FieldRow,
    ObjectRow,
    custom_field,
    custom_object,
    english,
    load,
)
from fangxin.objects.registry import ObjectDef, Registry

if TYPE_CHECKING:
    from fangxin.kernel.jobs import Jobs

BIN: Final = timedelta(days=30)
INDEX_JOB: Final = "objects.index_field"
SEAL_JOB: Final = "sealing.seal_anew"
_BASE36: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
# what would change the meaning of values that records hold already
_FIXED: Final = ("object", "key", "type", "target")
_DEFAULT_ICON: Final = "cube"

_save_field: Final = Prepared(lambda: put_row(custom_field))
_save_object: Final = Prepared(lambda: put_row(custom_object))
_drop_field: Final = Prepared(
    lambda: custom_field.delete().where(custom_field.c.id == sa.bindparam("id", type_=Id()))
)


def new_code(letter: str) -> str:
    """Return a letter and eight random letters or digits."""
    return letter + "".join(secrets.choice(_BASE36) for _ in range(8))


def field_wire(row: FieldRow) -> dict[str, Any]:
    """Return a field's definition as JSON."""
    plain = {key: value for key, value in asdict(row).items() if key not in {"code", "settings"}}
    return {**plain, "label": english(row.labels), "custom_id": row.code, **row.settings}


def object_wire(row: ObjectRow) -> dict[str, Any]:
    """Return an object's definition as JSON."""
    plain = {key: value for key, value in asdict(row).items() if key != "code"}
    return {**plain, "label": english(row.labels), "custom_id": row.code}


def _object(registry: Registry, word: Any, faults: Faults) -> ObjectDef | None:
    found = registry.get(word) if isinstance(word, str) else None
    if found is None:
        faults.add("object", "unknown_object", "There is no object {name}.", name=str(word)[:80])
    return found


def _refuse_unknown(body: Mapping[str, Any], known: frozenset[str], faults: Faults) -> None:
    for key in sorted(set(body) - known):
        faults.add(str(key)[:80], "unknown_field", "There is no setting {field}.", field=key)


_FIELD_KEYS: Final = frozenset({"object", "key", "type", "label", "labels", "options"})


async def read_row(
    source: Database | Tx,
    registry: Registry,
    body: Mapping[str, Any],
    at: datetime,
    *,
    renewed: bool = False,
) -> FieldRow:
    """Return the row of a custom field as it is asked for, or raise Invalid naming every fault;
    `renewed`: its key is that of one that goes.
    """
    faults = Faults()
    custom = await load(source)
    definition = _object(registry, body.get("object"), faults)
    labels = read_labels(body.get("labels") or body.get("label"), "labels", faults)
    key = read_key(body.get("key") or field_key(labels, definition, custom), "key", faults)
    if not known_type(body.get("type"), faults) or definition is None:
        faults.check()
        raise Invalid
    type_ = str(body["type"])
    _refuse_unknown(body, _FIELD_KEYS | SETTINGS[type_], faults)
    settings = read_settings(type_, body, registry, faults)
    options = []
    if "options" in SETTINGS[type_] and body.get("options") is not None:
        options = read_options(body["options"], (), faults)
    settings |= asked_columns(type_, body, {}, registry, faults)
    row = FieldRow(
        *(new_id(), new_code("f"), definition.name, key, type_),
        *(labels, options, settings, at, None),
    )
    if not renewed:
        check_room(row, custom, definition, faults)
    faults.check()
    check_field(row, definition, registry, faults)
    faults.check()
    return row


async def create_field(
    tx: Tx, registry: Registry, body: Mapping[str, Any], at: datetime, jobs: Jobs
) -> dict[str, Any]:
    """Make a custom field and return its definition, or raise Invalid naming every fault."""
    row = await read_row(tx, registry, body, at)
    await _store_field(tx, row, jobs if row.settings.get("indexed") else None)
    return field_wire(row)


async def set_aside(tx: Tx, row: FieldRow, at: datetime) -> None:
    """Move a field into the recycle bin under another key, for one that takes its place."""
    await _store_field(tx, replace(row, key=key_aside(row, row.key), deleted_at=at), None)


def key_aside(row: FieldRow, key: str) -> str:
    """Return the key that a field has once it was set aside; `key` is the one it gave up."""
    return f"{key[:30]}_{row.code}"


async def _store_field(tx: Tx, row: FieldRow, jobs: Jobs | None) -> None:
    await tx.execute(_save_field(tx.dialect), asdict(row))
    await bump(tx, METADATA)
    if jobs is not None:
        await jobs.enqueue(tx, INDEX_JOB, {"field": row.id})


def _field_row(custom: Custom, id_: str, *, deleted: bool) -> FieldRow:
    for row in custom.fields:
        if row.id == id_ and (row.deleted_at is not None) == deleted:
            return row
    raise NotFound


async def update_field(
    tx: Tx, registry: Registry, id: str, body: Mapping[str, Any], jobs: Jobs
) -> dict[str, Any]:
    """Change labels, options and settings; key, type, target and digits stay as they are."""
    faults = Faults()
    custom = await load(tx)
    row = _field_row(custom, id, deleted=False)
    before = {"object": row.object, "key": row.key, "type": row.type, **row.settings}
    for key in _FIXED:
        if key in body and body[key] != before.get(key):
            faults.add(key, "fixed", "This cannot be changed once the field is made.")
    _refuse_unknown(body, _FIELD_KEYS | SETTINGS[row.type], faults)
    given = {**row.settings, **{key: body[key] for key in body if key in SETTINGS[row.type]}}
    labels, options = row.labels, row.options
    if "labels" in body or "label" in body:
        labels = read_labels(body.get("labels") or body.get("label"), "labels", faults)
    if "options" in SETTINGS[row.type] and body.get("options") is not None:
        options = read_options(body["options"], row.options, faults)
    settings = read_settings(row.type, {**given, "options": options or None}, registry, faults)
    settings |= asked_columns(row.type, given, row.settings, registry, faults)
    if scale_of(row.type, settings) != scale_of(row.type, row.settings):
        faults.add("scale", "fixed", "This cannot be changed once the field is made.")
    newly_sealed = becomes_sealed(row, settings, faults)
    changed = replace(row, labels=labels, options=options, settings=settings)
    definition = registry[row.object]
    if settings.get("indexed") and not row.settings.get("indexed"):
        check_room(changed, custom, definition, faults)
    faults.check()
    field = check_field(changed, definition, registry, faults)
    if newly_sealed and field is not None:
        check_readers(field, definition, registry, "encrypted", faults)
    faults.check()
    # the index has other expressions of an encrypted field, and of a roll-up over something else
    newly = any(settings.get(key) != row.settings.get(key) for key in ("indexed", *ROLLED))
    newly = newly or (newly_sealed and bool(settings.get("indexed")))
    await _store_field(tx, changed, jobs if newly else None)
    if newly_sealed:
        await jobs.enqueue(tx, SEAL_JOB, {"searched": row.settings.get("searchable", False)})
    return field_wire(changed)


def _computed(registry: Registry) -> list[Field]:
    fields = (each for own in registry.objects.values() for each in own.fields.values())
    return [each for each in fields if each.custom and each.expression is not None]


def check_formula(registry: Registry, body: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """Tell whether a formula of an object would work: {"valid", "result_type", "position",
    "message"}; `position` counts characters from 1 where the fault has a place.
    """
    faults = Faults()
    definition = _object(registry, body.get("object"), faults)
    given = {key: body[key] for key in ("formula", "scale") if key in body}
    settings = read_settings(Formula.name, given, registry, faults)
    faults.check()
    if definition is None:
        raise Invalid
    key = body["key"] if isinstance(body.get("key"), str) else "this"
    settings["scale"] = scale_of(Formula.name, settings)
    field = Field(type=Formula(), label="", key=key, custom_id="f0", **settings)
    told = {"valid": False, "result_type": None, "position": None, "message": None}
    bound = check_computed(field, definition, registry, faults)
    if bound is not None and not faults.problems:
        return told | {"valid": True, "result_type": getattr(bound.type, "result_name", None)}
    problem = faults.problems[0]
    message = translate(locale, problem.message, problem.values)
    return told | {"position": problem.values.get("position"), "message": message}


async def delete_field(tx: Tx, registry: Registry, id: str, at: datetime) -> None:
    """Move a field into the recycle bin; refuse while a formula reads it."""
    custom = await load(tx)
    row = _field_row(custom, id, deleted=False)
    reader = next(
        (each for each in _computed(registry) if (row.object, row.key) in each.reads), None
    )
    if reader is not None:
        raise Conflict(
            "The formula {field} reads this field. Change or delete it first.",
            code="in_use",
            values={"field": reader.key},
        )
    await _store_field(tx, replace(row, deleted_at=at), None)


async def restore_field(
    tx: Tx, registry: Registry, id: str, at: datetime, jobs: Jobs
) -> dict[str, Any]:
    """Take a field out of the recycle bin, within 30 days of its deletion."""
    custom = await load(tx)
    row = _field_row(custom, id, deleted=True)
    if row.deleted_at is None or at - row.deleted_at > BIN or registry.get(row.object) is None:
        raise NotFound
    back, faults = replace(row, deleted_at=None), Faults()
    check_room(back, custom, registry[row.object], faults)
    faults.check()
    await _store_field(tx, back, jobs)
    return field_wire(back)


_OBJECT_KEYS: Final = frozenset(
    {"name", "key", "path", "label", "labels", "label_plural", "labels_plural", "icon"}
)


def _read_object(
    body: Mapping[str, Any], registry: Registry, custom: Custom, at: datetime, faults: Faults
) -> ObjectRow:
    _refuse_unknown(body, _OBJECT_KEYS, faults)
    taken = set(registry.by_word) | {each.name for each in custom.objects}
    taken |= {each.path for each in custom.objects}
    labels = read_labels(body.get("labels") or body.get("label"), "labels", faults)
    made = key_of(labels, taken | _PATHS | RESERVED, "object")
    name = read_key(body.get("name") or body.get("key") or made, "name", faults)
    path = read_key(body.get("path") or f"{name}s", "path", faults) if name else ""
    plural = body.get("labels_plural") or body.get("label_plural") or labels
    labels_plural = read_labels(plural, "labels_plural", faults) if labels else {}
    icon = read_icon(body.get("icon") or _DEFAULT_ICON, faults)
    for key, word in (("name", name), ("path", path)):
        if word in taken or word in _PATHS:
            faults.add(key, "taken", "There is something named {key} already.", key=word)
    if len(custom.objects) >= OBJECT_LIMIT:
        message = "At most {limit} custom objects are allowed."
        faults.add("name", "too_many", message, limit=OBJECT_LIMIT)
    code = new_code("c")
    return ObjectRow(new_id(), code, name, path, labels, labels_plural, icon, at, None)


# paths of the API and pages of the app that are no objects
_PATHS: Final = frozenset(
    (
        *("auth", "objects", "search", "changes", "change_sets", "live", "imports", "exports"),
        *("jobs", "notifications", "views", "recycle_bin", "settings", "demo", "docs", "healthz"),
        *("custom_fields", "custom_objects", "openapi", "readyz", "metrics", "records", "query"),
        *("codes", "duplicates", "export_log", "forms", "hand_overs", "help", "lookup", "read_log"),
        *("simulations", "viewings", "dashboard", "invite", "login"),
        # settings stand in the log under these (history/noting.py)
        *("configuration", "custom_field", "custom_object", "company_settings", "shared_view"),
        # and what sealing anew did to the log under this (history/sealer.py)
        "field_encryption",
    )
)


async def create_object(
    tx: Tx, registry: Registry, body: Mapping[str, Any], at: datetime
) -> dict[str, Any]:
    """Make a custom object and return its definition, or raise Invalid naming every fault."""
    faults = Faults()
    row = _read_object(body, registry, await load(tx), at, faults)
    faults.check()
    await _store_object(tx, row)
    return object_wire(row)


async def _store_object(tx: Tx, row: ObjectRow) -> None:
    await tx.execute(_save_object(tx.dialect), asdict(row))
    await bump(tx, METADATA)


def _object_row(custom: Custom, id_: str, *, deleted: bool) -> ObjectRow:
    for row in custom.objects:
        if row.id == id_ and (row.deleted_at is not None) == deleted:
            return row
    raise NotFound


async def update_object(tx: Tx, id: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Change labels and icon; name and path stay."""
    faults = Faults()
    row = _object_row(await load(tx), id, deleted=False)
    _refuse_unknown(body, _OBJECT_KEYS, faults)
    for key, value in (("name", row.name), ("key", row.name), ("path", row.path)):
        if body.get(key, value) != value:
            faults.add(key, "fixed", "This cannot be changed once the object is made.")
    changed = row
    if "labels" in body or "label" in body:
        labels = read_labels(body.get("labels") or body.get("label"), "labels", faults)
        changed = replace(changed, labels=labels)
    if "labels_plural" in body or "label_plural" in body:
        plural = body.get("labels_plural") or body.get("label_plural")
        changed = replace(changed, labels_plural=read_labels(plural, "labels_plural", faults))
    if "icon" in body:
        changed = replace(changed, icon=read_icon(body["icon"], faults))
    faults.check()
    await _store_object(tx, changed)
    return object_wire(changed)


async def delete_object(tx: Tx, id: str, at: datetime) -> None:
    """Move an object into the recycle bin; its records rest with it, links to it are hidden."""
    row = _object_row(await load(tx), id, deleted=False)
    await _store_object(tx, replace(row, deleted_at=at))


async def restore_object(tx: Tx, id: str, at: datetime) -> dict[str, Any]:
    """Take an object out of the recycle bin, within 30 days of its deletion."""
    row = _object_row(await load(tx), id, deleted=True)
    if row.deleted_at is None or at - row.deleted_at > BIN:
        raise NotFound
    back = replace(row, deleted_at=None)
    await _store_object(tx, back)
    return object_wire(back)


async def forget_fields(tx: Tx, at: datetime) -> list[FieldRow]:
    """Remove for good the fields that have rested for 30 days, so that their keys are free again,
    and return them: records hold their values yet.
    """
    custom = await load(tx)
    old = [row for row in custom.fields if row.deleted_at and at - row.deleted_at > BIN]
    await tx.execute_many(_drop_field(tx.dialect), [{"id": row.id} for row in old])
    if old:
        await bump(tx, METADATA)
    return old
