"""The layouts of an object for which nobody made any: from the declared Layout of its class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from fangxin.arranging.check import FORM, RECORD, needed, standard_lists
from fangxin.kernel.i18n import LOCALES, translate
from fangxin.objects.registry import ObjectDef, Registry

FACTS: Final = 6
QUICK: Final = 6
# the first facts stand above a panel's fields in any case
TILES: Final = 2
_MADE: Final = ("created_at", "created_by", "updated_at", "updated_by")


def _labels(msgid: str) -> dict[str, str]:
    return {locale: translate(locale, msgid) for locale in LOCALES} if msgid else {}


def _section(key: str, label: str, fields: Iterable[str]) -> dict[str, Any]:
    return {"key": key, "labels": _labels(label), "collapsed": False, "columns": [list(fields)]}


def facts_of(definition: ObjectDef) -> list[str]:
    """Return the fields in a record's head."""
    listed = [
        each.key for each in definition.fields.values() if each.type.listed and not each.system
    ]
    return list(definition.facts.layout.facts or listed[1 : FACTS + 1])[:FACTS]


def quick_fields(definition: ObjectDef) -> list[str]:
    """Return the fields that a new record begins with."""
    declared = definition.facts.layout.quick_create
    keys = dict.fromkeys(declared or (definition.facts.title, *needed(definition)))
    return list(keys)[:QUICK]


def declared_sections(definition: ObjectDef) -> Sequence[tuple[str, str, tuple[str, ...]]]:
    """Return (key, label, fields) of the sections; custom fields that none names stand in the
    last.
    """
    own = [each for each in definition.fields.values() if not each.system]
    sections = definition.facts.layout.sections
    sections = sections or (("details", "Details", tuple(each.key for each in own)),)
    placed = {key for _, _, keys in sections for key in keys}
    rest = tuple(each.key for each in own if each.custom and each.key not in placed)
    return (*sections, ("custom", "More fields", rest)) if rest else sections


def _sections(definition: ObjectDef, place: str) -> list[dict[str, Any]]:
    if place == FORM:
        first = dict.fromkeys((*quick_fields(definition), *needed(definition)))
        return [_section("first", "", first)]
    found = [_section(*each) for each in declared_sections(definition)]
    if place == RECORD:
        return [*found, _section("made", "System information", _MADE)]
    placed = {key for each in found for key in each["columns"][0]}
    facts = [key for key in facts_of(definition)[TILES:] if key not in placed]
    return [_section("facts", "", facts), *found] if facts else found


def standard(registry: Registry, definition: ObjectDef, place: str) -> Mapping[str, Any]:
    """Return the body (body.py) that holds for a place where nobody made another."""
    page = place == RECORD
    lists = standard_lists(registry, definition) if page else ()
    plain = {"columns": [], "hidden": False, "tab": None}
    tab = {
        "key": "details",
        "labels": _labels("Details"),
        "aside": page,
        "sections": _sections(definition, place),
    }
    return {
        "tabs": [tab],
        "related": [{"object": name, "field": key, **plain} for name, key in lists],
        "others": place == FORM,
    }
