"""Writing more records at once than a client should wait for: bulk changes and actions by a job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from fangxin.access.contexts import context_for_user
from fangxin.access.scope import predicate
from fangxin.data.tagging import tag_edit
from fangxin.kernel.context import ChangeSet, Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import FangxinError
from fangxin.kernel.idempotency import keyed
from fangxin.kernel.ids import is_id, new_id
from fangxin.kernel.leases import Handler, Run
from fangxin.kernel.sealed_text import put_away, taken_out
from fangxin.records import act as actions
from fangxin.records import bulk, engine
from fangxin.records.query import Narrow
from fangxin.records.reading import count, environment, find_ids, visible_ids
from fangxin.search import matching

KIND: Final = "bulk"
SLICE: Final = 250


def selection_of(ctx: Ctx, word: str, asked: Mapping[str, Any]) -> bulk.Selection:
    """Return the records that a request names by `ids`, or by `filter` and `q`."""
    q = asked.get("q")
    narrow = matching.narrow(ctx, ctx.registry[word], q) if q else None
    return bulk.Selection(asked.get("ids"), asked.get("filter"), narrow)


async def selected(ctx: Ctx, word: str, selection: bulk.Selection) -> int:
    """Return how many records are meant."""
    if selection.ids is not None:
        return len(set(selection.ids))
    return await count(ctx, word, filter=selection.filter, narrow=selection.narrow)


async def preview(ctx: Ctx, word: str, asked: Mapping[str, Any]) -> dict[str, int]:
    """Return how many records are meant and how many of these the actor has the right to change, or
    to delete: {"total", "allowed"}. A check of the object may still refuse one of them.
    """
    definition = engine.require(ctx, word, "bulk")
    verb = "delete" if asked.get("delete") else "update"
    selection = selection_of(ctx, word, asked)
    total = await selected(ctx, word, selection)
    if selection.ids is not None:
        ids = [each for each in selection.ids if is_id(each)]
        seen = await visible_ids(ctx, word, ids)
        return {"total": total, "allowed": len(seen & await visible_ids(ctx, word, ids, verb))}
    search = selection.narrow

    def build(source: sa.FromClause) -> sa.ColumnElement[bool]:
        allowed = predicate(ctx.rights, ctx.registry, definition, source, verb)
        parts = [] if allowed is None else [allowed]
        return sa.and_(sa.true(), *parts, *([search.build(source)] if search else []))

    kind = ctx.rights.scope(definition.name, verb).kind
    shape = ("allowed", verb, kind, search.shape if search else None)
    narrow = Narrow(shape, build, search.values if search else {})
    return {
        "total": total,
        "allowed": await count(ctx, word, filter=selection.filter, narrow=narrow),
    }


async def write(
    ctx: Ctx,
    word: str,
    asked: Mapping[str, Any],
    *,
    change_set: str | None = None,
    progress: bulk.Progress | None = None,
) -> dict[str, Any]:
    """Do what is asked (`set`, `add_tags`, `remove_tags`, `delete`, or `action` with `params`) to
    all selected records.
    """
    selection = selection_of(ctx, word, asked)
    if asked.get("action"):
        group = change_set or new_id()
        return await _act(ctx, word, selection, asked, group, progress)
    return await bulk.bulk(
        ctx,
        word,
        selection,
        body=asked.get("set"),
        delete=bool(asked.get("delete")),
        edit=tag_edit(ctx, ctx.registry[word], asked),
        change_set=change_set,
        progress=progress,
    )


async def _act(
    ctx: Ctx,
    word: str,
    selection: bulk.Selection,
    asked: Mapping[str, Any],
    group: str,
    progress: bulk.Progress | None,
) -> dict[str, Any]:
    """Run an action on one record after the other, in one change set."""
    definition = engine.require(ctx, word, "bulk")
    key, params = asked["action"], asked.get("params") or {}
    action = actions.action_of(definition, key)
    actions.read_params(action, params, environment(ctx))
    label = f"{definition.name}.{key}"
    inside = ctx.within(ChangeSet(group, "action", definition.name, label))
    report = bulk.BulkReport(group)
    for id_ in await _all_ids(ctx, word, selection):
        try:
            await actions.act(inside, word, id_, key, params)
        except FangxinError as error:
            report.skip(ctx, id_, error)
        else:
            report.changed += 1
        if progress is not None and (report.changed + len(report.skipped)) % SLICE == 0:
            await progress(report.changed + len(report.skipped))
    return report.wire()


async def _all_ids(ctx: Ctx, word: str, selection: bulk.Selection) -> list[str]:
    """Return the ids first: an action may take a record out of the filter that found it."""
    if selection.ids is not None:
        return list(dict.fromkeys(selection.ids))
    found: list[str] = []
    while True:
        rows = await find_ids(
            ctx,
            ctx.registry[word],
            selection.filter,
            narrow=selection.narrow,
            after=found[-1] if found else None,
        )
        found += [row[0] for row in rows]
        if not rows:
            return found


async def enqueue(ctx: Ctx, word: str, asked: Mapping[str, Any]) -> dict[str, str]:
    """Leave the work to a job of the actor; return {"job", "change_set"}."""
    tag_edit(ctx, ctx.registry[word], asked)
    kept = put_away(ctx.services, KIND, dict(asked))
    args = {"object": ctx.registry[word].name, "asked": kept, "change_set": new_id()}

    async def unit(tx: Tx) -> dict[str, str]:
        job = await ctx.services.jobs.enqueue(tx, KIND, args, actor=ctx.actor.id)
        return {"job": job, "change_set": str(args["change_set"])}

    return await ctx.database.write(keyed(ctx, unit))


async def _run(installation: Any, run: Run) -> Mapping[str, Any]:
    """Write in the name of who asked, with the rights that he has now.

    A job taken over begins again: what is changed already does not change a second time.
    """
    ctx = await context_for_user(installation, run.actor_id or "", "web")
    asked = taken_out(ctx.services, KIND, run.args["asked"])
    word, group = run.args["object"], run.args["change_set"]
    total = await selected(ctx, word, selection_of(ctx, word, asked))

    async def progress(done: int) -> None:
        async def unit(tx: Tx) -> None:
            await run.save(tx, progress=min(done / max(total, 1), 1.0))

        await ctx.database.write(unit)

    return await write(ctx, word, asked, change_set=group, progress=progress)


JOBS: Final[Mapping[str, Handler]] = {KIND: _run}
