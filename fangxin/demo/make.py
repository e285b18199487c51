"""Filling a database with demonstration data: `small` is played event by event, larger sizes are
poured (see `pour`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from fangxin.access.contexts import system_context
from fangxin.access.login import store_hash
from fangxin.access.settings import put_settings, read_company
from fangxin.demo import cast
from fangxin.demo.chain import told_to_the_end
from fangxin.demo.companies import Market, products
from fangxin.demo.leads import leads_of
from fangxin.demo.pour import ORDER, Plan, Report, learn_sizes, pour
from fangxin.demo.rates import rates
from fangxin.demo.story import Event, Story, today_of
from fangxin.kernel.context import Actor, ChangeSet, Ctx
from fangxin.kernel.errors import Conflict
from fangxin.kernel.ids import new_id
from fangxin.kernel.passwords import hash_password
from fangxin.modules.base.first_run import FIRST_USER
from fangxin.objects.declare import Change
from fangxin.records.engine import write_many
from fangxin.records.numbering import reserve_numbers
from fangxin.records.reading import count, find

if TYPE_CHECKING:
    from fangxin.app import Installation
    from fangxin.kernel.db import Tx

SIZES: Final[Mapping[str, int]] = {"small": 200, "medium": 100_000, "large": 1_000_000}
SEED: Final = 20_260_901
# one transaction's worth: short enough for SQLite's single writer
PLAYED: Final = 40


async def make_demo(
    installation: Installation,
    size: str,
    password: str,
    report: Report | None = None,
    companies: int | None = None,
) -> int:
    """Make demonstration data and return how many companies it has: as many as `size` says, or
    `companies`.

    Raises Conflict when there is some already. `report` is told (companies done, of how many).
    """
    ctx = await system_context(installation, "demo")
    if await count(ctx, "user", filter={"field": "id", "op": "is", "value": cast.PEOPLE[0].id}):
        raise Conflict("There is demo data already. Clear it first.", code="demo_exists")
    now = ctx.clock()
    chinese = await _is_chinese(ctx)
    await _make_cast(ctx, password, chinese=chinese)
    many = SIZES[size] if companies is None else companies
    if size == "small":
        await _play(ctx, played(Market(SEED, now, chinese=chinese), many), report)
        await learn_sizes(ctx.database)
    else:
        await pour(installation, Plan(SEED, many, now, chinese), report)
    return many


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


async def _make_cast(ctx: Ctx, password: str, *, chinese: bool) -> None:
    """Make departments, users who sign in with `password`, and the catalogue; the company gets a
    name where it has none.
    """
    hashed = await hash_password(password)
    past = at_moment(ctx, ctx.clock() - timedelta(days=430))

    async def unit(tx: Tx) -> None:
        for object_, rows in (
            ("department", list(cast.departments())),
            ("user", list(cast.users())),
            ("product", products()),
            ("exchange_rate", rates(ctx)),
        ):
            for id_, values in rows:
                await _write(past, tx, object_, "create", [Change(object_, id_, "create", values)])
        for person in cast.PEOPLE:
            await store_hash(tx, person.id, hashed, ctx.clock())
        company = await read_company(tx)
        papers = {} if company.company_name else cast.company_settings(chinese=chinese)
        await put_settings(tx, {"demo": True, **papers})

    await ctx.database.write(unit)


async def _write(ctx: Ctx, tx: Tx, object_: str, verb: str, changes: Sequence[Change]) -> None:
    group = ctx.within(ChangeSet(new_id(), verb, object_))
    await write_many(group, tx, object_, verb, changes)


# ---------------------------------------------------------------- small: as it happened


def played(market: Market, companies: int) -> list[Event]:
    """Return all that happened in a company with so many customers, in order of time."""
    story = Story(market)
    events = [event for _ in range(companies) for event in told_to_the_end(story, market.company())]
    for person in cast.PEOPLE:
        events += today_of(market, person, 8 if person.mail in {"sales", "manager"} else 3)
    events += leads_of(market, events)
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
