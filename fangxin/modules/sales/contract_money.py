"""The money of a contract as plain numbers: what of it is planned, ordered and received, read under
the contract's lock.

Locks are taken in one order: contract, payment plan, payment. Amounts are ten-thousandths of the
contract's currency.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from fangxin.access.contexts import elevated
from fangxin.fields.money import SCALE, Money
from fangxin.fields.number import from_scaled
from fangxin.kernel.errors import FieldProblem, Invalid
from fangxin.kernel.sql import InArray, Statement, compile_statement
from fangxin.modules.sales.document_lines import round_money
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records import change as store

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx

POSTED: Final = "posted"
CANCELLED: Final = "cancelled"
# signed once, whether it has ended since or not
BINDING: Final = frozenset({"signed", "ended"})
# on a change that `settle_contracts` makes: it alone writes the sums
SETTLED: Final = "settled"
# the demonstration brings whole chains whose sums agree already
BROUGHT: Final = "demo"

Values = dict[str, Any]


@dataclass(slots=True)
class Ledger:
    """A contract with its instalments, and its sums as they are in the tables."""

    contract: Values
    plans: dict[str, Values] = field(default_factory=dict)
    # received by plan, what is posted without a plan under None
    received: dict[str | None, int] = field(default_factory=dict)
    ordered: int = 0

    @property
    def total(self) -> Money:
        """What was agreed."""
        total: Money = self.contract["total"]
        return total

    @property
    def all_received(self) -> int:
        """What is posted, whether for an instalment or not."""
        return sum(self.received.values())

    @property
    def planned(self) -> int:
        """The sum of the instalments."""
        return sum(plan["amount"].amount for plan in self.plans.values())

    def outstanding(self, plan: str) -> int:
        """What an instalment still waits for."""
        return int(self.plans[plan]["amount"].amount - self.received.get(plan, 0))

    def instalments(self) -> list[Values]:
        """Return the instalments by due date."""
        return sorted(self.plans.values(), key=lambda plan: (plan["due_on"], plan["id"]))


def told(amount: int, currency: str) -> str:
    """Write an amount for a message."""
    return f"{from_scaled(amount, SCALE, 2)} {currency}"


def check_coin(amount: Decimal, currency: str, pointer: str) -> None:
    """Refuse an amount that is finer than the smallest coin of its currency."""
    if round_money(amount, currency) != amount:
        message = "{currency} has no coin this small."
        raise Invalid(errors=[FieldProblem(pointer, "too_fine", message, {"currency": currency})])


def check_currency(currency: str | None, ledger: Ledger, pointer: str) -> None:
    """Refuse another currency than the contract's."""
    agreed = ledger.total.currency
    if currency != agreed:
        message = "The contract is in {currency}. Use {currency} here."
        values = {"currency": agreed}
        raise Invalid(errors=[FieldProblem(pointer, "wrong_currency", message, values)])


def in_coins(money: Money, pointer: str) -> None:
    """Refuse money that is finer than the smallest coin of its currency."""
    check_coin(Decimal(money.amount).scaleb(-SCALE), money.currency, pointer)


@lru_cache(maxsize=8)
def _children(definition: ObjectDef, dialect: Any) -> Statement:
    table = definition.table
    # skip one-door: sums count whoever sees the parts
    query = sa.select(table.c.id).where(InArray(table.c.contract_id, "ids"))
    return compile_statement(query.where(table.c.deleted_at.is_(None)), dialect)


@lru_cache(maxsize=8)
def _received(payment: ObjectDef, dialect: Any) -> Statement:
    table = payment.table
    # skip one-door: sums count whoever sees the parts
    query = sa.select(table.c.contract_id, table.c.payment_plan_id, sa.func.sum(table.c.amount))
    live = query.where(
        InArray(table.c.contract_id, "ids"), table.c.deleted_at.is_(None), table.c.state == POSTED
    )
    return compile_statement(live.group_by(table.c.contract_id, table.c.payment_plan_id), dialect)


@lru_cache(maxsize=8)
def _ordered(order: ObjectDef, dialect: Any) -> Statement:
    table = order.table
    # skip one-door: sums count whoever sees the parts
    query = sa.select(table.c.contract_id, sa.func.sum(table.c.total))
    live = query.where(
        InArray(table.c.contract_id, "ids"),
        table.c.deleted_at.is_(None),
        table.c.state != CANCELLED,
    )
    return compile_statement(live.group_by(table.c.contract_id), dialect)


async def read_ledgers(ctx: Ctx, tx: Tx, ids: Iterable[str]) -> dict[str, Ledger]:
    """Lock contracts, then their instalments, and return them with their sums by contract."""
    wanted = sorted(set(ids))
    every, registry = elevated(ctx), ctx.registry
    rows = await store.load(every, tx, registry["contract"], wanted, "update")
    found = {id_: Ledger(row.values) for id_, row in rows.items() if not row.deleted}
    if not found:
        return found
    key = {"ids": sorted(found)}
    plan = registry["payment_plan"]
    plans = [row[0] for row in await tx.fetch(_children(plan, tx.dialect), key)]
    for id_, row in (await store.load(every, tx, plan, plans, "update")).items():
        found[row.values["contract"]].plans[id_] = row.values
    for contract, plan_id, amount in await tx.fetch(
        _received(registry["payment"], tx.dialect), key
    ):
        known = plan_id if plan_id in found[contract].plans else None
        received = found[contract].received
        received[known] = received.get(known, 0) + int(amount or 0)
    for contract, amount in await tx.fetch(_ordered(registry["order"], tx.dialect), key):
        found[contract].ordered = int(amount or 0)
    return found


def contracts_of(changes: Sequence[Change]) -> set[str]:
    """Return the contracts that changes of what hangs on one come from or go to."""
    found = {change.get("contract") for change in changes}
    found |= {(change.before or {}).get("contract") for change in changes}
    return {each for each in found if each is not None}
