"""Guessing which column fills which field, from the header alone, in English and Chinese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from typing import Any, Final

import msgspec

from fangxin.fields.base import Field
from fangxin.kernel.context import Ctx
from fangxin.kernel.figures import unit_of_heading
from fangxin.kernel.i18n import LOCALES, translate
from fangxin.kernel.simplified import simplified
from fangxin.kernel.spreadsheets import Table
from fangxin.objects.registry import ObjectDef
from fangxin.transfer.guessing import guessed, told_by
from fangxin.transfer.mapping import brought_fields

ALIKE: Final = 0.86
SURE: Final = 1.0
# what a field is called goes before its key: "Job title" before "Title"
CALLED: Final = 1.05
# a header known for this very object goes before one known for a field of any object
SURER: Final = 1.1
# what forms say of their fields
_REMARK: Final = re.compile(r"[(（](?:必填|选填|required|optional)[)）]", re.IGNORECASE)
# "Company ID" is no company, "Lead Owner.id" no lead
_OTHER: Final = frozenset(
    {
        *("id", "ids", "count", "type", "checksum", "label", "status", "source", "owner", "stage"),
        *("size", "currency", "domain"),
    }
)
_EAST: Final = re.compile("[\u2e80-\u9fff\uac00-\ud7af]")


@cache
def _synonyms() -> Mapping[str, Sequence[str]]:
    """Return what other programs call our fields: field key (or object.key) to headers."""
    text = files("fangxin.transfer").joinpath("headers.json").read_bytes()
    found: dict[str, list[str]] = msgspec.json.decode(text)
    return {key: [plain(each) for each in names] for key, names in found.items()}


def plain(header: str) -> str:
    """Return a header without case, punctuation, "Entity - ", camel case and custom-field marks."""
    text = simplified(unicodedata.normalize("NFKC", header)).strip()
    text = _REMARK.sub("", text).removesuffix("__c").rstrip("*")
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def _called(field: Field) -> set[str]:
    """Return what people call a field."""
    labels = [field.label, *field.labels.values()]
    return {plain(each) for each in (*labels, *(translate(at, field.label) for at in LOCALES))}


def _names(definition: ObjectDef, field: Field) -> set[str]:
    known = _synonyms()
    found = {plain(field.key), *_called(field), *known.get(field.key, ())}
    found |= set(known.get(f"{definition.name}.{field.key}", ()))
    if field.key == definition.facts.title:
        said = [definition.facts.label, definition.name]
        said += [translate(locale, definition.facts.label) for locale in LOCALES]
        found |= {plain(each) for each in said} | {plain(f"{each} name") for each in said}
        found |= {plain(f"{each}名称") for each in said}
    # what another field's key says is that field: "Title" of a person is no name; "ID" is a code
    own = {field.key, "id"}
    return found - {plain(key) for key in definition.fields if key not in own} - {""}


def _likeness(header: str, names: set[str], known: Sequence[str], called: set[str]) -> float:
    if header in known:
        return SURER
    if header in names:
        return CALLED if header in called else SURE
    best = 0.0
    for name in names:
        rest = ""
        if header.endswith(f" {name}"):
            rest = header[: -len(name)]
        elif header.startswith(f"{name} "):
            rest = header[len(name) :]
        if rest and not _OTHER & {*rest.split()}:
            best = max(best, ALIKE)
        # most are too unlike in length already
        if 2 * min(len(header), len(name)) < ALIKE * (len(header) + len(name)):
            continue
        found = SequenceMatcher(None, header, name)
        if found.quick_ratio() > best:
            best = max(best, found.ratio())
    return best


def _all_names(definition: ObjectDef, fields: Sequence[Field]) -> dict[str, set[str]]:
    """Return how columns may be called that fill these fields, or parts of them."""
    names = {each.key: _names(definition, each) for each in fields}
    for each in fields:
        for part in each.type.parts:
            words = {plain(word) for word in (part, *(translate(at, part) for at in LOCALES))}
            place = f"{each.key}.{part}"
            names[place] = {f"{name} {word}" for name in names[each.key] for word in words}
            names[place] |= set(_synonyms().get(place, ()))
    return names


def suggest(ctx: Ctx, definition: ObjectDef, columns: Sequence[str]) -> dict[str, str]:
    """Return a field's key for each column that looks like one; each field at most once."""
    fillable = {*ctx.rights.editable(definition), *brought_fields(ctx, definition)}
    fields = [
        each
        for each in definition.fields.values()
        if (each.key in fillable or each.type.numbered) and each.type.storage(each)
    ]
    names = _all_names(definition, fields)
    known = {key: _synonyms().get(f"{definition.name}.{key}", ()) for key in names}
    called = {each.key: _called(each) for each in fields}
    other = _synonyms().get(f"{definition.name}.-", ())
    heads = [(at, column, _part(column, definition)) for at, column in enumerate(columns)]
    scored = [
        (_likeness(head, names[key], known[key], called.get(key, set())), -position, column, key)
        for position, column, head in heads
        if head not in other
        for key in names
    ]
    found: dict[str, str] = {}
    for score, _, column, key in sorted(scored, reverse=True):
        if score >= ALIKE and column not in found and key not in found.values():
            found[column] = key
    title = definition.facts.title
    if (halves := _halves(columns)) and title in fillable:
        holder = next((column for column, key in found.items() if key == title), "")
        # the whole name, where it stands in a column as well, goes before its halves
        if holder in halves or _part(holder, definition) not in names[title]:
            found.pop(holder, None)
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
    ctx: Ctx, definition: ObjectDef, suggested: Mapping[str, str], table: Table
) -> dict[str, Any]:
    """Return suggestions as a map, with what the file's first rows tell of how they are meant."""
    told = told_by(ctx, table)
    found = plain_map(definition, suggested, table.columns)
    for column, key in suggested.items():
        field = definition.fields.get(key)
        rules = guessed(told, field, column) if field is not None else {}
        if rules:
            entry = found["columns"][column]
            found["columns"][column] = {
                **(entry if isinstance(entry, dict) else {"field": entry}),
                **rules,
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
