"""Order: what is to be delivered under a contract."""

from __future__ import annotations

from datetime import date as day
from typing import Any, Final

from sqlalchemy.orm import Mapped

from fangxin.fields.base import Option
from fangxin.modules.sales.deliver_order import (
    CANCEL,
    CONFIRM,
    DELIVER,
    after_orders,
    check_orders,
    prepare_orders,
)
from fangxin.modules.sales.document_lines import LINE
from fangxin.objects.declare import (
    Document,
    Layout,
    Navigation,
    ObjectFacts,
    Record,
    address,
    auto_number,
    choice,
    currency,
    date,
    lines,
    link,
    long_text,
    money,
    text,
)

OPEN: Final = {"field": "state", "op": "in", "value": ["draft", "confirmed"]}
STATES: Final = (
    Option("draft", "Draft", "gray"),
    Option("confirmed", "Confirmed", "blue"),
    Option("delivered", "Delivered", "green"),
    Option("cancelled", "Cancelled", "red"),
)


class Order(Record):
    """Goods or services to deliver. Its state moves by actions alone; from confirmed on its lines
    are fixed.
    """

    __tablename__ = "order"
    object = ObjectFacts(
        path="orders",
        label="Order",
        label_plural="Orders",
        icon="truck",
        module="sales",
        navigation=Navigation(group="sales", order=40),
        finished={"field": "state", "op": "in", "value": ["delivered", "cancelled"]},
        indexes=(("owner", "state"), ("account", "created_at")),
        prepare=prepare_orders,
        check=check_orders,
        after=after_orders,
        actions=(CONFIRM, DELIVER, CANCEL),
        document=Document(
            title="Sales order",
            dated="confirmed_on",
            person=None,
            facts=("contract", "deliver_by", "ship_to"),
            lines="lines",
            sums=("subtotal", "tax", "total"),
            texts=("description",),
        ),
        layout=Layout(
            list=("name", "code", "account", "contract", "total", "state", "owner"),
            facts=("state", "total", "account", "contract", "deliver_by", "owner"),
            sections=(
                ("details", "Details", ("name", "code", "account", "contract")),
                ("lines", "Lines", ("currency", "lines", "subtotal", "tax", "total")),
                ("delivery", "Delivery", ("deliver_by", "ship_to", "state", "confirmed_on")),
                ("course", "Course", ("delivered_on", "cancel_reason")),
                ("more", "More", ("description", "tags", "owner", "department")),
            ),
            quick_create=("name", "account", "contract", "currency", "deliver_by"),
            card=("account", "total", "deliver_by"),
            board=("state", "total"),
            related=(("payment_plan", "order"),),
        ),
    )

    code: Mapped[str | None] = auto_number("Code", "OR-{year}-{number:05}", indexed=True)
    account: Mapped[str | None] = link("account", "Account", told=("state",), holds=OPEN)
    contract: Mapped[str | None] = link(
        "contract", "Contract", cascade=True, told=("state",), holds={}
    )
    currency: Mapped[str | None] = currency("Currency")
    lines: Mapped[Any] = lines("Lines", LINE)
    subtotal: Mapped[Any] = money("Subtotal", read_only=True)
    tax: Mapped[Any] = money("Tax", read_only=True)
    total: Mapped[Any] = money("Total", read_only=True, indexed=True)
    state: Mapped[str] = choice("State", STATES, required=True, default="draft", read_only=True)
    deliver_by: Mapped[day | None] = date("Deliver by", indexed=True)
    ship_to: Mapped[Any] = address("Ship to")
    confirmed_on: Mapped[day | None] = date("Confirmed on", read_only=True)
    delivered_on: Mapped[day | None] = date("Delivered on", read_only=True)
    cancel_reason: Mapped[str | None] = text("Reason cancelled", read_only=True)
    description: Mapped[str | None] = long_text("Description")
