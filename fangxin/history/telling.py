"""A changed setting in the reader's words: nested data taken apart, each part named, each value
said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fangxin.fields.base import Option
from fangxin.history.noting import COMPANY, FIELD, OBJECT, VIEW
from fangxin.history.redacting import redact
from fangxin.kernel.context import Ctx
from fangxin.kernel.i18n import translate
from fangxin.objects.registry import ObjectDef

_KINDS: Final = {
    each.key: each.label
    for each in (
        Option(FIELD, "Custom field"),
        Option(OBJECT, "Custom object"),
        Option(COMPANY, "Company settings"),
        Option(VIEW, "Shared view"),
    )
}
_WORDS: Final = {
    each.key: each.label
    for each in (
        Option("object", "Object"),
        Option("key", "Key"),
        Option("type", "Type"),
        Option("labels", "Label"),
        Option("labels_plural", "Plural label"),
        Option("name", "Name"),
        Option("path", "Path"),
        Option("icon", "Icon"),
        Option("options", "Options"),
        Option("required", "Required"),
        Option("unique", "No duplicates"),
        Option("indexed", "Indexed"),
        Option("searchable", "Found by search"),
        Option("help", "Help text"),
        Option("default", "Default"),
        Option("min", "Smallest value"),
        Option("max", "Largest value"),
        Option("scale", "Decimal places"),
        Option("max_length", "Longest text"),
        Option("target", "Links to"),
        Option("formula", "Formula"),
        Option("over", "Rolled up over"),
        Option("function", "Function"),
        Option("of", "Field"),
        Option("filter", "Filter"),
        Option("kind", "Kind"),
        Option("config", "Contents"),
        Option("columns", "Columns"),
        Option("sort", "Sort order"),
        Option("group", "Grouped by"),
        Option("shared", "Shared"),
        Option("roles", "For roles"),
        Option("pinned", "Pinned"),
        Option("color", "Colour"),
        Option("company_name", "Company name"),
        Option("base_currency", "Base currency"),
        Option("timezone", "Time zone"),
        Option("cascades", "Who sees the parent sees this too"),
        Option("duplicates", "Duplicates"),
        Option("tell_unseen", "Tell of duplicates one may not see"),
        Option("company_address", "Address"),
        Option("company_phone", "Phone"),
        Option("company_tax_number", "Tax number"),
        Option("company_bank", "Bank"),
        Option("company_name_en", "Company name in English"),
        Option("company_address_en", "Address in English"),
        Option("company_bank_en", "Bank in English"),
        Option("en", "English"),
        Option("zh-CN", "Chinese"),
        Option("read", "See"),
        Option("create", "Create"),
        Option("update", "Change"),
        Option("delete", "Delete"),
        Option("export", "Export"),
        Option("import", "Import"),
        Option("bulk", "In bulk"),
        Option("edit", "Edit"),
        Option("chosen", "Chosen departments"),
    )
}
# what values of rights mean; elsewhere a text is shown as it was written
_VALUES: Final = {
    each.key: each.label
    for each in (
        Option("none", "None"),
        Option("own", "Own"),
        Option("department", "Department"),
        Option("department_below", "Department and below"),
        Option("all", "All"),
        Option("full", "In full"),
        Option("masked", "Masked"),
    )
}
_RIGHTS: Final = ("grants", "field_rules")
# of a new or removed setting, what it was made of; the rest says nothing new
_PARTS_SHOWN: Final = 60
_JOIN: Final = " › "

Change = dict[str, Any]


def kind_label(ctx: Ctx, kind: str) -> str:
    """Return what a kind of setting is called."""
    definition = ctx.registry.get(kind)
    label = _KINDS.get(kind) or (definition.facts.label if definition else kind)
    return translate(ctx.locale, label)


def name_of_setting(ctx: Ctx, kind: str, about: Mapping[str, Any]) -> str:
    """Return the name of a setting that is no record."""
    labels = about.get("labels") or {}
    spoken = labels.get(ctx.locale) or labels.get("en") or next(iter(labels.values()), None)
    return str(spoken or about.get("key") or about.get("object") or kind_label(ctx, kind))


def told_changes(ctx: Ctx, kind: str, verb: str, payload: Mapping[str, Any]) -> list[Change]:
    """Return [{"field", "label", "before", "after"}], a line for each part that differs; `payload`
    has the sides of a plain setting, or under `plain` the changes of a record as they are read.
    """
    if "plain" in payload:
        sides = [
            (each["field"], each["label"], each["before"], each["after"])
            for each in payload["plain"]
        ]
    else:
        before, after = (_seen(ctx, kind, payload, side) for side in ("before", "after"))
        sides = [
            (key, _word(ctx, key), before.get(key), after.get(key))
            for key in dict.fromkeys([*before, *after])
        ]
    found: list[Change] = []
    for key, label, old, new in sides:
        for path, one, other in _parts(old, new):
            words = [label, *_path(ctx, key, path)]
            rights = key in _RIGHTS
            told = [_said(ctx, key, side, rights=rights) for side in (one, other)]
            found.append(
                {"field": key, "label": _JOIN.join(words), "before": told[0], "after": told[1]}
            )
    return found[:_PARTS_SHOWN]


def _seen(ctx: Ctx, kind: str, payload: Mapping[str, Any], side: str) -> Mapping[str, Any]:
    """Return a side without what a view says of fields that the reader does not see."""
    values: Mapping[str, Any] = payload.get(side) or {}
    target = (payload.get("about") or {}).get("object")
    definition = ctx.registry.get(target) if kind == VIEW and target else None
    if definition is None or not values.get("config"):
        return values
    return {**values, "config": redact(ctx, definition, values["config"])}


def _parts(old: Any, new: Any) -> list[tuple[tuple[str, ...], Any, Any]]:
    """Take two values apart as far as both are objects: (path, before, after) of what differs."""
    if old == new or (_empty(old) and _empty(new)):
        return []
    left, right = _keyed(old), _keyed(new)
    if left is None or right is None:
        return [((), old, new)]
    return [
        ((str(key), *path), one, other)
        for key in dict.fromkeys([*left, *right])
        for path, one, other in _parts(left.get(key), right.get(key))
    ]


def _empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _keyed(value: Any) -> Mapping[str, Any] | None:
    """Return what can be taken apart: an object that is no link, a list of objects with keys; what
    is empty counts as an empty one.
    """
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return None if {"id", "name", "object"} == set(value) else value
    if isinstance(value, list) and value and all(_has_key(each) for each in value):
        return {each["key"]: {k: v for k, v in each.items() if k != "key"} for each in value}
    return None


def _has_key(value: Any) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("key"), str)


def _word(ctx: Ctx, key: str) -> str:
    return translate(ctx.locale, _WORDS.get(key, key))


def _path(ctx: Ctx, key: str, path: Sequence[str]) -> list[str]:
    """Name the steps of a path: objects and their fields by label, known words in the language."""
    words: list[str] = []
    around: ObjectDef | None = None
    for step in path:
        head, _, rest = step.partition(".")
        definition: ObjectDef | None = ctx.registry.get(head)
        field = around.fields.get(step) if around is not None else None
        if key in {"options", "names"} and step not in _WORDS:
            words.append(step)
        elif field is not None:
            words.append(field.spoken(ctx.locale))
        elif definition is not None:
            around = definition
            words.append(definition.plural(ctx.locale))
            link = definition.fields.get(rest)
            words += [link.spoken(ctx.locale)] if link is not None else []
        else:
            words.append(_word(ctx, step))
    return words


def _said(ctx: Ctx, key: str, value: Any, *, rights: bool) -> Any:
    """Return a value as the reader would say it; what has no word stays as it is."""
    if rights and isinstance(value, str) and value in _VALUES:
        return translate(ctx.locale, _VALUES[value])
    if key in {"object", "target"} and isinstance(value, str):
        definition = ctx.registry.get(value)
        return definition.plural(ctx.locale) if definition is not None else value
    return value
