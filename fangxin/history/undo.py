"""Undoing a change set: each change is turned round, newest first, by the same writes and rights as
any other.

What has changed since is shown as a conflict and left alone, unless `force` is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from fangxin.access.contexts import elevated
from fangxin.fields.base import Field
from fangxin.fields.settings import SHARES
from fangxin.history.change_sets import LAST, change_set_item, set_changes_statement
from fangxin.history.merged import note_again, stayed_in
from fangxin.history.repointing import repoint
from fangxin.kernel.context import ChangeSet, Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import Conflict, FangxinError, Forbidden
from fangxin.kernel.i18n import translate
from fangxin.kernel.ids import new_id
from fangxin.kernel.sql import DialectName, Id, InArray, Statement, compile_statement
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records import change as store
from fangxin.records.engine import run_unit, write_many
from fangxin.records.hooks import Refuse
from fangxin.records.log import log_key
from fangxin.records.plans import remember
from fangxin.records.tables import change_set

SLICE: Final = 250
# an action is undone in one piece
WHOLE: Final = 5000
# a merge too: more than it lets follow (merging/references.py)
WHOLE_MERGE: Final = 25_000
# the code of a conflict that `force` overrides
CHANGED: Final = "changed_since"
# kinds that are undone in one piece; a merge leaves alone what has changed since
WHOLE_KINDS: Final = frozenset({"action", "merge"})
MERGE: Final = "merge"
_PASSED_OVER: Final = frozenset({CHANGED, "gone"})
OPPOSITE: Final = {
    "create": "purge",
    "update": "update",
    "delete": "restore",
    "restore": "delete",
    "purge": "create",
}


@dataclass(slots=True)
class Report:
    """What an undo did, and what it left as it was with the reason."""

    change_set: str
    undone: int = 0
    # what was as before already, since undoing the others of the set brings it there
    settled: int = 0
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    # undoing an action of one's own: what it let follow a record, whosever it is, comes back
    own_action: bool = False
    # of a merge, or of one taken back: the record that stayed; others only pointed elsewhere
    stayed: str | None = None
    # by record: the version that undoing a later change of the set has left, and the one it equals
    turned: dict[str, tuple[int, int]] = field(default_factory=dict)

    def untouched(self, logged: Logged, row: store.Loaded) -> bool:
        """Tell whether nobody but this undo has changed the record since the logged change."""
        return row.version == logged.version or self.turned.get(logged.id) == (
            row.version,
            logged.version,
        )


@dataclass(frozen=True, slots=True)
class Logged:
    """One change of the set that is to be undone."""

    seq: int
    object: str
    id: str
    verb: str
    version: int
    payload: Mapping[str, Any]


async def undo(ctx: Ctx, id: str, *, force: bool = False) -> dict[str, Any]:
    """Undo a change set and return {"change_set", "undone", "conflicts"}."""
    if not ctx.rights.allows("undo"):
        raise Forbidden("Your role does not allow you to undo changes.")
    item = await change_set_item(ctx, id)
    if not item["undoable"]:
        raise Conflict(
            "This change cannot be undone: it is too old, still running, or undone already.",
            code="not_undoable",
        )
    group = ChangeSet(new_id(), "undo", item["object"], item["label"], "open", id)
    inside = replace(ctx.within(group), source="undo")
    merging = item["kind"] == MERGE or item["undoes"] is not None
    stayed = await stayed_in(ctx, id, item["undoes"]) if merging else None
    whole = item["kind"] in WHOLE_KINDS or stayed is not None
    own = whole and item["actor"]["id"] == ctx.actor.id
    report = Report(group.id, own_action=own, stayed=stayed)
    below, limit = LAST, (WHOLE_MERGE if stayed else WHOLE) if whole else SLICE
    first = True
    while slice_ := await _changes_below(ctx, id, below, limit):
        below = slice_[-1].seq
        here = inside if first else replace(inside, request_key=None)
        unit = _unit(replace(inside, request_key=None), slice_, report, force=force, whole=whole)
        done = await run_unit(here, unit)
        report.turned = done.turned
        report.undone += done.undone
        report.settled += done.settled
        report.conflicts += done.conflicts
        first = False
    if not report.conflicts:
        report.undone += report.settled
    elif not report.undone and all(each["code"] != CHANGED for each in report.conflicts):
        raise _refusal(ctx, report)
    await _close(ctx, item, group.id, report)
    conflicts = [_told(ctx, each) for each in report.conflicts]
    return {"change_set": group.id, "undone": report.undone, "conflicts": conflicts}


async def _changes_below(ctx: Ctx, id: str, below: int, limit: int) -> list[Logged]:
    statement = set_changes_statement(ctx.database.dialect)
    rows = await ctx.database.read(statement, {"id": id, "below": below, "limit": limit})
    return [Logged(row[0], row[1], row[2], row[3], row[4], row[5] or {}) for row in rows]


def _told(ctx: Ctx, conflict: dict[str, Any]) -> dict[str, Any]:
    """Name the field of a conflict and show its values as far as the actor may read them."""
    definition, key = ctx.registry.get(conflict["object"]), conflict["field"]
    if definition is None or key is None:
        return conflict
    field_ = definition.fields[key]
    sight = ctx.rights.readable(definition).get(key)
    shown = {
        side: field_.type.mask(conflict[side]) if sight == "masked" else conflict[side]
        for side in ("mine", "theirs")
        if sight
    }
    label = field_.spoken(ctx.locale)
    return {**conflict, "label": label, "mine": None, "theirs": None, **shown}


def _refusal(ctx: Ctx, report: Report) -> Conflict:
    """What stands in the way, as an error: nothing was undone."""
    first = next((c for c in report.conflicts if c["code"] != CHANGED), report.conflicts[0])
    conflicts = [_told(ctx, each) for each in report.conflicts]
    return Conflict(first["message"], code=first["code"], extra={"conflicts": conflicts})


def _unit(ctx: Ctx, slice_: Sequence[Logged], so_far: Report, *, force: bool, whole: bool) -> Any:
    async def unit(tx: Tx) -> Report:
        report = replace(so_far, undone=0, settled=0, conflicts=[], turned=dict(so_far.turned))
        for run in _runs(slice_):
            await _undo_run(ctx, tx, run, report, force=force)
        spared = _PASSED_OVER if report.stayed else ()
        if whole and any(each["code"] not in spared for each in report.conflicts):
            # half of an action would be a state that nobody meant
            raise _refusal(ctx, report)
        return report

    return unit


def _runs(slice_: Sequence[Logged]) -> list[list[Logged]]:
    """Cut the slice where object or verb changes or a record repeats, keeping the order."""
    runs: list[list[Logged]] = []
    kind: tuple[str, str] | None = None
    ids: set[str] = set()
    for each in slice_:
        if kind != (each.object, each.verb) or each.id in ids:
            kind, ids = (each.object, each.verb), set()
            runs.append([])
        runs[-1].append(each)
        ids.add(each.id)
    return runs


async def _undo_run(
    ctx: Ctx, tx: Tx, run: Sequence[Logged], report: Report, *, force: bool
) -> None:
    definition: ObjectDef | None = ctx.registry.get(run[0].object)
    if definition is None:
        return
    verb = OPPOSITE[run[0].verb]
    rows = await store.load(ctx, tx, definition, [each.id for each in run], "update")
    # what goes by a merge once more leaves nobody behind who came to it meanwhile
    goes = verb == "purge" or (verb == "delete" and report.stayed is not None)
    held = await _pointed_to(ctx, tx, definition, run) if goes else set()
    changes: list[Change] = []
    clean: dict[str, int] = {}
    for each in run:
        row = rows.get(each.id)
        if row is not None and report.untouched(each, row):
            clean[each.id] = each.version - 1
        change = _turned(definition, each, row, report, force=force)
        if change is not None and each.id in held:
            _conflict(report, definition, each, "in_use", "Other records point to this one.")
        elif change is not None:
            change.verb = verb
            changes.append(change)

    def refuse(change: Change, error: FangxinError) -> None:
        logged = next(each for each in run if each.id == change.id)
        message = translate(ctx.locale, error.detail, error.values)
        _conflict(report, definition, logged, error.code, message)

    refused = len(report.conflicts)
    written = await _write_back(ctx, tx, definition, verb, changes, report, refuse)
    report.undone += len(written)
    report.settled += len(changes) - len(written) - (len(report.conflicts) - refused)
    for change in written:
        if change.id in clean and change.version is not None:
            report.turned[change.id] = (change.version, clean[change.id])


async def _write_back(
    ctx: Ctx,
    tx: Tx,
    definition: ObjectDef,
    verb: str,
    changes: Sequence[Change],
    report: Report,
    refuse: Refuse,
) -> list[Change]:
    """Write the opposite changes: what only follows another record by that one's leave."""
    if report.stayed and verb == "update":
        turned = [each for each in changes if each.id != report.stayed]
        await repoint(ctx, tx, definition, turned)
        changes = [each for each in changes if each.id == report.stayed]
    else:
        turned = []
    follows = [report.own_action and _follows(definition, each) for each in changes]
    following = [each for each, true in zip(changes, follows, strict=True) if true]
    others = [each for each, true in zip(changes, follows, strict=True) if not true]
    written = await write_many(elevated(ctx), tx, definition.name, verb, following, refuse=refuse)
    written += await write_many(ctx, tx, definition.name, verb, others, refuse=refuse)
    return [*turned, *written]


def _follows(definition: ObjectDef, change: Change) -> bool:
    """Tell whether a change only says which record this one hangs on, or with whom it is shared."""
    keys = change.values
    return bool(keys) and all(
        key == SHARES or definition.fields[key].type.references for key in keys
    )


def _turned(
    definition: ObjectDef,
    logged: Logged,
    row: store.Loaded | None,
    report: Report,
    *,
    force: bool,
) -> Change | None:
    """Return the opposite change, or None with a conflict noted."""
    if logged.verb == "purge":
        if row is not None:
            return None
        values = _values(definition, logged.payload.get("before") or {})
        return Change(definition.name, logged.id, "create", values)
    if row is None:
        _conflict(report, definition, logged, "gone", "The record is not there any more.")
        return None
    if logged.verb == "update":
        values = _old_values(definition, logged, row, report, force=force)
        return Change(definition.name, logged.id, "update", values) if values else None
    changed_since = not report.untouched(logged, row)
    if logged.verb == "create" and changed_since and not force:
        message = "The record was changed after it had been created."
        _conflict(report, definition, logged, CHANGED, message, row.values.get("name"))
        return None
    return Change(definition.name, logged.id, OPPOSITE[logged.verb], {})


def _values(definition: ObjectDef, packed: Mapping[str, Any]) -> dict[str, Any]:
    fields = {log_key(each): each for each in definition.stored}
    return {
        fields[key].key: fields[key].type.load(fields[key], fields[key].unpack(value))
        for key, value in packed.items()
        if key in fields
    }


def _old_values(
    definition: ObjectDef, logged: Logged, row: store.Loaded, report: Report, *, force: bool
) -> dict[str, Any]:
    """Return the values from before, but for fields that somebody has changed since."""
    before = _values(definition, logged.payload.get("before") or {})
    after = _values(definition, logged.payload.get("after") or {})
    found: dict[str, Any] = {}
    for key in dict.fromkeys([*before, *after]):
        now = row.values.get(key)
        if now != after.get(key) and not force:
            field_ = definition.fields[key]
            report.conflicts.append(
                {
                    "object": definition.name,
                    "id": logged.id,
                    "name": row.values.get("name"),
                    "field": key,
                    "code": CHANGED,
                    "mine": _wire(field_, before.get(key)),
                    "theirs": _wire(field_, now),
                    "message": "The value was changed since.",
                }
            )
        else:
            found[key] = before.get(key)
    return found


def _wire(field_: Field, value: Any) -> Any:
    return None if value is None else field_.type.write(field_, field_.type.store(field_, value))


def _conflict(
    report: Report,
    definition: ObjectDef,
    logged: Logged,
    code: str,
    message: str,
    name: Any = None,
) -> None:
    report.conflicts.append(
        {
            "object": definition.name,
            "id": logged.id,
            "name": name,
            "field": None,
            "code": code,
            "message": message,
        }
    )


async def _pointed_to(ctx: Ctx, tx: Tx, definition: ObjectDef, run: Sequence[Logged]) -> set[str]:
    """Return which records others still point to (in the bin or not); a record may point to another
    of this run.
    """
    found: set[str] = set()
    ids = [each.id for each in run]
    for child, link in ctx.registry.children.get(definition.name, ()):
        if link.system or link.custom:
            continue

        def make(child: ObjectDef = child, link: Any = link) -> Statement:
            column = link.columns(child.table)[0]
            rows = sa.select(column, child.table.c.id).where(InArray(column, "ids"))
            return compile_statement(rows, ctx.database.dialect)

        statement = remember(ctx.registry, ("pointing", child.name, link.key), make)
        rows = await tx.fetch(statement, {"ids": ids})
        found.update(row[0] for row in rows if row[1] not in ids)
    return found


@lru_cache(maxsize=2)
def _close_statements(dialect: DialectName) -> tuple[Statement, Statement]:
    one = change_set.c.id == sa.bindparam("row_id", type_=Id())
    old = sa.update(change_set).where(one).values(undone_by_id=sa.bindparam("by", type_=Id()))
    new = sa.update(change_set).where(one).values(state=sa.bindparam("new_state", type_=sa.Text()))
    return compile_statement(old, dialect), compile_statement(new, dialect)


async def _close(ctx: Ctx, old: Mapping[str, Any], new: str, report: Report) -> None:
    mark_old, mark_new = _close_statements(ctx.database.dialect)
    whole = not report.conflicts

    async def unit(tx: Tx) -> None:
        if whole or report.undone:
            await tx.execute(mark_old, {"row_id": old["id"], "by": new})
            if report.stayed and old["undoes"] is not None:
                await note_again(tx, old["undoes"], new)
        state = "closed" if whole else "partial"
        await tx.execute(mark_new, {"row_id": new, "new_state": state})

    await ctx.database.write(unit)
