"""Sharing rule: records that meet a condition are lent to people, roles or departments."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Mapped

from fangxin.customizing.configuration import Configuration
from fangxin.fields.base import Option
from fangxin.granting.check_rules import after_rules, check_rules, read_condition, read_holders
from fangxin.objects.declare import (
    Layout,
    ObjectFacts,
    Record,
    boolean,
    choice,
    long_text,
    settings,
    text,
)

LEVELS: Final = (Option("read", "To read", "gray"), Option("edit", "To edit", "blue"))


class SharingRule(Record):
    """Which records of an object somebody sees, or edits, beyond the scope of his role: never more
    than the role may do with the object at all. Whoever administers roles writes them.
    """

    __tablename__ = "sharing_rule"
    object = ObjectFacts(
        path="sharing_rules",
        label="Sharing rule",
        label_plural="Sharing rules",
        icon="shield",
        open_to_all=True,
        configuration=Configuration(key=("applies_to", "name"), about="applies_to"),
        check=check_rules,
        after=after_rules,
        layout=Layout(
            list=("name", "applies_to", "level", "active", "updated_at"),
            facts=("applies_to", "level", "active"),
            sections=(("details", "Details", ("name", "applies_to", "level", "active")),),
            quick_create=("name", "applies_to", "level", "active", "description"),
            default_sort="name",
        ),
    )

    applies_to: Mapped[str] = text("Object", required=True, max_length=60)
    condition: Mapped[Any] = settings("Condition", read_condition, required=True)
    holders: Mapped[Any] = settings("With whom", read_holders, required=True)
    level: Mapped[str] = choice("Level", LEVELS, required=True, default="read")
    active: Mapped[bool] = boolean("Active", required=True, default=True)
    description: Mapped[str | None] = long_text("Description")
