"""Rule: what an administrator asks of the records of one object, shipped or custom.

`condition` is a filter tree. A validation refuses the records that meet it. A display rule has its
`effects` on those that meet it (without one: on all). A gate stands before values of a state
field: who would enter them must have filled `effects.require`, and meet `needs`; with a condition
it stands before those records alone. A validation with a `state` looks at records in it alone.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Mapped

from fangxin.customizing.configuration import Configuration
from fangxin.fields.base import Option
from fangxin.objects.declare import (
    Layout,
    ObjectFacts,
    Record,
    boolean,
    choice,
    integer,
    names,
    settings,
    text,
)
from fangxin.rules.check import check_rules, move_rules, prepare_rules
from fangxin.rules.shapes import read_effects, read_messages, read_state, read_tree

KINDS: Final = (
    Option("validation", "Validation", "red"),
    Option("display", "Display", "blue"),
    Option("gate", "Stage gate", "violet"),
)
WRITES: Final = (
    Option("create", "Only when a record is made", "green"),
    Option("update", "Only when a record changes", "blue"),
)


class Rule(Record):
    """A rule of one object. `field` is the one that a validation's message points at."""

    __tablename__ = "rule"
    object = ObjectFacts(
        path="rules",
        label="Rule",
        label_plural="Rules",
        icon="shield",
        names="names",
        open_to_all=True,
        configuration=Configuration(key=("of_object", "name"), about="of_object"),
        prepare=prepare_rules,
        check=check_rules,
        after=move_rules,
        indexes=(("of_object", "order"),),
        layout=Layout(
            list=("name", "of_object", "kind", "active", "order", "updated_at"),
            facts=("of_object", "kind", "active", "only_on"),
            sections=(
                ("details", "Details", ("name", "of_object", "kind", "active", "order")),
                ("rules", "Rules", ("only_on", "condition", "state", "needs", "effects")),
                ("more", "More", ("field", "messages")),
            ),
            quick_create=("name", "of_object", "kind"),
            default_sort="order",
        ),
    )

    of_object: Mapped[str] = text("Object", required=True, max_length=60)
    kind: Mapped[str] = choice("Kind", KINDS, required=True)
    active: Mapped[bool] = boolean("Active", required=True, default=True)
    order: Mapped[int] = integer("Sequence", required=True, default=0, summed=False)
    only_on: Mapped[str | None] = choice("Only on", WRITES)
    condition: Mapped[Any] = settings("Condition", read_tree)
    state: Mapped[Any] = settings("State", read_state)
    needs: Mapped[Any] = settings("Must be met", read_tree)
    effects: Mapped[Any] = settings("Effects", read_effects)
    field: Mapped[str | None] = text("Field of the message", max_length=60)
    messages: Mapped[Any] = settings("Message by language", read_messages)
    names: Mapped[Any] = names()
