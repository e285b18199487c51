"""The register of exports: who took what out of the house, by which filter, how much and when.

It is read by who reads the register of looks at masked values, and nobody writes or clears it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import Forbidden
from fangxin.objects.registry import ObjectDef
from fangxin.sharing.registers import Register
from fangxin.sharing.reveal import REGISTER
from fangxin.transfer.tables import export_job

SAID: Final = 200
CONDITIONS: Final = 20
_COLUMNS: Final = tuple(
    export_job.c[name]
    for name in ("id", "at", "actor_id", "object", "options", "state", "processed")
)


_register: Final = Register("exported", _COLUMNS, "at", ["user"])


async def register(ctx: Ctx, cursor: str | None, limit: int) -> dict[str, Any]:
    """Return {"items", "next"}: everybody's exports, the latest first; Forbidden unless the actor
    administers users.
    """
    if not ctx.rights.allows(REGISTER):
        raise Forbidden
    return await _register.page(ctx, cursor, limit, _item)


def _item(ctx: Ctx, row: Sequence[Any]) -> dict[str, Any]:
    id_, at, actor, name, options, state, processed = row
    definition = ctx.registry.get(name)
    keys = options.get("fields")
    return {
        "id": id_,
        "at": at,
        "user": {"id": actor, "name": None, "object": "user"},
        "object": name,
        "label": definition.plural(ctx.locale) if definition else name,
        "source": options.get("source"),
        "format": options.get("format", "csv"),
        "state": state,
        "count": processed,
        "q": options.get("q"),
        "conditions": list(_told(ctx, definition, options.get("filter")))[:CONDITIONS],
        "fields": None if keys is None else [_label(ctx, definition, key) for key in keys],
    }


def _label(ctx: Ctx, definition: ObjectDef | None, path: Any) -> str:
    """Return a field's label as the reader says it; a path over links as it was written."""
    field = definition.fields.get(path) if definition and isinstance(path, str) else None
    return str(path)[:SAID] if field is None else field.spoken(ctx.locale)


def _told(ctx: Ctx, definition: ObjectDef | None, tree: Any) -> Iterator[dict[str, str]]:
    """Yield the conditions that are met all: {"field" as the reader says it, "op", "value"}. What
    any of several meets, or none, or a related record, is one condition, its inner ones the value.
    """
    if not isinstance(tree, Mapping):
        return
    if "field" in tree:
        value = _plain(tree.get("value"))
        yield _asked(_label(ctx, definition, tree["field"]), tree.get("op", ""), value)
    elif isinstance(inner := tree.get("all"), list):
        for each in inner:
            yield from _told(ctx, definition, each)
    elif word := next((each for each in ("any", "not") if each in tree), None):
        inner = tree[word] if word == "any" else [tree[word]]
        yield _asked("", word, _joined(ctx, definition, inner))
    elif word := next((each for each in ("has", "has_not") if each in tree), None):
        name = str(tree[word])
        child = ctx.registry.get(name.partition(".")[0])
        if definition is not None and name in definition.fields:
            child, said = definition.inside.get(name), _label(ctx, definition, name)
        else:
            said = child.plural(ctx.locale) if child else name
        yield _asked(said, word, _joined(ctx, child, [tree.get("where")]))


def _joined(ctx: Ctx, definition: ObjectDef | None, trees: Any) -> str:
    """Return conditions, each a tree, as one text."""
    if not isinstance(trees, list):
        return ""
    return "; ".join(
        " ".join(filter(None, each.values()))
        for tree in trees
        for each in _told(ctx, definition, tree)
    )


def _asked(field: str, op: Any, value: str) -> dict[str, str]:
    return {"field": field, "op": str(op)[:SAID], "value": value[:SAID]}


def _plain(value: Any) -> str:
    """Return what a condition compares with as text."""
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return "" if value is None else str(value)
