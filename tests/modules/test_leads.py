"""Leads: names, states, duplicates over objects."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fangxin.app import Installation
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import Conflict, FangxinError, Invalid
from fangxin.records.act import act
from fangxin.records.duplicates import likely_duplicates
from fangxin.records.engine import create, update
from tests.modules.leads import person, state


async def refusal(ctx: Ctx, run: Any) -> FangxinError:
    """What a write is refused with; nothing may have changed."""
    before = await state(ctx)
    with pytest.raises(FangxinError) as caught:
        await run
    assert await state(ctx) == before
    return caught.value


async def test_a_lead_is_named_by_what_is_known(ctx: Ctx) -> None:
    for body, name in (
        ({"company": "Acme Ltd", "email": "a@acme.example"}, "Acme Ltd"),
        ({"email": "b@b.example", "phone": "13800138000"}, "b@b.example"),
        ({"phone": "13900139000"}, "+8613900139000"),
        ({"name": "李雷", "company": "别家"}, "李雷"),
    ):
        assert (await create(ctx, "lead", body))["name"] == name
    error = await refusal(ctx, create(ctx, "lead", {"source": "website"}))
    assert [(each.pointer, each.code) for each in error.errors] == [("/name", "required")]


async def test_the_course_of_a_lead(ctx: Ctx) -> None:
    lead = await create(ctx, "lead", {"name": "A", "company": "A"})
    assert lead["status"] == "new"
    for status in ("working", "qualified", "new"):
        lead = await update(ctx, "lead", lead["id"], {"status": status})
    error = await refusal(ctx, update(ctx, "lead", lead["id"], {"status": "unqualified"}))
    assert error.errors[0].pointer == "/unqualified_reason"
    error = await refusal(ctx, create(ctx, "lead", {"name": "B", "status": "unqualified"}))
    assert error.errors[0].pointer == "/unqualified_reason"
    body = {"status": "unqualified", "unqualified_reason": "No budget"}
    await update(ctx, "lead", lead["id"], body)
    again = await update(ctx, "lead", lead["id"], {"status": "working"})
    assert again["unqualified_reason"] is None
    for run in (
        update(ctx, "lead", lead["id"], {"status": "converted"}),
        create(ctx, "lead", {"name": "C", "status": "converted"}),
    ):
        error = await refusal(ctx, run)
        assert (error.status, error.code) == (422, "transition_not_allowed")
        assert error.errors[0].pointer == "/status"
    await act(ctx, "lead", lead["id"], "convert", {})
    for status in ("new", "unqualified"):
        body = {"status": status, "unqualified_reason": "x"}
        error = await refusal(ctx, update(ctx, "lead", lead["id"], body))
        assert error.code == "transition_not_allowed"
    # what is recorded has happened already
    past = replace(ctx, source="import")
    assert (await create(past, "lead", {"name": "Old", "status": "converted"}))["name"] == "Old"


KNOWN = {
    "name": "华为技术有限公司",
    "email": "info@huawei.example",
    "phone": "0755-28780808",
    "credit_code": "914403001922038216",
}


@pytest.mark.parametrize(
    ("body", "matched"),
    [
        ({"company": "華為技術股份有限公司"}, ["company"]),
        ({"company": "華為技術（集團）"}, ["company"]),
        ({"name": "X", "email": "INFO@huawei.example"}, ["email"]),
        ({"name": "X", "phone": "+86 755 2878 0808"}, ["phone"]),
        ({"name": "X", "credit_code": "９１４４０３００１９２２０３８２１６"}, ["credit_code"]),
    ],
)
async def test_a_lead_like_an_account(ctx: Ctx, body: dict[str, Any], matched: list[str]) -> None:
    account = await create(ctx, "account", KNOWN)
    error = await refusal(ctx, create(ctx, "lead", body))
    assert (error.status, error.code) == (409, "duplicate")
    expected = {"id": account["id"], "name": KNOWN["name"], "object": "account"}
    assert error.extra["duplicates"] == [{**expected, "matched_on": matched}]
    made = await create(ctx, "lead", body, allow_duplicates=True)
    # and the other way round
    error = await refusal(ctx, create(ctx, "account", KNOWN))
    names = {(each["object"], each["id"]) for each in error.extra["duplicates"]}
    assert names == {("account", account["id"]), ("lead", made["id"])}


async def test_a_lead_like_a_contact_and_what_is_told_to_whom(
    installation: Installation, ctx: Ctx
) -> None:
    body = {"name": "韩梅梅", "email": "mei@x.example", "phone": "13812345678"}
    contact = await create(ctx, "contact", body)
    seller = await person(installation, ctx, "sales", "lina")
    error = await refusal(ctx, create(seller, "lead", body))
    hidden = {"id": None, "name": None, "object": "contact", "matched_on": ["email", "phone"]}
    assert error.extra["duplicates"] == [hidden]
    values = {**body, "phone": "+8613812345678"}
    assert await likely_duplicates(seller, ctx.registry["lead"], values) == [hidden]
    await update(ctx, "contact", contact["id"], {"owner": seller.actor.id})
    error = await refusal(ctx, create(seller, "lead", body))
    assert error.extra["duplicates"][0]["id"] == contact["id"]
    lead = await create(seller, "lead", {"name": "甲", "email": "yi@x.example"})
    error = await refusal(ctx, create(seller, "contact", {"name": "甲", "email": "yi@x.example"}))
    assert [each["id"] for each in error.extra["duplicates"]] == [lead["id"]]
    # the people of a company share its number with it
    await create(ctx, "account", {"name": "X", "phone": "13812345678"})


async def test_a_converted_lead_is_nobodys_duplicate(ctx: Ctx) -> None:
    body = {"name": "李雷", "company": "新公司", "email": "li@new.example"}
    lead = await create(ctx, "lead", body)
    made = await act(ctx, "lead", lead["id"], "convert", {"contact": None, "opportunity": None})
    error = await refusal(ctx, create(ctx, "account", {"name": "新公司有限公司"}))
    assert [each["id"] for each in error.extra["duplicates"]] == [made["account"]["id"]]
    contact = {"name": "李雷", "account": made["account"]["id"], "email": "li@new.example"}
    await create(ctx, "contact", contact)


async def test_duplicates_are_no_matter_of_chance(ctx: Ctx) -> None:
    await create(ctx, "account", {"name": "Acme Inc."})
    for name in ("Acme Robotics", "Acm", "公司"):
        await create(ctx, "lead", {"company": name})
    with pytest.raises(Conflict):
        await create(ctx, "lead", {"company": "ACME Co., Ltd."})
    with pytest.raises(Invalid):
        await create(ctx, "lead", {"company": "ACME", "email": "nobody"})
