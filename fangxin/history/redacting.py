"""What somebody else's view tells its reader: nothing about fields that he may not read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import Invalid
from fangxin.objects.registry import ObjectDef
from fangxin.records.filters import DEPTH, Children, Parser, resolve_path
from fangxin.records.reading import environment

Known = Callable[[Any], bool]


def redact(ctx: Ctx, definition: ObjectDef, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a view's config without the conditions, columns, sorts … on what the actor may not
    read; a part that is in no form a list knows is null.
    """

    def known(word: Any) -> bool:
        try:
            resolve_path(ctx.registry, ctx.rights, definition, word, "")
        except Invalid:
            return False
        return True

    found = dict(config)
    if found.get("filter") is not None:
        found["filter"] = _askable(ctx, definition, found["filter"], 1)
    for key, read in _PARTS.items():
        if found.get(key) is not None:
            try:
                found[key] = read(found[key], known)
            except (AttributeError, KeyError, TypeError):
                found[key] = None
    return found


def _askable(ctx: Ctx, definition: ObjectDef, tree: Any, depth: int) -> Any:
    """Return a filter tree without what the actor could not ask; None when nothing is left."""
    if not isinstance(tree, Mapping) or depth > DEPTH:
        return None
    for word in ("all", "any"):
        if isinstance(inner := tree.get(word), list):
            kept = [_askable(ctx, definition, each, depth + 1) for each in inner]
            left = [each for each in kept if each is not None]
            return {word: left} if left or not inner else None
    if "not" in tree:
        inner = _askable(ctx, definition, tree["not"], depth + 1)
        return None if inner is None else {"not": inner}
    # a relation alone, or a field that is only asked whether it is empty: as the parser finds them
    word = next((each for each in ("has", "has_not") if each in tree), "field")
    bare = {word: tree.get(word), **({"op": "empty"} if word == "field" else {})}
    try:
        node = Parser(ctx.registry, ctx.rights, environment(ctx)).parse(definition, bare).node
    except Invalid:
        return None
    if not isinstance(node, Children) or tree.get("where") is None:
        return dict(tree)
    where = _askable(ctx, node.definition, tree["where"], depth + 1)
    return {word: tree[word], **({} if where is None else {"where": where})}


def _sort(part: Any, known: Known) -> str | None:
    return ",".join(each for each in part.split(",") if known(each.removeprefix("-"))) or None


def _of_field(part: Any, known: Known) -> dict[str, Any] | None:
    """Return a board or calendar, null where its days or columns are of a field unknown here."""
    if "field" in part and not known(part["field"]):
        return None
    unknown_sum = part.get("sum") is not None and not known(part["sum"])
    return {**part, "sum": None} if unknown_sum else part


_PARTS: Final[Mapping[str, Callable[[Any, Known], Any]]] = {
    "sort": _sort,
    "group": lambda part, known: part if known(part.partition(":")[0]) else None,
    "columns": lambda part, known: [each for each in part if known(each["key"])],
    "totals": lambda part, known: {key: op for key, op in part.items() if known(key)},
    "board": _of_field,
    "calendar": _of_field,
}
