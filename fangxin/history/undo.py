"""Undoing a change set: each change is turned round, newest first, by the same writes and rights as
any other.

What has changed since is shown as a conflict and left alone, unless `force` is asked for.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, TypeAlias

import sqlalchemy as sa

from fangxin.access.contexts import elevated
from fangxin.fields.settings import SHARES
from fangxin.history.change_sets import LAST, change_set_item, set_changes_statement
from fangxin.history.conflicts import told_conflicts
from fangxin.history.merged import note_again, stayed_in
from fangxin.history.noting import PLAIN, SETTINGS
from fangxin.history.repointing import link_resting, repoint
from fangxin.history.turning import (
    CHANGED,
    OPPOSITE,
    Logged,
    Report,
    Wanted,
    note_conflict,
    runs_of,
    turned,
)
from fangxin.kernel.context import ChangeSet, Ctx
from fangxin.kernel.db import ConstraintViolated, Tx
from fangxin.kernel.errors import (
    Conflict,
    FangxinError,
    FieldProblem,
    Forbidden,
    Invalid,
)
from fangxin.kernel.i18n import translate
from fangxin.kernel.ids import is_id, new_id
from fangxin.kernel.sql import DialectName, Id, InArray, Statement, compile_statement
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records import change as store
from fangxin.records.engine import run_unit, write_many
from fangxin.records.hooks import Refuse
from fangxin.records.plans import remember
from fangxin.records.tables import change_set

SLICE: Final = 250
# an action is undone in one piece
WHOLE: Final = 5000
# a merge too: more than it lets follow (merging/references.py)
WHOLE_MERGE: Final = 25_000
# kinds that are undone in one piece; a merge leaves alone what has changed since
WHOLE_KINDS: Final = frozenset({"action", "merge"})
MERGE: Final = "merge"
_PASSED_OVER: Final = frozenset({CHANGED, "gone"})
# of what is undone slice by slice, a preview looks through so many changes
PREVIEWED: Final = 500


# turns changes of settings that are no records inside a unit, and returns the context with the
# definitions as they are then
TurnPlain: TypeAlias = Callable[[Ctx, Tx, Sequence[Logged], Report, Wanted], Awaitable[Ctx]]


class _Stopped(Exception):
    """Raised at the end of a transaction of which nothing may stay: a preview's, or one of which
    only half could be undone.
    """

    def __init__(self, report: Report) -> None:
        self.report = report


@dataclass(frozen=True, slots=True)
class _Task:
    """What is to be undone, and how."""

    item: Mapping[str, Any]
    wanted: Wanted
    whole: bool
    report: Report
    ctx: Ctx
    # of a change set of settings
    plain: TurnPlain | None = None


async def _task(ctx: Ctx, id: str, wanted: Wanted, plain: TurnPlain | None) -> _Task:
    """Return what a change set's undoing is, or raise what refuses it."""
    if not ctx.rights.allows("undo"):
        raise Forbidden("Your role does not allow you to undo changes.")
    item = await change_set_item(ctx, id)
    settings = item["kind"] == SETTINGS
    if not item["undoable"] or (settings and plain is None):
        raise _not_undoable()
    merging = item["kind"] == MERGE or item["undoes"] is not None
    stayed = await stayed_in(ctx, id, item["undoes"]) if merging else None
    whole = settings or item["kind"] in WHOLE_KINDS or stayed is not None
    if whole and wanted.only is not None:
        message = "This was done in one piece, and is undone in one: parts make no sense alone."
        raise Conflict(message, code="whole_only")
    kind = SETTINGS if settings else "undo"
    group = ChangeSet(new_id(), kind, item["object"], item["label"], "open", id)
    own = not settings and whole and item["actor"]["id"] == ctx.actor.id
    report = Report(group.id, own_action=own, stayed=stayed)
    inside = replace(ctx.within(group), source="undo")
    return _Task(item, wanted, whole, report, inside, plain if settings else None)


def _not_undoable() -> Conflict:
    return Conflict(
        "This change cannot be undone: it is too old, still running, or undone already.",
        code="not_undoable",
    )


async def undo(
    ctx: Ctx,
    id: str,
    *,
    force: bool = False,
    wanted: Wanted | None = None,
    plain: TurnPlain | None = None,
) -> dict[str, Any]:
    """Undo a change set, or what of it is `wanted`, and return {"change_set", "undone",
    "conflicts"}. A part that was undone leaves the rest to be undone later. One of settings needs
    `plain`, and is undone in one transaction.
    """
    task = await _task(ctx, id, wanted or Wanted(force=force), plain)
    report = task.report
    first = True
    async for slice_ in _slices(ctx, task):
        here = task.ctx if first else replace(task.ctx, request_key=None)
        try:
            done = await run_unit(here, _unit(task, slice_))
        except _Stopped as stopped:
            raise await _refusal(ctx, stopped.report) from stopped
        report.turned = done.turned
        report.undone += done.undone
        report.settled += done.settled
        report.conflicts += done.conflicts
        first = False
    if not report.conflicts:
        report.undone += report.settled
    elif not report.undone and all(each["code"] != CHANGED for each in report.conflicts):
        raise await _refusal(ctx, report)
    await _close(ctx, task)
    conflicts = await told_conflicts(ctx, report.conflicts)
    return {"change_set": report.change_set, "undone": report.undone, "conflicts": conflicts}


async def undo_one(ctx: Ctx, group: ChangeSet, logged: Logged, *, force: bool) -> int:
    """Undo a single change of a record within `group`, wholly or not at all; return 0 where it is
    as it was before already.
    """
    if not ctx.rights.allows("undo"):
        raise Forbidden("Your role does not allow you to undo changes.")
    inside = replace(ctx.within(group), source="undo")
    task = _Task({}, Wanted(force=force), whole=True, report=Report(group.id), ctx=inside)
    try:
        done: Report = await run_unit(inside, _unit(task, [logged]))
    except _Stopped as stopped:
        raise await _refusal(ctx, stopped.report) from stopped
    return done.undone


async def preview_undo(
    ctx: Ctx, id: str, wanted: Wanted, plain: TurnPlain | None = None
) -> dict[str, Any]:
    """Return what `undo` would do, writing nothing: {"undone", "conflicts", "whole", "refused",
    "more"}; `more` tells that only the latest changes of a large set were looked through.
    """
    task = await _task(ctx, id, wanted, plain)
    seen: list[Logged] = []
    more = False
    async for slice_ in _slices(ctx, task):
        if len(seen) >= PREVIEWED and not task.whole:
            more = True
            break
        seen += slice_
    # in one transaction: what is undone first makes way for the rest
    report, refused = task.report, False
    try:
        await ctx.database.write(_unit(task, seen, rehearsed=True))
    except _Stopped as stopped:
        report = stopped.report
        refused = _refuses(task, report)
    except ConstraintViolated:
        refused = True
    conflicts = await told_conflicts(ctx, report.conflicts)
    undone = 0 if refused else report.undone + report.settled
    told = {"conflicts": conflicts, "whole": task.whole, "refused": refused, "more": more}
    return {"undone": undone, **told}


async def _slices(ctx: Ctx, task: _Task) -> AsyncIterator[list[Logged]]:
    """Yield the changes that are to be undone, the latest first; Invalid when none is."""
    below, only = LAST, task.wanted.only
    largest = WHOLE_MERGE if task.report.stayed or task.plain else WHOLE
    limit = largest if task.whole else SLICE
    records = None if only is None else sorted({id_ for _, id_ in only if is_id(id_)})
    found = False
    while rows := await _changes_below(ctx, task.item["id"], below, limit, records):
        below = rows[-1].seq
        slice_ = [each for each in rows if only is None or (each.object, each.id) in only]
        if slice_:
            found = True
            yield slice_
    if not found and only is not None:
        message = "None of these is in the change set."
        raise Invalid(errors=[FieldProblem("/only", "not_in_set", message)])


async def _changes_below(
    ctx: Ctx, id: str, below: int, limit: int, records: Sequence[str] | None
) -> list[Logged]:
    statement = set_changes_statement(ctx.database.dialect, some=records is not None)
    values = {"id": id, "below": below, "limit": limit, "records": records}
    rows = await ctx.database.read(statement, values)
    return [Logged(row[0], row[1], row[2], row[3], row[4], row[5] or {}) for row in rows]


async def _refusal(ctx: Ctx, report: Report) -> Conflict:
    """What stands in the way, as an error: nothing was undone."""
    first = next((c for c in report.conflicts if c["code"] != CHANGED), report.conflicts[0])
    conflicts = await told_conflicts(ctx, report.conflicts)
    return Conflict(first["message"], code=first["code"], extra={"conflicts": conflicts})


def _refuses(task: _Task, report: Report | None = None) -> bool:
    """Tell whether half of it would be a state that nobody meant."""
    conflicts = (report or task.report).conflicts
    spared = _PASSED_OVER if task.report.stayed or task.plain else ()
    return task.whole and any(each["code"] not in spared for each in conflicts)


def _unit(task: _Task, slice_: Sequence[Logged], *, rehearsed: bool = False) -> Any:
    # the key of the request belongs to the whole answer, not to a step
    ctx, so_far = replace(task.ctx, request_key=None), task.report

    async def unit(tx: Tx) -> Report:
        turned_ = dict(so_far.turned)
        report = replace(so_far, undone=0, settled=0, conflicts=[], turned=turned_)
        here = ctx
        for run in runs_of(slice_):
            if task.plain is not None and run[0].object in PLAIN:
                here = await task.plain(here, tx, run, report, task.wanted)
            else:
                await _undo_run(here, tx, run, report, task.wanted)
        if rehearsed or _refuses(task, report):
            raise _Stopped(report)
        if task.item and task.whole and (report.undone or not report.conflicts):
            await _claim(tx, task)
        return report

    return unit


async def _claim(tx: Tx, task: _Task) -> None:
    """Mark a change set inside the unit that undoes it; raise Conflict where somebody else has
    undone it meanwhile.
    """
    mark_old, _ = _close_statements(tx.dialect)
    marked = await tx.execute(mark_old, {"row_id": task.item["id"], "by": task.report.change_set})
    if not marked:
        raise _not_undoable()


async def _undo_run(
    ctx: Ctx, tx: Tx, run: Sequence[Logged], report: Report, wanted: Wanted
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
        change = turned(definition, each, row, report, wanted)
        if change is not None and each.id in held:
            note_conflict(report, definition, each, "in_use", "Other records point to this one.")
        elif change is not None:
            change.verb = verb
            changes.append(change)

    def refuse(change: Change, error: FangxinError) -> None:
        logged = next(each for each in run if each.id == change.id)
        message = translate(ctx.locale, error.detail, error.values)
        note_conflict(report, definition, logged, error.code, message)

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
        repointed = [each for each in changes if each.id != report.stayed]
        await repoint(ctx, tx, definition, repointed)
        changes = [each for each in changes if each.id == report.stayed]
    else:
        repointed = []
    follows = [report.own_action and _follows(definition, each) for each in changes]
    following = [each for each, true in zip(changes, follows, strict=True) if true]
    others = [each for each, true in zip(changes, follows, strict=True) if not true]
    written = await write_many(elevated(ctx), tx, definition.name, verb, following, refuse=refuse)
    written += await write_many(ctx, tx, definition.name, verb, others, refuse=refuse)
    await link_resting(tx, written)
    return [*repointed, *written]


def _follows(definition: ObjectDef, change: Change) -> bool:
    """Tell whether a change only says which record this one hangs on, or with whom it is shared."""
    keys = change.values
    return bool(keys) and all(
        key == SHARES or definition.fields[key].type.references for key in keys
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
    by, mark = sa.bindparam("by", type_=Id()), change_set.c.undone_by_id
    # whoever was first stays
    free = sa.or_(mark.is_(None), mark == by)
    old = sa.update(change_set).where(one, free).values(undone_by_id=by)
    new = sa.update(change_set).where(one).values(state=sa.bindparam("new_state", type_=sa.Text()))
    return compile_statement(old, dialect), compile_statement(new, dialect)


async def _close(ctx: Ctx, task: _Task) -> None:
    mark_old, mark_new = _close_statements(ctx.database.dialect)
    report, old = task.report, task.item
    whole, new = not report.conflicts, report.change_set

    async def unit(tx: Tx) -> None:
        # what was undone in part, by wish or for its conflicts, can be undone further
        if task.wanted.only is None and (whole or (task.whole and report.undone)):
            await tx.execute(mark_old, {"row_id": old["id"], "by": new})
            if report.stayed and old["undoes"] is not None:
                await note_again(tx, old["undoes"], new)
        state = "closed" if whole else "partial"
        await tx.execute(mark_new, {"row_id": new, "new_state": state})

    await ctx.database.write(unit)
