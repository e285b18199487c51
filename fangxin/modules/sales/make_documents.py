"""Each document from the one before it: opportunity → quote → contract → order, nothing typed
twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from fangxin.fields.money import SCALE, Money
from fangxin.kernel.errors import Conflict
from fangxin.kernel.ids import new_id
from fangxin.kernel.sql import InArray, Statement, compile_statement
from fangxin.modules.sales.change_state import Values, in_state, lock_linked, refusing
from fangxin.modules.sales.contract_money import CANCELLED
from fangxin.modules.sales.send_quote import already_made, contracts_from
from fangxin.objects.declare import Action, Change, Made
from fangxin.objects.registry import ObjectDef
from fangxin.records.engine import require, write_many

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx

ACCEPTED: Final = "accepted"
SIGNED: Final = "signed"
_UNACCEPTED: Final = refusing(
    "A contract is made from an accepted quote. Let the quote be accepted first."
)
_UNSIGNED: Final = refusing("An order is made from a signed contract. Sign it first.")
# who works on the record before works on what comes of it
_OWNED: Final = ("owner", "department")


async def _make(ctx: Ctx, tx: Tx, object_: str, values: Values) -> str:
    require(ctx, object_, "create")
    change = Change(object_, new_id(), "create", values)
    await write_many(ctx, tx, object_, "create", [change])
    return change.id


def _carried(record: Values, *keys: str) -> Values:
    return {key: record[key] for key in (*keys, *_OWNED)}


def _one_line(price: Money | None, **more: Any) -> Values:
    line: Values = {"product": None, "description": None, "discount_percent": None}
    amount = Decimal(price.amount).scaleb(-SCALE) if price is not None else Decimal(0)
    line |= {"tax_percent": None, "amount": None, "quantity": Decimal(1), "unit_price": amount}
    return {**line, **more}


async def create_quote(
    ctx: Ctx, tx: Tx, definition: ObjectDef, record: Values, _params: Values
) -> Values:
    """Make a draft quote with one line: the product at the opportunity's amount, or at its list
    price.
    """
    product = await lock_linked(ctx, tx, "product", record["product"])
    # what one may not read of the opportunity does not show on the quote
    seen = ctx.rights.readable(definition).get("amount") == "full"
    price = (record["amount"] if seen else None) or (product or {}).get("list_price")
    values = _carried(record, "name", "account", "contact")
    values |= {"opportunity": record["id"], "lines": []}
    if price is not None or product is not None:
        name = product["name"] if product else record["name"]
        line = _one_line(price, product=record["product"] if product else None, description=name)
        values["lines"] = [line]
    if price is not None:
        values["currency"] = price.currency
    return {"quote": await _make(ctx, tx, "quote", values)}


async def create_contract(
    ctx: Ctx, tx: Tx, _definition: ObjectDef, record: Values, _params: Values
) -> Values:
    """Make the draft contract of an accepted quote, once."""
    if made := await contracts_from(ctx, tx, record["id"]):
        raise already_made(made[0])
    values = _carried(record, "name", "account", "contact", "opportunity", "total", "terms")
    return {"contract": await _make(ctx, tx, "contract", {**values, "quote": record["id"]})}


@lru_cache(maxsize=8)
def _orders(order: ObjectDef, dialect: Any) -> Statement:
    table = order.table
    # skip one-door: a contract is ordered whoever sees the order
    query = sa.select(table.c.id, table.c.code, table.c.name)
    live = query.where(
        InArray(table.c.contract_id, "ids"),
        table.c.deleted_at.is_(None),
        table.c.state != CANCELLED,
    )
    return compile_statement(live.order_by(table.c.id), dialect)


async def _order_made(ctx: Ctx, tx: Tx, contract: str) -> Conflict | None:
    """Return the refusal of a second order from one contract."""
    statement = _orders(ctx.registry["order"], tx.dialect)
    rows = await tx.fetch(statement, {"ids": [contract]})
    if not rows:
        return None
    id_, code, name = rows[0]
    return Conflict(
        "Order {code} was made from this contract already. Open it, or make a further order by "
        "hand.",
        code="already_made",
        values={"code": code},
        extra={"order": {"id": id_, "name": name, "object": "order", "code": code}},
    )


async def _refuse_order(ctx: Ctx, tx: Tx, definition: ObjectDef, record: Values) -> Conflict:
    made = await _order_made(ctx, tx, record["id"]) if record["state"] == SIGNED else None
    return made or await _UNSIGNED(ctx, tx, definition, record)


async def _refuse_contract(ctx: Ctx, tx: Tx, definition: ObjectDef, record: Values) -> Conflict:
    made = await contracts_from(ctx, tx, record["id"]) if record["state"] == ACCEPTED else []
    return already_made(made[0]) if made else await _UNACCEPTED(ctx, tx, definition, record)


async def create_order(
    ctx: Ctx, tx: Tx, _definition: ObjectDef, record: Values, _params: Values
) -> Values:
    """Make the order of a signed contract with the lines of its quote, or one line of its total."""
    if made := await _order_made(ctx, tx, record["id"]):
        raise made
    quote = await lock_linked(ctx, tx, "quote", record["quote"])
    lines = quote["lines"] if quote else [_one_line(record["total"], description=record["name"])]
    values = _carried(record, "name", "account")
    values |= {"contract": record["id"], "currency": record["total"].currency, "lines": lines}
    return {"order": await _make(ctx, tx, "order", values)}


def _none_made(path: str, given_up: str) -> Mapping[str, Any]:
    """Return the filter of records from which nothing of `path` was made that still counts."""
    return {"has_not": path, "where": {"field": "state", "op": "is_not", "value": given_up}}


CREATE_QUOTE: Final = Action(
    key="create_quote",
    label="Make a quote",
    icon="file-invoice",
    run=create_quote,
    makes=(Made(key="quote", object="quote"),),
)
CREATE_CONTRACT: Final = Action(
    key="create_contract",
    label="Make the contract",
    icon="signature",
    run=create_contract,
    primary=True,
    when={"all": [in_state(ACCEPTED), _none_made("contracts", "void")]},
    refuse=_refuse_contract,
    makes=(Made(key="contract", object="contract"),),
)
CREATE_ORDER: Final = Action(
    key="create_order",
    label="Make the order",
    icon="truck",
    run=create_order,
    primary=True,
    when={"all": [in_state(SIGNED), _none_made("orders", CANCELLED)]},
    refuse=_refuse_order,
    makes=(Made(key="order", object="order"),),
)
