"""Taking one change of a setting back: by the same checked functions as a change by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias

from fangxin.access.settings import change_settings
from fangxin.configuring.design import change_field
from fangxin.customizing import customize
from fangxin.history.noting import (
    COMPANY,
    FIELD,
    OBJECT,
    PLAIN,
    SETTINGS,
    VIEW,
    State,
    States,
    noted,
    states,
)
from fangxin.history.settings_log import setting_line
from fangxin.history.telling import name_of_setting, told_changes
from fangxin.history.turning import CHANGED, Logged
from fangxin.history.undo import undo_one
from fangxin.kernel.context import ChangeSet, Ctx
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.errors import Conflict, Forbidden, NotFound
from fangxin.kernel.i18n import translate
from fangxin.kernel.ids import new_id
from fangxin.objects.custom import FieldRow, load
from fangxin.reshaping import encrypting, fixed, unique, uses
from fangxin.views.kept import any_view, bring_view_back, drop_view, turn_view
from fangxin.views.noted import state_of

FIELDS_RIGHT: Final = "admin.fields"
_DEFINED: Final = frozenset({FIELD, OBJECT})
# these made something, which goes when they are taken back
_REMOVED_BY: Final = frozenset({"create", "restore"})
Work: TypeAlias = Callable[[Tx], Awaitable[Any]]
# tells whether a part goes back although it was changed since
Overwrites: TypeAlias = Callable[[str], bool]
Done = dict[str, Any]


async def revert(ctx: Ctx, seq: int, *, force: bool = False) -> Done:
    """Take back one change of the settings history: {"change_set", "undone", "conflicts"}.

    Raises Conflict with a reason where it does not fit any more; `changed_since` with both values,
    which `force` overrides.
    """
    line = await setting_line(ctx, seq)
    group = ChangeSet(new_id(), SETTINGS, line.kind, undoes=line.change_set)
    logged = Logged(line.seq, line.kind, line.id, line.verb, line.version, line.payload or {})
    if line.kind not in PLAIN:
        return await _turn_record(ctx, logged, replace(group, kind="undo"), force=force)
    inside = replace(ctx.within(group), source="undo")

    def overwrites(_key: str) -> bool:
        return force

    if line.kind == FIELD and line.verb == "update":
        await _turn_field(inside, logged, overwrites)
    else:
        await ctx.database.write(_unit(inside, logged, overwrites))
    return {"change_set": group.id, "undone": 1, "conflicts": []}


def _unit(ctx: Ctx, logged: Logged, overwrites: Overwrites) -> Work:
    async def unit(tx: Tx) -> None:
        await noted(ctx, tx, lambda tx: turn_plain(ctx, tx, logged, overwrites))

    return unit


async def turn_plain(
    ctx: Ctx, tx: Tx, logged: Logged, overwrites: Overwrites, known: States | None = None
) -> None:
    """Take back inside a unit one change of a setting that is no record, by the same checks as a
    change by hand; raise Conflict with a reason where it does not fit any more.

    `known` are the settings as they are now, where they were read already.
    """
    now = await _checked(ctx, tx, logged, overwrites, known)
    try:
        await _turn(ctx, tx, logged, now)
    except NotFound as error:
        raise _gone() from error


async def _checked(
    ctx: Ctx,
    source: Database | Tx,
    logged: Logged,
    overwrites: Overwrites,
    known: States | None = None,
) -> State:
    """Return a setting as it is now, or raise what stands in the way of taking a change back."""
    if logged.object in _DEFINED and not ctx.rights.allows(FIELDS_RIGHT):
        raise Forbidden
    if not logged.payload or logged.verb == "purge":
        raise _gone()
    if logged.object == VIEW:
        now = await _view_now(ctx, source, logged)
    else:
        now = (known or await states(source)).get((logged.object, logged.id))
    if now is None:
        raise _gone()
    _refuse_settled(logged, now)
    if logged.verb == "update":
        _refuse_changed(ctx, logged, now, overwrites)
    return now


async def _view_now(ctx: Ctx, source: Database | Tx, logged: Logged) -> State | None:
    """Return a view that is, or was, shared; one that went can come back with what the log has.

    One that its owner keeps for himself now is nobody else's to publish.
    """
    row = await any_view(source, logged.id)
    if row is None:
        back = logged.verb in {"delete", "create"}
        return State({}, {}, deleted=True) if back else None
    if not row["shared"] and row["owner_id"] != ctx.actor.id:
        return None
    return state_of(row, row)


def _gone() -> Conflict:
    message = "It was removed for good, and cannot be brought back. Make it anew."
    return Conflict(message, code="gone")


def _refuse_settled(logged: Logged, now: State) -> None:
    """Refuse what is as it was before the change already."""
    before, after = _sides(logged)
    if logged.verb == "update":
        settled = all(now.values.get(key) == before.get(key) for key in {**before, **after})
    else:
        settled = now.deleted == (logged.verb in {"create", "restore"})
    if settled:
        raise Conflict("It is as it was before this change already.", code="settled")
    if logged.verb == "update" and now.deleted:
        message = "It lies in the recycle bin. Restore it first."
        raise Conflict(message, code="deleted")


def _sides(logged: Logged) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    return logged.payload.get("before") or {}, logged.payload.get("after") or {}


def _refuse_changed(ctx: Ctx, logged: Logged, now: State, overwrites: Overwrites) -> None:
    before, after = _sides(logged)
    moved = [key for key in {**before, **after} if now.values.get(key) != after.get(key)]
    moved = [key for key in moved if not overwrites(key)]
    if not moved:
        return
    message = "The value was changed since."
    sides = {"before": now.values, "after": before}
    only: dict[str, Any] = {
        side: {key: each.get(key) for key in moved} for side, each in sides.items()
    }
    only["about"] = logged.payload.get("about")
    conflicts = [
        {
            **conflict_of(ctx, logged, CHANGED, message),
            "field": each["field"],
            "label": each["label"],
            "theirs": each["before"],
            "mine": each["after"],
        }
        for each in told_changes(ctx, logged.object, "update", only)
    ]
    raise Conflict(message, code=CHANGED, extra={"conflicts": conflicts})


def conflict_of(ctx: Ctx, logged: Logged, code: str, message: str) -> dict[str, Any]:
    """Return what stands in the way of taking back a change of a setting that is no record."""
    return {
        "object": logged.object,
        "id": logged.id,
        "name": name_of_setting(ctx, logged.object, logged.payload.get("about") or {}),
        "field": None,
        "code": code,
        "message": translate(ctx.locale, message),
    }


async def _turn(ctx: Ctx, tx: Tx, logged: Logged, now: State) -> None:
    before, after = _sides(logged)
    old = {key: before.get(key) for key in {**before, **after}}
    if logged.object == COMPANY:
        await change_settings(ctx, tx, _closed(old, after))
    elif logged.object == VIEW:
        await _turn_view(ctx, tx, logged, before)
    elif logged.object == FIELD:
        await _turn_definition(ctx, tx, logged, now, old)
    elif logged.verb == "update":
        await customize.update_object(tx, logged.id, old)
    elif logged.verb in _REMOVED_BY:
        await customize.delete_object(tx, logged.id, ctx.clock())
    else:
        await customize.restore_object(tx, logged.id, ctx.clock())


async def _turn_definition(
    ctx: Ctx, tx: Tx, logged: Logged, now: State, old: dict[str, Any]
) -> None:
    at, rows = ctx.clock(), (await load(tx)).fields
    if logged.verb == "update":
        row = next(each for each in rows if each.id == logged.id)
        await change_field(ctx, tx, ctx.registry, row, old)
        return
    _refuse_converted(logged, now, rows)
    if logged.verb in _REMOVED_BY:
        await _refuse_used(ctx, tx, logged.id)
        await customize.delete_field(tx, ctx.registry, logged.id, at)
    else:
        await unique.restore_field(ctx, tx, ctx.registry, logged.id, at)


async def _turn_view(ctx: Ctx, tx: Tx, logged: Logged, before: Mapping[str, Any]) -> None:
    about = logged.payload.get("about") or {}
    if logged.verb == "create":
        await drop_view(ctx, tx, logged.id)
    elif logged.verb == "update":
        await turn_view(ctx, tx, logged.id, before)
    elif ctx.registry.get(about["object"]) is None:
        raise NotFound
    else:
        await bring_view_back(ctx, tx, logged.id, about, before)


async def _refuse_used(ctx: Ctx, tx: Tx, id_: str) -> None:
    for row in (await load(tx)).fields:
        definition = ctx.registry.get(row.object) if row.id == id_ else None
        field = definition.fields.get(row.key) if definition is not None else None
        if definition is not None and field is not None:
            await uses.refuse_removal(ctx, tx, definition, field)


def _closed(old: Mapping[str, Any], after: Mapping[str, Any]) -> Mapping[str, Any]:
    """Say of each cascade what it was: one that nobody had closed was open."""
    if "cascades" not in old:
        return old
    opened = dict.fromkeys(after.get("cascades") or {}, True)
    return {**old, "cascades": {**opened, **(old["cascades"] or {})}}


async def _turn_field(ctx: Ctx, logged: Logged, overwrites: Overwrites) -> None:
    """Change a field back alone: what its values claim is written in slices."""
    before, after = _sides(logged)
    await _checked(ctx, ctx.database, logged, overwrites)
    rows = {row.id: row for row in (await load(ctx.database)).fields}
    row = rows[logged.id]
    definition = ctx.registry.get(row.object)
    field = definition.fields.get(row.key) if definition is not None else None
    old = {key: before.get(key) for key in {**before, **after}}
    fixed.judge(ctx.registry, field, old)
    await encrypting.update_field(ctx, logged.id, old, definition, field)


def _refuse_converted(logged: Logged, now: State, rows: tuple[FieldRow, ...]) -> None:
    """Refuse to take half of a conversion back: values have to be converted with it."""
    own = next(row for row in rows if row.id == logged.id)
    was = logged.payload.get("before") or {}
    replaced = logged.verb == "delete" and was.get("key") != now.values["key"]
    replaces = logged.verb == "create" and any(
        row.object == own.object and row.deleted_at and row.key == customize.key_aside(row, own.key)
        for row in rows
    )
    if replaced or replaces:
        message = (
            "The field was given another type. Give it the former type in the list of fields, "
            "which shows what becomes of its values."
        )
        raise Conflict(message, code="needs_conversion")


async def _turn_record(ctx: Ctx, logged: Logged, group: ChangeSet, *, force: bool) -> Done:
    """Take back one change of a record, as undoing a change set of that one change."""
    if not await undo_one(ctx, group, logged, force=force):
        raise Conflict("It is as it was before this change already.", code="settled")
    return {"change_set": group.id, "undone": 1, "conflicts": []}
