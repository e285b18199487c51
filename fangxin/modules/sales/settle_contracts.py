"""Settling: what of a contract is planned, ordered and received, and how far each instalment is
paid, worked out anew from the orders, plans and payments and written where it has changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from fangxin.access.contexts import elevated
from fangxin.fields.money import Money
from fangxin.kernel.clock import today
from fangxin.modules.sales.contract_money import SETTLED, Ledger, Values, read_ledgers
from fangxin.objects.declare import Change
from fangxin.records.engine import write_many

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx


def share(amount: int, whole: Money) -> Money:
    """Return an amount in the currency of `whole`, worth in base as much as its share of it."""
    if whole.amount == 0:
        return Money(amount, whole.currency, 0)
    doubled = 2 * amount * whole.base + whole.amount
    return Money(amount, whole.currency, doubled // (2 * whole.amount))


def plan_state(received: int, outstanding: int, due_on: date, day: date) -> str:
    """Tell how an instalment stands on a day."""
    if outstanding <= 0:
        return "paid"
    if due_on < day:
        return "overdue"
    return "partial" if received else "open"


def _changed(before: Values, after: Values) -> Values:
    return {key: value for key, value in after.items() if before.get(key) != value}


def _change(object_: str, record: Values, after: Values) -> Change | None:
    values = _changed(record, after)
    if not values:
        return None
    change = Change(object_, record["id"], "update", values, version=record["version"])
    change.extra[SETTLED] = True
    return change


def automatic_name(code: str | None, number: int | None) -> str:
    """Return what an instalment is called where nobody has named it."""
    return f"{code or ''} #{number}".strip()


def settled_plans(ledger: Ledger, day: date) -> list[Change]:
    """Return the changes that bring a contract's instalments up to date."""
    found = []
    code = ledger.contract["code"]
    for number, plan in enumerate(ledger.instalments(), start=1):
        received, left = ledger.received.get(plan["id"], 0), ledger.outstanding(plan["id"])
        after = {
            "number": number,
            "account": ledger.contract["account"],
            "received": share(received, plan["amount"]),
            "outstanding": share(left, plan["amount"]),
            "state": plan_state(received, left, plan["due_on"], day),
        }
        if plan["name"] == automatic_name(code, plan["number"]):
            after["name"] = automatic_name(code, number)
        found.append(_change("payment_plan", plan, after))
    return [each for each in found if each is not None]


def sums(ledger: Ledger) -> dict[str, Any]:
    """Return the sums of a contract as its fields."""
    whole, received = ledger.total, ledger.all_received
    return {
        "received": share(received, whole),
        "outstanding": share(whole.amount - received, whole),
        "planned": share(ledger.planned, whole),
        "ordered": share(ledger.ordered, whole),
    }


async def settle_contracts(ctx: Ctx, tx: Tx, ids: Iterable[str]) -> None:
    """Bring contracts and their instalments up to date, by whoever may touch what hangs on them."""
    every, day = elevated(ctx), today(ctx.timezone, ctx.clock())
    plans: list[Change] = []
    contracts: list[Change] = []
    for ledger in (await read_ledgers(ctx, tx, ids)).values():
        plans += settled_plans(ledger, day)
        change = _change("contract", ledger.contract, sums(ledger))
        contracts += [change] if change is not None else []
    for object_, changes in (("contract", contracts), ("payment_plan", plans)):
        if changes:
            await write_many(every, tx, object_, "update", changes)
