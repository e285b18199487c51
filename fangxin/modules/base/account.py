"""Account: a company that we deal with, or want to."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Mapped

from fangxin.fields.base import Option
from fangxin.objects.declare import (
    Layout,
    Navigation,
    ObjectFacts,
    Record,
    address,
    auto_number,
    choice,
    email,
    integer,
    link,
    long_text,
    money,
    phone,
    text,
    url,
)

INDUSTRIES: Final = (
    Option("technology", "Technology", "blue"),
    Option("software", "Software", "indigo"),
    Option("telecommunications", "Telecommunications", "violet"),
    Option("finance", "Finance", "green"),
    Option("medical", "Medical", "teal"),
    Option("manufacturing", "Manufacturing", "orange"),
    Option("automotive", "Automotive", "amber"),
    Option("energy", "Energy", "red"),
    Option("construction", "Construction", "amber"),
    Option("real_estate", "Real estate", "orange"),
    Option("logistics", "Logistics", "cyan"),
    Option("retail", "Retail", "pink"),
    Option("hospitality", "Hospitality", "pink"),
    Option("entertainment", "Entertainment", "violet"),
    Option("marketing", "Marketing", "red"),
    Option("services", "Services", "cyan"),
    Option("employment", "Employment", "teal"),
    Option("education", "Education", "indigo"),
    Option("agriculture", "Agriculture", "green"),
    Option("government", "Government", "gray"),
    Option("other", "Other", "gray"),
)
STATUSES: Final = (
    Option("prospect", "Prospect", "blue"),
    Option("active", "Active", "green"),
    Option("dormant", "Dormant", "amber"),
    Option("lost", "Churned", "gray"),
)
SOURCES: Final = (
    Option("website", "Website", "blue"),
    Option("referral", "Referral", "green"),
    Option("event", "Event", "violet"),
    Option("cold_call", "Cold call", "cyan"),
    Option("advertising", "Advertising", "pink"),
    Option("partner", "Partner", "teal"),
    Option("import", "Import", "gray"),
    Option("other", "Other", "gray"),
)


class Account(Record):
    """A company. Its name, credit code, e-mail, phone and web address tell duplicates."""

    __tablename__ = "account"
    object = ObjectFacts(
        path="accounts",
        label="Account",
        label_plural="Accounts",
        icon="building",
        navigation=Navigation(group="base", order=10),
        indexes=(("owner", "status"),),
        duplicates_among=("lead",),
        layout=Layout(
            list=("name", "status", "industry", "phone", "annual_revenue", "owner", "updated_at"),
            facts=("status", "industry", "phone", "website", "annual_revenue", "owner"),
            sections=(
                ("details", "Details", ("name", "code", "status", "industry", "source", "parent")),
                ("reach", "Contact details", ("phone", "email", "website", "address")),
                ("business", "Business", ("employees", "annual_revenue", "credit_code")),
                ("more", "More", ("description", "tags", "owner", "department")),
            ),
            quick_create=("name", "industry", "phone", "website", "owner"),
            card=("industry", "annual_revenue", "owner"),
            related=(
                *((name, "account") for name in ("contact", "opportunity", "quote", "contract")),
                *(("order", "account"), ("payment", "account"), ("account", "parent")),
            ),
        ),
    )

    name: Mapped[str] = text(
        "Name", required=True, indexed=True, searchable=True, duplicate_key=True
    )
    code: Mapped[str | None] = auto_number("Code", "AC-{year}-{number:05}", indexed=True)
    status: Mapped[str | None] = choice("Status", STATUSES, default="prospect")
    industry: Mapped[str | None] = choice("Industry", INDUSTRIES)
    phone: Mapped[str | None] = phone("Phone", searchable=True, duplicate_key=True)
    email: Mapped[str | None] = email("E-mail", searchable=True, duplicate_key=True)
    website: Mapped[str | None] = url("Website", searchable=True, duplicate_key=True)
    address: Mapped[Any] = address("Address")
    employees: Mapped[int | None] = integer("Employees", min=0)
    annual_revenue: Mapped[Any] = money("Annual revenue", min=0, indexed=True)
    parent: Mapped[str | None] = link("account", "Parent account")
    source: Mapped[str | None] = choice("Source", SOURCES)
    credit_code: Mapped[str | None] = text(
        "Credit code",
        max_length=30,
        searchable=True,
        duplicate_key=True,
        help="The unified social credit code, or the company's registration number.",
    )
    description: Mapped[str | None] = long_text("Description", searchable=True)
