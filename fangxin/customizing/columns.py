"""The columns of a sub-table as an administrator asks for them, each fault named by its place.

A column keeps its code, under which lines hold its values, its key and its type. One that is left
out rests in the bin for 30 days and comes back when it is sent with `deleted_at` null.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from fangxin.customizing.definition import (
    Faults,
    check_bounds,
    check_default,
    nests_deeply,
    read_key,
    read_labels,
    read_options,
    read_settings,
)
from fangxin.customizing.extend import LINE, bind_columns, make_column
from fangxin.customizing.naming import key_of
from fangxin.fields.base import Field
from fangxin.fields.catalogue import COLUMNS, NOT_IN_LINES, SCALED, SETTINGS
from fangxin.fields.sub_table import ID
from fangxin.kernel.clock import from_stored, now, to_stored
from fangxin.kernel.errors import FieldError
from fangxin.objects.custom import FieldRow
from fangxin.objects.registry import Registry

LIMIT: Final = 30
BIN: Final = timedelta(days=30)
_CODE: Final = re.compile(r"c[a-z0-9]{4,8}")
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
_OWN: Final = frozenset(
    {"code", "key", "type", "label", "labels", "options", "deleted_at", "summed"}
)
# what would change the meaning of what lines hold
_FIXED: Final = ("type", "target", "scale")
Column = dict[str, Any]


class _Within(Faults):
    """Faults of one column, noted at its place."""

    def __init__(self, outer: Faults, place: int) -> None:
        self.problems = outer.problems
        self.outer = outer
        self.place = f"columns/{place}"

    def add(self, place: str, code: str, message: str, /, **values: Any) -> None:
        self.outer.add(f"{self.place}/{place}", code, message, **values)

    def take(self, key: str, error: FieldError) -> None:
        self.outer.take(f"{self.place}/{key}", error)


def read_columns(
    wire: Any, before: Sequence[Column], registry: Registry, at: datetime, faults: Faults
) -> list[Column]:
    """Return the columns as they are stored, those in the bin last; `before` are those that were
    there.
    """
    if not isinstance(wire, list) or not 1 <= len(wire) <= 2 * LIMIT:
        faults.add("columns", "out_of_range", "From 1 to {limit} columns are needed.", limit=LIMIT)
        return []
    held = {each["key"]: each for each in before}
    sent = [
        (place, _read_column(each, held, registry, _Within(faults, place)))
        for place, each in enumerate(wire)
    ]
    read = [(place, column) for place, column in sent if column is not None]
    named = {column["key"]: column for _, column in read}
    if len(named) < len(read) or len({each["code"] for each in named.values()}) < len(named):
        faults.add("columns", "taken", "Two columns have the same key.")
    live = [(place, column) for place, column in read if column["deleted_at"] is None]
    if not 1 <= len(live) <= LIMIT:
        faults.add("columns", "out_of_range", "From 1 to {limit} columns are needed.", limit=LIMIT)
    if not faults.problems:
        _bind(live, faults)
    gone = [each for each in ({**held, **named}).values() if _rests(each, named)]
    since = {each["key"]: each.get("deleted_at") for each in before}
    resting = [{**each, "deleted_at": since.get(each["key"]) or to_stored(at)} for each in gone]
    return [
        *(column for _, column in live),
        *(each for each in resting if at - from_stored(each["deleted_at"]) <= BIN),
    ]


def asked_columns(
    type_: str,
    body: Mapping[str, Any],
    before: Mapping[str, Any],
    registry: Registry,
    faults: Faults,
) -> dict[str, Any]:
    """Return the setting of columns where the type has it; `before` are the settings it had."""
    if "columns" not in SETTINGS[type_]:
        return {}
    held = before.get("columns", ())
    return {"columns": read_columns(body.get("columns"), held, registry, now(), faults)}


def _rests(column: Column, named: Mapping[str, Column]) -> bool:
    return column["key"] not in named or column["deleted_at"] is not None


def _read_column(
    wire: Any, held: Mapping[str, Column], registry: Registry, faults: Faults
) -> Column | None:
    if not isinstance(wire, Mapping):
        faults.add("", "wrong_type", "A column has the keys key, type and labels.")
        return None
    labels = read_labels(wire.get("labels") or wire.get("label"), "labels", faults)
    key = read_key(wire.get("key") or key_of(labels, {ID, *held}, "column"), "key", faults, {ID})
    type_ = wire.get("type")
    if not isinstance(type_, str) or type_ not in COLUMNS:
        message = "One of these is needed here: {allowed}."
        faults.add("type", "not_an_option", message, allowed=", ".join(COLUMNS))
        return None
    known = (SETTINGS[type_] - NOT_IN_LINES) | _OWN
    for unknown in sorted(set(map(str, wire)) - known):
        faults.add(unknown[:80], "unknown_field", "There is no setting {field}.", field=unknown)
    old = held.get(key)
    plain = {name: each for name, each in wire.items() if name in known}
    column = {
        "code": _code(wire.get("code"), old),
        "key": key,
        "type": type_,
        "labels": labels,
        **read_settings(type_, plain, registry, faults),
        "deleted_at": wire.get("deleted_at"),
    }
    if "options" in SETTINGS[type_]:
        options = (old or {}).get("options") or ()
        column["options"] = read_options(wire.get("options"), options, faults)
    if wire.get("summed") is not None:
        column["summed"] = wire["summed"] is True
    if old is not None:
        _keep(column, old, faults)
    return column if key and labels else None


def _code(given: Any, old: Column | None) -> str:
    if old is not None:
        return str(old["code"])
    # a file of the configuration brings the codes of where it comes from
    if isinstance(given, str) and _CODE.fullmatch(given):
        return given
    return "c" + "".join(secrets.choice(_LETTERS) for _ in range(5))


def _keep(column: Column, old: Column, faults: Faults) -> None:
    """Refuse what would change the meaning of values that lines hold already."""
    for name in _FIXED:
        digits = SCALED.get(column["type"], 0) if name == "scale" else None
        if column.get(name, digits) != old.get(name, digits) and column["type"] != "formula":
            faults.add(name, "fixed", "This cannot be changed once the column is made.")


def _bind(live: Sequence[tuple[int, Column]], faults: Faults) -> None:
    """See that each column works: its bounds, its default, its formula."""
    fields: list[Field] = []
    for place, column in live:
        within, field = _Within(faults, place), make_column(column)
        settings = {key: column[key] for key in SETTINGS[column["type"]] if key in column}
        names = (column["key"], column["type"], column["labels"])
        row = FieldRow("", column["code"], "", *names, (), settings, now(), None)
        check_bounds(row, within)
        check_default(row, field, within)
        fields.append(field)
    try:
        bound = bind_columns(fields)
    except FieldError as error:
        key = error.values.get("formula")
        place = next((at for at, column in live if column["key"] == key), 0)
        _Within(faults, place).take("formula", error)
        return
    for (place, _), made in zip(live, bound, strict=True):
        if nests_deeply(made, LINE):
            message = "The formula is nested too deeply."
            _Within(faults, place).add("formula", "bad_formula", message, position=1)
