"""What a form is told of the display rules of an object, as far as its reader may know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import FangxinError
from fangxin.objects.registry import ObjectDef
from fangxin.records.filters import Children, Group, Node, Parser
from fangxin.records.reading import environment
from fangxin.rules.conditions import read_tree
from fangxin.rules.guard import rules_of
from fangxin.rules.row import RuleRow
from fangxin.rules.shapes import EFFECTS, OPTIONS

_NOTHING: Final[Mapping[str, Any]] = {}


def told_rules(ctx: Ctx, definition: ObjectDef) -> list[dict[str, Any]]:
    """Return the display rules: {"id", "only_on", "condition", "asked", "effects"}.

    A condition that looks at what the reader may not read in full is not told; `asked` says that
    the server tells whether it is met (see trying.acting).
    """
    rules = rules_of(definition)
    return (
        []
        if rules is None
        else [
            found for rule in rules.displays if (found := _told(ctx, definition, rule)) is not None
        ]
    )


def _told(ctx: Ctx, definition: ObjectDef, rule: RuleRow) -> dict[str, Any] | None:
    if rule.condition is not None and read_tree(ctx, definition, rule.condition) is None:
        return None  # it rests
    readable = ctx.rights.readable(definition)
    effects: dict[str, Any] = {
        word: [key for key in rule.keys(word) if key in readable] for word in EFFECTS
    }
    effects[OPTIONS] = {key: own for key, own in rule.options.items() if key in readable}
    if not any(effects.values()):
        return None
    plain = rule.condition is None or _readable(ctx, definition, rule.condition)
    return {
        "id": rule.id,
        "only_on": rule.only_on,
        "condition": rule.condition if plain else None,
        "asked": not plain,
        "effects": effects,
    }


def _readable(ctx: Ctx, definition: ObjectDef, tree: Any) -> bool:
    try:
        parser = Parser(ctx.registry, ctx.rights, environment(ctx))
        return _full(ctx, parser.parse(definition, tree).node)
    except FangxinError:
        return False


def _full(ctx: Ctx, node: Node | None) -> bool:
    if node is None:
        return True
    if isinstance(node, Group):
        return all(_full(ctx, each) for each in node.nodes)
    if isinstance(node, Children):
        return _full(ctx, node.where)
    sight = ctx.rights.readable(node.path.definition).get(node.path.field.key)
    return bool(sight == "full")
