"""What a client needs to know of the objects, in the reader's language and rights."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from fangxin.access.scope import ACTIONS, shares_any
from fangxin.api import answers, door, reading
from fangxin.arranging.arrange import pages, related_lists
from fangxin.arranging.remembered import Layouts, layouts_of
from fangxin.arranging.standard import declared_sections, facts_of, quick_fields, standard
from fangxin.fields.base import Field
from fangxin.fields.divisions import TREES
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import NotFound
from fangxin.kernel.i18n import translate
from fangxin.objects.declare import Action
from fangxin.objects.registry import ObjectDef
from fangxin.records.filters import MASKED_OPERATORS, Path, operator_names
from fangxin.records.plans import remember
from fangxin.rules.forms import told_rules

LISTED: Final = 7
ADMIN_GROUP: Final = "admin"
RIGHTS: Final = tuple(each for each in ACTIONS if each != "undo")
_FACT_KEYS: Final = ("max_length", "min", "max", "scale")

Incoming = Request[Any, Any, Any]
Word = FromPath[str]


def label_of(labelled: Any, fallback: str, locale: str) -> str:
    """Return a label: an administrator's own words, or the translated ones of the declaration."""
    own: Mapping[str, str] = labelled.labels
    return own.get(locale) or own.get("en") or translate(locale, fallback, {})


def _plain(value: Any) -> Any:
    """Return a default or bound as JSON, None where it only means something to the server."""
    return value if isinstance(value, str | int | float | bool | list) else None


def _option(option: Any, locale: str) -> dict[str, str]:
    label = label_of(option, option.label, locale)
    return {"key": option.key, "label": label, "color": option.color}


def _linked(field: Field) -> tuple[Field, ...]:
    """Return the column of a field whose lines are nothing but links."""
    return field.line if field.type.many else ()


def field_wire(field: Field, locale: str) -> dict[str, Any]:
    """Return what is true of a field for every reader; also the form of an action's parameter."""
    operators = list(field.type.operators(field))
    found: dict[str, Any] = {
        "key": field.key,
        "type": field.type.name,
        "label": label_of(field, field.label, locale),
        "help": translate(locale, field.help, {}) if field.help else "",
        "required": field.required,
        "read_only": field.read_only,
        "editable": not (field.read_only or field.system),
        "masked": False,
        "sortable": field.type.sort_column(field) is not None,
        "filterable": bool(operators),
        "custom": field.custom,
        "system": field.system,
        "operators": [*operators, "empty", "not_empty"] if operators else [],
        "result_type": getattr(field.type, "result_name", None),
        "aggregates": list(field.aggregates),
        "group_by": field.type.groups,
        "target": field.target or next((each.target for each in _linked(field)), None),
        "unique": field.unique,
        "encrypted": field.encrypted,
        "duplicate_key": field.duplicate_key,
        "default": None if field.read_only else _plain(field.default),
    }
    if field.options:
        found["options"] = [_option(each, locale) for each in field.options]
    if field.line and not _linked(field):
        found["columns"] = [field_wire(each, locale) for each in field.line]
    for name in _FACT_KEYS:
        value = getattr(field, name)
        if value is not None:
            found[name] = value if isinstance(value, int) else str(value)
    return found


def field_seen(ctx: Ctx, definition: ObjectDef, field: Field) -> dict[str, Any]:
    """Return what one reader may know of a field."""
    found = field_wire(field, ctx.locale)
    found["editable"] = field.key in ctx.rights.editable(definition)
    if found["operators"]:
        found["operators"] = operator_names(Path((), definition, field))
    if ctx.rights.readable(definition)[field.key] == "masked":
        hidden: dict[str, Any] = {"sortable": False, "aggregates": [], "group_by": False}
        kept = [each for each in found["operators"] if each in MASKED_OPERATORS]
        found |= {"masked": True, "operators": kept, **hidden}
    return found


def params_of(action: Action, known: Collection[str]) -> list[Field]:
    """Return the parameters of an action; where one names fields, those that a reader knows."""
    return [
        replace(each, options=tuple(one for one in each.options if one.key in known))
        if each.key == action.names_fields
        else each
        for each in action.params
    ]


def _actions(ctx: Ctx, definition: ObjectDef) -> list[dict[str, Any]]:
    mine = (each for each in definition.facts.actions if _may(ctx, definition, each.right))
    return [_action(ctx, definition, each) for each in mine]


def _action(ctx: Ctx, definition: ObjectDef, action: Action) -> dict[str, Any]:
    params = params_of(action, ctx.rights.readable(definition))
    return {
        "key": action.key,
        "label": translate(ctx.locale, action.label, {}),
        "icon": action.icon,
        "params": [field_wire(each, ctx.locale) for each in params],
        "primary": action.primary,
        "dangerous": action.dangerous,
        "when": action.when,
        "makes": [
            {"key": each.key, "object": each.object, "many": each.many} for each in action.makes
        ],
    }


def _navigation(ctx: Ctx, definition: ObjectDef) -> dict[str, Any] | None:
    """Where it stands in the side bar; what one only administers is no menu of those who may
    not.
    """
    place = definition.facts.navigation
    if place is None or (place.group == ADMIN_GROUP and not _may(ctx, definition, "update")):
        return None
    # skip object-name: the place in the menu, no purchase
    return {"group": place.group, "order": place.order}


def _tabs(ctx: Ctx, definition: ObjectDef) -> list[str]:
    """The timeline, and the objects that may be about any record."""
    about = [
        each.facts.path
        for each in ctx.registry.objects.values()
        if each is not definition
        and _may(ctx, each, "read")
        and any(field.type.references for field in each.fields.values())
    ]
    return ["timeline", *about]


def _layout(ctx: Ctx, definition: ObjectDef, layouts: Layouts) -> dict[str, Any]:
    layout = definition.facts.layout
    readable = ctx.rights.readable(definition)

    def seen(keys: Iterable[str]) -> list[str]:
        return [key for key in keys if key.partition(".")[0] in readable]

    listed = [
        each.key for each in definition.fields.values() if each.type.listed and not each.system
    ]
    plain = standard(ctx.registry, definition, "record")
    return {
        "list": seen(layout.list or listed[:LISTED]),
        "facts": seen(facts_of(definition)),
        "sections": [
            {"key": key, "label": translate(ctx.locale, label, {}), "fields": seen(keys)}
            for key, label, keys in declared_sections(definition)
        ],
        "quick_create": seen(quick_fields(definition)),
        "card": seen(layout.card or listed[1:4]),
        "related": related_lists(ctx, definition, plain),
        "tabs": _tabs(ctx, definition),
        "pages": pages(ctx, definition, layouts),
    }


def _may(ctx: Ctx, definition: ObjectDef, action: str) -> bool:
    return bool(ctx.rights.scope(definition.name, action).kind != "none")


def object_wire(ctx: Ctx, definition: ObjectDef, layouts: Layouts) -> dict[str, Any]:
    """Return everything about one object that this reader may know."""
    facts, layout = definition.facts, definition.facts.layout
    readable = ctx.rights.readable(definition)
    board = None
    if layout.board is not None and layout.board[0] in readable:
        total = layout.board[1] if layout.board[1] in readable else None
        board = {"field": layout.board[0], "sum": total}
    path = layout.stage_path
    return {
        "object": definition.name,
        "path": facts.path,
        "label": label_of(definition, facts.label, ctx.locale),
        "label_plural": definition.plural(ctx.locale),
        "icon": facts.icon,
        "module": facts.module,
        "custom": definition.custom_id is not None,
        "title_field": facts.title,
        "navigation": _navigation(ctx, definition),
        "rights": {
            **{action: _may(ctx, definition, action) for action in RIGHTS},
            "share": shares_any(ctx.rights, definition),
        },
        "fields": [
            field_seen(ctx, definition, each)
            for each in definition.fields.values()
            if each.key in readable
        ],
        "layout": _layout(ctx, definition, layouts),
        "board": board,
        "stage_path": {"field": path} if path is not None and path in readable else None,
        "default_sort": layout.default_sort,
        "document": facts.document is not None,
        "actions": _actions(ctx, definition),
        # skip object-name: those of its forms
        "rules": told_rules(ctx, definition),
    }


@dataclass(slots=True)
class _Known:
    """The metadata of readers with equal rights and language, behind a counter of the layouts."""

    at: int
    version: str
    whole: bytes
    singles: dict[str, bytes]


async def _catalogue(ctx: Ctx) -> _Known:
    """Return version, all objects together and each alone, made once until a layout changes."""
    layouts = await layouts_of(ctx)

    def make() -> _Known:
        singles = {
            name: msgspec.json.encode(object_wire(ctx, each, layouts))
            for name, each in ctx.registry.objects.items()
            if _may(ctx, each, "read")
        }
        parts = [ctx.registry.version.encode(), *singles.values()]
        version = hashlib.sha256(b"\n".join(parts)).hexdigest()[:16]
        whole = {"version": version, "objects": [msgspec.Raw(each) for each in singles.values()]}
        return _Known(layouts.at, version, msgspec.json.encode(whole), singles)

    key = ("metadata", ctx.locale, ctx.rights.key)
    found = remember(ctx.registry, key, make)
    if found.at != layouts.at:
        del ctx.registry.memory[key]
        found = remember(ctx.registry, key, make)
    return found


def _cached(request: Incoming, version: str, content: bytes) -> Response[Any]:
    etag = f'"{version}"'
    headers = {"etag": etag, "cache-control": "private, no-cache", "vary": "cookie, authorization"}
    if answers.unchanged(request, etag):
        return Response(None, status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=answers.JSON)


@get("/objects")
async def list_objects(request: Incoming) -> Response[Any]:
    """All objects that the reader may see, in full."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    found = await _catalogue(ctx)
    return _cached(request, found.version, found.whole)


@get("/objects/{name:str}")
async def get_object(request: Incoming, name: Word) -> Response[Any]:
    """One object, by its name or its path."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    definition = ctx.registry[name]
    found = await _catalogue(ctx)
    if definition.name not in found.singles:
        raise NotFound
    return _cached(request, found.version, found.singles[definition.name])


@cache
def _tree(name: str, locale: str) -> tuple[str, bytes]:
    tree = TREES[name]()
    items = [[code, tree.name(code, locale), tree.above(code)] for code in tree.names]
    content = msgspec.json.encode({"items": items})
    return hashlib.sha256(content).hexdigest()[:16], content


@get("/codes/{name:str}")
async def get_codes(request: Incoming, name: Word) -> Response[Any]:
    """All codes of a tree (region, industry, currency): code, name to the reader, code above."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    if name not in TREES:
        raise NotFound
    return _cached(request, *_tree(name, ctx.locale))


ROUTES: Final = (list_objects, get_object, get_codes)
