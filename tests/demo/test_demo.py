from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from fangxin.access.contexts import context_for_user, system_context
from fangxin.access.login import verify_password
from fangxin.access.settings import Company, read_company
from fangxin.app import Installation, build_installation
from fangxin.configuring.company import save_settings
from fangxin.demo import make, pour
from fangxin.demo.cast import BY_MAIL, PEOPLE
from fangxin.demo.clear import clear_demo
from fangxin.demo.make import make_demo
from fangxin.fields.codes import read_credit_code
from fangxin.kernel.clock import now
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import Conflict
from fangxin.kernel.settings import read_settings
from fangxin.kernel.sql import compile_statement
from fangxin.modules.base.first_run import FIRST_USER
from fangxin.modules.sales.check_money import examine_money
from fangxin.records.aggregate import aggregate
from fangxin.records.engine import create, update
from fangxin.records.reading import count, find
from fangxin.records.tables import change, duplicate_key, search_row
from tests import servers
from tests.conftest import TOLD
from tests.databases import Databases
from tests.servers import PASSWORD

CHAIN = ("quote", "contract", "order", "payment_plan", "payment")
OBJECTS = (
    *("account", "contact", "opportunity", "activity", "task", "product", "user", "department"),
    "exchange_rate",
    *CHAIN,
)


async def counts(ctx: Ctx) -> dict[str, int]:
    return {name: await count(ctx, name) for name in OBJECTS}


async def rows(ctx: Ctx, table: Any) -> int:
    query = compile_statement(table.select(), ctx.database.dialect)
    return len(await ctx.database.read(query, {}))


@pytest.fixture(scope="module")
async def told(
    database_kind: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Installation]:
    """An installation with the small demo, for tests that only read it."""
    url = databases.new(database_kind, filling=TOLD)
    environment = servers.environment(url, tmp_path_factory.mktemp("told"))
    installation = build_installation(read_settings(environment))
    await installation.start()
    yield installation
    await installation.stop()


async def test_small_is_alive_on_every_screen(told: Installation) -> None:
    ctx = await system_context(told)
    found = await counts(ctx)
    assert found["account"] == 200
    assert 150 < found["opportunity"] < 300
    assert found["activity"] > 400
    stages = await aggregate(ctx, "opportunity", group=["stage"], measures=[{"op": "count"}])
    assert len(stages) == 6
    months = await aggregate(
        ctx,
        "opportunity",
        filter={"field": "stage.kind", "op": "is", "value": "won"},
        group=[{"field": "closed_on", "by": "month"}],
        measures=[{"op": "count"}],
    )
    assert len(months) >= 6
    seller = await context_for_user(told, BY_MAIL["sales"].id, "web")
    mine = {"field": "assignee", "op": "is", "value": "me"}
    still = [mine, {"field": "done_at", "op": "empty"}]
    late = {"field": "due_at", "op": "<", "value": (now() - timedelta(days=1)).isoformat()}
    assert await count(seller, "task", filter={"all": [*still, late]}) >= 1
    today = {"field": "due_at", "op": "in_period", "value": "today"}
    assert await count(seller, "task", filter={"all": [*still, today]}) >= 1
    assert 0 < await count(seller, "account") < 200
    assert await verify_password(told.database, BY_MAIL["manager"].id, PASSWORD)
    names = [item["name"] for item in (await find(ctx, "account", limit=200)).items]
    foreign = [name for name in names if name.isascii()]
    assert 20 < len(foreign) < 100
    assert len(set(names)) == len(names)
    with pytest.raises(Conflict):
        await make_demo(told, "small", PASSWORD)


async def test_clearing_takes_the_demo_and_nothing_else(begun: Installation, ctx: Ctx) -> None:
    own = await create(ctx, "account", {"name": "Our own"})
    before = await counts(ctx), await rows(ctx, search_row), await rows(ctx, duplicate_key)
    await make_demo(begun, "small", PASSWORD)
    demo = (
        await find(ctx, "account", filter={"field": "name", "op": "is_not", "value": "Our own"})
    ).items
    await update(ctx, "account", demo[0]["id"], {"description": "Touched since"})
    seller = await context_for_user(begun, PEOPLE[0].id, "web")
    mine = await create(seller, "account", {"name": "Made by a demo user"})
    needed = await create(ctx, "contact", {"name": "Real person", "account": demo[1]["id"]})
    phone = {"company_phone": "+86 21 6000 0000"}
    await save_settings(ctx, phone)
    answer = await clear_demo(ctx)
    assert answer["kept"] == 1
    assert await read_company(ctx.database) == Company(
        cascades=(await read_company(ctx.database)).cascades, **phone
    )
    assert {name: await count(ctx, name) for name in CHAIN} == dict.fromkeys(CHAIN, 0)
    left = [item["id"] for item in (await find(ctx, "account")).items]
    assert sorted(left) == sorted([own["id"], mine["id"], demo[1]["id"]])
    kept = await find(
        ctx, "account", fields=["owner"], filter={"field": "id", "op": "is", "value": mine["id"]}
    )
    assert kept.items[0]["owner"] is None or kept.items[0]["owner"]["id"] == ctx.actor.id
    contacts = (await find(ctx, "contact", fields=["account"])).items
    assert [(item["id"], item["account"]["id"]) for item in contacts] == [
        (needed["id"], demo[1]["id"])
    ]
    assert (await counts(ctx))["user"] == before[0]["user"]
    assert (await counts(ctx))["department"] == before[0]["department"]


async def check_language(ctx: Ctx, *, english: bool) -> None:
    """What our people write is in the company's language, whoever reads it."""
    for name, key in (("task", "subject"), ("activity", "subject"), ("opportunity", "next_step")):
        filled = {"field": key, "op": "not_empty"}
        texts = [each[key] for each in (await find(ctx, name, filter=filled, limit=1000)).items]
        said = [text.partition(" · ")[0] for text in texts]
        assert len(said) > 50
        assert {text.isascii() for text in said} == {english}, name
    company = await read_company(ctx.database)
    assert read_credit_code(company.company_tax_number) == company.company_tax_number
    assert company.company_name.isascii() == english
    assert company.printed("name", "en").isascii()
    entered = {"field": "stage_entered_at", "op": "empty"}
    assert await count(ctx, "opportunity", filter=entered) == 0


async def test_what_our_people_write_is_english_in_an_english_company(told: Installation) -> None:
    await check_language(await system_context(told), english=True)


async def test_what_our_people_write_is_chinese_in_a_chinese_company(
    begun: Installation, ctx: Ctx
) -> None:
    await update(ctx, "user", FIRST_USER, {"locale": "zh-CN"})
    await make_demo(begun, "small", PASSWORD)
    await check_language(ctx, english=False)


async def test_a_larger_size_writes_the_same_tables(
    begun: Installation, ctx: Ctx, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await counts(ctx), await rows(ctx, search_row), await rows(ctx, duplicate_key)
    logged = await rows(ctx, change)
    monkeypatch.setattr(make, "SIZES", {"medium": 150})
    monkeypatch.setattr(pour, "GROUP", 20)

    async def story() -> Counter[str]:
        await make_demo(begun, "medium", PASSWORD)
        return Counter(item["name"] for item in (await find(ctx, "account", limit=200)).items)

    first = await story()
    found = await counts(ctx)
    assert found["account"] == found["contact"] == 150
    made = sum(found.values()) - sum(before[0].values())
    assert await rows(ctx, change) - logged == made
    assert await rows(ctx, search_row) - before[1] == made
    deals = (
        await find(ctx, "opportunity", limit=200, fields=["stage.kind", "closed_on", "probability"])
    ).items
    assert await count(ctx, "opportunity", filter={"field": "stage_entered_at", "op": "empty"}) == 0
    for deal in deals:
        assert (deal["closed_on"] is None) == (deal["stage"]["kind"] == "open")
        assert deal["probability"] is not None
    assert (await clear_demo(ctx))["removed"] == made
    assert (
        await counts(ctx),
        await rows(ctx, search_row),
        await rows(ctx, duplicate_key),
    ) == before
    # what was cleared may be made again, and the same seed tells the same story
    assert await story() == first


async def test_leads_of_every_state_and_a_form(told: Installation) -> None:
    ctx = await system_context(told)
    fields = ["status", "account", "opportunity", "form", "consent_at", "unqualified_reason"]
    leads = (await find(ctx, "lead", limit=200, fields=fields)).items
    states = Counter(lead["status"] for lead in leads)
    assert set(states) == {"new", "working", "qualified", "unqualified", "converted"}
    assert min(states.values()) >= 3
    for lead in leads:
        assert (lead["status"] == "converted") == (lead["opportunity"] is not None)
        assert (lead["status"] == "unqualified") == (lead["unqualified_reason"] is not None)
        assert (lead["form"] is None) == (lead["consent_at"] is None)
    (form,) = (await find(ctx, "lead_form", fields=["key", "page_url"])).items
    assert form["page_url"].endswith("/forms/contact")
    assert sum(lead["form"] is not None for lead in leads) > 10


async def test_deals_are_told_to_the_end_and_add_up(told: Installation) -> None:
    ctx = await system_context(told)
    found = {name: await count(ctx, name) for name in CHAIN}
    assert min(found.values()) > 20, found
    for name, key, wanted in (
        ("payment_plan", "state", {"open", "overdue", "paid", "partial"}),
        ("quote", "state", {"draft", "sent", "accepted", "expired"}),
        ("order", "state", {"draft", "confirmed", "delivered"}),
    ):
        groups = await aggregate(ctx, name, group=[key], measures=[{"op": "count"}])
        assert {str(each["group"][0]) for each in groups} >= wanted - {"draft"}, name
    assert (await examine_money(told.settings, told.database)).good
