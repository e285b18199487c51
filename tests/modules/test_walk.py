"""From quote to payment, nothing typed twice: states, carried values, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fangxin.history.change_sets import change_sets
from fangxin.history.undo import undo
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import FangxinError
from fangxin.modules.sales.pass_days import expire_quotes, mark_overdue
from fangxin.records.engine import create, delete, update
from fangxin.records.reading import find, get
from tests.modules.chain import (
    PAST,
    accepted_quote,
    do,
    line,
    pay,
    planned,
    refused,
    signed_contract,
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
    await _accepted(ctx, account, deal, quote)


async def _accepted(ctx: Ctx, account: Any, deal: Any, quote: Any) -> None:
    taken = await do(ctx, "quote", quote, "accept")
    assert taken["state"] == "accepted"
    assert (await get(ctx, "opportunity", deal["id"]))["amount"]["amount"] == "107.34"
    answer = await do(ctx, "quote", quote, "create_contract")
    contract = answer["contract"]
    assert (answer["id"], contract["state"]) == (contract["id"], "draft")
    assert (contract["total"], contract["quote"]["id"]) == (taken["total"], quote["id"])
    assert contract["opportunity"]["id"] == deal["id"]
    contract = await do(ctx, "contract", contract, "sign", signed_on="2026-01-05")
    assert str(contract["signed_on"]) == "2026-01-05"
    assert (await get(ctx, "account", account["id"]))["status"] == "active"
    order = (await do(ctx, "contract", contract, "create_order"))["order"]
    assert (order["lines"], order["total"]) == (taken["lines"], taken["total"])
    await _paid(ctx, account, contract)


async def _paid(ctx: Ctx, account: Any, contract: Any) -> None:
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


async def test_states_move_by_actions_alone(ctx: Ctx) -> None:
    quote = await create(ctx, "quote", {"name": "Offer", "lines": [line()]})
    answer = await refused(ctx, update(ctx, "quote", quote["id"], {"state": "accepted"}))
    assert answer == (422, "invalid", [("/state", "read_only")])
    with pytest.raises(FangxinError) as caught:
        await update(ctx, "quote", quote["id"], {"state": "accepted"})
    assert "Accept" in caught.value.errors[0].values["actions"]
    for key in ("accept", "create_contract", "revise"):
        assert (await refused(ctx, do(ctx, "quote", quote, key)))[0] == 409
    assert (await refused(ctx, do(ctx, "quote", quote, "reject", reason="No")))[0] == 409
    answer = await refused(ctx, do(ctx, "quote", quote, "reject"))
    assert answer == (422, "invalid", [("/reason", "required")])


async def test_a_quote_is_sent_with_lines_and_in_time(ctx: Ctx) -> None:
    empty = await create(ctx, "quote", {"name": "Nothing"})
    assert (await refused(ctx, do(ctx, "quote", empty, "send")))[2] == [("/lines", "required")]
    late = await create(ctx, "quote", {"name": "Late", "lines": [line()], "valid_until": PAST})
    answer = await refused(ctx, do(ctx, "quote", late, "send"))
    assert answer[2] == [("/valid_until", "expired")]


async def test_what_was_offered_stands_until_it_is_revised(ctx: Ctx) -> None:
    quote = await accepted_quote(ctx, [line("2", "10")])
    other = (await create(ctx, "account", {"name": "Other"}))["id"]
    for body in ({"lines": [line("3", "10")]}, {"account": other}):
        status, code, _ = await refused(ctx, update(ctx, "quote", quote["id"], body))
        assert (status, code) == (409, "locked")
    renamed = await update(ctx, "quote", quote["id"], {"name": "Pumps", "terms": "Net 30"})
    assert renamed["name"] == "Pumps"
    assert (await refused(ctx, do(ctx, "quote", quote, "revise")))[:2] == (
        409,
        "action_not_possible",
    )
    sent = await create(ctx, "quote", {"name": "Offer", "lines": [line()]})
    await do(ctx, "quote", sent, "send")
    await do(ctx, "quote", sent, "reject", reason="Too dear")
    opened = await do(ctx, "quote", sent, "revise")
    assert (opened["state"], opened["rejected_reason"], opened["sent_on"]) == ("draft", None, None)
    cheaper = await update(ctx, "quote", sent["id"], {"lines": [line("1", "90")]})
    assert cheaper["total"]["amount"] == "90.00"


async def test_quotes_expire_and_instalments_fall_due(ctx: Ctx) -> None:
    contract = await signed_contract(ctx, "100")
    lines = [{"due_on": "2026-12-01", "amount": "40"}, {"due_on": "2040-01-01", "amount": "60"}]
    made = await do(ctx, "contract", contract, "plan_payments", instalments=lines)
    due = made["payment_plans"][0]
    until = str((ctx.clock() + timedelta(days=1)).date())
    body = {"name": "Offer", "lines": [line()], "valid_until": until}
    quote = await create(ctx, "quote", body)
    await do(ctx, "quote", quote, "send")
    assert await expire_quotes(ctx) == 0
    then = replace(ctx, clock=lambda: ctx.clock() + timedelta(days=60))
    assert await expire_quotes(then) == 1
    assert await mark_overdue(then) == 1
    assert (await get(ctx, "quote", quote["id"]))["state"] == "expired"
    assert (await get(ctx, "payment_plan", due["id"]))["state"] == "overdue"
    assert (await expire_quotes(then), await mark_overdue(then)) == (0, 0)
    assert (await refused(ctx, do(ctx, "quote", quote, "accept")))[0] == 409


async def offered(ctx: Ctx, object_: str, id_: str, action: str) -> bool:
    """Whether screens show an action: whether the record meets its condition."""
    facts = ctx.registry[object_].facts
    when = next(each.when for each in facts.actions if each.key == action)
    wanted = {"all": [{"field": "id", "op": "is", "value": id_}, dict(when or {})]}
    return bool((await find(ctx, object_, filter=wanted)).items)


async def test_a_quote_makes_one_contract_of_its_total(ctx: Ctx) -> None:
    quote = await accepted_quote(ctx, [line("3", "19.99")])
    assert await offered(ctx, "quote", quote["id"], "create_contract")
    contract = (await do(ctx, "quote", quote, "create_contract"))["contract"]
    assert not await offered(ctx, "quote", quote["id"], "create_contract")
    status, code, _ = await refused(ctx, do(ctx, "quote", quote, "create_contract"))
    assert (status, code) == (409, "already_made")
    body = {"name": "Again", "quote": quote["id"], "total": quote["total"]}
    assert (await refused(ctx, create(ctx, "contract", body)))[:2] == (409, "already_made")
    answer = await refused(ctx, update(ctx, "contract", contract["id"], {"total": "60"}))
    assert answer[2] == [("/total", "unlike_quote")]
    assert (await refused(ctx, delete(ctx, "quote", quote["id"])))[:2] == (409, "in_use")
    await delete(ctx, "contract", contract["id"])
    await do(ctx, "quote", quote, "create_contract")
    sent = await create(ctx, "quote", {"name": "Offer", "lines": [line()]})
    body = {"name": "Early", "quote": sent["id"], "total": "100"}
    assert (await refused(ctx, create(ctx, "contract", body)))[2] == [("/quote", "not_accepted")]


async def test_a_contract_is_signed_once_and_kept(ctx: Ctx) -> None:
    contract = await signed_contract(ctx, "100")
    for key, params in (("sign", {}),):
        assert (await refused(ctx, do(ctx, "contract", contract, key, **params)))[0] == 409
    status, code, _ = await refused(ctx, update(ctx, "contract", contract["id"], {"total": "90"}))
    assert (status, code) == (409, "locked")
    assert (await refused(ctx, delete(ctx, "contract", contract["id"])))[1] == "contract_kept"
    void = await do(ctx, "contract", contract, "void", reason="Mistake")
    assert (void["state"], void["void_reason"]) == ("void", "Mistake")
    for key, params in (
        ("sign", {}),
        ("void", {"reason": "Again"}),
        ("end", {}),
        ("create_order", {}),
        ("plan_payments", {"instalments": [{"due_on": "2040-01-01", "amount": "100"}]}),
    ):
        status, code, _ = await refused(ctx, do(ctx, "contract", contract, key, **params))
        assert (status, code) == (409, "action_not_possible"), key
    assert (await refused(ctx, delete(ctx, "contract", contract["id"])))[1] == "contract_kept"


async def test_what_has_money_or_open_orders_is_not_voided(ctx: Ctx) -> None:
    contract = await signed_contract(ctx, "100")
    order = (await do(ctx, "contract", contract, "create_order"))["order"]
    assert not await offered(ctx, "contract", contract["id"], "create_order")
    plans = await planned(ctx, contract, "100")
    paid = await pay(ctx, contract, "10")
    status, code, _ = await refused(ctx, do(ctx, "contract", contract, "void", reason="No"))
    assert (status, code) == (409, "in_use")
    await do(ctx, "order", order, "cancel", reason="No")
    assert await offered(ctx, "contract", contract["id"], "create_order")
    assert (await refused(ctx, do(ctx, "contract", contract, "void", reason="No")))[0] == 409
    await do(ctx, "payment", paid, "reverse", reason="No")
    await do(ctx, "contract", contract, "void", reason="No")
    assert (await find(ctx, "payment_plan")).items == []
    report = await undo(ctx, await latest(ctx))
    assert report["conflicts"] == []
    assert (await get(ctx, "payment_plan", plans[0]["id"]))["outstanding"]["amount"] == "100.00"
    assert await money_of(ctx, contract) == {
        "total": "100.00",
        "received": "0.00",
        "outstanding": "100.00",
        "planned": "100.00",
        "ordered": "0.00",
    }


async def test_orders_never_exceed_their_contract(ctx: Ctx) -> None:
    contract = await signed_contract(ctx, "100")
    body: dict[str, Any] = {"name": "Part", "contract": contract["id"], "lines": [line("1", "60")]}
    first = await create(ctx, "order", body)
    assert (first["account"], first["currency"]) == (contract["account"], "CNY")
    assert (await refused(ctx, create(ctx, "order", body)))[2] == [("/lines", "above_contract")]
    answer = await refused(ctx, create(ctx, "order", {**body, "currency": "USD"}))
    assert answer[2][0][0] == "/currency"
    status, code, _ = await refused(ctx, do(ctx, "contract", contract, "create_order"))
    assert (status, code) == (409, "already_made")
    second = await create(ctx, "order", {**body, "lines": [line("1", "40")]})
    answer = await refused(ctx, update(ctx, "order", second["id"], {"lines": [line("1", "41")]}))
    assert answer[2] == [("/lines", "above_contract")]
    await do(ctx, "order", first, "confirm")
    status, code, _ = await refused(ctx, update(ctx, "order", first["id"], {"lines": [line()]}))
    assert (status, code) == (409, "locked")
    await do(ctx, "order", first, "deliver")
    assert (await refused(ctx, do(ctx, "order", first, "cancel", reason="x")))[0] == 409
    await do(ctx, "order", second, "cancel", reason="Wrong")
    assert (await money_of(ctx, contract))["ordered"] == "60.00"
    draft = await create(ctx, "contract", {"name": "Draft", "total": "5"})
    answer = await refused(ctx, create(ctx, "order", {**body, "contract": draft["id"]}))
    assert answer[:2] == (409, "not_signed")


async def test_an_account_in_business_stays(ctx: Ctx) -> None:
    contract = await signed_contract(ctx, "100")
    account = contract["account"]["id"]
    assert (await refused(ctx, delete(ctx, "account", account)))[:2] == (409, "in_use")
    other = (await create(ctx, "account", {"name": "Second"}))["id"]
    made = await latest(ctx)
    order = await create(ctx, "order", {"name": "Loose", "account": other, "lines": [line()]})
    assert (await refused(ctx, delete(ctx, "account", other)))[:2] == (409, "in_use")
    assert (await refused(ctx, undo(ctx, made)))[:2] == (409, "in_use")
    await create(ctx, "contract", {"name": "Draft", "account": other, "total": "5"})
    signed = await signed_contract(ctx, "7", account=other, name="Frame")
    with pytest.raises(FangxinError) as caught:
        await delete(ctx, "account", other)
    # all that stands in the way is named at once
    assert caught.value.values["names"] == "Contracts (1): Frame; Orders (1): Loose"
    held = {each["object"]: each["ids"] for each in caught.value.extra["holders"]}
    assert held == {"contract": [signed["id"]], "order": [order["id"]]}
    await do(ctx, "contract", signed, "void", reason="No")
    await do(ctx, "order", order, "cancel", reason="No")
    await delete(ctx, "account", other)


async def test_undoing_gives_the_step_back(ctx: Ctx) -> None:
    quote = await accepted_quote(ctx)
    made = (await do(ctx, "quote", quote, "create_contract"))["contract"]
    creation = await latest(ctx)
    await do(ctx, "contract", made, "sign")
    signing = await latest(ctx)
    paid = await pay(ctx, made, "30")
    payment = await latest(ctx)
    assert (await refused(ctx, undo(ctx, payment)))[:2] == (409, "posted")
    assert (await refused(ctx, undo(ctx, signing)))[:2] == (409, "in_use")
    assert (await get(ctx, "contract", made["id"]))["state"] == "signed"
    await do(ctx, "payment", paid, "reverse", reason="Mistake")
    reversal = await latest(ctx)
    assert (await undo(ctx, reversal))["conflicts"] == []
    assert (await money_of(ctx, made))["received"] == "30.00"
    with pytest.raises(Exception, match="cannot be undone"):
        await undo(ctx, reversal)
    assert (await refused(ctx, undo(ctx, creation)))[0] == 409


async def test_an_offer_goes_to_the_account_of_its_deal(ctx: Ctx) -> None:
    ours = (await create(ctx, "account", {"name": "Ours"}))["id"]
    deal = await create(ctx, "opportunity", {"name": "Pumps", "account": ours})
    other = (await create(ctx, "account", {"name": "Theirs"}))["id"]
    body: dict[str, Any] = {"opportunity": deal["id"], "lines": [line()]}
    quote = await create(ctx, "quote", body)
    assert (quote["name"], quote["account"]) == (deal["name"], deal["account"])
    answer = await refused(ctx, create(ctx, "quote", {**body, "name": "X", "account": other}))
    assert answer[2] == [("/opportunity", "other_account")]
    answer = await refused(ctx, create(ctx, "quote", {"name": "X", "opportunity": "nowhere"}))
    assert answer[2] == [("/opportunity", "unknown_link")]


async def test_a_contract_of_a_deleted_account_is_not_signed(ctx: Ctx) -> None:
    account = (await create(ctx, "account", {"name": "Gone"}))["id"]
    contract = await create(ctx, "contract", {"name": "D", "total": "5", "account": account})
    await delete(ctx, "account", account)
    answer = await refused(ctx, do(ctx, "contract", contract, "sign"))
    assert answer[:2] == (409, "account_deleted")
