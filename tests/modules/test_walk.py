"""From quote to payment, nothing typed twice: states, carried values, and what is refused."""

from __future__ import annotations

from typing import Any

from fangxin.history.change_sets import change_sets
from fangxin.kernel.context import Ctx
from fangxin.records.engine import create, update
from fangxin.records.reading import get
from tests.modules.chain import (
    do,
    line,
    pay,
    planned,
)


async def latest(ctx: Ctx) -> str:
    return str((await change_sets(ctx, limit=1))["items"][0]["id"])


async def money_of(ctx: Ctx, contract: dict[str, Any]) -> dict[str, str]:
    now = await get(ctx, "contract", contract["id"])
    keys = ("total", "received", "outstanding", "planned", "ordered")
    return {key: now[key]["amount"] for key in keys}


async def test_a_deal_is_carried_from_offer_to_cash(ctx: Ctx) -> None:
    account = await create(ctx, "account", {"name": "Huaxing Ltd"})
    product = await create(ctx, "product", {"name": "Pump", "code": "P1", "list_price": "20"})
    body = {"name": "Pumps", "account": account["id"], "product": product["id"], "amount": "900"}
    deal = await create(ctx, "opportunity", body)
    quote = (await do(ctx, "opportunity", deal, "create_quote"))["quote"]
    assert (quote["name"], quote["state"], quote["currency"]) == ("Pumps", "draft", "CNY")
    assert quote["account"]["id"] == account["id"]
    assert quote["lines"][0]["product"]["name"] == "Pump"
    assert quote["lines"][0]["amount"] == "900"
    lines = [line("3", "33.33", discount_percent="5", tax_percent="13", product=product["id"])]
    quote = await update(ctx, "quote", quote["id"], {"lines": lines})
    assert [quote[key]["amount"] for key in ("subtotal", "tax", "total")] == [
        "94.99",
        "12.35",
        "107.34",
    ]
    sent = await do(ctx, "quote", quote, "send")
    assert (sent["state"], sent["sent_on"] is not None) == ("sent", True)
    taken = await do(ctx, "quote", quote, "accept")
    assert taken["state"] == "accepted"
    assert (await get(ctx, "opportunity", deal["id"]))["amount"]["amount"] == "107.34"
    answer = await do(ctx, "quote", quote, "create_contract")
    contract = answer["contract"]
    assert (answer["id"], contract["state"]) == (quote["id"], "draft")
    assert (contract["total"], contract["quote"]["id"]) == (taken["total"], quote["id"])
    assert contract["opportunity"]["id"] == deal["id"]
    contract = await do(ctx, "contract", contract, "sign", signed_on="2026-01-05")
    assert str(contract["signed_on"]) == "2026-01-05"
    assert (await get(ctx, "account", account["id"]))["status"] == "active"
    order = (await do(ctx, "contract", contract, "create_order"))["order"]
    assert (order["lines"], order["total"]) == (taken["lines"], taken["total"])
    plans = await planned(ctx, contract, "50.01", "57.33")
    assert [plan["name"] for plan in plans] == [f"{contract['code']} #1", f"{contract['code']} #2"]
    assert {plan["account"]["id"] for plan in plans} == {account["id"]}
    first = await pay(ctx, contract, "20.01")
    assert first["payment_plan"]["id"] == plans[0]["id"]
    assert await money_of(ctx, contract) == {
        "total": "107.34",
        "received": "20.01",
        "outstanding": "87.33",
        "planned": "107.34",
        "ordered": "107.34",
    }
    now = await get(ctx, "payment_plan", plans[0]["id"])
    assert (now["state"], now["outstanding"]["amount"]) == ("partial", "30.00")
    await pay(ctx, contract, "30")
    await pay(ctx, contract, "57.33", payment_plan=plans[1]["id"])
    assert (await money_of(ctx, contract))["outstanding"] == "0.00"
    states = [(await get(ctx, "payment_plan", plan["id"]))["state"] for plan in plans]
    assert states == ["paid", "paid"]
    back = await do(ctx, "payment", first, "reverse", reason="Bounced")
    assert (back["state"], back["reverse_reason"]) == ("reversed", "Bounced")
    assert (await money_of(ctx, contract))["received"] == "87.33"
    now = await get(ctx, "payment_plan", plans[0]["id"])
    assert (now["state"], now["received"]["amount"]) == ("partial", "30.00")
