"""From a layout to what one reader sees of it: in his language, without what he may not read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from fangxin.arranging.check import (
    FORM,
    RECORD,
    listable,
    needed,
    placeable,
    standard_lists,
    telling,
)
from fangxin.arranging.remembered import Laid, Layouts
from fangxin.arranging.standard import standard
from fangxin.kernel.context import Ctx
from fangxin.objects.registry import ObjectDef

PLACES: Final = (RECORD, FORM, "panel")


def _word(labels: Mapping[str, str], locale: str) -> str:
    return labels.get(locale) or labels.get("en") or next(iter(labels.values()), "")


def _allowed(ctx: Ctx, definition: ObjectDef, place: str) -> set[str]:
    """Return the fields that this reader meets there: of a form those that he may fill."""
    if place == FORM:
        return set(ctx.rights.editable(definition))
    fields = definition.fields
    return {key for key in ctx.rights.readable(definition) if placeable(fields[key])}


def _sections(ctx: Ctx, sections: Iterable[Any], allowed: set[str]) -> list[dict[str, Any]]:
    found = []
    for each in sections:
        columns = [[key for key in column if key in allowed] for column in each["columns"]]
        if any(columns):
            found.append(
                {
                    "key": each["key"],
                    "label": _word(each["labels"], ctx.locale),
                    "collapsed": each["collapsed"],
                    "columns": columns,
                }
            )
    return found


def related_lists(ctx: Ctx, definition: ObjectDef, body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the lists of a page in their order, each with its tab: those that the body names, then
    those that it does not know of.
    """
    known = listable(ctx.registry, definition)
    named = {(each["object"], each["field"]): each for each in body["related"]}
    order = dict.fromkeys((*named, *standard_lists(ctx.registry, definition)))
    found = []
    for name in order:
        child, given = known.get(name), named.get(name, {})
        if child is None or given.get("hidden"):
            continue
        readable, link = ctx.rights.readable(child), child.fields[name[1]]
        told = readable.get(link.key) == "full" or (link.key in readable and not link.type.many)
        # two lists of one object are told apart by the links
        others = sum(each[0] == name[0] for each in order) > 1
        label = child.plural(ctx.locale)
        if told and ctx.rights.scope(child.name, "read").kind != "none":
            found.append(
                {
                    "object": child.name,
                    "path": child.facts.path,
                    "field": name[1],
                    "label": f"{label} · {link.spoken(ctx.locale)}" if others else label,
                    "columns": [key for key in given.get("columns", ()) if key in readable],
                    "tab": given.get("tab"),
                }
            )
    return found


def _needed_in(ctx: Ctx, definition: ObjectDef, placed: set[str]) -> list[dict[str, Any]]:
    """Return a section of what became required after a form was laid out."""
    missing = [key for key in needed(definition) if key not in placed]
    section = {"key": "needed", "labels": {}, "collapsed": False, "columns": [missing]}
    return _sections(ctx, [section], _allowed(ctx, definition, FORM))


def page(ctx: Ctx, definition: ObjectDef, place: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the reader sees of one body; fields that went or that he may not read are
    skipped, and with them sections and tabs that nothing is left of.
    """
    allowed = _allowed(ctx, definition, place)
    placed = {
        key
        for tab in body["tabs"]
        for section in tab["sections"]
        for column in section["columns"]
        for key in column
    }
    lists = related_lists(ctx, definition, body) if place == RECORD else []
    tabs = []
    for tab in body["tabs"]:
        sections = _sections(ctx, tab["sections"], allowed)
        inside = [each for each in lists if each["tab"] == tab["key"]]
        if sections or inside:
            label = _word(tab["labels"], ctx.locale)
            made = {"key": tab["key"], "label": label, "aside": tab["aside"]}
            tabs.append({**made, "sections": sections, "related": inside})
    if place == FORM and tabs:
        tabs[0]["sections"] += _needed_in(ctx, definition, placed)
    others = [
        key
        for key, field in definition.fields.items()
        if body["others"] and key in allowed and key not in placed and not field.system
    ]
    keys = {tab["key"] for tab in tabs}
    beside = [each for each in lists if each["tab"] not in keys]
    return {"tabs": tabs, "related": beside, "others": others}


def _fits(ctx: Ctx, definition: ObjectDef, laid: Laid) -> bool:
    """Tell whether a layout is meant for the reader's role, by a field that he reads in full."""
    if laid.roles and ctx.rights.role_id not in laid.roles:
        return False
    if laid.record_type is None:
        return True
    field = definition.fields.get(laid.record_type["field"])
    seen = field is not None and ctx.rights.readable(definition).get(field.key) == "full"
    return field is not None and seen and telling(field)


def pages(ctx: Ctx, definition: ObjectDef, layouts: Layouts) -> dict[str, list[dict[str, Any]]]:
    """Return what may be shown at each place: the first whose `when` a record meets is; the last
    has none.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for place in PLACES:
        found[place] = []
        for laid in layouts.by_place.get((definition.name, place), ()):
            if _fits(ctx, definition, laid):
                seen = page(ctx, definition, place, laid.body)
                found[place].append({"id": laid.id, "when": laid.record_type, **seen})
                if laid.record_type is None:
                    break
        else:
            body = standard(ctx.registry, definition, place)
            seen = page(ctx, definition, place, body)
            found[place].append({"id": None, "when": None, **seen})
    return found
