"""Whether the money along the chain adds up, asked of the tables themselves for the doctor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from fangxin.data.doctor import Finding
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import metadata
from fangxin.modules.sales.contract_money import CANCELLED, POSTED

if TYPE_CHECKING:
    from fangxin.kernel.db import Database
    from fangxin.kernel.settings import Settings

SUBJECT: Final = "Money"
# so many faults are named
NAMED: Final = 5
Column = sa.ColumnElement[Any]


def _sum(amount: Column, *conditions: Column) -> Column:
    # skip one-door: a sum of what anybody has recorded
    added = sa.select(sa.func.coalesce(sa.func.sum(amount), 0)).where(*conditions)
    return added.scalar_subquery()


def _wrong(table: sa.Table, name: Column, faults: Sequence[Column]) -> sa.Select[Any]:
    # skip one-door: the doctor looks at every row and shows names of what is ill alone
    query = sa.select(name).where(table.c.deleted_at.is_(None), sa.or_(*faults))
    return query.order_by(table.c.id).limit(NAMED)


def _contracts() -> sa.Select[Any]:
    tables = metadata.tables
    contract, plan, order = tables["contract"], tables["payment_plan"], tables["order"]
    payment, quote = tables["payment"], tables["quote"]
    received = _sum(
        payment.c.amount,
        payment.c.contract_id == contract.c.id,
        payment.c.deleted_at.is_(None),
        payment.c.state == POSTED,
    )
    planned = _sum(plan.c.amount, plan.c.contract_id == contract.c.id, plan.c.deleted_at.is_(None))
    ordered = _sum(
        order.c.total,
        order.c.contract_id == contract.c.id,
        order.c.deleted_at.is_(None),
        order.c.state != CANCELLED,
    )
    # skip one-door: compared, not shown
    offered = sa.select(quote.c.total).where(quote.c.id == contract.c.quote_id).scalar_subquery()
    faults = [
        contract.c.received.is_distinct_from(received),
        contract.c.planned.is_distinct_from(planned),
        contract.c.ordered.is_distinct_from(ordered),
        contract.c.outstanding.is_distinct_from(contract.c.total - contract.c.received),
        sa.and_(contract.c.quote_id.is_not(None), contract.c.state != "void")
        & contract.c.total.is_distinct_from(offered),
    ]
    return _wrong(contract, contract.c.code, faults)


def _plans() -> sa.Select[Any]:
    plan, payment = metadata.tables["payment_plan"], metadata.tables["payment"]
    received = _sum(
        payment.c.amount,
        payment.c.payment_plan_id == plan.c.id,
        payment.c.deleted_at.is_(None),
        payment.c.state == POSTED,
    )
    faults = [
        plan.c.received.is_distinct_from(received),
        plan.c.outstanding.is_distinct_from(plan.c.amount - plan.c.received),
        (plan.c.state == "paid") != (plan.c.outstanding == 0),
    ]
    return _wrong(plan, plan.c.name, faults)


def _currencies() -> sa.Select[Any]:
    contract, payment = metadata.tables["contract"], metadata.tables["payment"]
    # skip one-door: names of what is ill alone
    query = sa.select(payment.c.code).join(contract, contract.c.id == payment.c.contract_id)
    unlike = query.where(payment.c.amount_currency != contract.c.total_currency)
    return unlike.order_by(payment.c.id).limit(NAMED)


_QUERIES: Final = tuple(map(Prepared, (_contracts, _plans, _currencies)))


async def examine_money(_settings: Settings, database: Database) -> Finding:
    """Compare every sum with its parts."""
    ill: list[str] = []
    for query in _QUERIES:
        ill += [str(row[0]) for row in await database.read(query(database.dialect), {})]
    if ill:
        text = (
            "These do not add up: {names}. Restore a backup from before, and look who changed it."
        )
        return Finding(SUBJECT, good=False, text=text, values={"names": ", ".join(ill)})
    return Finding(SUBJECT, good=True, text="Every sum agrees with its parts.", values={})


EXAMINATIONS: Final = (examine_money,)
