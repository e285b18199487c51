"""Contract: what was agreed with an account, and how much of it has been ordered and paid."""

from __future__ import annotations

from datetime import date as day
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from fangxin.fields.base import Option
from fangxin.modules.sales.make_documents import CREATE_ORDER
from fangxin.modules.sales.plan_payments import PLAN_PAYMENTS
from fangxin.modules.sales.sign_contract import (
    END,
    SIGN,
    VOID,
    after_contracts,
    check_contracts,
    prepare_contracts,
)
from fangxin.objects.declare import (
    Document,
    Layout,
    Navigation,
    ObjectFacts,
    Record,
    auto_number,
    choice,
    date,
    link,
    long_text,
    money,
    text,
)

SIGNED: Final = {"field": "state", "op": "is", "value": "signed"}
LIVE: Final = {"field": "state", "op": "is_not", "value": "void"}
STATES: Final = (
    Option("draft", "Draft", "gray"),
    Option("signed", "Signed", "green"),
    Option("void", "Void", "red"),
    Option("ended", "Ended", "blue"),
)


class Contract(Record):
    """An agreement. What is received, planned and ordered never exceeds its total; the database
    itself refuses that.
    """

    __tablename__ = "contract"
    __table_args__ = (
        sa.CheckConstraint("received <= total", name="contract_received_within_total"),
        sa.CheckConstraint("planned <= total", name="contract_planned_within_total"),
        sa.CheckConstraint("ordered <= total", name="contract_ordered_within_total"),
        sa.CheckConstraint("received >= 0", name="contract_received_not_negative"),
    )
    object = ObjectFacts(
        path="contracts",
        label="Contract",
        label_plural="Contracts",
        icon="signature",
        module="sales",
        navigation=Navigation(group="sales", order=30),
        finished={"field": "state", "op": "in", "value": ["void", "ended"]},
        indexes=(("owner", "state"), ("account", "created_at")),
        prepare=prepare_contracts,
        check=check_contracts,
        after=after_contracts,
        actions=(SIGN, CREATE_ORDER, PLAN_PAYMENTS, END, VOID),
        document=Document(
            title="Contract",
            dated="signed_on",
            facts=("starts_on", "ends_on", "signed_on"),
            sums=("total",),
            signatures=True,
        ),
        layout=Layout(
            list=("name", "code", "account", "total", "received", "state", "signed_on", "owner"),
            facts=("state", "total", "received", "outstanding", "account", "owner"),
            sections=(
                (
                    "details",
                    "Details",
                    ("name", "code", "account", "contact", "opportunity", "quote"),
                ),
                ("money", "Money", ("total", "received", "outstanding", "planned", "ordered")),
                (
                    "course",
                    "Course",
                    ("state", "starts_on", "ends_on", "signed_on", "void_reason"),
                ),
                ("more", "More", ("terms", "description", "tags", "owner", "department")),
            ),
            quick_create=("name", "account", "total", "starts_on", "ends_on"),
            card=("account", "total", "signed_on"),
            board=("state", "total"),
            related=(("order", "contract"), ("payment_plan", "contract"), ("payment", "contract")),
        ),
    )

    code: Mapped[str | None] = auto_number("Code", "CT-{year}-{number:05}", indexed=True)
    account: Mapped[str | None] = link("account", "Account", told=("state", "total"), holds=SIGNED)
    contact: Mapped[str | None] = link("contact", "Contact")
    opportunity: Mapped[str | None] = link("opportunity", "Opportunity", told=("state",))
    quote: Mapped[str | None] = link("quote", "Quote", holds=LIVE)
    total: Mapped[Any] = money("Total", min=0, required=True, indexed=True)
    received: Mapped[Any] = money("Received", read_only=True)
    outstanding: Mapped[Any] = money("Outstanding", read_only=True)
    planned: Mapped[Any] = money("Planned", read_only=True)
    ordered: Mapped[Any] = money("Ordered", read_only=True)
    starts_on: Mapped[day | None] = date("Starts on")
    ends_on: Mapped[day | None] = date("Ends on", indexed=True)
    signed_on: Mapped[day | None] = date("Signed on", read_only=True, indexed=True)
    state: Mapped[str] = choice("State", STATES, required=True, default="draft", read_only=True)
    void_reason: Mapped[str | None] = text("Reason void", read_only=True)
    terms: Mapped[str | None] = long_text("Terms")
    description: Mapped[str | None] = long_text("Description")
