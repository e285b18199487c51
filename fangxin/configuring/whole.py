"""Taking back a change set of settings as a whole: definitions, records and views in one
transaction, the latest change first.

What was changed again since stays, unless it is to be overwritten; anything else that does not fit
refuses all of it, for settings hang together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from fangxin.configuring.design import current
from fangxin.configuring.revert import conflict_of, turn_plain
from fangxin.history import undo as log
from fangxin.history.noting import VIEW, States, noted, states
from fangxin.history.turning import Logged, Report, Wanted
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import FangxinError, Forbidden
from fangxin.kernel.i18n import translate

_USED: Final = "in_use"


async def undo(ctx: Ctx, id: str, wanted: Wanted) -> dict[str, Any]:
    """Undo any change set, one of settings too: see history/undo.py."""
    return await log.undo(ctx, id, wanted=wanted, plain=_turn)


async def preview_undo(ctx: Ctx, id: str, wanted: Wanted) -> dict[str, Any]:
    """Tell what `undo` would do, writing nothing: see history/undo.py."""
    return await log.preview_undo(ctx, id, wanted, plain=_turn)


async def _turn(ctx: Ctx, tx: Tx, run: Sequence[Logged], report: Report, wanted: Wanted) -> Ctx:
    if run[0].object == VIEW:
        # notes itself, and defines nothing
        await _turn_run(ctx, tx, run, report, wanted)
        return ctx
    await noted(ctx, tx, lambda tx: _turn_run(ctx, tx, run, report, wanted))
    return await current(ctx, tx)


async def _turn_run(
    ctx: Ctx, tx: Tx, run: Sequence[Logged], report: Report, wanted: Wanted
) -> None:
    """Turn changes of one kind; what others of them still use waits until those are turned."""
    here, left = ctx, list(run)
    # each setting stands once in a run: turning one leaves the others as they are
    known = None if run[0].object == VIEW else await states(tx)
    while left:
        waiting: list[tuple[Logged, FangxinError]] = []
        for logged in left:
            try:
                await _turn_one(here, tx, logged, wanted, known)
            except Forbidden:
                raise
            except FangxinError as error:
                if error.code == _USED:
                    waiting.append((logged, error))
                else:
                    _note(ctx, report, logged, error)
            else:
                report.undone += 1
        if len(waiting) == len(left):
            for logged, used in waiting:
                _note(ctx, report, logged, used)
            return
        left = [logged for logged, _ in waiting]
        here = await current(here, tx) if left else here


async def _turn_one(ctx: Ctx, tx: Tx, logged: Logged, wanted: Wanted, known: States | None) -> None:
    await turn_plain(ctx, tx, logged, lambda key: wanted.overwrites(logged, key), known)


def _note(ctx: Ctx, report: Report, logged: Logged, error: FangxinError) -> None:
    if error.code == "settled":
        report.settled += 1
        return
    known = (error.extra or {}).get("conflicts")
    told = known or [
        conflict_of(ctx, logged, code, message) for code, message in _reasons(ctx, error)
    ]
    report.conflicts += [{**each, "seq": logged.seq} for each in told]


def _reasons(ctx: Ctx, error: FangxinError) -> list[tuple[str, str]]:
    if error.errors:
        return [
            (each.code, translate(ctx.locale, each.message, each.values)) for each in error.errors
        ]
    return [(error.code, translate(ctx.locale, error.detail, error.values))]
