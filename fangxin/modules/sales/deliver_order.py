"""The course of an order: confirm, deliver, cancel; never more than its contract, and fixed from
confirmed on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from fangxin.fields.base import Field
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
    BROUGHT,
    CANCELLED,
    Ledger,
    check_currency,
    contracts_of,
    read_ledgers,
    told,
)
from fangxin.modules.sales.document_lines import price_document
from fangxin.modules.sales.settle_contracts import settle_contracts
from fangxin.objects.declare import Action, Change
from fangxin.objects.registry import ObjectDef

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx

FIXED: Final = ("lines", "currency", "account", "contract")
# sums counted in this unit of work that are not in the tables yet
_COUNTED: Final = "orders counted"


async def prepare_orders(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Take account and currency from the contract, and compute the amounts of lines and sums."""
    new = [c for c in changes if c.before is None and c.get("contract")]
    known = {} if ctx.source == BROUGHT else await read_ledgers(ctx, tx, contracts_of(new))
    for change in changes:
        ledger = known.get(change.get("contract"))
        if ledger is not None:
            for key, value in (
                ("account", ledger.contract["account"]),
                ("currency", ledger.total.currency),
            ):
                if change.get(key) is None:
                    change.values[key] = value
        price_document(ctx, change)


async def check_orders(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Refuse to change what is confirmed, and orders that go beyond their contract."""
    if ctx.source == BROUGHT:
        return
    for change in changes:
        touched = [key for key in FIXED if change.before is not None and change.changes(key)]
        if change.verb == "update" and touched and (change.before or {})["state"] != "draft":
            message = "A confirmed order stands. Cancel it and make a new one to change it."
            problems = [FieldProblem(f"/{key}", "locked", message) for key in touched]
            raise Conflict(message, code="locked", errors=problems)
    ledgers = await read_ledgers(ctx, tx, contracts_of(changes))
    counted: dict[str, int] = dict(tx.memory.get(_COUNTED, {}))
    for change in changes:
        ledger = ledgers.get(change.get("contract"))
        if ledger is not None:
            _check_terms(change, ledger)
            _count(change, ledger, counted)
    tx.memory[_COUNTED] = counted


def _check_terms(change: Change, ledger: Ledger) -> None:
    """An order is of a signed contract, in its currency and for its account."""
    fresh = change.before is None or change.verb == "restore" or change.changes("contract")
    if fresh and ledger.contract["state"] != "signed":
        message = "This contract is not signed. Sign it before you order from it."
        raise Conflict(message, code="not_signed")
    if fresh or change.changes("currency"):
        check_currency(change.get("currency"), ledger, "/currency")
    agreed = ledger.contract["account"]
    if (fresh or change.changes("account")) and agreed and change.get("account") != agreed:
        message = "The contract is with another account."
        raise Invalid(errors=[FieldProblem("/account", "other_account", message)])


def _worth(change: Change) -> int | None:
    """Return what an order counts for after the change; a cancelled or deleted one does not."""
    if change.verb in {"delete", "purge"} or change.get("state") == CANCELLED:
        return None
    total = change.get("total")
    return None if total is None else int(total.amount)


def _before(change: Change) -> int:
    before = change.before
    if before is None or change.verb == "restore" or before["state"] == CANCELLED:
        return 0
    if change.changes("contract") or before["total"] is None:
        return 0
    return int(before["total"].amount)


def _count(change: Change, ledger: Ledger, counted: dict[str, int]) -> None:
    id_ = ledger.contract["id"]
    more = (_worth(change) or 0) - _before(change)
    there = ledger.ordered + counted.get(id_, 0)
    if more > 0 and there + more > ledger.total.amount:
        message = "{left} of the contract is left to order."
        values = {"left": told(ledger.total.amount - there, ledger.total.currency)}
        raise Invalid(errors=[FieldProblem("/lines", "above_contract", message, values)])
    counted[id_] = counted.get(id_, 0) + more


async def after_orders(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Bring the contracts up to date."""
    tx.memory.pop(_COUNTED, None)
    if ctx.source != BROUGHT:
        await settle_contracts(ctx, tx, contracts_of(changes))


async def confirm(ctx: Ctx, tx: Tx, definition: ObjectDef, record: Values, _params: Values) -> None:
    """Confirm; an order without lines orders nothing."""
    if not record["lines"]:
        message = "An order needs at least one line before it is confirmed."
        raise Invalid(errors=[FieldProblem("/lines", "required", message)])
    await change_record(ctx, tx, definition, record, state="confirmed", confirmed_on=day_of(ctx))


async def deliver(ctx: Ctx, tx: Tx, definition: ObjectDef, record: Values, _params: Values) -> None:
    """Mark as delivered."""
    await change_record(ctx, tx, definition, record, state="delivered", delivered_on=day_of(ctx))


async def cancel(ctx: Ctx, tx: Tx, definition: ObjectDef, record: Values, params: Values) -> None:
    """Cancel with the reason; the contract is free to be ordered anew."""
    values: dict[str, Any] = {"state": CANCELLED, "cancel_reason": params["reason"]}
    await change_record(ctx, tx, definition, record, **values)


CONFIRM: Final = Action(
    key="confirm",
    label="Confirm",
    icon="check",
    run=confirm,
    primary=True,
    when=in_state("draft"),
    refuse=refusing("Only a draft can be confirmed. Make a new order in place of a cancelled one."),
)
DELIVER: Final = Action(
    key="deliver",
    label="Mark as delivered",
    icon="truck-delivery",
    run=deliver,
    primary=True,
    when=in_state("confirmed"),
    refuse=refusing("Only a confirmed order can be delivered. Confirm it first."),
)
CANCEL: Final = Action(
    key="cancel",
    label="Cancel",
    icon="ban",
    run=cancel,
    params=(Field(type=Text(), key="reason", label="Reason cancelled", required=True),),
    dangerous=True,
    when=in_state("draft", "confirmed"),
    refuse=refusing("What is delivered or cancelled already can no longer be cancelled."),
)
