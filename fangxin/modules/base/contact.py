"""Contact: a person, most often at an account."""

from __future__ import annotations

from datetime import date as day
from typing import Final

from sqlalchemy.orm import Mapped

from fangxin.fields.base import Option
from fangxin.objects.declare import (
    Layout,
    Navigation,
    ObjectFacts,
    Record,
    choice,
    date,
    email,
    link,
    long_text,
    phone,
    text,
)

DECISION_ROLES: Final = (
    Option("decision_maker", "Decision maker", "green"),
    Option("influencer", "Influencer", "blue"),
    Option("user", "End user", "cyan"),
    Option("gatekeeper", "Gatekeeper", "amber"),
    Option("blocker", "Blocker", "red"),
)


class Contact(Record):
    """A person. Who sees the account sees its people, unless an administrator switches that off."""

    __tablename__ = "contact"
    object = ObjectFacts(
        path="contacts",
        label="Contact",
        label_plural="Contacts",
        icon="user",
        navigation=Navigation(group="base", order=20),
        duplicates_among=("lead",),
        layout=Layout(
            list=("name", "account", "title", "phone", "email", "decision_role", "owner"),
            facts=("account", "title", "phone", "email", "decision_role", "owner"),
            sections=(
                ("details", "Details", ("name", "account", "title", "decision_role", "birthday")),
                ("reach", "Contact details", ("phone", "email")),
                ("more", "More", ("description", "tags", "owner", "department")),
            ),
            quick_create=("name", "account", "title", "phone", "email"),
            card=("account", "title", "phone"),
            related=(("opportunity", "contact"),),
        ),
    )

    account: Mapped[str | None] = link("account", "Account", cascade=True, told=())
    title: Mapped[str | None] = text("Job title")
    email: Mapped[str | None] = email("E-mail", searchable=True, duplicate_key=True)
    phone: Mapped[str | None] = phone("Phone", searchable=True, duplicate_key=True)
    birthday: Mapped[day | None] = date("Birthday", max="today")
    decision_role: Mapped[str | None] = choice("Role in the decision", DECISION_ROLES)
    description: Mapped[str | None] = long_text("Description", searchable=True)
