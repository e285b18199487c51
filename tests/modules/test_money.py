"""Plans and payments: what is due is never exceeded, and what is in the books stays there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from fangxin.access.contexts import system_context
from fangxin.app import build_installation
from fangxin.data.doctor import examine
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import FangxinError
from fangxin.kernel.settings import read_settings
from fangxin.kernel.sql import Statement
from fangxin.modules.sales.check_money import EXAMINATIONS
from fangxin.records.bulk import batch
from fangxin.records.engine import create, delete, update
from fangxin.records.reading import find, get
from tests import servers
from tests.modules.chain import accepted_quote, do, pay, planned, refused, signed_contract

DUE = "2040-01-31"


async def test_instalments_add_up_to_what_is_left(ctx: Ctx) -> None:
    contract = await signed_contract(ctx, "100")

    def plan(*lines: tuple[Any, Any], **more: Any) -> Any:
        instalments = [{"due_on": due, "amount": amount} for due, amount in lines]
        return do(ctx, "contract", contract, "plan_payments", instalments=instalments, **more)

    for lines, wanted in (
        ([(DUE, "60"), (DUE, "39.99")], [("/instalments", "sum_mismatch")]),
        ([(DUE, "60"), (DUE, "40.01")], [("/instalments", "sum_mismatch")]),
        ([], [("/instalments", "sum_mismatch")]),
        ([(DUE, "100"), (DUE, "0")], [("/instalments/1/amount", "too_small")]),
        ([(DUE, "110"), (DUE, "-10")], [("/instalments/1/amount", "too_small")]),
        (
            [(DUE, "99.999"), (DUE, "0.001")],
            [(f"/instalments/{n}/amount", "too_fine") for n in (0, 1)],
        ),
        ([(DUE, "50"), (DUE, "much")], [("/instalments/1/amount", "wrong_type")]),
        ([(DUE, "50"), ("soon", "50")], [("/instalments/1/due_on", "wrong_type")]),
        ([(DUE, "50"), (None, "50")], [("/instalments/1/due_on", "required")]),
    ):
        assert (await refused(ctx, plan(*lines)))[2] == wanted, lines
    answer = await refused(ctx, do(ctx, "contract", contract, "plan_payments"))
    assert answer[2] == [("/instalments", "required")]
    for lines in ([(DUE, "100.01")], [(DUE, "60"), (DUE, "40.01")], []):
        answer = await refused(ctx, plan(*lines, partial=True))
        assert answer[2] == [("/instalments", "sum_mismatch")], lines
    await plan((DUE, "20"), (DUE, "10.01"), partial=True)
    now = await get(ctx, "contract", contract["id"])
    assert now["planned"]["amount"] == "30.01"
    # what is left, and no more
    answer = await refused(ctx, plan((DUE, "70"), partial=True))
    assert answer[2] == [("/instalments", "sum_mismatch")]
    await plan((DUE, "29.99"), ("2039-01-31", "40"))
    answer = await refused(ctx, plan((DUE, "1")))
    assert answer[2] == [("/instalments", "sum_mismatch")]


async def test_instalments_are_numbered_by_due_date(ctx: Ctx) -> None:
    contract = await signed_contract(ctx, "100")
    body: dict[str, Any] = {"contract": contract["id"], "amount": "30"}
    last = await create(ctx, "payment_plan", {**body, "due_on": "2040-03-01"})
    first = await create(ctx, "payment_plan", {**body, "due_on": "2040-01-01"})
    own = await create(ctx, "payment_plan", {**body, "due_on": "2040-02-01", "name": "Delivery"})
    now = [await get(ctx, "payment_plan", each["id"]) for each in (first, own, last)]
    assert [each["number"] for each in now] == [1, 2, 3]
    assert [each["name"] for each in now] == [
        f"{contract['code']} #1",
        "Delivery",
        f"{contract['code']} #3",
    ]
    answer = await refused(ctx, create(ctx, "payment_plan", {**body, "due_on": DUE}))
    assert answer[2] == [("/amount", "above_contract")]
    await delete(ctx, "payment_plan", first["id"])
    assert (await get(ctx, "payment_plan", last["id"]))["number"] == 2
    assert (await get(ctx, "contract", contract["id"]))["planned"]["amount"] == "60.00"


async def test_a_payment_fits_what_is_due(ctx: Ctx) -> None:
    contract = await signed_contract(ctx, "100")
    plans = await planned(ctx, contract, "60", "40")
    other = await signed_contract(ctx, "50", account=contract["account"]["id"])
    for body, wanted in (
        ({"amount": "60.01"}, ("/amount", "above_plan")),
        ({"amount": "40.01", "payment_plan": plans[1]["id"]}, ("/amount", "above_plan")),
        ({"amount": "0"}, ("/amount", "too_small")),
        ({"amount": "-5"}, ("/amount", "too_small")),
        ({"amount": "0.001"}, ("/amount", "too_fine")),
        ({"amount": {"amount": "5", "currency": "USD"}}, ("/amount", "no_rate")),
        (
            {"amount": "5", "contract": other["id"], "payment_plan": plans[0]["id"]},
            ("/payment_plan", "other_contract"),
        ),
        ({"amount": "50.01", "contract": other["id"]}, ("/amount", "above_contract")),
        ({"amount": "5", "state": "reversed"}, ("/state", "read_only")),
    ):
        attempt = create(ctx, "payment", {"contract": contract["id"], **body})
        assert (await refused(ctx, attempt))[2] == [wanted], body
    draft = await create(ctx, "contract", {"name": "Draft", "total": "5"})
    answer = await refused(ctx, create(ctx, "payment", {"contract": draft["id"], "amount": "1"}))
    assert answer[:2] == (409, "not_signed")


async def test_another_currency_is_refused(ctx: Ctx) -> None:
    from dataclasses import replace

    ctx = replace(ctx, rates={"USD": 7 * 10**8})
    contract = await signed_contract(ctx, "100", "USD")
    attempt = create(ctx, "payment", {"contract": contract["id"], "amount": "5"})
    assert (await refused(ctx, attempt))[2] == [("/amount", "wrong_currency")]
    body = {"contract": contract["id"], "amount": "5", "due_on": DUE}
    assert (await refused(ctx, create(ctx, "payment_plan", body)))[2] == [
        ("/amount", "wrong_currency")
    ]
    await planned(ctx, contract, "100")
    paid = await pay(ctx, contract, "50")
    assert paid["amount"]["currency"] == "USD"
    now = await get(ctx, "contract", contract["id"])
    assert now["received"] == {"amount": "50.00", "currency": "USD"}


async def test_what_is_posted_stays(ctx: Ctx) -> None:
    contract = await signed_contract(ctx, "100")
    plans = await planned(ctx, contract, "100")
    paid = await pay(ctx, contract, "70")
    for body in ({"amount": "60"}, {"received_on": "2026-01-01"}, {"method": "cash"}):
        answer = await refused(ctx, update(ctx, "payment", paid["id"], body))
        assert answer[:2] == (409, "posted")
    noted = await update(ctx, "payment", paid["id"], {"reference": "R1", "tags": ["bank"]})
    assert noted["reference"] == "R1"
    assert (await refused(ctx, delete(ctx, "payment", paid["id"])))[:2] == (409, "posted")
    answer = await refused(ctx, delete(ctx, "payment_plan", plans[0]["id"]))
    assert answer[:2] == (409, "in_use")
    answer = await refused(ctx, update(ctx, "payment_plan", plans[0]["id"], {"amount": "69.99"}))
    assert answer[2] == [("/amount", "below_received")]
    await do(ctx, "payment", paid, "reverse", reason="Bounced")
    answer = await refused(ctx, do(ctx, "payment", paid, "reverse", reason="Again"))
    assert answer[:2] == (409, "action_not_possible")
    await delete(ctx, "payment_plan", plans[0]["id"])


async def test_a_batch_is_counted_together(ctx: Ctx) -> None:
    contract = await signed_contract(ctx, "100")
    await planned(ctx, contract, "100")
    bodies = [{"contract": contract["id"], "amount": amount} for amount in ("60", "50", "40")]
    answer = await batch(ctx, "payment", create=bodies)
    assert [each["status"] for each in answer["results"]] == [201, 422, 201]
    now = await get(ctx, "contract", contract["id"])
    assert (now["received"]["amount"], now["outstanding"]["amount"]) == ("100.00", "0.00")


async def _several(url: str, folder: Path, count: int) -> list[Any]:
    made = [
        build_installation(read_settings(servers.environment(url, folder))) for _ in range(count)
    ]
    for each in made:
        await each.start()
    return made


@pytest.fixture
async def others(database_url: str, ctx: Ctx, tmp_path: Path) -> AsyncIterator[list[Ctx]]:
    """Four more processes' worth of connections to the same database."""
    made = await _several(database_url, tmp_path, 4)
    yield [await system_context(each) for each in made]
    for each in made:
        await each.stop()


async def at_once(*attempts: Any) -> list[int]:
    """Statuses of attempts that run at once: 0 where it went well."""

    async def status(attempt: Any) -> int:
        try:
            await attempt
        except FangxinError as error:
            return error.status
        return 0

    return list(await asyncio.gather(*map(status, attempts)))


async def test_payments_at_once_never_exceed_what_is_due(ctx: Ctx, others: list[Ctx]) -> None:
    contract = await signed_contract(ctx, "100")
    plans = await planned(ctx, contract, "70", "30")
    body = {"contract": contract["id"], "payment_plan": plans[0]["id"], "amount": "10"}
    statuses = await at_once(*(create(others[n % 4], "payment", body) for n in range(16)))
    assert sorted(statuses) == [0] * 7 + [422] * 9
    now = await get(ctx, "payment_plan", plans[0]["id"])
    assert (now["received"]["amount"], now["state"]) == ("70.00", "paid")
    assert (await get(ctx, "contract", contract["id"]))["received"]["amount"] == "70.00"
    assert len((await find(ctx, "payment")).items) == 7


@pytest.mark.parametrize("step", ["accept", "create_contract", "sign", "create_order", "reverse"])
async def test_of_two_at_once_one_wins(ctx: Ctx, others: list[Ctx], step: str) -> None:
    quote = await create(
        ctx, "quote", {"name": "Q", "lines": [{"quantity": "1", "unit_price": "9"}]}
    )
    await do(ctx, "quote", quote, "send")
    object_, record, params = "quote", quote, {}
    if step == "create_contract":
        record = await accepted_quote(ctx)
    elif step in {"sign", "create_order"}:
        object_ = "contract"
        record = await (
            signed_contract(ctx)
            if step == "create_order"
            else create(ctx, "contract", {"name": "C", "total": "5"})
        )
    elif step == "reverse":
        object_, params = "payment", {"reason": "Twice"}
        record = await pay(ctx, await signed_contract(ctx), "5")
    runs = (do(other, object_, record, step, **params) for other in others[:2])
    assert sorted(await at_once(*runs)) == [0, 409]


async def test_the_database_refuses_what_code_would_let_through(ctx: Ctx) -> None:
    contract = await signed_contract(ctx, "100")
    text = f"UPDATE contract SET received = total + 1 WHERE id = '{contract['id']}'"

    async def unit(tx: Any) -> None:
        await tx.execute(Statement(text, (), {}, (), ()), {})

    with pytest.raises(Exception, match="received_within_total"):
        await ctx.database.write(unit)


async def test_doctor_finds_money_that_does_not_add_up(ctx: Ctx) -> None:
    contract = await signed_contract(ctx, "100")
    await planned(ctx, contract, "100")
    paid = await pay(ctx, contract, "30")

    async def money() -> Any:
        found = await examine(ctx.services.settings, ctx.database, EXAMINATIONS)
        return next(each for each in found if each.subject == "Money")

    assert (await money()).good
    text = f"UPDATE payment SET amount = amount + 100 WHERE id = '{paid['id']}'"
    await ctx.database.write(lambda tx: tx.execute(Statement(text, (), {}, (), ()), {}))
    ill = await money()
    assert not ill.good
    assert contract["code"] in ill.values["names"]
