"""Guessing which column fills which field, from the header alone, in English and Chinese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any, Final

import msgspec

from fangxin.fields.base import Field
from fangxin.kernel.context import Ctx
from fangxin.kernel.figures import unit_of_heading
from fangxin.kernel.i18n import LOCALES, translate
from fangxin.kernel.spreadsheets import Table, rows
from fangxin.objects.registry import ObjectDef
from fangxin.transfer.cleaning import order_of_days
from fangxin.transfer.mapping import brought_fields

# rows by which the order of a day's parts is told
SNIFFED: Final = 500
ALIKE: Final = 0.86
SURE: Final = 1.0
# a header known for this very object goes before one known for a field of any object
SURER: Final = 1.1
_EAST: Final = re.compile("[\u2e80-\u9fff\uac00-\ud7af]")


@cache
def _synonyms() -> Mapping[str, Sequence[str]]:
    """Return what other programs call our fields: field key (or object.key) to headers."""
    text = files("fangxin.transfer").joinpath("headers.json").read_bytes()
    found: dict[str, list[str]] = msgspec.json.decode(text)
    return {key: [plain(each) for each in names] for key, names in found.items()}


def plain(header: str) -> str:
    """Return a header without case, punctuation, "Entity - ", camel case and custom-field marks."""
    text = unicodedata.normalize("NFKC", header).strip().removesuffix("__c").rstrip("*")
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def _names(ctx: Ctx, definition: ObjectDef, field: Field) -> set[str]:
    labels = [field.label, *field.labels.values()]
    labels += [translate(locale, field.label) for locale in LOCALES]
    known = _synonyms()
    found = {plain(field.key), *map(plain, labels), *known.get(field.key, ())}
    found |= set(known.get(f"{definition.name}.{field.key}", ()))
    if field.key == definition.facts.title:
        own = [definition.facts.label, definition.name]
        own += [translate(locale, definition.facts.label) for locale in LOCALES]
        found |= {plain(each) for each in own} | {plain(f"{each} name") for each in own}
        found |= {plain(f"{each}名称") for each in own}
    return found - {""}


def _likeness(header: str, names: set[str], known: Sequence[str]) -> float:
    if header in known:
        return SURER
    if header in names:
        return SURE
    best = 0.0
    for name in names:
        if header.endswith(f" {name}") or header.startswith(f"{name} "):
            best = max(best, ALIKE)
        best = max(best, SequenceMatcher(None, header, name).ratio())
    return best


def suggest(ctx: Ctx, definition: ObjectDef, columns: Sequence[str]) -> dict[str, str]:
    """Return a field's key for each column that looks like one; each field at most once."""
    fillable = {*ctx.rights.editable(definition), *brought_fields(ctx, definition)}
    fields = [
        each
        for each in definition.fields.values()
        if (each.key in fillable or each.type.numbered) and each.type.storage(each)
    ]
    names = {each.key: _names(ctx, definition, each) for each in fields}
    names |= {
        f"{each.key}.{part}": {
            f"{name} {plain(word)}"
            for name in names[each.key]
            for word in (part, *(translate(locale, part) for locale in LOCALES))
        }
        for each in fields
        for part in each.type.parts
    }
    known = {key: _synonyms().get(f"{definition.name}.{key}", ()) for key in names}
    scored = [
        (_likeness(_part(column, definition), names[key], known[key]), -position, column, key)
        for position, column in enumerate(columns)
        for key in names
    ]
    found: dict[str, str] = {}
    for score, _, column, key in sorted(scored, reverse=True):
        if score >= ALIKE and column not in found and key not in found.values():
            found[column] = key
    if (halves := _halves(columns)) and (title := definition.facts.title) in fillable:
        holder = next((column for column, key in found.items() if key == title), None)
        if holder is None or holder in halves:
            found.pop(holder or "", None)
            found[halves[0]] = title
    return {column: found[column] for column in columns if column in found}


def _halves(columns: Sequence[str]) -> tuple[str, str] | None:
    """Return the columns of a person's name that comes in two, in the order in which it is said."""
    known = _synonyms()
    given, family = (
        next((each for each in columns if plain(each) in known[key]), None)
        for key in ("given name", "family name")
    )
    if given is None or family is None:
        return None
    return (family, given) if _EAST.search(family) else (given, family)


def joins(
    definition: ObjectDef, suggested: Mapping[str, str], columns: Sequence[str]
) -> dict[str, Any]:
    """Return what suggested columns need behind their own cells, as maps write it: the other half
    of a name.
    """
    halves = _halves(columns)
    if halves is None or suggested.get(halves[0]) != definition.facts.title:
        return {}
    mark = "" if _EAST.search(halves[0]) else " "
    return {halves[0]: {"columns": [halves[1]], "mark": mark}}


def _part(column: str, definition: ObjectDef) -> str:
    """Return a header like "Person - Phone" without the entity, when that is this object."""
    entity, mark, rest = column.partition(" - ")
    if not mark:
        return plain(column)
    own = {plain(definition.name), *_synonyms().get(f"{definition.name}.", ())}
    return plain(rest) if plain(entity) in own else plain(column)


def times_of(definition: ObjectDef, suggested: Mapping[str, str], column: str) -> str | None:
    """Return by what the figures of a suggested column are to be multiplied, as its header says."""
    field = definition.fields.get(suggested.get(column, ""))
    if field is None or "sum" not in field.type.aggregates:
        return None
    unit = unit_of_heading(column)
    return None if unit is None else str(unit)


def suggested_map(
    definition: ObjectDef, suggested: Mapping[str, str], table: Table
) -> dict[str, Any]:
    """Return suggestions as a map, with what the file's first rows tell of the order of days."""
    sample = [row.cells for row in islice(rows(table), SNIFFED) if row.fault is None]
    found = plain_map(definition, suggested, table.columns)
    for place, column in enumerate(table.columns):
        field = definition.fields.get(suggested.get(column, ""))
        order = order_of_days(cells[place] for cells in sample) if field is not None else None
        if field is not None and order in {"dmy", "mdy"} and "min" in field.type.aggregates:
            entry = found["columns"][column]
            found["columns"][column] = {
                **(entry if isinstance(entry, dict) else {"field": entry}),
                "clean": [order],
            }
    return found


def plain_map(
    definition: ObjectDef, suggested: Mapping[str, str], columns: Sequence[str]
) -> dict[str, Any]:
    """Return suggestions as a map. Who made a record elsewhere need not be known here."""
    found: dict[str, Any] = dict(suggested)
    for column, key in suggested.items():
        if times := times_of(definition, suggested, column):
            found[column] = {"field": key, "times": times}
    for column, join in joins(definition, suggested, columns).items():
        found[column] = {"field": suggested[column], "join": join}
    for column, key in suggested.items():
        field = definition.fields.get(key)
        if field is not None and field.system and field.target:
            found[column] = {"field": key, "missing": "skip"}
    return {"columns": found}
