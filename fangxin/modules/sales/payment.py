"""Payment: money that came in for a contract."""

from __future__ import annotations

from datetime import date as day
from typing import Any, Final

from sqlalchemy.orm import Mapped

from fangxin.fields.base import Option
from fangxin.modules.sales.post_payment import (
    REVERSE,
    after_payments,
    check_payments,
    prepare_payments,
)
from fangxin.objects.declare import (
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

POSTED: Final = {"field": "state", "op": "is", "value": "posted"}
STATES: Final = (
    Option("posted", "Posted", "green"),
    Option("reversed", "Reversed", "red"),
)
METHODS: Final = (
    Option("bank_transfer", "Bank transfer", "blue"),
    Option("acceptance", "Acceptance bill", "violet"),
    Option("cheque", "Cheque", "cyan"),
    Option("cash", "Cash", "green"),
    Option("wechat", "WeChat Pay", "teal"),
    Option("alipay", "Alipay", "indigo"),
    Option("card", "Card", "orange"),
    Option("other", "Other", "gray"),
)


class Payment(Record):
    """A receipt. Once posted it is never changed or deleted, only reversed."""

    __tablename__ = "payment"
    object = ObjectFacts(
        path="payments",
        label="Payment",
        label_plural="Payments",
        icon="cash",
        module="sales",
        navigation=Navigation(group="money", order=20),
        indexes=(("received_on", "state"), ("contract", "received_on")),
        prepare=prepare_payments,
        check=check_payments,
        after=after_payments,
        actions=(REVERSE,),
        layout=Layout(
            list=("code", "account", "contract", "amount", "received_on", "method", "state"),
            facts=("state", "amount", "received_on", "method", "contract", "account"),
            sections=(
                ("details", "Details", ("name", "code", "contract", "payment_plan", "account")),
                ("money", "Money", ("amount", "received_on", "method", "reference")),
                ("course", "Course", ("state", "reversed_on", "reverse_reason")),
                ("more", "More", ("description", "tags", "owner", "department")),
            ),
            quick_create=("contract", "payment_plan", "amount", "received_on", "method"),
            card=("account", "amount", "received_on"),
            default_sort="-received_on",
        ),
    )

    code: Mapped[str | None] = auto_number("Code", "PA-{year}-{number:05}", indexed=True)
    contract: Mapped[str] = link(
        "contract", "Contract", required=True, cascade=True, told=("state",), holds={}
    )
    payment_plan: Mapped[str | None] = link(
        "payment_plan", "Payment plan", told=("state",), holds=POSTED
    )
    account: Mapped[str | None] = link("account", "Account", read_only=True, told=("state",))
    amount: Mapped[Any] = money("Amount", min="0.0001", required=True, indexed=True)
    received_on: Mapped[day] = date("Received on", required=True, default="today", indexed=True)
    method: Mapped[str | None] = choice("Method", METHODS, default="bank_transfer")
    reference: Mapped[str | None] = text("Reference", searchable=True)
    state: Mapped[str] = choice("State", STATES, required=True, default="posted", read_only=True)
    reversed_on: Mapped[day | None] = date("Reversed on", read_only=True)
    reverse_reason: Mapped[str | None] = text("Reason reversed", read_only=True)
    description: Mapped[str | None] = long_text("Description")
