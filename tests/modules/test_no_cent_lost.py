"""Random chains from offer to cash, in currencies with two, no and three digits: the sums agree at
every step and no coin is lost. The expected amounts are worked out here, in fractions.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import FangxinError
from fangxin.modules.sales.check_money import examine_money
from fangxin.records.engine import create, update
from fangxin.records.reading import find, get
from tests.modules.chain import accepted_quote, do, pay

DIGITS = {"CNY": 2, "USD": 2, "JPY": 0, "KWD": 3}
RATES = {"USD": 712_345_678, "JPY": 4_756_789, "KWD": 2_321_000_001}

lines = st.lists(
    st.fixed_dictionaries(
        {
            "quantity": st.decimals("0.0001", "999", places=4).map(str),
            "unit_price": st.decimals("0", "9999", places=4).map(str),
        },
        optional={
            "discount_percent": st.decimals("0", "100", places=2).map(str),
            "tax_percent": st.decimals("0", "30", places=2).map(str),
        },
    ),
    min_size=1,
    max_size=5,
)


def half_up(exact: Fraction, digits: int) -> Fraction:
    """Round a number that is not negative to so many digits, halves up."""
    scaled = exact * 10**digits
    return Fraction(int(scaled + Fraction(1, 2)), 10**digits)


def total_of(positions: list[dict[str, str]], digits: int) -> Fraction:
    total = Fraction(0)
    for each in positions:
        kept = 1 - Fraction(each.get("discount_percent", "0")) / 100
        amount = half_up(Fraction(each["quantity"]) * Fraction(each["unit_price"]) * kept, digits)
        tax = half_up(amount * Fraction(each.get("tax_percent", "0")) / 100, digits)
        total += amount + tax
    return total


def amount(record: dict[str, Any], key: str) -> Fraction:
    return Fraction(record[key]["amount"])


def text(number: Fraction, digits: int) -> str:
    coins = int(number * 10**digits)
    return f"{coins // 10**digits}.{coins % 10**digits:0{digits}d}" if digits else str(coins)


def cut(whole: Fraction, digits: int, dice: random.Random) -> list[Fraction]:
    """Cut an amount into one to four parts of whole coins, none of them nothing."""
    coins = int(whole * 10**digits)
    count = min(coins, dice.randint(1, 4))
    places = sorted(dice.sample(range(1, coins), count - 1)) if count > 1 else []
    edges = [0, *places, coins]
    return [Fraction(b - a, 10**digits) for a, b in itertools.pairwise(edges)]


class Walk:
    """One chain, with what ought to be received for each instalment."""

    def __init__(self, ctx: Ctx, contract: dict[str, Any], digits: int, seed: int) -> None:
        self.ctx, self.contract, self.digits = ctx, contract, digits
        self.dice = random.Random(seed)
        self.due: dict[str, Fraction] = {}
        self.received: dict[str, Fraction] = {}
        self.payments: list[tuple[dict[str, Any], Fraction]] = []

    async def plan(self, whole: Fraction) -> None:
        parts = cut(whole, self.digits, self.dice)
        rows = [
            {"due_on": f"20{40 + n}-05-05", "amount": text(part, self.digits)}
            for n, part in enumerate(parts)
        ]
        made = await do(self.ctx, "contract", self.contract, "plan_payments", instalments=rows)
        for plan, part in zip(made["payment_plans"], parts, strict=True):
            self.due[plan["id"]], self.received[plan["id"]] = part, Fraction(0)

    async def step(self) -> None:
        """Pay some of an instalment, or too much, or reverse, or plan anew what has no money."""
        deed = self.dice.random()
        if deed < 0.25 and self.payments:
            paid, got = self.payments.pop(self.dice.randrange(len(self.payments)))
            await do(self.ctx, "payment", paid, "reverse", reason="Bounced")
            self.received[paid["payment_plan"]["id"]] -= got
        elif deed < 0.35:
            await self.replan()
        else:
            await self.pay(self.dice.choice(sorted(self.due)), too_much=deed > 0.85)

    async def pay(self, plan: str, *, too_much: bool) -> None:
        left = self.due[plan] - self.received[plan]
        coin = Fraction(1, 10**self.digits)
        got = left + coin if too_much else cut(left, self.digits, self.dice)[0] if left else coin
        if got > left:
            with pytest.raises(FangxinError) as caught:
                await self.record(plan, got)
            assert caught.value.errors[0].code in {"above_plan", "above_contract"}
            return
        paid = await self.record(plan, got)
        self.received[plan] += got
        self.payments.append((paid, got))

    async def record(self, plan: str, got: Fraction) -> dict[str, Any]:
        return await pay(self.ctx, self.contract, text(got, self.digits), payment_plan=plan)

    async def replan(self) -> None:
        """Make an instalment as small as what it has received, and plan the rest anew."""
        plan = self.dice.choice(sorted(self.due))
        if not 0 < self.received[plan] < self.due[plan]:
            return
        currency = self.contract["total"]["currency"]
        money = {"amount": text(self.received[plan], self.digits), "currency": currency}
        await update(self.ctx, "payment_plan", plan, {"amount": money})
        rest = self.due[plan] - self.received[plan]
        self.due[plan] = self.received[plan]
        await self.plan(rest)

    async def agrees(self, total: Fraction) -> None:
        now = await get(self.ctx, "contract", self.contract["id"])
        received = sum(self.received.values(), Fraction(0))
        assert amount(now, "total") == amount(now, "planned") == total
        assert sum(self.due.values(), Fraction(0)) == total
        assert (amount(now, "received"), amount(now, "outstanding")) == (received, total - received)
        here = {"field": "contract", "op": "is", "value": self.contract["id"]}
        plans = (await find(self.ctx, "payment_plan", filter=here, limit=1000)).items
        assert {each["id"]: amount(each, "amount") for each in plans} == self.due
        assert {each["id"]: amount(each, "received") for each in plans} == self.received
        assert all(
            amount(each, "outstanding") == self.due[each["id"]] - self.received[each["id"]]
            for each in plans
        )


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(positions=lines, currency=st.sampled_from(sorted(DIGITS)), seed=st.integers(0, 2**32))
async def test_random_chains_add_up_at_every_step(
    ctx: Ctx, positions: list[dict[str, str]], currency: str, seed: int
) -> None:
    ctx, digits = replace(ctx, rates=RATES), DIGITS[currency]
    total = total_of(positions, digits)
    account = await create(ctx, "account", {"name": f"Client {seed}"}, allow_duplicates=True)
    quote = await accepted_quote(ctx, positions, currency, account=account["id"])
    assert amount(quote, "total") == total == amount(quote, "subtotal") + amount(quote, "tax")
    assert sum(Fraction(each["amount"]) for each in quote["lines"]) == amount(quote, "subtotal")
    contract = (await do(ctx, "quote", quote, "create_contract"))["contract"]
    assert contract["total"] == quote["total"]
    contract = await do(ctx, "contract", contract, "sign")
    order = (await do(ctx, "contract", contract, "create_order"))["order"]
    assert order["total"] == contract["total"]
    assert (await get(ctx, "contract", contract["id"]))["ordered"] == contract["total"]
    if total == 0:
        return
    walk = Walk(ctx, contract, digits, seed)
    await walk.plan(total)
    await walk.agrees(total)
    for _ in range(8):
        await walk.step()
        await walk.agrees(total)
    assert (await examine_money(ctx.services.settings, ctx.database)).good
