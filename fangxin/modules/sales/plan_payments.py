"""Payment plans: the instalments of a contract, made by one action or one by one, never more than
its total.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from fangxin.fields.base import Field
from fangxin.fields.dates import DateType
from fangxin.fields.lines import Lines
from fangxin.fields.money import SCALE, Money
from fangxin.fields.number import Boolean, DecimalNumber, to_scaled
from fangxin.kernel.errors import Conflict, FieldError, FieldProblem, Invalid
from fangxin.kernel.ids import new_id
from fangxin.kernel.sql import InArray, Statement, compile_statement
from fangxin.modules.sales.change_state import (
    Values,
    day_of,
    in_state,
    lock_linked,
    refusing,
)
from fangxin.modules.sales.contract_money import (
    BROUGHT,
    SETTLED,
    Ledger,
    check_coin,
    check_currency,
    contracts_of,
    in_coins,
    read_ledgers,
    told,
)
from fangxin.modules.sales.settle_contracts import (
    automatic_name,
    plan_state,
    settle_contracts,
    share,
)
from fangxin.objects.declare import Action, Change, Made
from fangxin.objects.registry import ObjectDef
from fangxin.records.engine import require, write_many

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx

DERIVED: Final = ("number", "account", "received", "outstanding", "state")
_PLANNED: Final = "instalments counted"
# what may still be planned for
_OPEN: Final = frozenset({"draft", "signed"})


async def prepare_plans(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Fill what an instalment takes from its contract; what follows from payments is not asked."""
    new = [change for change in changes if change.before is None]
    if ctx.source == BROUGHT:
        await _name_brought(ctx, tx, new)
        return
    ledgers = await read_ledgers(ctx, tx, contracts_of(new))
    for change in changes:
        if change.extra.get(SETTLED):
            continue
        for key in DERIVED:
            change.values.pop(key, None)
    for change in new:
        ledger = ledgers.get(change.get("contract"))
        beside = [each for each in new if each.get("contract") == change.get("contract")]
        _begin(change, ledger, _place(change, ledger, beside), day_of(ctx))


@lru_cache(maxsize=8)
def _codes(contract: ObjectDef, dialect: Any) -> Statement:
    table = contract.table
    # skip one-door: an instalment is named after its contract whoever sees that
    query = sa.select(table.c.id, table.c.code).where(InArray(table.c.id, "ids"))
    return compile_statement(query, dialect)


async def _name_brought(ctx: Ctx, tx: Tx, new: Sequence[Change]) -> None:
    unnamed = [change for change in new if change.get("name") is None]
    if not unnamed:
        return
    statement = _codes(ctx.registry["contract"], tx.dialect)
    rows = await tx.fetch(statement, {"ids": sorted(contracts_of(unnamed))})
    codes = {row[0]: row[1] for row in rows}
    for change in unnamed:
        code = codes.get(change.get("contract"))
        change.values["name"] = automatic_name(code, change.get("number"))


def _place(change: Change, ledger: Ledger | None, beside: Sequence[Change]) -> int:
    """Return which instalment by due date a new one is."""
    mine = (change.get("due_on") or date.max, change.id)
    days = [(each.get("due_on") or date.max, each.id) for each in beside]
    days += [(plan["due_on"], plan["id"]) for plan in ledger.instalments()] if ledger else []
    return sum(each <= mine for each in days)


def _begin(change: Change, ledger: Ledger | None, number: int, day: date) -> None:
    """Fill a new instalment as settling would."""
    amount: Money | None = change.get("amount")
    change.values |= {"number": number, "state": "open"}
    if amount is not None and change.get("due_on") is not None:
        state = plan_state(0, amount.amount, change.values["due_on"], day)
        change.values["state"] = state
    if ledger is not None:
        change.values["account"] = ledger.contract["account"]
    if change.get("name") is None:
        code = ledger.contract["code"] if ledger is not None else None
        change.values["name"] = automatic_name(code, number)
    if amount is not None:
        change.values |= {"received": Money(0, amount.currency, 0), "outstanding": amount}


async def check_plans(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Refuse instalments that go beyond their contract or below what has come in for them."""
    mine = [each for each in changes if not each.extra.get(SETTLED)]
    if ctx.source == BROUGHT or not mine or mine[0].verb in {"delete", "purge"}:
        return
    ledgers = await read_ledgers(ctx, tx, contracts_of(mine))
    counted: dict[str, int] = dict(tx.memory.get(_PLANNED, {}))
    for change in mine:
        if change.before is not None and change.changes("contract"):
            message = "An instalment stays with its contract. Delete it and make a new one."
            raise Invalid(errors=[FieldProblem("/contract", "locked", message)])
        ledger = ledgers.get(change.get("contract"))
        if ledger is not None:
            await _check_order(ctx, tx, change)
            _check_amount(change, ledger, counted)
    tx.memory[_PLANNED] = counted


async def _check_order(ctx: Ctx, tx: Tx, change: Change) -> None:
    if change.get("order") is None or not change.changes("order"):
        return
    order = await lock_linked(ctx, tx, "order", change.get("order"))
    if order is not None and order["contract"] != change.get("contract"):
        message = "This order belongs to another contract."
        raise Invalid(errors=[FieldProblem("/order", "other_contract", message)])


def _check_amount(change: Change, ledger: Ledger, counted: dict[str, int]) -> None:
    fresh = change.before is None or change.verb == "restore"
    if not fresh and not change.changes("amount"):
        return
    if ledger.contract["state"] not in _OPEN:
        message = "This contract is void or ended. Plan the payments of a new one."
        raise Conflict(message, code="contract_closed")
    amount, total, id_ = change.get("amount"), ledger.total, ledger.contract["id"]
    check_currency(amount.currency, ledger, "/amount")
    in_coins(amount, "/amount")
    received = ledger.received.get(change.id, 0)
    if amount.amount < received:
        values = {"received": told(received, total.currency)}
        message = "{received} has come in for this instalment already."
        raise Invalid(errors=[FieldProblem("/amount", "below_received", message, values)])
    old = 0 if fresh else (change.before or {})["amount"].amount
    left = total.amount - ledger.planned - counted.get(id_, 0) + old
    if amount.amount > left:
        values = {"left": told(left, total.currency)}
        message = "{left} of the contract is left to plan."
        raise Invalid(errors=[FieldProblem("/amount", "above_contract", message, values)])
    counted[id_] = counted.get(id_, 0) + amount.amount - old


async def after_plans(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Bring the contracts up to date, and the numbers of their instalments."""
    tx.memory.pop(_PLANNED, None)
    mine = [each for each in changes if not each.extra.get(SETTLED)]
    if ctx.source != BROUGHT and mine:
        await settle_contracts(ctx, tx, contracts_of(mine))


# ---------------------------------------------------------------- the action


def _read_amounts(ctx: Ctx, lines: Sequence[Values], whole: Money) -> list[tuple[Values, Money]]:
    """Return each instalment with its money, or raise Invalid naming every bad one."""
    faults: list[FieldProblem] = []
    found = []
    for place, line in enumerate(lines):
        here, amount = f"/instalments/{place}/amount", line["amount"]
        if amount <= 0:
            message = "An instalment is more than nothing."
            faults.append(FieldProblem(here, "too_small", message))
            continue
        try:
            check_coin(amount, whole.currency, here)
            found.append((line, share(to_scaled(amount, SCALE), whole)))
        except Invalid as error:
            faults += error.errors
        except FieldError as error:
            faults.append(error.at(here))
    if faults:
        raise Invalid(errors=faults)
    return found


async def plan(ctx: Ctx, tx: Tx, definition: ObjectDef, record: Values, params: Values) -> Values:
    """Make the instalments; together they are what of the contract is not planned yet, or with
    `partial` a part of it.
    """
    require(ctx, "payment_plan", "create")
    ledger = (await read_ledgers(ctx, tx, [record["id"]]))[record["id"]]
    whole = ledger.total
    lines = _read_amounts(ctx, params["instalments"], whole)
    _check_sum(lines, ledger, partial=bool(params.get("partial")))
    common = {"contract": record["id"], "owner": record["owner"]}
    common["department"] = record["department"]
    changes = [
        Change(
            "payment_plan",
            new_id(),
            "create",
            {**common, "due_on": line["due_on"], "amount": money},
        )
        for line, money in sorted(lines, key=lambda each: each[0]["due_on"])
    ]
    await write_many(ctx, tx, "payment_plan", "create", changes)
    return {"payment_plans": [change.id for change in changes]}


def _check_sum(lines: Sequence[tuple[Values, Money]], ledger: Ledger, *, partial: bool) -> None:
    """Refuse instalments beyond what is left to plan, and short of it where that is not said."""
    wanted, given = ledger.total.amount - ledger.planned, sum(money.amount for _, money in lines)
    if lines and (given == wanted or (partial and given < wanted)):
        return
    currency = ledger.total.currency
    values = {"given": told(given, currency), "wanted": told(wanted, currency)}
    message = "The instalments add up to {given}, but {wanted} is left to plan."
    if not wanted:
        message = (
            "The instalments add up to {given}, but {wanted} is left to plan. Change or delete an "
            "instalment that is there first."
        )
    elif lines and given < wanted:
        message = (
            "The instalments add up to {given}, but {wanted} is left to plan. Add the rest, or "
            "plan only these for now (partial)."
        )
    raise Invalid(errors=[FieldProblem("/instalments", "sum_mismatch", message, values)])


INSTALMENT: Final = (
    Field(type=DateType(), key="due_on", label="Due on", required=True),
    Field(type=DecimalNumber(), key="amount", label="Amount", scale=SCALE, required=True),
)
PLAN_PAYMENTS: Final = Action(
    key="plan_payments",
    label="Plan payments",
    icon="calendar-dollar",
    run=plan,
    params=(
        Field(type=Lines(), key="instalments", label="Instalments", line=INSTALMENT, required=True),
        Field(type=Boolean(), key="partial", label="Plan only these for now"),
    ),
    when=in_state("draft", "signed"),
    refuse=refusing("This contract is void or ended. Plan the payments of a new one."),
    makes=(Made(key="payment_plans", object="payment_plan", many=True),),
)
