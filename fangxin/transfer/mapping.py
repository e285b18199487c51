"""The map of an import (MAP.json): which column fills which field, read and checked before any row.

    {"object": "opportunity", "match": "code", "mode": "upsert",
     "columns": {"deal_stage": {"field": "stage", "values": {"Won": "won"}},
                 "account": {"field": "account", "by": "name", "missing": "error|skip|create"}},
     "defaults": {"name": "{product} {opportunity_id}", "currency": "USD"}}

A column may be a field's key alone, null to leave it out, or a list to fill several fields. With
`missing: create`, `with` gives the new record's other fields. Texts in `defaults` and `with` may
name columns in braces; `{column:slug}` makes a word for an address of it. `default` of a column
fills its empty cells, `times` multiplies its numbers, and a field may be a part ("address.city").
`join` puts other columns' cells behind a column's own ({"columns": ["first"], "mark": " "}),
`split` takes a part of each cell ({"at": " ", "part": 1}; -1: the last), then `clean` names rules
(transfer/cleaning.py) that its texts go through, and then `values` maps them. `country` names the
column that says of which country a row's phone numbers are.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from typing import Any, Final, Literal, TypeAlias, cast, get_args

import msgspec

from fangxin.fields.base import Field
from fangxin.fields.many import target_of
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import FieldProblem, Invalid
from fangxin.objects.registry import ObjectDef
from fangxin.transfer.cleaning import Cleaning, read_cleaning

Mode: TypeAlias = Literal["create", "update", "upsert"]
Missing: TypeAlias = Literal["error", "skip", "create"]
MAP_KEYS: Final = ("object", "match", "mode", "columns", "defaults")
COLUMN_KEYS: Final = (
    *("field", "values", "by", "missing", "with", "default", "times"),
    *("join", "split", "clean", "country"),
)
# what the system fills otherwise; who looks after all data may bring it from where it comes from
CHANGED: Final = ("updated_at", "updated_by")
BROUGHT: Final = ("created_at", "created_by", *CHANGED)
CURRENCY: Final = "currency"
NOT_EDITABLE: Final = "Your role may not edit this field."
ONE_OF: Final = "One of these is needed here: {allowed}."
_PLACE: Final = re.compile(r"\{([^{}]+?)(:slug)?\}")


@dataclass(frozen=True, slots=True)
class Column:
    """One column (by position, -1: none, a template alone) filling one field."""

    name: str
    position: int
    field: Field
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    by: str | None = None
    missing: Missing = "error"
    others: Mapping[str, str] = dataclasses.field(default_factory=dict)
    template: str | None = None
    part: str | None = None
    times: Decimal | None = None
    cleaning: Cleaning | None = None
    # the object that the field links to, if it does; asked for with every cell
    target: str | None = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "target", target_of(self.field))

    def plain(self, cell: str, country: str | None = None) -> str:
        """Return the part of a cell that is meant, cleaned."""
        return cell if self.cleaning is None else self.cleaning.clean(cell, country)

    def text(self, cell: str, country: str | None = None) -> str:
        """Return what a cell says: its part, cleaned and mapped."""
        plain = self.plain(cell, country)
        return self.values.get(plain.casefold(), plain) if self.values else plain


@dataclass(frozen=True, slots=True)
class ImportMap:
    """A checked map. `match` is the field by which rows find their records; `columns` fill fields.

    `defaults` are columns too: templates that fill a new record's fields where no column did.
    """

    definition: ObjectDef
    columns: tuple[Column, ...]
    defaults: tuple[Column, ...]
    match: Field | None
    mode: Mode
    currency: str | None


def shipped_map(name: str) -> Any:
    """Return a map that comes with the product by its plain name, None when there is none."""
    place = files("fangxin.transfer").joinpath("maps", f"{name}.json")
    known = re.fullmatch(r"\w+", name) is not None and place.is_file()
    return msgspec.json.decode(place.read_bytes()) if known else None


def brought_fields(ctx: Ctx, definition: ObjectDef) -> list[str]:
    """Return the fields of the system that the actor may bring: when a record was made and changed
    where it comes from, and by whom.
    """
    allowed = ctx.rights.allows("admin.data")
    return [key for key in BROUGHT if key in definition.fields] if allowed else []


def slug(text: str) -> str:
    """Make a word that fits into an e-mail address: "Anna Snelling" becomes "anna.snelling"."""
    return re.sub(r"[^a-z0-9]+", ".", text.lower()).strip(".") or "unnamed"


def fill(template: str, cell: Callable[[str], str]) -> str:
    """Fill a template; `cell` gives the text of a column by name."""

    def put(found: re.Match[str]) -> str:
        text = cell(found[1])
        return slug(text) if found[2] else text

    return _PLACE.sub(put, template).strip()


def mentioned(template: str) -> list[str]:
    """Return the columns that a template names."""
    return [found[1] for found in _PLACE.finditer(template)]


class _Reader:
    """Reads a map and gathers all its faults."""

    def __init__(self, ctx: Ctx, definition: ObjectDef, header: Sequence[str]) -> None:
        self.definition = definition
        self.registry = ctx.registry
        self.rights = ctx.rights
        self.editable = ctx.rights.editable(definition)
        self.brought = brought_fields(ctx, definition)
        self.header: Mapping[str, int] = {name: at for at, name in enumerate(header)}
        self.faults: list[FieldProblem] = []

    def fault(self, pointer: str, code: str, message: str, **values: Any) -> None:
        """Note a fault of the map."""
        self.faults.append(FieldProblem(f"/map{pointer}", code, message, values))

    def keys(self, pointer: str, given: Any, allowed: Sequence[str]) -> Mapping[str, Any]:
        """Return an object of the map without keys that nobody knows."""
        if not isinstance(given, Mapping):
            self.fault(pointer, "wrong_type", "An object is needed here.")
            return {}
        for key in given:
            if key not in allowed:
                message = "There is no key {key} here. Known are: {allowed}."
                known = ", ".join(allowed)
                self.fault(f"{pointer}/{key}", "unknown_key", message, key=key, allowed=known)
        return given

    def field(self, pointer: str, key: Any) -> Field | None:
        """Return a field that the actor may fill by an import."""
        found = self.definition.fields.get(key) if isinstance(key, str) else None
        if found is None:
            values = {"object": self.definition.name, "field": str(key)[:80]}
            self.fault(pointer, "unknown_field", "{object} has no field {field}.", **values)
            return None
        brought = found.type.numbered or found.key == "id"
        brought = brought or found.key in self.brought
        if (found.read_only and not brought) or not found.type.storage(found):
            self.fault(pointer, "read_only", "This field is filled by the system.")
        elif found.key not in self.editable and not brought:
            self.fault(pointer, "not_editable", NOT_EDITABLE)
        return found

    def columns(self, given: Any) -> list[Column]:
        """Read the key `columns`."""
        if not isinstance(given, Mapping) or not given:
            self.fault("/columns", "required", "At least one column must fill a field.")
            return []
        found: list[Column] = []
        for name, entry in given.items():
            if entry is None:
                continue
            if name not in self.header:
                message = "The file has no column {column}."
                self.fault(f"/columns/{name}", "unknown_column", message, column=name)
                continue
            for each in entry if isinstance(entry, list) else [entry]:
                column = self.column(f"/columns/{name}", name, each)
                found += [column] if column is not None else []
        return found

    def column(self, pointer: str, name: str, entry: Any) -> Column | None:
        """Read one column."""
        plain = {"field": entry} if isinstance(entry, str) else entry
        given = self.keys(pointer, plain, COLUMN_KEYS)
        key, _, part = str(given.get("field")).partition(".")
        target = self.field(f"{pointer}/field", key)
        if part and target is not None and part not in target.type.parts:
            values = {"object": self.definition.name, "field": f"{key}.{part}"[:80]}
            self.fault(
                f"{pointer}/field", "unknown_field", "{object} has no field {field}.", **values
            )
        if target is None:
            return None
        return Column(
            name,
            self.header[name],
            target,
            self.texts(f"{pointer}/values", given.get("values") or {}, folded=True),
            self.by(f"{pointer}/by", target, given.get("by")),
            self.missing(f"{pointer}/missing", target, given.get("missing", "error")),
            self.others(f"{pointer}/with", target, given.get("with") or {}),
            self.template(f"{pointer}/default", given.get("default")),
            part or None,
            self.times(f"{pointer}/times", given.get("times")),
            read_cleaning(self, pointer, given, by_field=target.type.has_country),
        )

    def missing(self, pointer: str, target: Field, given: Any) -> Missing:
        """Read what becomes of a cell that names no record."""
        # a record of the same file may stand further down, and a list is not completed afterwards
        own = target.type.many and target_of(target) == self.definition.name
        allowed = [each for each in get_args(Missing) if each != "create" or not own]
        if given not in allowed:
            self.fault(pointer, "not_an_option", ONE_OF, allowed=", ".join(allowed))
        return cast(Missing, given)

    def linked(self, target: Field) -> ObjectDef | None:
        """Return the object that a field links to."""
        name = target_of(target)
        return self.registry.get(name) if name else None

    def times(self, pointer: str, given: Any) -> Decimal | None:
        """Read what numbers are multiplied by."""
        if given is None:
            return None
        if re.fullmatch(r"\d{1,12}(\.\d{1,12})?", str(given)) is None:
            self.fault(pointer, "wrong_type", 'A decimal number such as "12.5" is needed here.')
            return None
        return Decimal(str(given))

    def texts(self, pointer: str, given: Any, *, folded: bool = False) -> dict[str, str]:
        """Read an object of texts; `folded` ignores the case of its keys."""
        if not isinstance(given, Mapping):
            self.fault(pointer, "wrong_type", "An object is needed here.")
            return {}
        return {
            (str(key).strip().casefold() if folded else str(key)): _text(value)
            for key, value in given.items()
        }

    def by(self, pointer: str, target: Field, given: Any) -> str | None:
        """Read by which field of the target a link is found."""
        if given is None:
            return None
        there = self.linked(target)
        key = str(given)
        if there is None:
            self.fault(pointer, "not_a_link", "Only a link is found by a field of its target.")
        elif self.rights.readable(there).get(key) != "full" or not _looked_up(there.fields[key]):
            message = "{object} cannot be found by {field}."
            self.fault(pointer, "bad_key", message, object=there.name, field=key[:80])
        return key

    def others(self, pointer: str, target: Field, given: Any) -> dict[str, str]:
        """Read what a record made by `missing: create` gets beside its key."""
        found = self.texts(pointer, given)
        there = self.linked(target)
        for key, template in found.items():
            self.template(f"{pointer}/{key}", template)
            if there is None or key not in there.fields:
                message = "{object} has no field {field}."
                values = {"object": there.name if there else "record", "field": key[:80]}
                self.fault(f"{pointer}/{key}", "unknown_field", message, **values)
            elif key not in self.rights.editable(there):
                self.fault(f"{pointer}/{key}", "not_editable", NOT_EDITABLE)
        return found

    def template(self, pointer: str, given: Any) -> str | None:
        """Read a text that may name columns."""
        if given is None:
            return None
        found = _text(given)
        for name in mentioned(found):
            if name not in self.header:
                message = "The file has no column {column}."
                self.fault(pointer, "unknown_column", message, column=name)
        return found

    def defaults(self, given: Any) -> tuple[list[Column], str | None]:
        """Read the key `defaults`; `currency` is that of all money without one of its own."""
        found: list[Column] = []
        currency = None
        for key, text in self.texts("/defaults", given or {}).items():
            if key == CURRENCY and key not in self.definition.fields:
                currency = text
                continue
            target = self.field(f"/defaults/{key}", key)
            template = self.template(f"/defaults/{key}", text)
            if target is not None:
                found.append(Column("", -1, target, template=template))
        return found, currency

    def match(self, key: Any, columns: Sequence[Column]) -> Field | None:
        """Read the match key: a filled field whose values can be looked up."""
        if key is None:
            return None
        key = str(key)
        found = self.definition.fields.get(key)
        if found is None or not _finds(found):
            values = {"object": self.definition.name, "field": str(key)[:80]}
            self.fault("/match", "bad_key", "{object} cannot be found by {field}.", **values)
        elif all(column.field.key != key for column in columns):
            self.fault("/match", "bad_key", "No column fills the match key {field}.", field=key)
        return found


def _finds(found: Field) -> bool:
    """Tell whether records can be looked up by the field: what is unique, or any text."""
    operators = found.type.operators(found)
    plain = found.unique or found.key == "id" or "contains" in operators
    return found.target is None and _looked_up(found) and plain


def _looked_up(found: Field) -> bool:
    return "in" in found.type.operators(found)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def read_map(
    ctx: Ctx,
    definition: ObjectDef,
    given: Any,
    header: Sequence[str],
    *,
    mode: str | None = None,
    match: str | None = None,
) -> ImportMap:
    """Check a map against the object and the file's columns, or raise Invalid with every fault.

    `mode` and `match` stand in for those of the map; without a match key rows are only created.
    """
    reader = _Reader(ctx, definition, header)
    plain = reader.keys("", given, MAP_KEYS)
    named = plain.get("object")
    if named is not None and ctx.registry.get(str(named)) is not definition:
        message = "This map is for {object}."
        reader.fault("/object", "other_object", message, object=str(named)[:80])
    columns = reader.columns(plain.get("columns"))
    defaults, currency = reader.defaults(plain.get("defaults"))
    key = reader.match(match or plain.get("match"), columns)
    chosen = mode or plain.get("mode") or ("upsert" if key else "create")
    if chosen not in get_args(Mode):
        reader.fault("/mode", "not_an_option", ONE_OF, allowed=", ".join(get_args(Mode)))
    if chosen != "create" and key is None:
        reader.fault("/match", "required", "To change records, name the field they are found by.")
    _check_repeats(reader, columns)
    if reader.faults:
        raise Invalid("The map does not fit.", code="bad_map", errors=reader.faults)
    return ImportMap(definition, tuple(columns), tuple(defaults), key, cast(Mode, chosen), currency)


def _check_repeats(reader: _Reader, columns: Sequence[Column]) -> None:
    seen: set[tuple[str, str | None]] = set()
    for column in columns:
        place = (column.field.key, column.part)
        if place in seen:
            message = "Two columns fill the field {field}."
            reader.fault(f"/columns/{column.name}", "repeated_field", message, field=place[0])
        seen.add(place)
