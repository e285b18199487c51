"""The course of a contract: sign, void, end; what it must agree with, and what is fixed once it is
signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from fangxin.access.contexts import elevated
from fangxin.fields.base import Field
from fangxin.fields.dates import DateType
from fangxin.fields.money import Money
from fangxin.fields.text import Text
from fangxin.kernel.errors import Conflict, FieldProblem, Invalid
from fangxin.kernel.sql import InArray, Statement, compile_statement
from fangxin.modules.sales.change_state import (
    Values,
    change_record,
    day_of,
    in_state,
    lock_linked,
    refusing,
)
from fangxin.modules.sales.contract_money import (
    BINDING,
    BROUGHT,
    POSTED,
    SETTLED,
    in_coins,
    read_ledgers,
    told,
)
from fangxin.modules.sales.send_quote import already_made, contracts_from
from fangxin.modules.sales.settle_contracts import settle_contracts, sums
from fangxin.objects.declare import Action, Change
from fangxin.objects.registry import ObjectDef
from fangxin.records.engine import write_many

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx

FIXED: Final = ("total", "account", "quote")
SUMS: Final = ("received", "outstanding", "planned", "ordered")


async def prepare_contracts(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Keep the sums of a contract what its orders, plans and payments say, whatever is asked."""
    if ctx.source == BROUGHT:
        return
    for change in changes:
        if change.extra.get(SETTLED):
            continue
        for key in SUMS:
            change.values.pop(key, None)
        total = change.get("total")
        if total is None:
            continue
        if change.before is None:
            nothing = Money(0, total.currency, 0)
            change.values |= {**dict.fromkeys(SUMS, nothing), "outstanding": total}
        elif change.changes("total"):
            ledger = (await read_ledgers(ctx, tx, [change.id])).get(change.id)
            if ledger is not None:
                ledger.contract = {**ledger.contract, "total": total}
                change.values |= sums(ledger)


async def check_contracts(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Refuse what contradicts the quote or what hangs on a contract, and changes of what is
    signed.
    """
    if ctx.source == BROUGHT:
        return
    for change in changes:
        if change.extra.get(SETTLED):
            continue
        if change.verb in {"delete", "purge"}:
            _check_removal(change)
        else:
            _check_fixed(change)
            await _check_quote(ctx, tx, change)
            await _check_total(ctx, tx, change)
            await _check_state(ctx, tx, change)


def _check_removal(change: Change) -> None:
    if (change.before or {}).get("state") != "draft":
        raise Conflict(
            "A contract that was signed or voided is kept. Void it if it no longer holds.",
            code="contract_kept",
        )


def _check_fixed(change: Change) -> None:
    before = change.before
    touched = [key for key in FIXED if before is not None and change.changes(key)]
    if before is not None and touched and before["state"] != "draft":
        message = "What was agreed stands. Void the contract and make a new one to change it."
        problems = [FieldProblem(f"/{key}", "locked", message) for key in touched]
        raise Conflict(message, code="locked", errors=problems)


async def _check_quote(ctx: Ctx, tx: Tx, change: Change) -> None:
    """A contract made from a quote is the only one, and its total is the quote's."""
    quote_id, again = change.get("quote"), change.verb == "restore"
    if quote_id is None or not (again or change.changes("quote") or change.changes("total")):
        return
    made = await contracts_from(ctx, tx, quote_id, other_than=change.id)
    if made and (again or change.changes("quote")):
        raise already_made(made[0])
    if again:
        return
    quote = await lock_linked(ctx, tx, "quote", quote_id)
    if quote is None:
        return
    if quote["state"] != "accepted":
        message = "This quote is not accepted. Let it be accepted first."
        raise Invalid(errors=[FieldProblem("/quote", "not_accepted", message)])
    wanted, total = quote["total"], change.get("total")
    if (wanted.amount, wanted.currency) != (total.amount, total.currency):
        message = "The total of the quote is {total}. Take the link to the quote away to differ."
        values = {"total": told(wanted.amount, wanted.currency)}
        raise Invalid(errors=[FieldProblem("/total", "unlike_quote", message, values)])


async def _check_total(ctx: Ctx, tx: Tx, change: Change) -> None:
    """A total is in whole coins, and not below what is planned, ordered or received already."""
    if not change.changes("total"):
        return
    total = change.values["total"]
    in_coins(total, "/total")
    ledger = (await read_ledgers(ctx, tx, [change.id])).get(change.id)
    if ledger is None or change.before is None:
        return
    least = max(ledger.planned, ledger.ordered, ledger.all_received)
    if least and change.before["total"].currency != total.currency:
        message = "Plans, orders and payments are in {currency}. Remove them first."
        values = {"currency": change.before["total"].currency}
        raise Invalid(errors=[FieldProblem("/total", "wrong_currency", message, values)])
    if total.amount < least:
        message = "{sum} is planned, ordered or received already."
        values = {"sum": told(least, total.currency)}
        raise Invalid(errors=[FieldProblem("/total", "below_planned", message, values)])


@lru_cache(maxsize=8)
def _names(child: ObjectDef, states: tuple[str, ...], dialect: Any) -> Statement:
    table = child.table
    # skip one-door: what holds a contract holds it whoever sees it
    query = sa.select(table.c.code).where(InArray(table.c.contract_id, "ids"))
    held = sa.or_(*(table.c.state == state for state in states))
    live = query.where(table.c.deleted_at.is_(None), held)
    return compile_statement(live.order_by(table.c.code).limit(10), dialect)


async def _codes(ctx: Ctx, tx: Tx, child: str, states: tuple[str, ...], id_: str) -> list[str]:
    rows = await tx.fetch(_names(ctx.registry[child], states, tx.dialect), {"ids": [id_]})
    return [str(row[0]) for row in rows]


async def _check_state(ctx: Ctx, tx: Tx, change: Change) -> None:
    """A contract with money or open orders stays signed, whichever way it would leave."""
    before = change.before
    if before is None or not change.changes("state") or before["state"] not in BINDING:
        return
    if change.values["state"] in BINDING:
        return
    # the lock keeps payments and orders away until this is written
    paid = await _codes(ctx, tx, "payment", (POSTED,), change.id)
    open_orders = await _codes(ctx, tx, "order", ("draft", "confirmed"), change.id)
    if paid or open_orders:
        raise Conflict(
            "This contract has payments or open orders: {names}. Reverse the payments and cancel "
            "the orders first.",
            code="in_use",
            values={"names": ", ".join([*paid, *open_orders])},
            extra={"payments": paid, "orders": open_orders},
        )


async def after_contracts(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Let the instalments follow the account."""
    if ctx.source == BROUGHT:
        return
    moved = [c.id for c in changes if c.verb == "update" and c.changes("account")]
    if moved:
        await settle_contracts(ctx, tx, moved)


async def sign(ctx: Ctx, tx: Tx, definition: ObjectDef, record: Values, params: Values) -> None:
    """Mark as signed, today unless a day is given; a prospect is an active account from now on."""
    day = params.get("signed_on") or day_of(ctx)
    account = await lock_linked(ctx, tx, "account", record["account"])
    if account is None and record["account"] is not None:
        raise Conflict(
            "The account of this contract was deleted. Restore it from the recycle bin first.",
            code="account_deleted",
        )
    await change_record(ctx, tx, definition, record, state="signed", signed_on=day)
    if account is not None and account["status"] == "prospect":
        every, target = elevated(ctx), ctx.registry["account"]
        await change_record(every, tx, target, account, status="active")


async def void(ctx: Ctx, tx: Tx, definition: ObjectDef, record: Values, params: Values) -> None:
    """Mark as void with the reason; what was still to be paid is no longer expected."""
    known = (await read_ledgers(ctx, tx, [record["id"]]))[record["id"]]
    gone = [Change("payment_plan", id_, "delete", {}) for id_ in sorted(known.plans)]
    # what undoing takes up first goes last, and without plans the sums are another version
    if gone and not known.all_received:
        await write_many(elevated(ctx), tx, "payment_plan", "delete", gone)
    values = {"state": "void", "void_reason": params["reason"]}
    change = Change(definition.name, record["id"], "update", values)
    await write_many(ctx, tx, definition.name, "update", [change])


async def end(ctx: Ctx, tx: Tx, definition: ObjectDef, record: Values, _params: Values) -> None:
    """Mark as ended."""
    await change_record(ctx, tx, definition, record, state="ended")


SIGN: Final = Action(
    key="sign",
    label="Sign",
    icon="signature",
    run=sign,
    params=(Field(type=DateType(), key="signed_on", label="Signed on", default="today"),),
    primary=True,
    when=in_state("draft"),
    refuse=refusing("Only a draft can be signed. Make a new contract in place of a void one."),
)
VOID: Final = Action(
    key="void",
    label="Void the contract",
    icon="ban",
    run=void,
    params=(Field(type=Text(), key="reason", label="Reason void", required=True),),
    dangerous=True,
    when=in_state("draft", "signed"),
    refuse=refusing("This contract is void or ended already; there is nothing left to void."),
)
END: Final = Action(
    key="end",
    label="End",
    icon="flag-off",
    run=end,
    when=in_state("signed"),
    refuse=refusing("Only a signed contract can end. Sign it first."),
)
