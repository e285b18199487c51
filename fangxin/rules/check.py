"""Rules must make sense when they are made: fields that are there, operators that fit, states that
exist, no circle. Each fault is named with its place; nothing is left for the day of a write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from fangxin.access.contexts import elevated
from fangxin.customizing.configuration import move_definitions
from fangxin.fields.base import Field
from fangxin.kernel.errors import FieldProblem, Forbidden, Invalid
from fangxin.kernel.ids import is_id
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records.reading import find_ids, get_many
from fangxin.rules.conditions import fields_in, parse
from fangxin.rules.guard import rules_of
from fangxin.rules.row import DISPLAY, GATE, RULE, VALIDATION, RuleRow
from fangxin.rules.shapes import OPTIONS

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx
    from fangxin.records.keys import Fetch

PERMISSION: Final = "admin.fields"
ADMINISTERED: Final = "admin"
# which parts a kind needs, and which it may have beside them
_NEEDS: Final = {VALIDATION: ("condition", "messages"), DISPLAY: ("effects",), GATE: ("state",)}
_TAKES: Final = {
    VALIDATION: ("condition", "messages", "state", "field"),
    DISPLAY: ("condition", "effects"),
    GATE: ("condition", "messages", "state", "field", "effects", "needs"),
}
_PARTS: Final = ("condition", "state", "needs", "effects", "field", "messages")
_SHOWN: Final = ("show", "hide")


async def prepare_rules(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Put the object's own name for its path, and ids for the keys of states ("won")."""
    for change in changes:
        definition = ctx.registry.get(str(change.values.get("of_object")))
        if definition is not None:
            change.values["of_object"] = definition.name
        if change.values.get("state"):
            change.values["state"] = await with_ids(ctx, tx.fetch, change)


async def with_ids(ctx: Ctx, fetch: Fetch, change: Change) -> Any:
    """Return the state of a rule with the keys of linked records replaced by their ids."""
    state = change.values["state"]
    definition = ctx.registry.get(str(change.get("of_object")))
    link = definition.fields.get(state["field"]) if definition is not None else None
    target = ctx.registry.get(link.target) if link is not None and link.target else None
    words = [each for each in state["values"] if not is_id(each)]
    if target is None or target.facts.natural_key is None or not words:
        return state
    named: list[str] = []
    for each in state["values"]:
        tree = {"field": target.facts.natural_key, "op": "is", "value": each}
        found = [] if is_id(each) else await find_ids(elevated(ctx), target, tree, fetch=fetch)
        named += [id_ for id_, _ in found] or [each]
    return {**state, "values": list(dict.fromkeys(named))}


async def check_rules(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Refuse who may not shape objects, and rules that make no sense."""
    if not ctx.rights.own.allows(PERMISSION):
        raise Forbidden("Only who may administer fields can change rules.", code="admin_fields")
    for change in changes:
        if change.verb in {"create", "update", "restore"}:
            await check_rule(ctx, tx.fetch, row_of(change))


async def move_rules(ctx: Ctx, tx: Tx, _changes: Sequence[Change]) -> None:
    """Make every worker read the rules anew."""
    await move_definitions(ctx, tx)


def row_of(change: Change) -> RuleRow:
    """Return the rule that a change makes."""
    keys = [each for each in RuleRow.__slots__ if each not in {"id", "order"}]
    return RuleRow(id=change.id, order=0, **{key: change.get(key) for key in keys})


async def check_rule(ctx: Ctx, fetch: Fetch, rule: RuleRow) -> ObjectDef:
    """Return the object of a rule that makes sense, or raise Invalid naming every fault."""
    definition: ObjectDef | None = ctx.registry.get(rule.of_object)
    if definition is None:
        raise _faulty("/of_object", "unknown_object", "There is no object {name}.", rule.of_object)
    place = definition.facts.navigation
    if definition.name == RULE or (place is not None and place.group == ADMINISTERED):
        message = "{name} are settings, which have checks of their own and take no rules."
        raise _faulty("/of_object", "not_ruled", message, definition.plural(ctx.locale))
    faults = [*_part_faults(rule), *_tree_faults(ctx, definition, rule)]
    faults += _field_faults(definition, rule)
    faults += _option_faults(definition, rule)
    faults += await _state_faults(ctx, fetch, definition, rule)
    if not faults and rule.kind == DISPLAY:
        faults += _circles(ctx, definition, rule)
    if faults:
        raise Invalid(errors=faults)
    return definition


def _faulty(pointer: str, code: str, message: str, name: str) -> Invalid:
    return Invalid(errors=[FieldProblem(pointer, code, message, {"name": name[:80]})])


def _part_faults(rule: RuleRow) -> Iterator[FieldProblem]:
    for part in _NEEDS[rule.kind]:
        if not getattr(rule, part):
            yield FieldProblem(f"/{part}", "required", "This field is required.")
    for part in _PARTS:
        if getattr(rule, part) and part not in _TAKES[rule.kind]:
            message = "A rule of this kind has no {part}."
            yield FieldProblem(f"/{part}", "not_for_kind", message, {"part": part})
    if rule.kind != GATE:
        return
    for effect in rule.effects or ():
        if effect != "require":
            message = "A rule of this kind has no {part}."
            yield FieldProblem(f"/effects/{effect}", "not_for_kind", message, {"part": effect})
    if not rule.needs and not rule.keys("require"):
        message = "Name fields that must be filled, or a filter that must be met."
        yield FieldProblem("/effects", "required", message)


def _tree_faults(ctx: Ctx, definition: ObjectDef, rule: RuleRow) -> Iterator[FieldProblem]:
    for part in ("condition", "needs"):
        tree = getattr(rule, part)
        if tree is not None:
            try:
                parse(ctx, definition, tree, f"/{part}")
            except Invalid as error:
                yield from error.errors


def _field_faults(definition: ObjectDef, rule: RuleRow) -> Iterator[FieldProblem]:
    for pointer, key in rule.named_keys():
        field = definition.fields.get(key)
        effect = pointer.split("/")[2] if pointer.startswith("/effects/") else ""
        known = {"object": definition.name, "field": key[:80]}
        if field is None or field.internal:
            yield FieldProblem(pointer, "unknown_field", "{object} has no field {field}.", known)
        elif effect == "require" and (field.read_only or field.system):
            message = "The system fills {field}; nobody can be asked for it."
            yield FieldProblem(pointer, "not_fillable", message, known)
        elif effect in _SHOWN and (field.required or key == definition.facts.title):
            message = "{field} must always be filled, so it cannot be hidden."
            yield FieldProblem(pointer, "always_shown", message, known)


def _option_faults(definition: ObjectDef, rule: RuleRow) -> Iterator[FieldProblem]:
    for key, allowed in rule.options.items():
        field, here = definition.fields.get(key), f"/effects/{OPTIONS}/{key}"
        if field is None:
            continue  # said already
        if not field.options:
            message = "{field} has no options to choose from."
            yield FieldProblem(here, "no_options", message, {"field": key})
            continue
        yield from _unknown_options(field, allowed, here)


def _unknown_options(field: Field, keys: Sequence[str], pointer: str) -> Iterator[FieldProblem]:
    known = [each.key for each in field.options]
    for index, key in enumerate(keys):
        if key not in known:
            message = "{value} is none of the values of {field}: {allowed}."
            values = {"value": key[:60], "field": field.key, "allowed": ", ".join(known[:20])}
            yield FieldProblem(f"{pointer}/{index}", "unknown_state", message, values)


async def _state_faults(
    ctx: Ctx, fetch: Fetch, definition: ObjectDef, rule: RuleRow
) -> list[FieldProblem]:
    field = definition.fields.get(rule.state["field"]) if rule.state else None
    if rule.state is None or field is None:
        return []
    single = "in" in field.type.operators(field)
    if not single or not (field.options or field.target):
        message = "{field} holds no state: a choice or a link is needed here."
        return [FieldProblem("/state/field", "no_state", message, {"field": field.key})]
    if field.options:
        return list(_unknown_options(field, rule.state["values"], "/state/values"))
    target = ctx.registry[str(field.target)]
    ids = [each for each in rule.state["values"] if is_id(each)]
    found = await get_many(elevated(ctx), target, ids, ["id"], fetch)
    there = {each["id"] for each in found}
    message = "There is no {object} {reference}, or you may not see it."
    return [
        FieldProblem(
            f"/state/values/{index}",
            "unknown_state",
            message,
            {"object": target.name, "reference": each[:80]},
        )
        for index, each in enumerate(rule.state["values"])
        if each not in there
    ]


def _circles(ctx: Ctx, definition: ObjectDef, rule: RuleRow) -> Iterator[FieldProblem]:
    """Refuse that a field's being shown hangs, by whatever way, on the field itself: once hidden
    nobody could bring it back.
    """
    own = rules_of(definition)
    others = [each for each in (own.displays if own else ()) if each.id != rule.id]
    moves = {each: _own_fields(ctx, definition, each) for each in (*others, rule)}
    for effect in _SHOWN:
        for index, key in enumerate(rule.keys(effect)):
            if _reaches(key, moves[rule], moves):
                message = "Whether {field} is shown would hang on {field} itself."
                values = {"field": key}
                yield FieldProblem(f"/effects/{effect}/{index}", "circle", message, values)


def _own_fields(ctx: Ctx, definition: ObjectDef, rule: RuleRow) -> set[str]:
    named = fields_in(ctx, definition, rule.condition)
    return {key for name, key in named if name == definition.name}


def _reaches(start: str, ends: set[str], moves: Mapping[RuleRow, set[str]]) -> bool:
    passed, waiting = set[str](), [start]
    while waiting:
        key = waiting.pop()
        if key in ends:
            return True
        if key not in passed:
            passed.add(key)
            for rule, read in moves.items():
                if key in read:
                    waiting += [*rule.keys("show"), *rule.keys("hide")]
    return False
