"""Conditions as people mean them: plain days on moments, words among ids, periods that are none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fangxin.access.contexts import context_for_user
from fangxin.kernel.errors import Invalid
from fangxin.kernel.ids import named_id
from fangxin.records import engine, reading


async def names(ctx, object_, tree):
    page = await reading.find(ctx, object_, filter=tree, sort="id", fields=["name"])
    return [each["name"] for each in page.items]


@pytest.mark.parametrize(
    ("op", "value", "expected"),
    [
        (">", "2026-11-21", ["after"]),
        (">=", "2026-11-21", ["first", "last", "after"]),
        ("<", "2026-11-21", ["before"]),
        ("<=", "2026-11-21", ["before", "first", "last"]),
        ("between", ["2026-11-21", "2026-11-21"], ["first", "last"]),
        (">", "2026-11-21T00:00:00+08:00", ["last", "after"]),
    ],
)
async def test_a_plain_day_is_the_readers_whole_day(admin, op, value, expected):
    shanghai = replace(admin, timezone="Asia/Shanghai")
    for name, at in (
        ("before", "2026-11-20T23:59:59+08:00"),
        ("first", "2026-11-21T00:00:00+08:00"),
        ("last", "2026-11-21T23:59:59.999999+08:00"),
        ("after", "2026-11-22T00:00:00+08:00"),
    ):
        await engine.create(shanghai, "task", {"name": name, "subject": name, "due_at": at})
    tree = {"field": "due_at", "op": op, "value": value}
    assert await names(shanghai, "task", tree) == expected
    # the same days start elsewhere at other moments
    assert await names(replace(admin, timezone="UTC"), "task", tree) != expected or "T" in str(
        value
    )


@pytest.mark.parametrize(
    ("op", "value"), [("<", "0001-01-01"), (">", "9999-12-31"), (">", "2026-02-30")]
)
async def test_days_beyond_the_calendar_are_refused(admin, op, value):
    ahead = replace(admin, timezone="Asia/Shanghai")
    with pytest.raises(Invalid) as refused:
        await reading.find(ahead, "task", filter={"field": "due_at", "op": op, "value": value})
    assert [each.pointer for each in refused.value.errors] == ["/filter/value"]


@pytest.mark.parametrize("period", ["last_0_days", "next_0_weeks", "last_00_months"])
async def test_a_period_has_a_length(admin, period):
    tree = {"field": "created_at", "op": "in_period", "value": period}
    with pytest.raises(Invalid) as refused:
        await reading.find(admin, "account", filter=tree)
    assert [each.code for each in refused.value.errors] == ["bad_period"]


async def test_me_stands_among_ids_keys_and_other_words(begun, admin):
    department = await engine.create(admin, "department", {"name": "East"})
    sales = {"role": named_id("role", "sales")}
    people = {}
    for name, place in (("Lin", department["id"]), ("Zhao", department["id"]), ("Wu", None)):
        body = {"name": name, "email": f"{name}@demo.local", "department": place, **sales}
        people[name] = (await engine.create(admin, "user", body))["id"]
    for name, id_ in people.items():
        await engine.create(admin, "account", {"name": name, "owner": id_})
    await engine.create(admin, "account", {"name": "Own"})
    everything = {"grants": {"account": {"read": "all"}, "user": {"read": "all"}}}
    await engine.update(admin, "role", named_id("role", "sales"), everything)
    begun.directory._memory = None
    lin = await context_for_user(begun, people["Lin"], "api")
    for operand, expected in (
        (["me"], ["Lin"]),
        (["me", people["Wu"]], ["Lin", "Wu"]),
        (["me", "wu@demo.local"], ["Lin", "Wu"]),
        ([people["Wu"], "zhao@demo.local", "me"], ["Lin", "Zhao", "Wu"]),
        (["my_department", people["Wu"]], ["Lin", "Zhao", "Wu"]),
        (["my_department"], ["Lin", "Zhao"]),
    ):
        tree = {"field": "owner", "op": "in", "value": operand}
        assert await names(lin, "account", tree) == expected, operand
    for bad in (["me", 1], ["me", None], ["me"] * 1001):
        with pytest.raises(Invalid):
            await names(lin, "account", {"field": "owner", "op": "in", "value": bad})
