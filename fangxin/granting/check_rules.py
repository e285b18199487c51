"""What a sharing rule must be: on an object with owners, with a condition that every row can be
asked cheaply, for people, roles and departments that are there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from fangxin.granting.conditions import check_condition
from fangxin.kernel import epoch
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import FieldError, FieldProblem, Forbidden, Invalid
from fangxin.kernel.ids import is_id
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import metadata
from fangxin.objects.declare import Change
from fangxin.records.reading import get_many

PERMISSION: Final = "admin.roles"
HOLDERS: Final = ("user", "role", "department")
WITH: Final = 50
# each of an object stands in the predicate of whom it concerns
MOST: Final = 50


def _find_number() -> sa.Select[Any]:
    rule = metadata.tables["sharing_rule"].c
    mine = rule.applies_to == sa.bindparam("applies_to", type_=sa.Text())
    other = rule.id != sa.bindparam("id", type_=rule.id.type)
    # skip one-door: how many rules there are does not depend on who asks
    return sa.select(sa.func.count()).where(mine, other, rule.deleted_at.is_(None))


_number: Final = Prepared(_find_number)


def read_condition(wire: Any) -> Any:
    """Take a filter tree; what it says is checked where its object is known."""
    if not isinstance(wire, Mapping):
        raise FieldError("wrong_type", "An object is needed here.")
    return wire


def read_holders(wire: Any) -> list[dict[str, Any]]:
    """Normalise [{"object", "id", "below"}], or raise FieldError; `below` is for departments, and
    true where it is not said.
    """
    if not isinstance(wire, list) or not wire:
        raise FieldError("not_a_list", "A list of values is needed here.")
    if len(wire) > WITH:
        raise FieldError("too_many", "At most {limit} values are allowed.", limit=WITH)
    found: dict[str, dict[str, Any]] = {}
    for each in wire:
        if not isinstance(each, Mapping) or set(each) - {"object", "id", "name", "below"}:
            raise FieldError("wrong_type", "An object is needed here.")
        if each.get("object") not in HOLDERS:
            allowed = ", ".join(HOLDERS)
            raise FieldError(
                "not_an_option", "One of these is needed here: {allowed}.", allowed=allowed
            )
        below = each.get("below", True)
        if not is_id(each.get("id")) or not isinstance(below, bool):
            raise FieldError("not_an_id", "The id of a record is needed here.")
        plain = {"object": each["object"], "id": each["id"]}
        found[each["id"]] = plain | ({"below": below} if each["object"] == "department" else {})
    return list(found.values())


async def check_rules(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Refuse who may not administer rights, and rules that cannot be."""
    if not ctx.rights.allows(PERMISSION):
        raise Forbidden("Only who may administer roles can change them.", code="admin_roles")
    for change in changes:
        if change.verb not in {"create", "update", "restore"}:
            continue
        faults = await _holder_faults(ctx, tx, change)
        # one that cannot be read any more may still be renamed, or be put to rest
        asked = change.verb != "update" or any(map(change.changes, ("applies_to", "condition")))
        if asked:
            faults += _object_faults(ctx, change)
        if asked and not faults:
            definition = ctx.registry[change.get("applies_to")]
            check_condition(ctx.registry, definition, change.get("condition"), "/condition")
            faults = await _number_faults(tx, change)
        if faults:
            raise Invalid(errors=faults)


def _object_faults(ctx: Ctx, change: Change) -> Iterator[FieldProblem]:
    definition = ctx.registry.get(change.get("applies_to") or "")
    if definition is None:
        message = "There is no object {name}."
        named = {"name": str(change.get("applies_to"))}
        yield FieldProblem("/applies_to", "unknown_object", message, named)
    elif definition.facts.open_to_all:
        yield FieldProblem("/applies_to", "open_to_all", "Everybody sees this already.")
    elif "applies_to" in change.values:
        change.values["applies_to"] = definition.name


async def _holder_faults(ctx: Ctx, tx: Tx, change: Change) -> list[FieldProblem]:
    if not change.changes("holders"):
        return []
    given = change.get("holders") or ()
    there = set[str]()
    for name in {each["object"] for each in given}:
        ids = [each["id"] for each in given if each["object"] == name]
        found = await get_many(ctx, ctx.registry[name], ids, ["id"], tx.fetch)
        there |= {item["id"] for item in found}
    return [
        FieldProblem(f"/holders/{index}/id", "not_found", "This record does not exist.")
        for index, each in enumerate(given)
        if each["id"] not in there
    ]


async def _number_faults(tx: Tx, change: Change) -> list[FieldProblem]:
    values = {"applies_to": change.get("applies_to"), "id": change.id}
    row = await tx.fetch_one(_number(tx.dialect), values)
    if row is None or row[0] < MOST:
        return []
    message = "At most {limit} sharing rules are allowed for one object."
    return [FieldProblem("/applies_to", "too_many", message, {"limit": MOST})]


async def after_rules(_ctx: Ctx, tx: Tx, _changes: Sequence[Change]) -> None:
    """Make every worker read the rules anew."""
    await epoch.bump(tx, epoch.ACCESS)
