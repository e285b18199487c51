"""Users, roles and departments: who may change them, what keeps the tree and the last
administrator.
"""

from __future__ import annotations

import asyncio

import pytest

from fangxin.access import login
from fangxin.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from fangxin.records import act, engine, reading


async def paths(company):
    import sqlalchemy as sa

    from fangxin.kernel.sql import compile_statement

    database = company.installation.database
    text = compile_statement(sa.text("SELECT name, path FROM department"), database.dialect)
    return dict(await database.read(text, {}))


async def test_the_tree_keeps_its_paths(company):
    ids = company.departments
    assert await paths(company) == {
        "hq": f"/{ids['hq']}/",
        "east": f"/{ids['hq']}/{ids['east']}/",
        "shanghai": f"/{ids['hq']}/{ids['east']}/{ids['shanghai']}/",
        "west": f"/{ids['hq']}/{ids['west']}/",
    }
    await engine.update(company.system, "department", ids["east"], {"parent": ids["west"]})
    moved = await paths(company)
    assert moved["shanghai"] == f"/{ids['hq']}/{ids['west']}/{ids['east']}/{ids['shanghai']}/"
    await engine.update(company.system, "department", ids["east"], {"parent": None})
    assert (await paths(company))["shanghai"] == f"/{ids['east']}/{ids['shanghai']}/"


async def test_a_department_never_lies_below_itself(company):
    ids, before = company.departments, await paths(company)
    for parent in ("hq", "east", "shanghai"):
        with pytest.raises((Conflict, Invalid)):
            await engine.update(company.system, "department", ids["hq"], {"parent": ids[parent]})
    assert await paths(company) == before


async def test_two_moves_at_once_make_no_circle(company):
    ids = company.departments
    a = await company.make("department", name="a")
    b = await company.make("department", name="b")
    answers = await asyncio.gather(
        engine.update(company.system, "department", a, {"parent": b}),
        engine.update(company.system, "department", b, {"parent": a}),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Conflict) for each in answers) == 1, answers
    assert len(await paths(company)) == len(ids) + 2


async def test_a_department_in_use_stays(company):
    for name in ("east", "west"):
        with pytest.raises(Conflict) as refused:
            await engine.delete(company.system, "department", company.departments[name])
        assert refused.value.code == "department_in_use"
    empty = await company.make("department", name="empty")
    await engine.delete(company.system, "department", empty)


async def test_the_last_administrator_stays(company):
    ctx = await company.ctx("admin")
    admin = company.people["admin"]
    for body in ({"active": False}, {"role": company.roles["sales"]}):
        with pytest.raises(Conflict) as refused:
            await engine.update(ctx, "user", admin, body)
        assert refused.value.code == "last_administrator"
    with pytest.raises(Conflict):
        await engine.delete(ctx, "user", admin)
    with pytest.raises(Conflict):
        await act.act(ctx, "user", admin, "deactivate", {})
    await company.person("second", "administrator", None)
    await engine.update(ctx, "user", admin, {"active": False})


async def test_two_administrators_who_leave_at_once(company):
    second = await company.person("second", "administrator", None)
    answers = await asyncio.gather(
        *(
            engine.update(company.system, "user", each, {"active": False})
            for each in (second, company.people["admin"])
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Conflict) for each in answers) == 1, answers


WIDE = {"read": "all", "create": "all", "update": "all", "delete": "all"}


async def test_nobody_gives_himself_rights(company):
    """A role with every grant on users and roles, but none of the permissions."""
    await company.role("greedy", grants={"user": WIDE, "role": WIDE, "department": WIDE})
    me = await company.person("greedy", "greedy", "hq")
    await company.forget()
    ctx = await company.ctx("greedy")
    for body in (
        {"role": company.roles["administrator"]},
        {"role": company.roles["manager"]},
        {"department": company.departments["west"]},
        {"email": "other@example.com"},
    ):
        with pytest.raises(Forbidden):
            await engine.update(ctx, "user", me, body)
    with pytest.raises(Forbidden):
        await engine.update(ctx, "user", company.people["lin"], {"title": "x"})
    with pytest.raises(Forbidden):
        await engine.update(ctx, "role", company.roles["greedy"], {"grants": {"account": WIDE}})
    with pytest.raises(Forbidden):
        await engine.create(ctx, "role", {"name": "new", "grants": {}})
    body = {"name": "x", "email": "x@example.com", "role": company.roles["sales"]}
    with pytest.raises(Forbidden):
        await engine.create(ctx, "user", body)
    await engine.update(ctx, "user", me, {"title": "Analyst"})
    role = await reading.get(company.system, "role", company.roles["greedy"])
    assert "account" not in role["grants"]


async def test_who_administers_users_makes_no_administrators(company):
    await company.role(
        "clerk", grants={"user": WIDE, "role": {"read": "all"}}, permissions=["admin.users"]
    )
    await company.person("clerk", "clerk", "hq")
    await company.forget()
    ctx = await company.ctx("clerk")
    await engine.update(ctx, "user", company.people["lin"], {"role": company.roles["manager"]})
    body = {"role": company.roles["administrator"]}
    with pytest.raises(Forbidden):
        await engine.update(ctx, "user", company.people["lin"], body)
    with pytest.raises(Forbidden):
        await engine.update(ctx, "user", company.people["admin"], {"email": "x@example.com"})
    with pytest.raises(Forbidden):
        await act.act(ctx, "user", company.people["admin"], "invite", {})


async def test_the_administrators_role_stays(company):
    ctx, id_ = await company.ctx("admin"), company.roles["administrator"]
    for body in (
        {"key": "other"},
        {"grants": {"account": {"read": "none"}}},
        {"permissions": ["undo"]},
    ):
        with pytest.raises(Conflict):
            await engine.update(ctx, "role", id_, body)
    with pytest.raises(Conflict):
        await engine.delete(ctx, "role", company.roles["sales"])
    await engine.update(ctx, "role", id_, {"description": "They may do everything."})


BAD_ROLES = (
    {"grants": {"account": {"read": "everything"}}},
    {"grants": {"account": {"fly": "all"}}},
    {"grants": {"account": {"read": {"chosen": ["x"]}}}},
    {"grants": ["account"]},
    {"grants": {"account": "all"}},
    {"field_rules": {"account": {"name": {"read": "perhaps"}}}},
    {"field_rules": {"account": {"name": {"edit": "no"}}}},
    {"field_rules": {"account": {"name": {"write": True}}}},
    {"permissions": ["admin.everything"]},
    {"permissions": "undo"},
)


async def test_a_role_is_checked(company):
    for body in BAD_ROLES:
        with pytest.raises(Invalid) as refused:
            await engine.create(company.system, "role", {"name": "bad", **body})
        assert refused.value.errors[0].pointer == f"/{next(iter(body))}", body


async def test_an_address_is_used_once(company):
    body = {"name": "x", "email": "LIN@example.com", "role": company.roles["sales"]}
    with pytest.raises(Conflict):
        await engine.create(company.system, "user", body, allow_duplicates=True)
    other = {"name": "x", "email": "x@example.com", "role": company.roles["sales"]}
    with pytest.raises(Invalid):
        await engine.create(company.system, "user", {**other, "timezone": "Mars/Olympus"})


async def test_inviting_gives_a_link(company):
    ctx = await company.ctx("admin")
    answer = await act.act(ctx, "user", company.people["lin"], "invite", {})
    secret = answer["url"].rpartition("/")[2]
    found = await login.find_invitation(company.installation.database, secret)
    assert found[1] == "lin@example.com"
    with pytest.raises((Forbidden, NotFound)):
        await act.act(await company.ctx("lin"), "user", company.people["wang"], "invite", {})


async def test_handing_over_moves_all_in_one_change_set(company):
    ids = [await company.account(f"lin's {number}", "lin", "shanghai") for number in range(3)]
    await company.account("wang's", "wang", "east")
    task = await company.make("task", subject="call", assignee=company.people["lin"])
    ctx = await company.ctx("admin")
    lin, zhao = company.people["lin"], company.people["zhao"]
    for bad in ({"to": lin}, {"to": company.roles["sales"]}, {}, {"to": zhao, "more": 1}):
        with pytest.raises(Invalid):
            await act.act(ctx, "user", lin, "hand_over", bad)
    answer = await act.act(ctx, "user", lin, "hand_over", {"to": zhao})
    assert answer["changed"] == 4
    for id_ in ids:
        account = await reading.get(company.system, "account", id_)
        assert account["owner"]["id"] == zhao
        assert account["department"]["id"] == company.departments["west"]
    moved = await reading.get(company.system, "task", task)
    assert (moved["owner"]["id"], moved["assignee"]["id"]) == (zhao, zhao)
    import sqlalchemy as sa

    from fangxin.kernel.sql import compile_statement
    from fangxin.records.tables import change, change_set

    database = company.installation.database
    made = compile_statement(
        sa.select(sa.func.count(), change_set.c.kind)
        .select_from(change.join(change_set, change_set.c.id == change.c.change_set_id))
        .where(change_set.c.id == sa.bindparam("group", type_=change_set.c.id.type))
        .group_by(change_set.c.kind),
        database.dialect,
    )
    rows = await database.read(made, {"group": answer["change_set"]})
    assert [tuple(row) for row in rows] == [(4, "action")]


async def test_handing_over_leaves_people_where_they_work(company):
    """Who made a user owns his record; the new owner's department is not his."""
    await engine.update(
        company.system, "user", company.people["lin"], {"owner": company.people["boss"]}
    )
    answer = await act.act(
        await company.ctx("admin"),
        "user",
        company.people["boss"],
        "hand_over",
        {"to": company.people["zhao"]},
    )
    assert answer["changed"] == 1
    lin = await reading.get(company.system, "user", company.people["lin"])
    assert lin["owner"]["id"] == company.people["zhao"]
    assert lin["department"]["id"] == company.departments["shanghai"]


async def test_moving_a_user_takes_his_records_along_if_asked(company):
    id_ = await company.account("lin's", "lin", "shanghai")
    ctx, west = await company.ctx("admin"), company.departments["west"]
    await act.act(ctx, "user", company.people["lin"], "move", {"department": west})
    account = await reading.get(company.system, "account", id_)
    assert account["department"]["id"] == company.departments["shanghai"]
    await act.act(ctx, "user", company.people["lin"], "move", {"department": west, "records": True})
    account = await reading.get(company.system, "account", id_)
    assert account["department"]["id"] == west


async def test_handing_over_many_goes_on_in_a_job(company, monkeypatch):
    from types import SimpleNamespace

    from fangxin.modules.base import user_actions

    monkeypatch.setattr(user_actions, "AT_ONCE", 2)
    ids = [await company.account(f"lin's {number}", "lin", "shanghai") for number in range(5)]
    ctx, lin, zhao = await company.ctx("admin"), company.people["lin"], company.people["zhao"]
    answer = await act.act(ctx, "user", lin, "hand_over", {"to": zhao})
    state = await company.installation.jobs.state(answer["job"])
    assert state.state == "waiting"
    args = {
        "owner": lin,
        "values": {"owner": zhao, "department": company.departments["west"]},
        "change_set": answer["change_set"],
    }
    run = SimpleNamespace(args=args, actor_id=company.people["admin"])
    first = await user_actions.run_transfer(company.installation, run)
    again = await user_actions.run_transfer(company.installation, run)
    assert (first["changed"], again["changed"]) == (5, 0)
    for id_ in ids:
        account = await reading.get(company.system, "account", id_)
        assert account["owner"]["id"] == zhao
        assert account["department"]["id"] == company.departments["west"]
    run.actor_id = lin
    with pytest.raises(Forbidden):
        await user_actions.run_transfer(company.installation, run)
