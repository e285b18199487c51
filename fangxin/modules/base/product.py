"""Product: what we sell. Everyone with the grant sees the whole catalogue."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Mapped

from fangxin.objects.declare import (
    Layout,
    Navigation,
    ObjectFacts,
    Record,
    boolean,
    long_text,
    money,
    text,
)


class Product(Record):
    """A thing or service with a list price; `code` may stand for its id."""

    __tablename__ = "product"
    object = ObjectFacts(
        path="products",
        label="Product",
        label_plural="Products",
        icon="package",
        natural_key="code",
        open_to_all=True,
        navigation=Navigation(group="base", order=30),
        layout=Layout(
            list=("name", "code", "category", "unit", "list_price", "active"),
            facts=("code", "category", "unit", "list_price", "active"),
            sections=(
                ("details", "Details", ("name", "code", "category", "unit", "list_price")),
                ("more", "More", ("active", "description", "tags", "owner", "department")),
            ),
            quick_create=("name", "code", "category", "list_price"),
            card=("category", "list_price"),
            related=(("opportunity", "product"),),
            default_sort="name",
        ),
    )

    code: Mapped[str | None] = text(
        "Code", max_length=60, unique=True, indexed=True, searchable=True
    )
    category: Mapped[str | None] = text("Category")
    unit: Mapped[str | None] = text("Unit", max_length=30)
    list_price: Mapped[Any] = money("List price", min=0, indexed=True, summed=False)
    active: Mapped[bool | None] = boolean("Active", default=True)
    description: Mapped[str | None] = long_text("Description", searchable=True)
