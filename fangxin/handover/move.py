"""Handing over: a job that moves slice by slice what a user holds, all in one change set.

Each slice is committed with the place that the job has come to, so that one that was lost goes on
where it stopped; what was moved is not looked at again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from fangxin.access.contexts import context_for_user, elevated
from fangxin.handover.dealing import Dealer, holders_above
from fangxin.handover.giving import close_account, give_shares, give_views, shared_records, tell
from fangxin.handover.holdings import HAND_OVER, USER, held, holders, movable, require
from fangxin.handover.plan import Receiver, meant, receivers
from fangxin.kernel.context import ChangeSet, Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import FangxinError
from fangxin.kernel.i18n import translate
from fangxin.kernel.idempotency import keyed
from fangxin.kernel.ids import new_id
from fangxin.kernel.leases import GiveUp, Handler, Run
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import Id
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records import change as store
from fangxin.records.engine import write_many
from fangxin.records.reading import count, find_ids
from fangxin.records.tables import change_set

KIND: Final = "hand_over"
# so few that other writers of SQLite need not wait
SLICE: Final = 100
SKIPPED: Final = 200
_NONE: Final = "00000000-0000-0000-0000-000000000000"
_close: Final = Prepared(
    lambda: (
        sa.update(change_set)
        .where(change_set.c.id == sa.bindparam("set", type_=Id()))
        .values(state="closed")
    )
)


@dataclass(slots=True)
class Place:
    """How far a job has come: the step by name, the last id of it, and what was done so far."""

    step: str = ""
    after: str | None = None
    turn: int = 0
    done: int = 0
    total: int = 0
    moved: dict[str, int] = field(default_factory=dict)
    given: dict[str, int] = field(default_factory=dict)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    deactivated: bool = False

    def copied(self) -> Place:
        """Return one that a unit may change: it may have to be run again."""
        return replace(
            self,
            moved=dict(self.moved),
            given=dict(self.given),
            skipped=list(self.skipped),
            passed=list(self.passed),
        )

    @property
    def progress(self) -> float:
        """How much of it is done, from 0 to 1."""
        return min(self.done / max(self.total, 1), 0.99)


async def start(ctx: Ctx, plan: Mapping[str, Any]) -> dict[str, str]:
    """Leave a plan that was read to a job; return {"job", "change_set"}."""
    args = {"plan": dict(plan), "change_set": new_id()}

    async def unit(tx: Tx) -> dict[str, str]:
        job = await ctx.services.jobs.enqueue(tx, KIND, args, actor=ctx.actor.id)
        return {"job": job, "change_set": str(args["change_set"])}

    return await ctx.database.write(keyed(ctx, unit))


@dataclass(slots=True)
class _Move:
    """One run of the job. `ctx` writes into the change set as the actor, `every` does so with all
    rights; `first` is the first receiver who is still active.
    """

    ctx: Ctx
    run: Run
    plan: Mapping[str, Any]
    place: Place
    first: str

    @property
    def every(self) -> Ctx:
        return elevated(self.ctx)

    async def write(self, work: Callable[[Tx, Place], Awaitable[None]]) -> None:
        """Do some work and note in the same transaction how far it has come."""

        async def unit(tx: Tx) -> Place:
            place = self.place.copied()
            await work(tx, place)
            await self.run.save(tx, progress=place.progress, result=msgspec.to_builtins(place))
            return place

        self.place = await self.ctx.database.write(unit)

    async def count_all(self) -> None:
        """Count what is to be moved, once."""
        if self.place.total:
            return
        total = 1
        for definition in movable(self.ctx):
            if meant(self.plan, definition.name):
                tree = held(definition, self.plan["user"], finished=self.plan["finished"])
                total += await count(self.every, definition.name, filter=tree)
        self.place.total = total

    async def step(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do a step unless an earlier run has."""
        if name in self.place.passed:
            return
        if self.place.step != name:
            self.place.step, self.place.after, self.place.turn = name, None, 0
        await work()
        self.place.passed.append(name)

    async def records(self, definition: ObjectDef) -> None:
        """Move the records of one object."""
        people = list((await receivers(self.ctx, meant(self.plan, definition.name))).values())
        tree = held(definition, self.plan["user"], finished=self.plan["finished"])
        while people:
            rows = await find_ids(self.every, definition, tree, after=self.place.after, limit=SLICE)
            if not rows:
                return
            await self.write(_slice(self, definition, [row[0] for row in rows], people))

    async def shares(self) -> None:
        """Let what was shared with the user be shared with the first receiver."""
        user, to = self.plan["user"], self.first
        while rows := await shared_records(self.ctx, user, self.place.after or _NONE, SLICE):

            async def work(tx: Tx, place: Place, rows: Any = rows) -> None:
                changed = await give_shares(self.every, tx, rows, user, to)
                place.moved["shares"] = place.moved.get("shares", 0) + changed
                place.after = rows[-1][0]

            await self.write(work)

    async def views(self) -> None:
        """Let the first receiver look after the views that others use."""

        async def work(tx: Tx, place: Place) -> None:
            given = await give_views(tx, self.plan["user"], self.first)
            place.moved["views"] = place.moved.get("views", 0) + given

        await self.write(work)

    async def end(self) -> None:
        """Close the account where that is asked, tell the receivers, close the change set."""

        async def work(tx: Tx, place: Place) -> None:
            if self.plan["deactivate"]:
                closed = await close_account(self.ctx, tx, self.plan["user"])
                place.deactivated = closed or place.deactivated
            await tell(self.ctx, tx, self.plan, place.given)
            group = self.ctx.change_set
            await tx.execute(_close(tx.dialect), {"set": group.id if group else _NONE})

        await self.write(work)


def _slice(
    move: _Move, definition: ObjectDef, ids: list[str], people: list[Receiver]
) -> Callable[[Tx, Place], Awaitable[None]]:
    user, by_department = move.plan["user"], move.plan["split"] == "department"

    async def work(tx: Tx, place: Place) -> None:
        loaded = await store.load(move.every, tx, definition, ids, "update")
        rows = {id_: row.values for id_, row in loaded.items() if not row.deleted}
        above = await holders_above(move.every, tx, definition, rows)
        dealer = Dealer(people, by_department, place.turn)
        dealt = {id_: dealer.receiver(row, above.get(id_)) for id_, row in rows.items()}
        changes = [
            Change(definition.name, id_, "update", _values(definition, rows[id_], user, to))
            for id_, to in dealt.items()
        ]

        def refuse(change: Change, error: FangxinError) -> None:
            message = translate(move.ctx.locale, error.detail, error.values)
            told = {"object": definition.name, "id": change.id, "code": error.code}
            if len(place.skipped) < SKIPPED:
                place.skipped.append({**told, "message": message})

        written = await write_many(
            move.every, tx, definition.name, "update", changes, refuse=refuse
        )
        for change in written:
            to = dealt[change.id].id
            place.given[to] = place.given.get(to, 0) + 1
        place.moved[definition.name] = place.moved.get(definition.name, 0) + len(written)
        place.turn, place.after, place.done = dealer.turn, ids[-1], place.done + len(ids)

    return work


def _values(
    definition: ObjectDef, row: Mapping[str, Any], user: str, to: Receiver
) -> dict[str, Any]:
    """Return what to set: every field that names the user names the other; the department follows
    the owner, but for records of people, where it says where they work.
    """
    found: dict[str, Any] = {
        each.key: to.id for each in holders(definition) if row.get(each.key) == user
    }
    if "owner" in found and not definition.facts.open_to_all:
        found["department"] = to.department
    return found


async def _run(installation: Any, run: Run) -> Mapping[str, Any]:
    """Hand over in the name of who asked, with the rights that he has now."""
    plan = run.args["plan"]
    ctx = await context_for_user(installation, run.actor_id or "", "web")
    require(ctx)
    # unfinished until its end, and as such it can be undone
    group = ChangeSet(
        run.args["change_set"], HAND_OVER, USER, f"{USER}.{HAND_OVER}", state="partial"
    )
    place = msgspec.convert(run.saved, Place) if run.saved else Place()
    known = await receivers(ctx, plan["to"])
    first = next((each for each in plan["to"] if each in known), None)
    if first is None:
        message = "Nobody who was to receive anything is active any more."
        raise GiveUp(message)
    move = _Move(ctx.within(group), run, plan, place, first)
    await move.count_all()
    for definition in movable(ctx):
        if meant(plan, definition.name):
            await move.step(definition.name, partial(move.records, definition))
    if plan["shares"]:
        await move.step("*shares", move.shares)
    if plan["views"]:
        await move.step("*views", move.views)
    await move.step("*end", move.end)
    done = move.place
    told = {"moved": done.moved, "skipped": done.skipped, "deactivated": done.deactivated}
    return {"change_set": group.id, **told}


JOBS: Final[Mapping[str, Handler]] = {KIND: _run}
