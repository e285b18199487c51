"""What a definition of a custom field or object may hold, each fault named by the key it is in."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from fangxin.customizing.extend import bind_all, make_field, surroundings
from fangxin.fields.base import Environment, Field
from fangxin.fields.catalogue import (
    COMPUTED,
    LARGEST,
    NEEDS,
    NUMBER_PATTERN,
    PATTERNED,
    ROLLED,
    SCALED,
    SETTINGS,
    SUB_TABLE,
    TYPES,
)
from fangxin.fields.computed import bind_formulas
from fangxin.fields.lines import columns_of
from fangxin.fields.number import read_decimal
from fangxin.fields.text import LONG_LENGTH, clean_text
from fangxin.kernel.clock import now
from fangxin.kernel.errors import FieldError, FieldProblem, Invalid
from fangxin.objects.custom import Custom, FieldRow
from fangxin.objects.registry import ObjectDef, Registry

FIELD_LIMIT: Final = 200
INDEX_LIMIT: Final = 20
OBJECT_LIMIT: Final = 100
OPTION_LIMIT: Final = 200
LABEL_LENGTH: Final = 100
HELP_LENGTH: Final = 500
DIGITS: Final = 8
# brackets that a statement may put around a formula, as far as SQLite's parser is concerned
ROOM: Final = 24
FUNCTIONS: Final = ("sum", "count", "avg", "min", "max")
BROKEN: Final = "The formula {field} reads this one and would no longer work."
LOCALES: Final = ("en", "zh-CN")
COLORS: Final = frozenset(
    ("gray", "blue", "indigo", "violet", "pink", "red", "orange", "amber", "green", "teal", "cyan")
)
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_OPTION_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
_ICON: Final = re.compile(r"[a-z0-9-]{1,40}")
# words of the API, of the filter tree and of SQL's tables that a key must not hide
RESERVED: Final = frozenset(
    (
        *("id", "object", "custom", "deleted_at", "deleted_by", "all", "any", "not", "has"),
        *(
            "has_not",
            "where",
            "field",
            "op",
            "value",
            "filter",
            "sort",
            "fields",
            "limit",
            "cursor",
        ),
        *("count", "q", "errors", "extra", "code", "create", "update", "delete", "record"),
    )
)
_SWITCHES: Final = ("required", "unique", "indexed", "searchable", "encrypted")


class Faults:
    """Gathers faults by key; `check` raises them all at once."""

    def __init__(self) -> None:
        self.problems: list[FieldProblem] = []

    def add(self, place: str, code: str, message: str, /, **values: Any) -> None:
        """Note a fault."""
        self.problems.append(FieldProblem(f"/{place}", code, message, values))

    def take(self, key: str, error: FieldError) -> None:
        """Note what a field type refused."""
        self.problems.append(error.at(f"/{key}"))

    def check(self) -> None:
        """Raise Invalid if there is any."""
        if self.problems:
            raise Invalid(errors=self.problems)


def read_labels(wire: Any, key: str, faults: Faults) -> dict[str, str]:
    """Read {"en": …, "zh-CN": …}, one of them at least; a plain text counts for both."""
    if isinstance(wire, str):
        wire = dict.fromkeys(LOCALES, wire)
    found: dict[str, str] = {}
    if isinstance(wire, Mapping):
        for locale in LOCALES:
            if wire.get(locale) is not None:
                try:
                    text = clean_text(wire[locale], LABEL_LENGTH, lines=False)
                except FieldError as error:
                    faults.take(f"{key}/{locale}", error)
                    return {}
                if text:
                    found[locale] = text
    if not found:
        faults.add(key, "required", "A label is needed in one language at least.")
    return found


def read_key(wire: Any, key: str, faults: Faults, reserved: Collection[str] = frozenset()) -> str:
    """Read a key: a small letter, then small letters, digits and underscores, at most 40."""
    if not isinstance(wire, str) or not _KEY.fullmatch(wire):
        faults.add(
            key, "bad_key", "A key has small letters, digits and _, and begins with a letter."
        )
        return ""
    if wire in (reserved or RESERVED):
        faults.add(key, "reserved", "The key {key} is reserved.", key=wire)
    return wire


def read_icon(wire: Any, faults: Faults) -> str:
    """Read the name of an icon."""
    if isinstance(wire, str) and _ICON.fullmatch(wire):
        return wire
    faults.add("icon", "bad_icon", "An icon's name has small letters, digits and hyphens.")
    return ""


def _read_option(wire: Any, place: str, faults: Faults) -> dict[str, Any] | None:
    if isinstance(wire, str):
        wire = {"key": wire, "labels": wire}
    if not isinstance(wire, Mapping):
        faults.add(place, "wrong_type", "An option has the keys key, labels and color.")
        return None
    key, color = wire.get("key"), wire.get("color") or "gray"
    if not isinstance(key, str) or not _OPTION_KEY.fullmatch(key):
        faults.add(f"{place}/key", "bad_key", "An option's key has letters, digits, _ and -.")
        return None
    if color not in COLORS:
        message = "One of these is needed here: {allowed}."
        faults.add(f"{place}/color", "not_an_option", message, allowed=", ".join(sorted(COLORS)))
    labels = read_labels(wire.get("labels") or wire.get("label") or key, f"{place}/labels", faults)
    return {"key": key, "labels": labels, "color": color}


def read_options(wire: Any, before: Sequence[Mapping[str, Any]], faults: Faults) -> list[Any]:
    """Read the options of a choice; those that were there before must stay, records may hold
    them.
    """
    if not isinstance(wire, list) or not 1 <= len(wire) <= OPTION_LIMIT:
        message = "From 1 to {limit} options are needed."
        faults.add("options", "out_of_range", message, limit=OPTION_LIMIT)
        return []
    read = (_read_option(each, f"options/{place}", faults) for place, each in enumerate(wire))
    found = [each for each in read if each is not None]
    keys = [each["key"] for each in found]
    if len(set(keys)) != len(keys):
        faults.add("options", "taken", "Two options have the same key.")
    gone = [each["key"] for each in before if each["key"] not in keys]
    if gone:
        message = "The option {key} stays, since records may hold it. Rename it instead."
        faults.add("options", "option_removed", message, key=gone[0])
    return found


def _read_setting(key: str, wire: Any, registry: Registry) -> Any:
    if key in {"formula", "of"} and not isinstance(wire, str):
        raise FieldError("wrong_type", "Text is needed here.")
    if key in ROLLED:
        return _read_rolled(key, wire, registry)
    if key == "target":
        target = registry.get(wire) if isinstance(wire, str) else None
        if target is None:
            raise FieldError("unknown_object", "There is no object {name}.", name=str(wire)[:80])
        return target.name
    return _read_plain(key, wire)


def _read_plain(key: str, wire: Any) -> Any:
    if key in _SWITCHES and not isinstance(wire, bool):
        raise FieldError("wrong_type", "true or false is needed here.")
    if key == "help":
        return clean_text(wire, HELP_LENGTH, lines=True)
    if key in {"scale", "max_length"}:
        limit = DIGITS if key == "scale" else LONG_LENGTH
        least = 0 if key == "scale" else 1
        if isinstance(wire, bool) or not isinstance(wire, int) or not least <= wire <= limit:
            raise FieldError(
                "out_of_range", "From {min} to {max} is allowed.", min=least, max=limit
            )
    if key in {"min", "max"}:
        return str(read_decimal(wire))
    return wire


def _read_rolled(key: str, wire: Any, registry: Registry) -> Any:
    if key == "over":
        return _read_over(wire, registry)
    if key == "function" and wire not in FUNCTIONS:
        allowed = ", ".join(FUNCTIONS)
        raise FieldError(
            "not_an_option", "One of these is needed here: {allowed}.", allowed=allowed
        )
    if key == "filter" and not isinstance(wire, Mapping):
        raise FieldError("wrong_type", "An object is needed here.")
    return wire


def _read_over(wire: Any, registry: Registry) -> str:
    """Read the link of a roll-up, such as "opportunity.account", in its canonical form."""
    word, _, key = wire.partition(".") if isinstance(wire, str) else ("", "", "")
    child = registry.get(word)
    link = child.fields.get(key) if child is not None else None
    if child is None or link is None:
        message = "A link of another object is needed here, such as opportunity.account."
        raise FieldError("bad_roll_up", message)
    if link.custom and not (link.indexed or link.type.many or columns_of(link)):
        message = "Mark the link {field} as indexed first: each record would be looked through."
        raise FieldError("not_indexed", message, field=key)
    return f"{child.name}.{key}"


def read_settings(
    type_: str, body: Mapping[str, Any], registry: Registry, faults: Faults
) -> dict[str, Any]:
    """Read those settings that the type knows; others are faults."""
    found: dict[str, Any] = {}
    for key in SETTINGS[type_] - {"options", "columns"}:
        if body.get(key) is not None:
            try:
                found[key] = _read_setting(key, body[key], registry)
            except FieldError as error:
                faults.take(key, error)
    needed = NEEDS.get(type_)
    if needed is not None and body.get(needed) is None:
        faults.add(needed, "required", "This field is required.")
    return found


def check_computed(
    field: Field, definition: ObjectDef, registry: Registry, faults: Faults
) -> Field | None:
    """Bind a computed field among its object's, or note what is wrong with it, or with one that
    reads it.
    """
    place = "formula" if field.over is None else "over"
    around = surroundings(definition, registry.objects, field)
    try:
        around_bound = bind_formulas(around)
    except FieldError as error:
        other = error.values.get("formula")
        if other in {None, field.key} or error.code == "circle":
            faults.take(place, error)
        else:
            faults.add(place, "in_use", BROKEN, field=other)
        return None
    bound = around_bound[field.key]
    if (definition.name, field.key) in bound.reads:
        message = "Formulas may not read each other in a circle: {circle}."
        faults.add(place, "circle", message, circle=f"{field.key} → … → {field.key}")
        return None
    if any(nests_deeply(each, around.table) for each in around_bound.values()):
        faults.add(place, "bad_formula", "The formula is nested too deeply.", position=1)
        return None
    over = field.over
    lines = over is not None and over.object == definition.name and over.link in definition.inside
    if field.indexed and lines:
        faults.add("indexed", "not_indexable", "No index leads into the lines of a sub-table.")
    check_readers(field, definition, registry, place, faults)
    return bound


def nests_deeply(field: Field, table: sa.FromClause) -> bool:
    """Tell whether SQLite's parser might give up on a computed field, with what it reads; asked on
    either database, so that a configuration fits both.
    """
    if not field.custom or field.expression is None:
        return False
    try:
        text = str(field.expression(table, None).compile(dialect=sqlite.dialect()))
        with closing(sqlite3.connect(":memory:")) as parser:
            parser.execute("SELECT " + "(" * ROOM + text + ")" * ROOM)
    except sqlite3.Error as error:
        # that it knows no such column is what it says of the others
        return "overflow" in str(error)
    except RecursionError:
        return True
    return False


def check_readers(
    field: Field, definition: ObjectDef, registry: Registry, place: str, faults: Faults
) -> None:
    """Note which computed field of any object would no longer work with this one in its place."""
    changed = replace(definition, fields={**definition.fields, field.key: field})
    bound = bind_all({**registry.objects, definition.name: changed})
    for name, other in registry.objects.items():
        for key in sorted(other.fields.keys() - bound[name].fields.keys()):
            faults.add(place, "in_use", BROKEN, field=key)


def check_field(
    row: FieldRow, definition: ObjectDef, registry: Registry, faults: Faults
) -> Field | None:
    """See that the row makes a Field that works: its default, its bounds, its formula, its
    pattern.
    """
    if row.type == PATTERNED and not NUMBER_PATTERN.fullmatch(str(row.settings.get("default"))):
        message = "A pattern such as A-{year}-{number:05} is needed here."
        faults.add("default", "bad_pattern", message)
        return None
    check_bounds(row, faults)
    field = make_field(row)
    if row.type in COMPUTED - {PATTERNED}:
        return check_computed(field, definition, registry, faults)
    check_default(row, field, faults)
    if row.type == SUB_TABLE:
        check_readers(field, definition, registry, "columns", faults)
    return field


def check_bounds(row: FieldRow, faults: Faults) -> None:
    """See that the least value is no larger than the largest, and neither beyond its type's."""
    settings = row.settings
    least, most = settings.get("min"), settings.get("max")
    if least is not None and most is not None and read_decimal(least) > read_decimal(most):
        faults.add("min", "out_of_range", "The smallest value is larger than the largest.")
    if row.type == SUB_TABLE and "." in f"{least}{most}":
        faults.add("min", "wrong_type", "A whole number is needed here.")
    top = LARGEST.get(row.type)
    if top is not None and most is not None and not 1 <= read_decimal(most) <= top:
        faults.add("max", "out_of_range", "From {min} to {max} is allowed.", min=1, max=top)
    if settings.get("encrypted") and settings.get("searchable"):
        message = "An encrypted field cannot be searched for parts of it: switch the search off."
        faults.add("searchable", "encrypted", message)


def check_default(row: FieldRow, field: Field, faults: Faults) -> None:
    """See that a field takes its own default."""
    default = row.settings.get("default")
    if default is not None and row.type not in COMPUTED:
        try:
            field.type.read(field, default, Environment("en", "UTC", now(), "CNY"))
        except FieldError as error:
            faults.take("default", error)


def becomes_sealed(row: FieldRow, settings: Mapping[str, Any], faults: Faults) -> bool:
    """Tell whether a field is encrypted from now on; the way back is another one's."""
    was, wanted = bool(row.settings.get("encrypted")), bool(settings.get("encrypted"))
    if was and not wanted:
        message = "Give the field its type anew, without encryption: its values are copied then."
        faults.add("encrypted", "fixed", message)
    return wanted and not was


def check_room(row: FieldRow, custom: Custom, definition: ObjectDef, faults: Faults) -> None:
    """See that the key is free and the object's limits are kept."""
    others = [each for each in custom.fields if each.object == row.object and each.id != row.id]
    live = [each for each in others if each.deleted_at is None]
    own = {each.key for each in definition.fields.values() if each.custom_id != row.code}
    if row.key in own or any(each.key == row.key for each in others):
        message = "The object has a field {key} already; it may lie in the recycle bin."
        faults.add("key", "taken", message, key=row.key)
    if len(live) >= FIELD_LIMIT:
        message = "An object has at most {limit} custom fields."
        faults.add("object", "too_many", message, limit=FIELD_LIMIT)
    indexed = sum(bool(each.settings.get("indexed")) for each in live)
    if row.settings.get("indexed") and indexed >= INDEX_LIMIT:
        message = "An object has at most {limit} indexed fields."
        faults.add("indexed", "too_many", message, limit=INDEX_LIMIT)


def known_type(wire: Any, faults: Faults) -> bool:
    """Tell whether a type exists, and note a fault if not."""
    if isinstance(wire, str) and wire in TYPES:
        return True
    message = "One of these is needed here: {allowed}."
    faults.add("type", "not_an_option", message, allowed=", ".join(TYPES))
    return False


def scale_of(type_: str, settings: Mapping[str, Any]) -> int:
    """Return the digits after the point that values of a row are stored with."""
    return int(settings.get("scale", SCALED.get(type_, 0)))


def with_settings(row: FieldRow, settings: Mapping[str, Any]) -> FieldRow:
    """Return the row with other settings."""
    return replace(row, settings=dict(settings))
