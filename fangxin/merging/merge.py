"""Merging two records of one object into one of them: an action, whole or not at all, undone like
any other change set.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from fangxin.access.contexts import elevated
from fangxin.fields.base import Field, Option
from fangxin.fields.choice import MultiChoice
from fangxin.fields.link import Link
from fangxin.fields.settings import SHARES
from fangxin.history.merged import note_merged
from fangxin.kernel.clock import to_stored
from fangxin.kernel.context import ChangeSet, Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound
from fangxin.kernel.ids import is_id, new_id
from fangxin.merging.features import mergeable
from fangxin.merging.pairs import settle_merged
from fangxin.merging.references import count_references, turn_references
from fangxin.objects.declare import Action, Change
from fangxin.objects.registry import ObjectDef
from fangxin.records import change as store
from fangxin.records.engine import read_back, write_many
from fangxin.records.reading import get_many, readable_object, visible_ids

KEY: Final = "merge"
TAGS: Final = "tags"
MOST_TAGS: Final = 50


def choosable(definition: ObjectDef) -> list[Field]:
    """Return the fields that a merge chooses between: those that people fill, but for tags, which
    are joined.
    """
    return [
        field
        for field in definition.stored
        if not (field.system or field.read_only or field.internal) and field.key != TAGS
    ]


def with_merge(definitions: Iterable[ObjectDef]) -> list[ObjectDef]:
    """Return the definitions, those whose records may be merged with the action."""
    return [
        replace(each, facts=replace(each.facts, actions=(*each.facts.actions, _action(each))))
        if mergeable(each) and all(action.key != KEY for action in each.facts.actions)
        else each
        for each in definitions
    ]


def _action(definition: ObjectDef) -> Action:
    options = tuple(
        Option(each.key, each.label, labels=each.labels) for each in choosable(definition)
    )
    return Action(
        key=KEY,
        label="Merge",
        run=merge,
        icon="merge",
        params=(
            Field(type=Link(), key="other", label="Record", target=definition.name, required=True),
            Field(type=MultiChoice(), key="take", label="Taken from the other", options=options),
        ),
        names_fields="take",
        dangerous=True,
    )


async def merge(
    ctx: Ctx, tx: Tx, definition: ObjectDef, record: Mapping[str, Any], params: Mapping[str, Any]
) -> dict[str, Any]:
    """Merge the record `other` into this one and return it, with the change set to undo.

    `take` names the fields whose values are the other's; without it, those that are empty here.
    Tags and shares are joined. All that pointed to the other points here; it goes to the recycle
    bin, and its id leads here. Raises Conflict `merged` when somebody was quicker.
    """
    id_, other = record["id"], params["other"]
    lost = await _other(ctx, tx, definition, record, other)
    mine, others = _chosen(ctx, definition, record, lost, params)
    group = ChangeSet(new_id(), KEY, definition.name, f"{definition.name}.{KEY}")
    if ctx.change_set is not None:
        group = replace(group, id=ctx.change_set.id)
    inside = ctx.within(group)
    await turn_references(inside, tx, definition, other, id_)
    await write_many(
        inside, tx, definition.name, "delete", [Change(definition.name, other, "", {})]
    )
    shares = _shares(ctx, record.get(SHARES) or (), lost.get(SHARES) or ())
    for who, values in ((inside, mine), (elevated(inside), others), (elevated(inside), shares)):
        if values:
            change = Change(definition.name, id_, "update", values)
            await write_many(who, tx, definition.name, "update", [change])
    await note_merged(inside, tx, definition.name, other, id_, group.id)
    await settle_merged(inside, tx, id_, other)
    stayed = await read_back(ctx, tx, definition, id_, record["version"])
    return {**stayed, "change_set": group.id}


async def _other(
    ctx: Ctx, tx: Tx, definition: ObjectDef, record: Mapping[str, Any], other: str
) -> Mapping[str, Any]:
    """Lock the record that goes, and check that it may go."""
    if other == record["id"]:
        message = "A record cannot be merged into itself."
        raise Invalid(errors=[FieldProblem("/other", "same_record", message)])
    found = (await store.load(ctx, tx, definition, [other], "delete")) if is_id(other) else {}
    row = found.get(other)
    if row is None or not row.seen:
        raise NotFound
    if row.deleted:
        raise Conflict("The other record was merged or deleted meanwhile.", code="merged")
    changing = (await store.load(ctx, tx, definition, [other], "update"))[other]
    if not (row.allowed and changing.allowed):
        raise Forbidden("To merge a record you need the right to change and to delete it.")
    until = definition.facts.duplicate_until
    if until and row.values.get(until) is not None and record.get(until) is None:
        raise Conflict(
            "The other record is a step further. Merge this one into it instead.",
            code="merge_other_way",
        )
    return row.values


def _chosen(
    ctx: Ctx,
    definition: ObjectDef,
    record: Mapping[str, Any],
    lost: Mapping[str, Any],
    params: Mapping[str, Any],
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the values to write: those that the actor chooses, and those that he may not edit and
    that would be lost.
    """
    editable = ctx.rights.editable(definition)
    readable = ctx.rights.readable(definition)
    own = {key for key in editable if readable.get(key) == "full"}
    fields = [each.key for each in choosable(definition)]
    empty = [key for key in fields if record.get(key) is None and lost.get(key) is not None]
    asked = params.get("take") or [] if "take" in params else [k for k in empty if k in own]
    if barred := [key for key in asked if key not in own]:
        message = "You may not choose the value of this field."
        raise Invalid(errors=[FieldProblem("/take", "not_editable", message, {"field": barred[0]})])
    mine = {key: lost.get(key) for key in asked}
    tags = list(dict.fromkeys([*(record.get(TAGS) or ()), *(lost.get(TAGS) or ())]))[:MOST_TAGS]
    joined = {TAGS: tags} if tags != (record.get(TAGS) or []) else {}
    if TAGS in own:
        mine |= joined
        joined = {}
    return mine, {key: lost[key] for key in empty if key not in own} | joined


def _shares(
    ctx: Ctx, mine: Sequence[Mapping[str, Any]], lost: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return with whom the record is shared then, if that changes: each holder of either keeps the
    one share that lets him do the most, at the same level the longest.
    """
    now = to_stored(ctx.clock())
    held = {each["with"]["id"]: each for each in mine}
    for each in lost:
        if each["until"] is None or each["until"] > now:
            known = held.setdefault(each["with"]["id"], each)
            held[each["with"]["id"]] = max(known, each, key=lambda share: _reach(share, now))
    joined = list(held.values())
    return {} if joined == list(mine) else {SHARES: joined}


def _reach(share: Mapping[str, Any], now: str) -> tuple[bool, bool, bool, str]:
    """Return what orders shares: whether it still holds, its level, its end."""
    until = share["until"]
    return until is None or until > now, share["level"] == "edit", until is None, until or ""


async def preview(ctx: Ctx, object: str, id: str, other: str) -> dict[str, Any]:
    """Return what merging `other` into a record would do: {"object", "references", "total",
    "fields" (that may be chosen between), "allowed"}. What points to a record is counted whosever
    it is, and so for nobody but who may merge.
    """
    definition = readable_object(ctx, object)
    ids = [each for each in (id, other) if is_id(each)]
    seen = await get_many(ctx, definition, ids, ["id"])
    if len(seen) != 2 or not mergeable(definition):  # noqa: PLR2004 - the one and the other
        raise NotFound
    allowed = len(await visible_ids(ctx, definition.name, ids, "update")) == len(ids)
    allowed = allowed and other in await visible_ids(ctx, definition.name, [other], "delete")
    references = await count_references(ctx, definition, other) if allowed else []
    readable, editable = ctx.rights.readable(definition), ctx.rights.editable(definition)
    return {
        "object": definition.name,
        "references": references,
        "total": sum(each["count"] for each in references),
        "fields": [
            each.key
            for each in choosable(definition)
            if each.key in editable and readable.get(each.key) == "full"
        ],
        "allowed": allowed,
    }
