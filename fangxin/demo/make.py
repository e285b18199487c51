"""Filling a database with demonstration data: `small` is played event by event, larger sizes are
written in slices.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from fangxin.access.contexts import system_context
from fangxin.access.login import store_hash
from fangxin.access.settings import put_settings
from fangxin.demo import cast
from fangxin.demo.companies import Market, products
from fangxin.demo.story import Event, Story, today_of
from fangxin.kernel.context import Actor, ChangeSet, Ctx
from fangxin.kernel.errors import Conflict
from fangxin.kernel.ids import new_id
from fangxin.kernel.passwords import hash_password
from fangxin.kernel.sql import Statement
from fangxin.modules.base.first_run import FIRST_USER
from fangxin.objects.declare import Change
from fangxin.records.engine import write_many
from fangxin.records.numbering import reserve_numbers
from fangxin.records.reading import count, find

if TYPE_CHECKING:
    from fangxin.app import Installation
    from fangxin.kernel.db import Database, Tx

SIZES: Final[Mapping[str, int]] = {"small": 200, "medium": 100_000, "large": 1_000_000}
SEED: Final = 20_260_901
# one transaction's worth: short enough for SQLite's single writer
PLAYED: Final = 40
SLICE: Final = 1000
GROUP: Final = 1000
AT_ONCE: Final = 3
# how much of what was said and done larger sizes tell: about one and a half entries a company
SHARE: Final = 0.4
# in the order in which they point to each other
ORDER: Final = ("account", "contact", "opportunity", "activity", "task")
# after how many groups the planner looks again
_LEARN: Final = frozenset({1, 2, 4, 8, 16, 32, 64, 128, 256, 512})
Report = Callable[[int, int], None]


async def make_demo(
    installation: Installation, size: str, password: str, report: Report | None = None
) -> int:
    """Make demonstration data and return how many companies it has.

    Raises Conflict when there is some already. `report` is told (companies done, of how many).
    """
    ctx = await system_context(installation, "demo")
    if await count(ctx, "user", filter={"field": "id", "op": "is", "value": cast.PEOPLE[0].id}):
        raise Conflict("There is demo data already. Clear it first.", code="demo_exists")
    await _make_cast(ctx, password)
    now = ctx.clock().replace(microsecond=0)
    # made up, not secret
    market = Market(random.Random(SEED), now, chinese=await _is_chinese(ctx))  # noqa: S311
    if size == "small":
        await _play(ctx, _small(market, SIZES[size]), report)
    else:
        await _pour(ctx, market, SIZES[size], report)
    await learn_sizes(ctx.database)
    return SIZES[size]


async def _is_chinese(ctx: Ctx) -> bool:
    """Tell whether the company works in Chinese: its language is that of who set it up."""
    own = {"field": "id", "op": "is", "value": FIRST_USER}
    page = await find(ctx, "user", filter=own, fields=["locale"])
    return not page.items or page.items[0]["locale"] == "zh-CN"


def at_moment(ctx: Ctx, moment: datetime) -> Ctx:
    """Return the context as if it were then."""

    def clock() -> datetime:
        return moment

    return replace(ctx, clock=clock)


async def _make_cast(ctx: Ctx, password: str) -> None:
    """Make departments, users who sign in with `password`, and the catalogue."""
    hashed = await hash_password(password)
    past = at_moment(ctx, ctx.clock() - timedelta(days=430))

    async def unit(tx: Tx) -> None:
        for object_, rows in (
            ("department", list(cast.departments())),
            ("user", list(cast.users())),
            ("product", products()),
        ):
            for id_, values in rows:
                await _write(past, tx, object_, "create", [Change(object_, id_, "create", values)])
        for person in cast.PEOPLE:
            await store_hash(tx, person.id, hashed, ctx.clock())
        await put_settings(tx, {"demo": True})

    await ctx.database.write(unit)


async def _write(ctx: Ctx, tx: Tx, object_: str, verb: str, changes: Sequence[Change]) -> None:
    group = ctx.within(ChangeSet(new_id(), verb, object_))
    await write_many(group, tx, object_, verb, changes)


# ---------------------------------------------------------------- small: as it happened


def _small(market: Market, companies: int) -> list[Event]:
    story = Story(market)
    events = [event for _ in range(companies) for event in story.of_company(market.company())]
    for person in cast.PEOPLE:
        events += today_of(market, person, 8 if person.mail in {"sales", "manager"} else 3)
    return sorted(events, key=lambda event: event.at)


async def _play(ctx: Ctx, events: list[Event], report: Report | None) -> None:
    """Write each event as its own change set, by whom and when it says."""
    departments = {each.id: cast.department_id(each.department) for each in cast.PEOPLE}
    for start in range(0, len(events), PLAYED):
        part = events[start : start + PLAYED]

        async def unit(tx: Tx, part: list[Event] = part) -> None:
            for event in part:
                who = replace(ctx, actor=Actor(event.actor), department=departments[event.actor])
                then = at_moment(who, event.at)
                change = Change(event.object, event.id, event.verb, dict(event.values))
                await _write(then, tx, event.object, event.verb, [change])

        for object_ in ORDER:
            made = sum(e.object == object_ and e.verb == "create" for e in part)
            if made:
                await reserve_numbers(ctx, ctx.registry[object_], made)
        await ctx.database.write(unit)
        if report is not None:
            report(start + len(part), len(events))


# ---------------------------------------------------------------- medium, large: as it stands


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


async def _pour(ctx: Ctx, market: Market, companies: int, report: Report | None) -> None:
    """Write companies in groups, some groups at a time: while one waits for the database, another
    computes.
    """
    story = Story(market, share=SHARE)
    starts = iter(range(0, companies, GROUP))
    done = 0

    async def take() -> None:
        nonlocal done
        for start in starts:
            size = min(GROUP, companies - start)
            events = (e for _ in range(size) for e in story.of_company(market.company()))
            await _write_group(ctx, _final(events))
            done += size
            if done // GROUP in _LEARN:
                await learn_sizes(ctx.database)
            if report is not None:
                report(done, companies)

    await asyncio.gather(*(take() for _ in range(AT_ONCE)))


async def learn_sizes(database: Database) -> None:
    """Let PostgreSQL look at its tables, else it goes on planning for the empty ones it knows."""
    if database.dialect == "postgresql":
        await database.read(Statement("ANALYZE", (), {}, (), ()), {})


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
                await _write(ctx, tx, object_, "create", fresh)

            await ctx.database.write(unit)
