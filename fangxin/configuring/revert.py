"""Taking one change of a setting back: by the same checked functions as a change by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from fangxin.access.settings import change_settings
from fangxin.customizing import customize
from fangxin.history.noting import COMPANY, FIELD, SETTINGS, State, noted, states
from fangxin.history.settings_log import PLAIN, Line, setting_line
from fangxin.history.telling import name_of_setting, told_changes
from fangxin.history.turning import CHANGED, Logged
from fangxin.history.undo import undo_one
from fangxin.kernel.context import ChangeSet, Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import Conflict, Forbidden, NotFound
from fangxin.kernel.i18n import translate
from fangxin.kernel.ids import new_id
from fangxin.objects.custom import FieldRow, load
from fangxin.reshaping import fixed, unique, uses

FIELDS_RIGHT: Final = "admin.fields"
Work = Callable[[Tx], Awaitable[Any]]
Done = dict[str, Any]


async def revert(ctx: Ctx, seq: int, *, force: bool = False) -> Done:
    """Take back one change of the settings history: {"change_set", "undone", "conflicts"}.

    Raises Conflict with a reason where it does not fit any more; `changed_since` with both values,
    which `force` overrides.
    """
    line = await setting_line(ctx, seq)
    group = ChangeSet(new_id(), SETTINGS, line.kind, undoes=line.change_set)
    if line.kind not in PLAIN:
        return await _turn_record(ctx, line, replace(group, kind="undo"), force=force)
    if line.kind != COMPANY and not ctx.rights.allows(FIELDS_RIGHT):
        raise Forbidden
    if line.payload is None or line.verb == "purge":
        raise _gone()
    now = (await states(ctx.database)).get((line.kind, line.id))
    if now is None:
        raise _gone()
    _refuse_settled(line, now)
    if line.verb == "update" and not force:
        _refuse_changed(ctx, line, now)
    inside = replace(ctx.within(group), source="undo")
    await _turn_plain(inside, line, now)
    return {"change_set": group.id, "undone": 1, "conflicts": []}


def _gone() -> Conflict:
    message = "It was removed for good, and cannot be brought back. Make it anew."
    return Conflict(message, code="gone")


def _refuse_settled(line: Line, now: State) -> None:
    """Refuse what is as it was before the change already."""
    payload, settled = line.payload or {}, False
    if line.verb == "update":
        before, after = payload.get("before") or {}, payload.get("after") or {}
        settled = all(now.values.get(key) == before.get(key) for key in {**before, **after})
    else:
        settled = now.deleted == (line.verb in {"create", "restore"})
    if settled:
        raise Conflict("It is as it was before this change already.", code="settled")
    if line.verb == "update" and now.deleted:
        message = "It lies in the recycle bin. Restore it first."
        raise Conflict(message, code="deleted")


def _refuse_changed(ctx: Ctx, line: Line, now: State) -> None:
    payload = line.payload or {}
    before, after = payload.get("before") or {}, payload.get("after") or {}
    moved = [key for key in {**before, **after} if now.values.get(key) != after.get(key)]
    if not moved:
        return
    message = "The value was changed since."
    sides = {"before": now.values, "after": before}
    only = {side: {key: each.get(key) for key in moved} for side, each in sides.items()}
    conflicts = [
        {
            "object": line.kind,
            "id": line.id,
            "name": name_of_setting(ctx, line.kind, payload.get("about") or {}),
            "field": each["field"],
            "label": each["label"],
            "code": CHANGED,
            "message": translate(ctx.locale, message),
            "theirs": each["before"],
            "mine": each["after"],
        }
        for each in told_changes(ctx, line.kind, "update", only)
    ]
    raise Conflict(message, code=CHANGED, extra={"conflicts": conflicts})


async def _turn_plain(ctx: Ctx, line: Line, now: State) -> None:
    payload = line.payload or {}
    before, after = payload.get("before") or {}, payload.get("after") or {}
    old = {key: before.get(key) for key in {**before, **after}}
    if line.kind == FIELD and line.verb == "update":
        await _turn_field(ctx, line, old)
        return
    if line.kind == FIELD:
        _refuse_converted(line, now, (await load(ctx.database)).fields)
    work = _work(ctx, line, old, after)
    try:
        await ctx.database.write(lambda tx: noted(ctx, tx, work))
    except NotFound as error:
        raise _gone() from error


def _work(ctx: Ctx, line: Line, old: Mapping[str, Any], after: Mapping[str, Any]) -> Work:
    """Return what takes a change back, to be done inside a unit."""

    async def work(tx: Tx) -> Any:
        at, id_ = ctx.clock(), line.id
        if line.kind == COMPANY:
            return await change_settings(ctx, tx, _closed(old, after))
        removing = line.verb in {"create", "restore"}
        if line.kind == FIELD:
            if removing:
                await _refuse_used(ctx, tx, id_)
                return await customize.delete_field(tx, ctx.registry, id_, at)
            return await customize.restore_field(tx, ctx.registry, id_, at, ctx.services.jobs)
        if line.verb == "update":
            return await customize.update_object(tx, id_, old)
        if removing:
            return await customize.delete_object(tx, id_, at)
        return await customize.restore_object(tx, id_, at)

    return work


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


async def _turn_field(ctx: Ctx, line: Line, old: dict[str, Any]) -> None:
    rows = {row.id: row for row in (await load(ctx.database)).fields}
    row = rows[line.id]
    definition = ctx.registry.get(row.object)
    field = definition.fields.get(row.key) if definition is not None else None
    fixed.judge(ctx.registry, field, old)
    await unique.update_field(ctx, line.id, old, definition, field)


def _refuse_converted(line: Line, now: State, rows: tuple[FieldRow, ...]) -> None:
    """Refuse to take half of a conversion back: values have to be converted with it."""
    own = next(row for row in rows if row.id == line.id)
    was = (line.payload or {}).get("before") or {}
    replaced = line.verb == "delete" and was.get("key") != now.values["key"]
    replaces = line.verb == "create" and any(
        row.object == own.object and row.deleted_at and row.key == customize.key_aside(row, own.key)
        for row in rows
    )
    if replaced or replaces:
        message = (
            "The field was given another type. Give it the former type in the list of fields, "
            "which shows what becomes of its values."
        )
        raise Conflict(message, code="needs_conversion")


async def _turn_record(ctx: Ctx, line: Line, group: ChangeSet, *, force: bool) -> Done:
    """Take back one change of a record, as undoing a change set of that one change."""
    logged = Logged(line.seq, line.kind, line.id, line.verb, line.version, line.payload or {})
    if not await undo_one(ctx, group, logged, force=force):
        raise Conflict("It is as it was before this change already.", code="settled")
    return {"change_set": group.id, "undone": 1, "conflicts": []}
