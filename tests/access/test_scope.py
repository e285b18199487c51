"""Which rows a role sees: each kind of scope, by rows on both databases and by the SQL itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from fangxin.access.scope import build_rights, predicate, scope_shape, scope_values
from fangxin.kernel.sql import compile_statement
from fangxin.records import engine, reading


def rights(company, scope, **more):
    grants = {"account": {"read": scope, "update": scope}, **more.pop("grants", {})}
    return build_rights("r", admin=False, grants=grants, **more)


async def rows(ctx, definition, action="read"):
    """Ids by the predicate alone, without the engine's queries around it."""
    table = definition.table
    condition = predicate(ctx.rights, ctx.registry, definition, table, action)
    statement = sa.select(table.c.name).where(
        sa.true() if condition is None else condition, table.c.deleted_at.is_(None)
    )
    compiled = compile_statement(statement, ctx.database.dialect)
    return {row[0] for row in await ctx.database.read(compiled, scope_values(ctx))}


@pytest.fixture
async def accounts(company):
    for name, owner, department in (
        ("lin's", "lin", "shanghai"),
        ("wang's", "wang", "east"),
        ("zhao's", "zhao", "west"),
        ("hq's", None, "hq"),
        ("nobody's", None, None),
        ("lin's in west", "lin", "west"),
    ):
        await company.account(name, owner, department)
    return company


CASES = {
    "none": ("none", set()),
    "own": ("own", {"lin's", "lin's in west"}),
    "department": ("department", {"lin's", "lin's in west"}),
    "below": ("department_below", {"lin's", "lin's in west"}),
    "all": ("all", {"lin's", "wang's", "zhao's", "hq's", "nobody's", "lin's in west"}),
    "unknown word": ("everything", set()),
}


@pytest.mark.parametrize("case", CASES)
async def test_each_kind_of_scope_gives_its_rows(accounts, case):
    from dataclasses import replace

    scope, expected = CASES[case]
    ctx = await accounts.ctx("lin")
    mine = replace(
        rights(accounts, scope), scope_from=ctx.rights.scope_from, scope_to=ctx.rights.scope_to
    )
    definition = ctx.registry["account"]
    assert await rows(replace(ctx, rights=mine), definition) == expected


async def test_a_manager_sees_his_department_and_those_below(accounts, seen):
    assert await seen("boss") == {"lin's", "wang's"}
    assert await seen("lin") == {"lin's", "lin's in west"}
    assert await seen("zhao") == {"zhao's"}
    assert len(await seen("chief")) == 6
    assert len(await seen("admin")) == 6


async def test_chosen_departments(accounts, seen):
    chosen = {"chosen": [accounts.departments["hq"], accounts.departments["east"]]}
    await accounts.role("audit", grants={"account": {"read": chosen}})
    await accounts.person("audit", "audit", None)
    await accounts.forget()
    assert await seen("audit") == {"hq's", "wang's"}


async def test_without_a_department_only_ones_own(accounts, seen):
    await accounts.role("below", grants={"account": {"read": "department_below"}})
    await accounts.role("dept", grants={"account": {"read": "department"}})
    for role in ("below", "dept"):
        await accounts.person(f"{role}er", role, None)
        await accounts.account(f"{role}er's", f"{role}er")
    await accounts.forget()
    assert await seen("belower") == {"belower's"}
    assert await seen("depter") == {"depter's"}


async def test_moving_a_department_moves_the_scope_and_no_record(accounts, seen):
    before = await reading.find(accounts.system, "account", limit=100)
    await engine.update(
        accounts.system,
        "department",
        accounts.departments["shanghai"],
        {"parent": accounts.departments["west"]},
    )
    await accounts.forget()
    assert await seen("boss") == {"wang's"}
    after = await reading.find(accounts.system, "account", limit=100)
    assert [(i["id"], i["version"]) for i in before.items] == [
        (i["id"], i["version"]) for i in after.items
    ]


async def test_a_parent_lends_sight_of_its_children(accounts, seen):
    found = await reading.find(accounts.system, "account", limit=100)
    ids = {item["name"]: item["id"] for item in found.items}
    zhao = accounts.people["zhao"]
    for name, account in (("Li", "lin's"), ("Wu", "wang's"), ("Sun", "zhao's"), ("Qian", None)):
        await accounts.make(
            "contact", name=name, owner=zhao, account=ids[account] if account else None
        )
    assert await seen("lin", "contact") == {"Li"}
    assert await seen("boss", "contact") == {"Li", "Wu"}
    assert await seen("zhao", "contact") == {"Li", "Wu", "Sun", "Qian"}
    ctx = await accounts.ctx("lin")
    definition = ctx.registry["contact"]
    assert await rows(ctx, definition) == {"Li"}
    assert await rows(ctx, definition, "update") == set(), "a cascade lends sight, no more"


async def test_a_deleted_parent_lends_nothing(accounts, seen):
    found = await reading.find(accounts.system, "account", limit=100)
    ids = {item["name"]: item["id"] for item in found.items}
    await accounts.make("contact", name="Li", owner=accounts.people["zhao"], account=ids["lin's"])
    assert await seen("lin", "contact") == {"Li"}
    await engine.delete(accounts.system, "account", ids["lin's"])
    assert await seen("lin", "contact") == set()


async def test_a_record_of_any_object_lends_sight(accounts, seen):
    found = await reading.find(accounts.system, "account", limit=100)
    ids = {item["name"]: item["id"] for item in found.items}
    zhao = accounts.people["zhao"]
    contact = await accounts.make("contact", name="Li", owner=zhao, account=ids["lin's"])
    for subject, object_, id_ in (
        ("about lin's", "account", ids["lin's"]),
        ("about wang's", "account", ids["wang's"]),
        ("about Li", "contact", contact),
    ):
        about = {"object": object_, "id": id_}
        await accounts.make("activity", kind="note", subject=subject, about=about, owner=zhao)
    assert await seen("lin", "activity") == {"about lin's", "about Li"}
    assert await seen("boss", "activity") == {"about lin's", "about wang's", "about Li"}


async def test_a_cascade_is_a_setting(accounts, seen):
    from fangxin.configuring.company import save_settings

    found = await reading.find(accounts.system, "account", limit=100)
    ids = {item["name"]: item["id"] for item in found.items}
    await accounts.make("contact", name="Li", owner=accounts.people["zhao"], account=ids["lin's"])
    await save_settings(await accounts.ctx("admin"), {"cascades": {"contact.account": False}})
    await accounts.forget()
    assert await seen("lin", "contact") == set()
    await save_settings(await accounts.ctx("admin"), {"cascades": {"contact.account": True}})
    await accounts.forget()
    assert await seen("lin", "contact") == {"Li"}


async def test_a_circle_of_cascades_is_cut(company):
    """A link to the object itself lends nothing, and the text stays finite."""
    registry = company.installation.registry
    for definition in registry.objects.values():
        names = [f"{definition.name}.{key}" for key in definition.fields]
        wide = build_rights(
            "r",
            admin=False,
            grants={name: {"read": "own"} for name in registry.objects},
            cascades=dict.fromkeys(names, True),
        )
        condition = predicate(wide, registry, definition, definition.table, "read")
        if condition is not None:
            for dialect in ("sqlite", "postgresql"):
                text = compile_statement(sa.select(sa.literal(1)).where(condition), dialect).sql
                assert len(text) < 20_000


async def test_the_sql_depends_on_kinds_alone(company):
    registry = company.installation.registry
    account, contact = registry["account"], registry["contact"]

    def text(scope, dialect):
        made = rights(company, scope, grants={"contact": {"read": "own"}})
        condition = predicate(made, registry, account, account.table, "read")
        return compile_statement(sa.select(account.table.c.id).where(condition), dialect).sql

    one, two = (
        {"chosen": [company.departments["hq"]]},
        {"chosen": list(company.departments.values())},
    )
    for dialect in ("sqlite", "postgresql"):
        assert text(one, dialect) == text(two, dialect)
        assert text("own", dialect).endswith(
            "WHERE account.owner_id = " + ("?" if dialect == "sqlite" else "$1::UUID")
        )
    assert "ARRAY(SELECT" in text("department_below", "postgresql")
    assert "department_id IN (SELECT" in text("department_below", "sqlite")
    shapes = {
        scope_shape(rights(company, scope), account, "read") for scope in ("own", "department", one)
    }
    assert len(shapes) == 3
    plain = rights(company, "own", grants={"contact": {"read": "own"}})
    open_ = rights(
        company, "own", grants={"contact": {"read": "own"}}, cascades={"contact.account": True}
    )
    assert scope_shape(plain, contact, "read") != scope_shape(open_, contact, "read")
    assert scope_shape(plain, contact, "update") == scope_shape(open_, contact, "update")
    lent = replace(plain, shared=frozenset({"account"}))
    for action, told in (("read", True), ("update", True), ("delete", False)):
        assert (scope_shape(lent, account, action) != scope_shape(plain, account, action)) == told


async def test_what_is_open_to_all_is_seen_with_any_grant(company, seen):
    await company.make("product", name="GTX")
    await company.role("own", grants={"product": {"read": "own"}})
    await company.role("bare", grants={})
    await company.person("owner", "own", None)
    await company.person("bare", "bare", None)
    await company.forget()
    assert await seen("owner", "product") == {"GTX"}
    ctx = await company.ctx("bare")
    assert predicate(
        ctx.rights, ctx.registry, ctx.registry["product"], ctx.registry["product"].table, "read"
    ).compare(sa.false())


async def test_the_predicate_serves_aliases_joins_and_updates(accounts):
    """The places where the engine puts it: an alias, the ON of an outer join, a returned flag."""
    ctx = await accounts.ctx("boss")
    registry, dialect = ctx.registry, ctx.database.dialect
    contact = registry["contact"]
    alias = contact.table.alias("c")
    condition = predicate(ctx.rights, registry, contact, alias, "read")
    account = registry["account"].table
    joined = sa.select(account.c.id).select_from(
        account.outerjoin(alias, sa.and_(alias.c.account_id == account.c.id, condition))
    )
    flagged = (
        contact.table.update()
        .values(title="x")
        .returning(predicate(ctx.rights, registry, contact, contact.table, "read"))
    )
    await ctx.database.read(compile_statement(joined, dialect), scope_values(ctx))
    compiled = compile_statement(flagged, dialect)

    async def unit(tx):
        return await tx.fetch(compiled, {**scope_values(ctx), "title": "x"})

    await ctx.database.write(unit)
