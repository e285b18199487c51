"""Layout: which fields stand where on one object's pages, forms or side panels, and for whom."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Mapped

from fangxin.arranging.body import read_body, read_record_type, read_roles
from fangxin.arranging.check import (
    FORM,
    OBJECT,
    RECORD,
    after_layouts,
    check_layouts,
    prepare_layouts,
)
from fangxin.customizing.configuration import Configuration
from fangxin.fields.base import Option
from fangxin.objects.declare import (
    Layout,
    ObjectFacts,
    Record,
    boolean,
    choice,
    integer,
    settings,
    text,
)

PLACES: Final = (
    Option(RECORD, "Record page", "blue"),
    Option(FORM, "Form", "violet"),
    Option("panel", "Side panel", "teal"),
)


class RecordLayout(Record):
    """How an administrator laid out one place of an object. Of those that fit a reader's role and a
    record's type the one with the lowest order holds; where none fits, the declared Layout.
    """

    __tablename__ = "page_layout"
    object = ObjectFacts(
        path="page_layouts",
        label="Layout",
        label_plural="Layouts",
        icon="layout",
        open_to_all=True,
        configuration=Configuration(key=(OBJECT, "place", "name"), about=OBJECT),
        prepare=prepare_layouts,
        check=check_layouts,
        after=after_layouts,
        layout=Layout(
            list=("name", "applies_to", "place", "active", "order", "updated_at"),
            facts=("applies_to", "place", "active"),
            sections=(("details", "Details", ("name", "applies_to", "place", "active", "order")),),
            quick_create=("name", "applies_to", "place", "body"),
            default_sort="order",
        ),
    )

    applies_to: Mapped[str] = text("Object", required=True, max_length=60, indexed=True)
    place: Mapped[str] = choice("Place", PLACES, required=True)
    body: Mapped[Any] = settings("Arrangement", read_body, required=True)
    roles: Mapped[Any] = settings("For roles", read_roles)
    record_type: Mapped[Any] = settings("For records of type", read_record_type)
    order: Mapped[int] = integer("Sequence", required=True, default=0, summed=False)
    active: Mapped[bool] = boolean("Active", required=True, default=True)
