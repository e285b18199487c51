"""Quote: what we offer, line by line, and at which price."""

from __future__ import annotations

from datetime import date as day
from typing import Any, Final

from sqlalchemy.orm import Mapped

from fangxin.fields.base import Option
from fangxin.modules.sales.document_lines import LINE
from fangxin.modules.sales.make_documents import CREATE_CONTRACT
from fangxin.modules.sales.send_quote import (
    ACCEPT,
    REJECT,
    REVISE,
    SEND,
    check_quotes,
    prepare_quotes,
)
from fangxin.objects.declare import (
    Document,
    Layout,
    Navigation,
    ObjectFacts,
    Record,
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

STATES: Final = (
    Option("draft", "Draft", "gray"),
    Option("sent", "Sent", "blue"),
    Option("accepted", "Accepted", "green"),
    Option("rejected", "Rejected", "red"),
    Option("expired", "Expired", "amber"),
)


class Quote(Record):
    """An offer to an account. Its state moves by actions alone; from sent on its lines are
    fixed.
    """

    __tablename__ = "quote"
    object = ObjectFacts(
        path="quotes",
        label="Quote",
        label_plural="Quotes",
        icon="file-invoice",
        module="sales",
        navigation=Navigation(group="sales", order=20),
        finished={"field": "state", "op": "in", "value": ["accepted", "rejected", "expired"]},
        indexes=(("owner", "state"), ("account", "created_at")),
        prepare=prepare_quotes,
        check=check_quotes,
        actions=(SEND, ACCEPT, CREATE_CONTRACT, REJECT, REVISE),
        document=Document(
            title="Quotation",
            dated="sent_on",
            facts=("valid_until", "owner"),
            lines="lines",
            sums=("subtotal", "tax", "total"),
        ),
        layout=Layout(
            list=("name", "code", "account", "total", "state", "valid_until", "owner"),
            facts=("state", "total", "account", "opportunity", "valid_until", "owner"),
            sections=(
                ("details", "Details", ("name", "code", "account", "contact", "opportunity")),
                ("offer", "Offer", ("currency", "valid_until", "lines")),
                ("sums", "Sums", ("subtotal", "tax", "total")),
                ("course", "Course", ("state", "sent_on", "accepted_on", "rejected_reason")),
                ("more", "More", ("terms", "description", "tags", "owner", "department")),
            ),
            quick_create=("name", "account", "contact", "opportunity", "currency", "valid_until"),
            card=("account", "total", "valid_until"),
            board=("state", "total"),
            related=(("contract", "quote"),),
        ),
    )

    code: Mapped[str | None] = auto_number("Code", "QU-{year}-{number:05}", indexed=True)
    account: Mapped[str | None] = link("account", "Account", told=("state", "total"))
    contact: Mapped[str | None] = link("contact", "Contact")
    opportunity: Mapped[str | None] = link(
        "opportunity", "Opportunity", cascade=True, told=("state", "total")
    )
    currency: Mapped[str | None] = currency("Currency")
    valid_until: Mapped[day | None] = date("Valid until", indexed=True)
    lines: Mapped[Any] = lines("Lines", LINE)
    subtotal: Mapped[Any] = money("Subtotal", read_only=True)
    tax: Mapped[Any] = money("Tax", read_only=True)
    total: Mapped[Any] = money("Total", read_only=True, indexed=True)
    state: Mapped[str] = choice("State", STATES, required=True, default="draft", read_only=True)
    sent_on: Mapped[day | None] = date("Sent on", read_only=True)
    accepted_on: Mapped[day | None] = date("Accepted on", read_only=True)
    rejected_reason: Mapped[str | None] = text("Reason rejected", read_only=True)
    terms: Mapped[str | None] = long_text("Terms")
    description: Mapped[str | None] = long_text("Description")
