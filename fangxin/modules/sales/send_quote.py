"""The course of a quote: send, accept, reject, revise; what is fixed once it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from fangxin.access.contexts import elevated
from fangxin.fields.base import Field
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
from fangxin.modules.sales.contract_money import BROUGHT
from fangxin.modules.sales.document_lines import price_document
from fangxin.modules.sales.stages import read_stages
from fangxin.objects.declare import Action, Change
from fangxin.objects.registry import ObjectDef

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx

FIXED: Final = ("lines", "currency", "account")
_DEAL: Final = "opportunity loaded"


async def prepare_quotes(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Take name and account from the opportunity where they are missing; compute the amounts of
    lines and sums.
    """
    for change in changes:
        if change.changes("opportunity") and ctx.source != BROUGHT:
            await _take_deal(ctx, tx, change)
        price_document(ctx, change)


async def _deal_of(ctx: Ctx, tx: Tx, change: Change) -> Values | None:
    """Return the opportunity of an offer, loaded and locked once for each change."""
    id_ = change.get("opportunity")
    known = change.extra.get(_DEAL)
    if known is None or known[0] != id_:
        known = change.extra[_DEAL] = (id_, await lock_linked(ctx, tx, "opportunity", id_))
    deal: Values | None = known[1]
    return deal


async def _take_deal(ctx: Ctx, tx: Tx, change: Change) -> None:
    deal = await _deal_of(ctx, tx, change)
    if deal is None:
        return
    for key in ("name", "account"):
        if change.get(key) is None and key not in change.values:
            change.values[key] = deal[key]


async def check_quotes(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Refuse to change what an account was offered, and to take back what a contract rests on."""
    if ctx.source == BROUGHT:
        return
    for change in changes:
        before = change.before
        await _check_deal(ctx, tx, change)
        if before is None or change.verb != "update":
            continue
        touched = [key for key in FIXED if change.changes(key)]
        if touched and before["state"] != "draft":
            raise _locked(touched, before["state"])
        leaves = before["state"] == "accepted" and change.changes("state")
        if leaves and (made := await contracts_from(ctx, tx, change.id)):
            raise already_made(made[0])


async def _check_deal(ctx: Ctx, tx: Tx, change: Change) -> None:
    """The offer for a deal goes to the deal's own account."""
    if change.verb not in {"create", "update"}:
        return
    if not (change.changes("opportunity") or change.changes("account")):
        return
    deal = await _deal_of(ctx, tx, change)
    if deal is not None and deal["account"] not in (None, change.get("account")):
        message = "The opportunity is of another account. Choose one of this account, or none."
        raise Invalid(errors=[FieldProblem("/opportunity", "other_account", message)])


def _locked(keys: Sequence[str], state: str) -> Conflict:
    message = "What was offered stands. Revise the quote to change it, or make a new one."
    if state == "accepted":
        message = "What was accepted stands. Make a new quote for anything else."
    problems = [FieldProblem(f"/{key}", "locked", message) for key in keys]
    return Conflict(message, code="locked", errors=problems)


@lru_cache(maxsize=8)
def _made_from(contract: ObjectDef, dialect: Any) -> Statement:
    table = contract.table
    # skip one-door: a quote is used up whoever sees the contract
    query = sa.select(table.c.id, table.c.code, table.c.name).where(
        InArray(table.c.quote_id, "ids")
    )
    live = query.where(table.c.deleted_at.is_(None), table.c.state != "void")
    return compile_statement(live.order_by(table.c.id), dialect)


async def contracts_from(
    ctx: Ctx, tx: Tx, quote: str, other_than: str | None = None
) -> list[dict[str, Any]]:
    """Return links to the contracts made from a quote that are not void."""
    statement = _made_from(ctx.registry["contract"], tx.dialect)
    rows = await tx.fetch(statement, {"ids": [quote]})
    return [
        {"id": id_, "name": name, "object": "contract", "code": code}
        for id_, code, name in rows
        if id_ != other_than
    ]


def already_made(link: dict[str, Any]) -> Conflict:
    """Return the refusal of a second contract from one quote."""
    return Conflict(
        "Contract {code} was made from this quote already. Open it, or void it first.",
        code="already_made",
        values={"code": link["code"]},
        extra={"contract": link},
    )


def _refuse_late(ctx: Ctx, record: Values) -> None:
    until = record["valid_until"]
    if until is not None and until < day_of(ctx):
        raise Conflict(
            "The quote was valid until {day}. Revise it with a later day first.",
            code="expired",
            values={"day": until.isoformat()},
        )


async def send(ctx: Ctx, tx: Tx, definition: ObjectDef, record: Values, _params: Values) -> None:
    """Mark as sent to the account; a quote without lines offers nothing."""
    if not record["lines"]:
        message = "A quote needs at least one line before it is sent."
        raise Invalid(errors=[FieldProblem("/lines", "required", message)])
    until = record["valid_until"]
    if until is not None and until < day_of(ctx):
        message = "This day is over. Choose a later one before you send the quote."
        raise Invalid(errors=[FieldProblem("/valid_until", "expired", message)])
    await change_record(ctx, tx, definition, record, state="sent", sent_on=day_of(ctx))


async def accept(ctx: Ctx, tx: Tx, definition: ObjectDef, record: Values, _params: Values) -> None:
    """Mark as accepted; the opportunity is worth what was accepted from now on while it is open."""
    _refuse_late(ctx, record)
    await change_record(ctx, tx, definition, record, state="accepted", accepted_on=day_of(ctx))
    deal = await lock_linked(ctx, tx, "opportunity", record["opportunity"])
    stage = (await read_stages(ctx, tx)).rows.get(deal["stage"]) if deal else None
    if deal and stage is not None and stage.kind == "open":
        every, target = elevated(ctx), ctx.registry["opportunity"]
        await change_record(every, tx, target, deal, amount=record["total"])


async def reject(ctx: Ctx, tx: Tx, definition: ObjectDef, record: Values, params: Values) -> None:
    """Mark as rejected, with the reason."""
    reason = params["reason"]
    await change_record(ctx, tx, definition, record, state="rejected", rejected_reason=reason)


async def revise(ctx: Ctx, tx: Tx, definition: ObjectDef, record: Values, _params: Values) -> None:
    """Open a quote that the account has not accepted for changes."""
    nothing = {"sent_on": None, "rejected_reason": None}
    await change_record(ctx, tx, definition, record, state="draft", **nothing)


SEND: Final = Action(
    key="send",
    label="Mark as sent",
    icon="send",
    run=send,
    primary=True,
    when=in_state("draft"),
    refuse=refusing("Only a draft can be sent. Revise the quote to send it again."),
)
ACCEPT: Final = Action(
    key="accept",
    label="Accept",
    icon="check",
    run=accept,
    primary=True,
    when=in_state("sent"),
    refuse=refusing("Only a quote that was sent can be accepted. Send it first."),
)
REJECT: Final = Action(
    key="reject",
    label="Reject",
    icon="x",
    run=reject,
    params=(Field(type=Text(), key="reason", label="Reason rejected", required=True),),
    when=in_state("sent"),
    refuse=refusing("Only a quote that was sent can be rejected. Send it first."),
)
REVISE: Final = Action(
    key="revise",
    label="Revise",
    icon="edit",
    run=revise,
    when=in_state("sent", "rejected", "expired"),
    refuse=refusing("An accepted quote stands and a draft is open already. Make a new quote."),
)
