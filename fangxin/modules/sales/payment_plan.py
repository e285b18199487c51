"""Payment plan: an instalment of a contract, when it is due and how much of it has come in."""

from __future__ import annotations

from datetime import date as day
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from fangxin.fields.base import Option
from fangxin.modules.sales.plan_payments import after_plans, check_plans, prepare_plans
from fangxin.objects.declare import (
    Layout,
    Navigation,
    ObjectFacts,
    Record,
    choice,
    date,
    formula,
    integer,
    link,
    long_text,
    money,
)

STATES: Final = (
    Option("open", "Open", "blue"),
    Option("partial", "Partly paid", "amber"),
    Option("paid", "Paid", "green"),
    Option("overdue", "Overdue", "red"),
)


class PaymentPlan(Record):
    """One instalment. What is received never exceeds its amount; the database itself refuses
    that.
    """

    __tablename__ = "payment_plan"
    __table_args__ = (
        sa.CheckConstraint("received <= amount", name="payment_plan_received_within_amount"),
        sa.CheckConstraint("received >= 0", name="payment_plan_received_not_negative"),
    )
    object = ObjectFacts(
        path="payment_plans",
        label="Payment plan",
        label_plural="Payment plans",
        icon="calendar-dollar",
        module="sales",
        navigation=Navigation(group="money", order=10),
        finished={"field": "state", "op": "in", "value": ["paid"]},
        indexes=(("state", "due_on"), ("contract", "due_on")),
        prepare=prepare_plans,
        check=check_plans,
        after=after_plans,
        layout=Layout(
            list=("name", "contract", "account", "due_on", "amount", "outstanding", "state"),
            facts=("state", "due_on", "amount", "received", "outstanding", "contract"),
            sections=(
                ("details", "Details", ("name", "number", "contract", "order", "account")),
                ("money", "Money", ("due_on", "amount", "received", "outstanding", "state")),
                ("more", "More", ("description", "tags", "owner", "department")),
            ),
            quick_create=("contract", "due_on", "amount"),
            card=("account", "due_on", "outstanding"),
            board=("state", "outstanding"),
            related=(("payment", "payment_plan"),),
            default_sort="awaited_on",
        ),
    )

    number: Mapped[int | None] = integer("Instalment", read_only=True, summed=False)
    contract: Mapped[str] = link(
        "contract",
        "Contract",
        required=True,
        cascade=True,
        told=("state", "due_on", "amount"),
        holds={},
    )
    order: Mapped[str | None] = link("order", "Order")
    account: Mapped[str | None] = link("account", "Account", read_only=True)
    due_on: Mapped[day] = date("Due on", required=True, indexed=True)
    amount: Mapped[Any] = money("Amount", min="0.0001", required=True, indexed=True)
    received: Mapped[Any] = money("Received", read_only=True)
    outstanding: Mapped[Any] = money("Outstanding", read_only=True)
    state: Mapped[str] = choice("State", STATES, required=True, default="open", read_only=True)
    # what is still to come in by when it is due; what is paid has none.
    # The index of a page in this order stands in migration 0022, which writes the same as SQL.
    awaited_on = formula("Awaited on", "if(state <> 'paid', due_on)")
    description: Mapped[str | None] = long_text("Description")
