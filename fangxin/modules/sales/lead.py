"""Lead: somebody who may become a customer, not yet tied to an account."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Mapped

from fangxin.fields.base import Option
from fangxin.modules.base.account import INDUSTRIES, SOURCES
from fangxin.modules.sales.convert_lead import CONVERT
from fangxin.modules.sales.lead_course import move_lead, prepare_leads
from fangxin.objects.declare import (
    Layout,
    Navigation,
    ObjectFacts,
    Record,
    Transition,
    address,
    choice,
    email,
    link,
    long_text,
    moment,
    phone,
    text,
    url,
)

STATUSES: Final = (
    Option("new", "New", "blue"),
    Option("working", "Working", "violet"),
    Option("qualified", "Qualified", "teal"),
    Option("unqualified", "Unqualified", "gray"),
    Option("converted", "Converted", "green"),
)
RATINGS: Final = (
    Option("hot", "Hot", "red"),
    Option("warm", "Warm", "amber"),
    Option("cold", "Cold", "cyan"),
)


class Lead(Record):
    """A person and his company as they came in. Converting makes or fills an account, a contact and
    an opportunity.
    """

    __tablename__ = "lead"
    object = ObjectFacts(
        path="leads",
        label="Lead",
        label_plural="Leads",
        icon="magnet",
        module="sales",
        navigation=Navigation(group="sales", order=5),
        finished={"field": "status", "op": "in", "value": ["unqualified", "converted"]},
        indexes=(("owner", "status"), ("status", "created_at")),
        duplicates_among=("account", "contact"),
        duplicate_until="converted_at",
        actions=(CONVERT,),
        transition=Transition(field="status", move=move_lead),
        prepare=prepare_leads,
        layout=Layout(
            list=("name", "company", "phone", "status", "rating", "source", "owner", "created_at"),
            facts=("company", "phone", "email", "rating", "source", "owner"),
            sections=(
                ("details", "Details", ("name", "company", "title", "status", "rating")),
                ("reach", "Contact details", ("phone", "email", "website", "address")),
                ("company", "Company", ("industry", "credit_code")),
                ("origin", "Origin", ("source", "form", "landing_page", "referrer", "consent_at")),
                (
                    "campaign",
                    "Campaign",
                    ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"),
                ),
                (
                    "converted",
                    "Converted",
                    ("account", "contact", "opportunity", "converted_at", "unqualified_reason"),
                ),
                ("more", "More", ("description", "tags", "owner", "department")),
            ),
            quick_create=("name", "company", "phone", "email", "source", "rating"),
            card=("company", "rating", "source", "owner"),
            board=("status", None),
            stage_path="status",
            default_sort="-created_at",
        ),
    )

    company: Mapped[str | None] = text(
        "Company", searchable=True, duplicate_key=True, duplicate_like="name"
    )
    title: Mapped[str | None] = text("Job title")
    email: Mapped[str | None] = email("E-mail", searchable=True, duplicate_key=True)
    phone: Mapped[str | None] = phone("Phone", searchable=True, duplicate_key=True)
    website: Mapped[str | None] = url("Website", searchable=True)
    address: Mapped[Any] = address("Address")
    industry: Mapped[str | None] = choice("Industry", INDUSTRIES)
    credit_code: Mapped[str | None] = text(
        "Credit code", max_length=30, searchable=True, duplicate_key=True
    )
    source: Mapped[str | None] = choice("Source", SOURCES)
    status: Mapped[str] = choice("Status", STATUSES, required=True, default="new")
    rating: Mapped[str | None] = choice("Rating", RATINGS)
    form: Mapped[str | None] = link("lead_form", "Form", read_only=True)
    consent_at: Mapped[datetime | None] = moment("Consent given", read_only=True)
    landing_page: Mapped[str | None] = url("Landing page")
    referrer: Mapped[str | None] = url("Referrer")
    utm_source: Mapped[str | None] = text("Campaign source")
    utm_medium: Mapped[str | None] = text("Campaign medium")
    utm_campaign: Mapped[str | None] = text("Campaign name")
    utm_term: Mapped[str | None] = text("Campaign term")
    utm_content: Mapped[str | None] = text("Campaign content")
    unqualified_reason: Mapped[str | None] = text("Reason unqualified")
    account: Mapped[str | None] = link("account", "Account", read_only=True)
    contact: Mapped[str | None] = link("contact", "Contact", read_only=True)
    opportunity: Mapped[str | None] = link("opportunity", "Opportunity", read_only=True)
    converted_at: Mapped[datetime | None] = moment("Converted", read_only=True)
    description: Mapped[str | None] = long_text("Description", searchable=True)
