"""Converting leads: what is made, filled, moved; who may; twice, at once, and back."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from fangxin.access.contexts import system_context
from fangxin.app import Installation
from fangxin.customizing.customize import create_field
from fangxin.history import undo as undoing
from fangxin.history.change_sets import change_sets
from fangxin.history.undo import undo
from fangxin.kernel.clock import now
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import Conflict, FangxinError, Forbidden
from fangxin.kernel.ids import new_id
from fangxin.records.act import act
from fangxin.records.engine import create, update
from fangxin.records.reading import find, get
from tests.modules.leads import person, state

LEAD = {
    "name": "李雷",
    "company": "晨光科技有限公司",
    "title": "采购经理",
    "email": "li@chenguang.example",
    "phone": "13800138000",
    "website": "https://chenguang.example",
    "industry": "software",
    "source": "event",
    "tags": ["展会"],
    "address": {"city": "上海"},
    "description": "需要三十个座席",
    "utm_source": "baidu",
}


async def refusal(ctx: Ctx, run: Any) -> FangxinError:
    before = await state(ctx)
    with pytest.raises(FangxinError) as caught:
        await run
    assert await state(ctx) == before
    return caught.value


async def test_a_lead_becomes_three(ctx: Ctx) -> None:
    lead = await create(ctx, "lead", LEAD)
    about = {"object": "lead", "id": lead["id"]}
    note = await create(ctx, "activity", {"body": "打过电话", "about": about})
    task = await create(ctx, "task", {"subject": "发报价", "about": about})
    made = await act(ctx, "lead", lead["id"], "convert", {})
    assert (made["status"], made["id"]) == ("converted", lead["id"])
    assert made["lead"] == {"id": lead["id"], "name": "李雷", "object": "lead"}
    account, contact, opportunity = [
        await get(ctx, name, made[name]["id"]) for name in ("account", "contact", "opportunity")
    ]
    for key in ("website", "industry", "source", "email", "phone", "tags"):
        assert account[key] == LEAD[key] or account[key] == lead[key]
    assert (account["name"], account["address"]["city"]) == (LEAD["company"], "上海")
    assert account["description"] is None
    assert (contact["name"], contact["title"]) == ("李雷", "采购经理")
    assert contact["account"]["id"] == opportunity["account"]["id"] == account["id"]
    assert opportunity["contact"]["id"] == contact["id"]
    assert (opportunity["name"], opportunity["description"]) == (
        LEAD["company"],
        LEAD["description"],
    )
    for object_, id_ in (("activity", note["id"]), ("task", task["id"])):
        assert (await get(ctx, object_, id_))["about"]["id"] == opportunity["id"]
    assert made["account"]["name"] == LEAD["company"]


async def test_a_second_conversion_names_the_three(ctx: Ctx) -> None:
    lead = await create(ctx, "lead", LEAD)
    made = await act(ctx, "lead", lead["id"], "convert", {})
    error = await refusal(ctx, act(ctx, "lead", lead["id"], "convert", {}))
    assert (error.status, error.code) == (409, "already_converted")
    for name in ("account", "contact", "opportunity"):
        assert error.extra[name] == made[name]


async def test_two_at_once_make_one_of_each(ctx: Ctx) -> None:
    lead = await create(ctx, "lead", LEAD)
    runs = [act(ctx, "lead", lead["id"], "convert", {}) for _ in range(5)]
    done = await asyncio.gather(*runs, return_exceptions=True)
    assert sum(isinstance(each, dict) for each in done) == 1
    refused = [each for each in done if isinstance(each, Conflict)]
    assert {each.code for each in refused} == {"already_converted"}
    assert len(refused) == 4
    for name in ("account", "contact", "opportunity"):
        assert len((await find(ctx, name)).items) == 1


async def test_existing_records_are_filled_where_they_are_empty(ctx: Ctx) -> None:
    account = await create(ctx, "account", {"name": "晨光", "industry": "finance", "tags": ["老"]})
    contact = await create(ctx, "contact", {"name": "小李", "phone": "13900139000"})
    lead = await create(ctx, "lead", LEAD, allow_duplicates=True)
    params = {"account": {"id": account["id"]}, "contact": {"id": contact["id"]}}
    made = await act(ctx, "lead", lead["id"], "convert", {**params, "opportunity": None})
    assert made["opportunity"] is None
    after = await get(ctx, "account", account["id"])
    assert (after["name"], after["industry"], after["tags"]) == ("晨光", "finance", ["老"])
    assert (after["source"], after["description"]) == ("event", LEAD["description"])
    filled = await get(ctx, "contact", contact["id"])
    assert (filled["name"], filled["phone"]) == ("小李", "+8613900139000")
    assert (filled["email"], filled["account"]["id"]) == (LEAD["email"], account["id"])


async def test_what_is_chosen_and_given(ctx: Ctx) -> None:
    account = await create(ctx, "account", {"name": "Given"})
    contact = await create(ctx, "contact", {"name": "P", "account": account["id"]})
    lead = await create(ctx, "lead", {"name": "P", "company": "Other"})
    opportunity = {"create": {"name": "Deal", "amount": "12.50"}}
    params = {"contact": {"id": contact["id"]}, "opportunity": opportunity}
    made = await act(ctx, "lead", lead["id"], "convert", params)
    # the contact's account is meant
    assert made["account"]["id"] == account["id"]
    deal = await get(ctx, "opportunity", made["opportunity"]["id"])
    assert (deal["name"], deal["amount"]["amount"]) == ("Deal", "12.50")
    only = await create(ctx, "lead", {"company": "Nur Firma GmbH"})
    made = await act(ctx, "lead", only["id"], "convert", {"opportunity": None})
    assert (made["account"]["name"], made["contact"]) == ("Nur Firma GmbH", None)
    alone = await create(ctx, "lead", {"name": "Nobody's"})
    made = await act(ctx, "lead", alone["id"], "convert", {})
    assert (made["account"], made["contact"]["name"]) == (None, "Nobody's")


BAD_WISHES: tuple[tuple[Any, str], ...] = (
    ({"account": {"create": {"employees": "many"}}}, "/account/create/employees"),
    ({"account": {"create": {"shoe": 1}}}, "/account/create/shoe"),
    ({"contact": {"create": {"name": None}}}, "/contact/create/name"),
    ({"contact": {"id": new_id()}}, "/contact/id"),
    ({"contact": {"id": "x"}}, "/contact"),
    ({"contact": []}, "/contact"),
    ({"opportunity": {"create": {"stage": "nowhere"}}}, "/opportunity/create/stage"),
    ({"opportunity": {"create": {"stage": "won"}}}, "/opportunity/create/amount"),
    ({"account": None, "contact": None, "opportunity": None}, "/account"),
    ({"quote": None}, "/quote"),
)


async def test_bad_wishes_change_nothing(ctx: Ctx) -> None:
    lead = await create(ctx, "lead", LEAD)
    for params, pointer in BAD_WISHES:
        error = await refusal(ctx, act(ctx, "lead", lead["id"], "convert", params))
        assert error.status == 422, params
        assert pointer in [each.pointer for each in error.errors], params


async def test_duplicates_of_what_would_be_made(ctx: Ctx) -> None:
    account = await create(ctx, "account", {"name": "晨光科技"})
    contact = await create(ctx, "contact", {"name": "李雷", "phone": "13800138000"})
    lead = await create(ctx, "lead", LEAD, allow_duplicates=True)
    twin = await create(ctx, "lead", LEAD, allow_duplicates=True)
    error = await refusal(ctx, act(ctx, "lead", lead["id"], "convert", {}))
    assert (error.status, error.code) == (409, "duplicate")
    found = {(each["object"], each["id"]) for each in error.extra["duplicates"]}
    # another lead is no reason not to convert this one
    assert found == {("account", account["id"]), ("contact", contact["id"])}
    await act(ctx, "lead", lead["id"], "convert", {"allow_duplicates": True})
    chosen = {"account": {"id": account["id"]}, "contact": {"id": contact["id"]}}
    await act(ctx, "lead", twin["id"], "convert", chosen)


async def custom_field(installation: Installation, object_: str, key: str, type_: str) -> None:
    body = {"object": object_, "key": key, "label": key, "type": type_}
    await installation.database.write(
        lambda tx: create_field(tx, installation.registry, body, now(), installation.jobs)
    )
    await installation.refresh_registry()


async def test_fields_of_ones_own_go_along(installation: Installation, ctx: Ctx) -> None:
    for object_, key, type_ in (
        ("lead", "seats", "integer"),
        ("opportunity", "seats", "integer"),
        ("lead", "grade", "text"),
        ("account", "grade", "integer"),
    ):
        await custom_field(installation, object_, key, type_)
    ctx = await system_context(installation)
    lead = await create(ctx, "lead", {**LEAD, "seats": 30, "grade": "A"})
    made = await act(ctx, "lead", lead["id"], "convert", {})
    assert (await get(ctx, "opportunity", made["opportunity"]["id"]))["seats"] == 30
    # another type is another field
    assert (await get(ctx, "account", made["account"]["id"]))["grade"] is None


async def last_set(ctx: Ctx) -> str:
    found: str = (await change_sets(ctx, limit=1))["items"][0]["id"]
    return found


async def test_undo_gives_everything_back(installation: Installation, ctx: Ctx) -> None:
    seller = await person(installation, ctx, "sales", "lina")
    account = await create(seller, "account", {"name": "晨光", "phone": "021-55556666"})
    lead = await create(seller, "lead", LEAD, allow_duplicates=True)
    about = {"object": "lead", "id": lead["id"]}
    # a colleague's note goes along and comes back, though it is not the seller's own
    await create(ctx, "activity", {"body": "经理的话", "about": about})
    await create(seller, "task", {"subject": "回电", "about": about})
    before = await state(ctx)
    await act(seller, "lead", lead["id"], "convert", {"account": {"id": account["id"]}})
    converted = await state(ctx)
    assert converted != before
    report = await undo(seller, await last_set(seller))
    assert report["conflicts"] == []
    assert await state(ctx) == before
    again = await act(seller, "lead", lead["id"], "convert", {"account": {"id": account["id"]}})
    assert again["status"] == "converted"


async def test_who_may_convert(installation: Installation, ctx: Ctx) -> None:
    seller = await person(installation, ctx, "sales", "lina")
    other = await person(installation, ctx, "sales", "zhang")
    market = await person(installation, ctx, "marketing", "zhao")
    lead = await create(seller, "lead", {**LEAD, "credit_code": "9131"})
    error = await refusal(ctx, act(other, "lead", lead["id"], "convert", {}))
    assert error.status == 404
    strange = await create(ctx, "account", {"name": "Strange"})
    params = {"account": {"id": strange["id"]}}
    error = await refusal(ctx, act(seller, "lead", lead["id"], "convert", params))
    assert error.errors[0].pointer == "/account/id"
    # marketing makes no opportunities
    error = await refusal(ctx, act(market, "lead", lead["id"], "convert", {}))
    assert isinstance(error, Forbidden)
    made = await act(seller, "lead", lead["id"], "convert", {})
    account = await get(ctx, "account", made["account"]["id"])
    # a seller may not write credit codes of accounts, so none is handed on
    assert account["credit_code"] is None
    assert account["owner"]["id"] == seller.actor.id


async def test_what_is_made_belongs_to_the_leads_owner(
    installation: Installation, ctx: Ctx
) -> None:
    seller = await person(installation, ctx, "sales", "lina")
    manager = await person(installation, ctx, "manager", "wang")
    lead = await create(seller, "lead", LEAD)
    made = await act(manager, "lead", lead["id"], "convert", {})
    for name in ("account", "contact", "opportunity"):
        record = await get(ctx, name, made[name]["id"])
        assert record["owner"]["id"] == seller.actor.id
    await update(seller, "account", made["account"]["id"], {"status": "active"})


async def test_a_long_conversion_is_undone_in_one_piece(
    ctx: Ctx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "SLICE", 2)
    lead = await create(ctx, "lead", LEAD)
    about = {"object": "lead", "id": lead["id"]}
    notes = [await create(ctx, "activity", {"body": str(n), "about": about}) for n in range(6)]
    await act(ctx, "lead", lead["id"], "convert", {})
    conversion = await last_set(ctx)
    moved = await get(ctx, "activity", notes[0]["id"])
    assert moved["about"]["object"] != "lead"
    elsewhere = (await create(ctx, "account", {"name": "Elsewhere"}))["id"]
    await update(ctx, "activity", notes[0]["id"], {"about": {"object": "account", "id": elsewhere}})
    # one note has gone elsewhere since: nothing at all comes back
    error = await refusal(ctx, undo(ctx, conversion))
    assert error.status == 409
    report = await undo(ctx, conversion, force=True)
    assert report["conflicts"] == []
    assert (await get(ctx, "activity", notes[0]["id"]))["about"]["id"] == lead["id"]
