"""The larger demonstrations: each record written once, as it ended, by the engine in slices.

The companies come in PARTS, each with dice of its own, so that one seed gives one market however
many processes write it: several on PostgreSQL, where each keeps a core busy, one on SQLite, which
has a single writer.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from fangxin.access.contexts import system_context
from fangxin.demo.chain import told_to_the_end
from fangxin.demo.companies import Market
from fangxin.demo.story import Event, Story
from fangxin.kernel.context import ChangeSet, Ctx
from fangxin.kernel.ids import new_id
from fangxin.kernel.parent import end_with_parent
from fangxin.kernel.sql import Statement
from fangxin.objects.declare import Change
from fangxin.records.engine import write_many
from fangxin.records.numbering import reserve_numbers

if TYPE_CHECKING:
    from fangxin.app import Installation
    from fangxin.kernel.db import Database, Tx
    from fangxin.kernel.settings import Settings

PARTS: Final = 4
# fewer companies are written sooner than processes start
WORTH_PROCESSES: Final = 5000
SLICE: Final = 1000
GROUP: Final = 1000
# of a process: while one group waits for the database, another computes
AT_ONCE: Final = 2
# how much of what was said and done larger sizes tell: about one and a half entries a company
SHARE: Final = 0.4
# in the order in which they point to each other
ORDER: Final = (
    *("account", "contact", "opportunity", "quote", "contract", "order", "payment_plan"),
    *("payment", "activity", "task"),
)
# after how many groups of the first part the planner looks again
_LEARN: Final = frozenset({1, 2, 4, 8, 16, 32, 64, 128, 256})
_LOOK_SECONDS: Final = 0.5
Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """A market: what its dice start from, how many companies, what today is, and whether the staff
    writes Chinese.
    """

    seed: int
    companies: int
    now: datetime
    chinese: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One of the PARTS of a plan."""

    plan: Plan
    number: int

    @property
    def companies(self) -> int:
        """How many companies are in it."""
        whole, rest = divmod(self.plan.companies, PARTS)
        return whole + (self.number < rest)

    def market(self) -> Market:
        """Return its market; no two parts have a company in common."""
        plan = self.plan
        return Market(plan.seed, plan.now, self.number, PARTS, chinese=plan.chinese)


async def pour(installation: Installation, plan: Plan, report: Report | None) -> None:
    """Write the companies with what hangs on them; `report` is told (companies done, of how
    many).
    """
    parts = [Part(plan, number) for number in range(PARTS)]
    database, companies = installation.database, plan.companies
    if database.dialect == "postgresql" and companies >= WORTH_PROCESSES:
        await _in_processes(installation.settings, parts, companies, report)
    else:
        ctx, done = await system_context(installation, "demo"), 0

        def add(more: int) -> None:
            nonlocal done
            done += more
            if report is not None:
                report(done, companies)

        for part in parts:
            await _write_part(ctx, part, add)
    await learn_sizes(database)


async def learn_sizes(database: Database) -> None:
    """Let PostgreSQL look at its tables, else it goes on planning for the empty ones it knows."""
    if database.dialect == "postgresql":
        await database.read(Statement("ANALYZE", (), {}, (), ()), {})


# ---------------------------------------------------------------- several processes

# what the processes count together; each gets it as it starts
_done: Any = None


def _remember(counter: Any) -> None:
    global _done  # noqa: PLW0603 - the one way in which a process of a pool is given something
    _done = counter
    end_with_parent()


async def _in_processes(
    settings: Settings, parts: list[Part], companies: int, report: Report | None
) -> None:
    # a forked process would share the parent's connections
    clean = multiprocessing.get_context("spawn")
    counter = clean.Value("q", 0)
    most = min(len(parts), os.cpu_count() or 1)
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(most, clean, _remember, (counter,)) as pool:
        waiting = {loop.run_in_executor(pool, _process, settings, part) for part in parts}
        while waiting:
            finished, waiting = await asyncio.wait(
                waiting, timeout=_LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            for each in finished:
                each.result()
            if report is not None:
                report(counter.value, companies)


def _process(settings: Settings, part: Part) -> None:
    asyncio.run(_alone(settings, part))


async def _alone(settings: Settings, part: Part) -> None:
    from fangxin.app import build_installation  # noqa: PLC0415 - a process that writes needs it

    def add(more: int) -> None:
        with _done.get_lock():
            _done.value += more

    installation = build_installation(settings)
    await installation.start()
    try:
        await _write_part(await system_context(installation, "demo"), part, add)
    finally:
        await installation.stop()


# ---------------------------------------------------------------- one part


async def _write_part(ctx: Ctx, part: Part, add: Callable[[int], None]) -> None:
    """Write a part's companies in groups, some groups at a time; `add` is told how many more."""
    market = part.market()
    story = Story(market, share=SHARE)
    starts = iter(range(0, part.companies, GROUP))
    groups = 0

    async def take() -> None:
        nonlocal groups
        for start in starts:
            size = min(GROUP, part.companies - start)
            events = (e for _ in range(size) for e in told_to_the_end(story, market.company()))
            await _write_group(ctx, _final(events))
            groups += 1
            if part.number == 0 and groups in _LEARN:
                await learn_sizes(ctx.database)
            add(size)

    await asyncio.gather(*(take() for _ in range(AT_ONCE)))


def _final(events: Iterator[Event]) -> dict[str, list[Change]]:
    """Fold the events of some companies into one create for each record, as it ended."""
    records: dict[str, tuple[Event, dict[str, Any], datetime]] = {}
    for event in events:
        if event.verb == "create":
            records[event.id] = (event, dict(event.values), event.at)
        else:
            first, values, _ = records[event.id]
            records[event.id] = (first, values | event.values, event.at)
    found: dict[str, list[Change]] = {name: [] for name in ORDER}
    for event, values, at in records.values():
        stamps = {
            "created_at": event.at,
            "updated_at": at,
            "created_by": event.actor,
            "updated_by": event.actor,
        }
        found[event.object].append(Change(event.object, event.id, "create", values | stamps))
    return found


async def _write_group(ctx: Ctx, found: Mapping[str, list[Change]]) -> None:
    """Write the records of a group, each object in slices, each slice one change set."""
    for object_, changes in found.items():
        await reserve_numbers(ctx, ctx.registry[object_], len(changes))
        for place in range(0, len(changes), SLICE):
            part = changes[place : place + SLICE]

            async def unit(tx: Tx, object_: str = object_, part: list[Change] = part) -> None:
                # a unit may be run again: it must not find what it wrote before
                fresh = [
                    Change(each.object, each.id, each.verb, dict(each.values)) for each in part
                ]
                group = ctx.within(ChangeSet(new_id(), "create", object_))
                await write_many(group, tx, object_, "create", fresh)

            await ctx.database.write(unit)
