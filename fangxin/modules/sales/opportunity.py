"""Opportunity: a chance to sell, on its way through the stages of a pipeline."""

from __future__ import annotations

from datetime import date as day
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped

from fangxin.modules.sales.close_deal import LOSE, WIN
from fangxin.modules.sales.make_documents import CREATE_QUOTE
from fangxin.modules.sales.move_stage import move_stage, place_opportunities
from fangxin.modules.sales.pipeline import FORECAST_CATEGORIES
from fangxin.objects.declare import (
    Layout,
    Navigation,
    ObjectFacts,
    Record,
    Transition,
    auto_number,
    choice,
    date,
    formula,
    link,
    long_text,
    moment,
    money,
    percent,
    text,
)


class Opportunity(Record):
    """A possible sale. Its stage moves by the rules of the pipeline; the moves are its history."""

    __tablename__ = "opportunity"
    object = ObjectFacts(
        path="opportunities",
        label="Opportunity",
        label_plural="Opportunities",
        icon="target",
        module="sales",
        navigation=Navigation(group="sales", order=10),
        finished={"field": "stage.kind", "op": "in", "value": ["won", "lost"]},
        indexes=(
            ("stage", "amount"),
            ("stage", "updated_at"),
            ("owner", "stage", "amount"),
            ("account", "updated_at"),
            ("stage", "closed_on"),
        ),
        actions=(WIN, CREATE_QUOTE, LOSE),
        transition=Transition(field="stage", move=move_stage),
        prepare=place_opportunities,
        layout=Layout(
            list=("name", "account", "stage", "amount", "expected_close_date", "owner"),
            facts=("account", "amount", "probability", "expected_close_date", "next_step", "owner"),
            sections=(
                ("details", "Details", ("name", "code", "account", "contact", "product")),
                ("sale", "Sale", ("pipeline", "stage", "amount", "probability", "weighted_amount")),
                ("forecast", "Forecast", ("forecast_category", "expected_close_date")),
                ("course", "Course", ("engaged_on", "next_step", "closed_on", "lost_reason")),
                ("more", "More", ("description", "tags", "owner", "department")),
            ),
            quick_create=("name", "account", "amount", "stage", "expected_close_date", "owner"),
            card=("account", "amount", "expected_close_date", "owner"),
            board=("stage", "amount"),
            stage_path="stage",
        ),
    )

    code: Mapped[str | None] = auto_number("Code", "OP-{year}-{number:05}", indexed=True)
    # Off by default: a manager of the account need not see every deal of his colleagues, and a list
    # of one's own opportunities stays one walk over an index. An administrator may switch it on.
    account: Mapped[str | None] = link("account", "Account", cascade=True, told=("stage", "amount"))
    contact: Mapped[str | None] = link("contact", "Contact", told=("stage", "amount"))
    product: Mapped[str | None] = link("product", "Product")
    pipeline: Mapped[str] = link("pipeline", "Pipeline", required=True)
    stage: Mapped[str] = link("stage", "Stage", required=True)
    stage_entered_at: Mapped[datetime | None] = moment(
        "In this stage since", system=True, read_only=True
    )
    amount: Mapped[Any] = money("Amount", min=0, indexed=True)
    probability: Mapped[Any] = percent("Probability")
    weighted_amount = formula("Weighted amount", "round(amount * probability / 100, 2)")
    engaged_on: Mapped[day | None] = date("Engaged on")
    expected_close_date: Mapped[day | None] = date("Expected close", indexed=True)
    closed_on: Mapped[day | None] = date("Closed on", indexed=True)
    lost_reason: Mapped[str | None] = text(
        "Reason lost", help="Needed to lose a deal: price, competitor, no budget, no decision …"
    )
    next_step: Mapped[str | None] = text("Next step")
    forecast_category: Mapped[str | None] = choice("Forecast category", FORECAST_CATEGORIES)
    description: Mapped[str | None] = long_text("Description", searchable=True)
