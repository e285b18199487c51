"""Payments: posted against a contract and its instalments, never more than is due, and taken back
by reversing alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from fangxin.fields.base import Field
from fangxin.fields.money import Money
from fangxin.fields.text import Text
from fangxin.kernel.errors import Conflict, FieldProblem, Invalid
from fangxin.modules.sales.change_state import (
    Values,
    change_record,
    day_of,
    in_state,
    refusing,
)
from fangxin.modules.sales.contract_money import (
    BINDING,
    BROUGHT,
    POSTED,
    Ledger,
    check_currency,
    contracts_of,
    in_coins,
    read_ledgers,
    told,
)
from fangxin.modules.sales.settle_contracts import settle_contracts
from fangxin.objects.declare import Action, Change
from fangxin.objects.registry import ObjectDef
from fangxin.records import change as store

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx

FIXED: Final = ("contract", "payment_plan", "amount", "received_on", "method")
_TAKEN: Final = "payments counted"


async def prepare_payments(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Lock the contracts, find the instalment that each payment is for, and refuse what is not
    due.
    """
    if ctx.source == BROUGHT:
        return
    posting = [c for c in changes if c.before is None or _posted_again(c)]
    ids = contracts_of(posting)
    # what the actor may not see is no contract to him: the check of links says so
    seen = await store.load(ctx, tx, ctx.registry["contract"], sorted(ids), "read")
    visible = [id_ for id_ in ids if id_ in seen and seen[id_].seen]
    ledgers: dict[str, Ledger] = dict(tx.memory.get(_TAKEN, {}))
    ledgers |= await read_ledgers(ctx, tx, [id_ for id_ in visible if id_ not in ledgers])
    taken = {id_: dict(ledger.received) for id_, ledger in ledgers.items()}
    for change in posting:
        ledger, amount = ledgers.get(change.get("contract")), change.get("amount")
        if ledger is not None and amount is not None:
            _take(change, ledger, amount, taken[ledger.contract["id"]])
    for id_, received in taken.items():
        ledgers[id_].received = received
    # those of one batch see each other before any is written
    tx.memory[_TAKEN] = ledgers


def _posted_again(change: Change) -> bool:
    """Tell whether undoing a reversal would post a payment once more."""
    return change.changes("state") and change.values["state"] == POSTED


def _take(change: Change, ledger: Ledger, amount: Money, received: dict[str | None, int]) -> None:
    """Count a payment for its instalment, or refuse it."""
    _check_terms(ledger, amount)
    plan = change.get("payment_plan")
    if plan is None and change.before is None:
        plan = _oldest(ledger, amount, received)
        change.values["payment_plan"] = plan
    elif plan is not None:
        _check_plan(plan, ledger, amount, received)
    left = ledger.total.amount - sum(received.values())
    if amount.amount > left:
        message = "{left} of the contract is outstanding."
        values = {"left": told(left, amount.currency)}
        raise Invalid(errors=[FieldProblem("/amount", "above_contract", message, values)])
    received[plan] = received.get(plan, 0) + amount.amount
    if change.before is None:
        change.values["account"] = ledger.contract["account"]
        if change.get("name") is None:
            change.values["name"] = change.get("code") or ledger.contract["name"]


def _check_terms(ledger: Ledger, amount: Money) -> None:
    if ledger.contract["state"] not in BINDING:
        message = "This contract is not signed. Sign it before you record a payment."
        raise Conflict(message, code="not_signed")
    check_currency(amount.currency, ledger, "/amount")
    in_coins(amount, "/amount")


def _check_plan(plan: str, ledger: Ledger, amount: Money, received: dict[str | None, int]) -> None:
    if plan not in ledger.plans:
        message = "This instalment belongs to another contract."
        raise Invalid(errors=[FieldProblem("/payment_plan", "other_contract", message)])
    left = ledger.plans[plan]["amount"].amount - received.get(plan, 0)
    if amount.amount > left:
        message = "{left} of this instalment is outstanding. Record the rest for the next one."
        values = {"left": told(left, amount.currency)}
        raise Invalid(errors=[FieldProblem("/amount", "above_plan", message, values)])


def _oldest(ledger: Ledger, amount: Money, received: dict[str | None, int]) -> str | None:
    """Return the oldest instalment that is open, None where there is none."""
    left = {
        plan["id"]: (plan, plan["amount"].amount - received.get(plan["id"], 0))
        for plan in ledger.instalments()
    }
    still = [(plan, rest) for plan, rest in left.values() if rest > 0]
    if not still:
        return None
    oldest, rest = still[0]
    if amount.amount > rest:
        names = ", ".join(f"{plan['name']} ({told(r, amount.currency)})" for plan, r in still[:10])
        message = "More than the oldest open instalment. Outstanding: {names}. Record one each."
        raise Invalid(errors=[FieldProblem("/amount", "above_plan", message, {"names": names})])
    return str(oldest["id"])


async def check_payments(ctx: Ctx, _tx: Tx, changes: Sequence[Change]) -> None:
    """Refuse to change, delete or undo what is in the books."""
    if ctx.source == BROUGHT:
        return
    for change in changes:
        if change.verb == "create":
            continue
        touched = [key for key in FIXED if change.verb == "update" and change.changes(key)]
        if touched or change.verb in {"delete", "purge"}:
            message = "A payment stays as it was recorded. Reverse it and record it anew."
            problems = [FieldProblem(f"/{key}", "posted", message) for key in touched]
            raise Conflict(message, code="posted", errors=problems)


async def after_payments(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Bring the contracts and their instalments up to date."""
    tx.memory.pop(_TAKEN, None)
    counted = [c for c in changes if c.verb == "create" or c.changes("state")]
    if ctx.source != BROUGHT and counted:
        await settle_contracts(ctx, tx, contracts_of(counted))


async def reverse(ctx: Ctx, tx: Tx, definition: ObjectDef, record: Values, params: Values) -> None:
    """Take a payment back with the reason; what it paid is outstanding again."""
    values: dict[str, Any] = {"state": "reversed", "reverse_reason": params["reason"]}
    await change_record(ctx, tx, definition, record, reversed_on=day_of(ctx), **values)


REVERSE: Final = Action(
    key="reverse",
    label="Reverse",
    icon="arrow-back-up",
    run=reverse,
    params=(Field(type=Text(), key="reason", label="Reason reversed", required=True),),
    dangerous=True,
    when=in_state(POSTED),
    refuse=refusing("This payment is reversed already. Record a new one if money came in."),
)
