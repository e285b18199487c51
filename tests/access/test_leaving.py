"""A user leaves: all that he holds goes where it was said, in one change set that can be undone."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from fangxin.handover import move
from fangxin.handover.giving import shared_records
from fangxin.handover.holdings import holdings
from fangxin.handover.plan import HandOver, preview, read_plan
from fangxin.history.change_sets import change_set_item
from fangxin.history.field_history import field_history
from fangxin.history.undo import undo
from fangxin.kernel.errors import Forbidden, Invalid, Unauthenticated
from fangxin.kernel.ids import new_id
from fangxin.kernel.leases import Leases
from fangxin.records import engine, reading
from fangxin.sharing.share import Sharing, share


class Lost(Exception):
    """The worker goes down."""


async def _run(installation, worker="a"):
    (run,) = await Leases(installation.database, worker).claim(1)
    return await move.JOBS[move.KIND](installation, run)


async def _owner(company, object_, id_):
    record = await reading.get(company.system, object_, id_)
    return record["owner"]["id"]


@pytest.fixture
async def lin(company):
    """What lin holds: accounts with contacts, tasks of which one is done, a task of wang's that is
    assigned to her, and a share.
    """
    made = {"accounts": [], "contacts": []}
    for number in range(4):
        account = await company.account(f"Client {number}", "lin", "shanghai")
        made["accounts"].append(account)
        who = {"owner": company.people["lin"], "account": account}
        made["contacts"].append(await company.make("contact", name=f"Person {number}", **who))
    mine = {"assignee": company.people["lin"]}
    made["task"] = await company.make("task", subject="call", **mine)
    made["done"] = await company.make(
        "task", subject="called", done_at="2026-11-01T09:00:00Z", **mine
    )
    other = await company.account("Wang's", "wang", "east")
    wanted = {"with": {"object": "user", "id": company.people["lin"]}, "level": "edit"}
    asked = msgspec.convert({"shares": [wanted]}, Sharing)
    await share(await company.ctx("admin"), "account", other, asked)
    return made | {"shared": other}


async def test_what_one_holds_is_told_to_who_administers_users(company, lin):
    ctx = await company.ctx("admin")
    told = await holdings(ctx, company.people["lin"])
    counts = {each["object"]: (each["all"], each["unfinished"]) for each in told["objects"]}
    assert counts == {"account": (4, None), "contact": (4, None), "task": (2, 1)}
    assert (told["shares"], told["views"], told["jobs"], told["active"]) == (1, 0, 0, True)
    with pytest.raises(Forbidden):
        await holdings(await company.ctx("boss"), company.people["lin"])
    user, me = company.people["lin"], company.people["admin"]
    bad = (
        HandOver(to=[user]),
        HandOver(to=[new_id()]),
        HandOver(to=[me], objects={"account": ["x"]}),
        HandOver(to=[me], objects={"nothing": None}),
    )
    for asked in bad:
        with pytest.raises(Invalid):
            await read_plan(ctx, user, asked)
    with pytest.raises(Invalid):
        await read_plan(ctx, me, HandOver(to=[user], deactivate=True))
    with pytest.raises(Forbidden):
        await read_plan(await company.ctx("boss"), user, HandOver(to=[me]))


async def _moved_with_a_crash(company, plan, monkeypatch):
    """Hand over in slices of three, with a worker that is lost at the second of them, and return
    the change set and what the next worker did.
    """
    installation = company.installation
    started = await move.start(await company.ctx("admin"), plan)
    monkeypatch.setattr(move, "SLICE", 3)
    above, slices = move.holders_above, []

    async def goes_down(ctx, tx, definition, rows):
        slices.append(rows)
        if len(slices) == 2:
            raise Lost
        return await above(ctx, tx, definition, rows)

    monkeypatch.setattr(move, "holders_above", goes_down)
    with pytest.raises(Lost):
        await _run(installation)
    late = Leases(installation.database, "b", clock=lambda: _later(installation))
    await late.release_lost()
    (run,) = await late.claim(1)
    return started["change_set"], run


async def test_all_goes_in_turn_survives_a_crash_and_comes_back(company, lin, monkeypatch):
    ctx, people = await company.ctx("admin"), company.people
    asked = HandOver(
        to=[people["zhao"], people["wang"]], deactivate=True, message="Please call them all."
    )
    plan = await read_plan(ctx, people["lin"], asked)
    seen = await preview(company.installation, ctx, plan)
    assert (seen["total"], seen["blind"]) == (9, [])
    group, run = await _moved_with_a_crash(company, plan, monkeypatch)
    half = [await _owner(company, "account", each) for each in lin["accounts"]]
    assert half.count(people["lin"]) == 1
    assert (await change_set_item(ctx, group))["undoable"]
    done = await move.JOBS[move.KIND](company.installation, run)
    assert done["moved"] == {"account": 4, "contact": 4, "task": 1, "shares": 1, "views": 0}
    assert (done["skipped"], done["deactivated"]) == ([], True)
    await _all_is_there(company, lin)

    item = await change_set_item(ctx, group)
    assert (item["state"], item["count"]) == ("closed", 11)
    report = await undo(await company.ctx("admin"), group)
    assert (report["conflicts"], report["undone"]) == ([], 11)
    back = [await _owner(company, "account", each) for each in lin["accounts"]]
    assert set(back) == {people["lin"]}
    assert (await reading.get(company.system, "user", people["lin"]))["active"]


async def _all_is_there(company, lin):
    ctx, people = await company.ctx("admin"), company.people
    owners = [await _owner(company, "account", each) for each in lin["accounts"]]
    assert sorted(owners.count(people[each]) for each in ("zhao", "wang")) == [2, 2]
    # who gets the client gets those who work there, in the department that he works in
    assert [await _owner(company, "contact", each) for each in lin["contacts"]] == owners
    task = await reading.get(company.system, "task", lin["task"])
    assert task["owner"]["id"] == task["assignee"]["id"] != people["lin"]
    assert await _owner(company, "task", lin["done"]) == people["lin"]
    # the first of them takes over what was shared with her
    shared = await shared_records(ctx, people["zhao"], move._NONE, 9)
    assert [row[0] for row in shared] == [lin["shared"]]
    told = await field_history(ctx, "account", lin["accounts"][0], "owner")
    assert told["items"][0]["before"]["id"] == people["lin"]
    await company.forget()
    with pytest.raises(Unauthenticated):
        await company.ctx("lin")


def _later(installation):
    return installation.jobs.clock() + timedelta(minutes=5)


async def test_departments_and_objects_may_go_their_own_ways(company, lin):
    ctx, people = await company.ctx("admin"), company.people
    away = {"department": company.departments["west"]}
    await engine.update(company.system, "account", lin["accounts"][0], away)
    asked = HandOver(
        to=[people["ads"], people["zhao"], people["wang"]],
        split="department",
        objects={"contact": [people["boss"]], "task": None},
        finished=True,
    )
    await move.start(ctx, await read_plan(ctx, people["lin"], asked))
    # the first of them leaves as well
    await engine.update(company.system, "user", people["ads"], {"active": False})
    done = await _run(company.installation)
    shared = await shared_records(ctx, people["zhao"], move._NONE, 9)
    assert [row[0] for row in shared] == [lin["shared"]]
    assert "task" not in done["moved"]
    # zhao works in the west
    assert await _owner(company, "account", lin["accounts"][0]) == people["zhao"]
    owners = {await _owner(company, "contact", each) for each in lin["contacts"]}
    assert owners == {people["boss"]}
    assert await _owner(company, "task", lin["task"]) == people["lin"]
    assert (await reading.get(company.system, "user", people["lin"]))["active"]
