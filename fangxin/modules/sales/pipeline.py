"""Pipeline and stage: how selling goes here, as data that an administrator shapes."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Mapped

from fangxin.customizing.configuration import Configuration
from fangxin.fields.base import Option
from fangxin.modules.sales.guard_stage import check_pipelines, check_stages, prepare_stages
from fangxin.objects.declare import (
    Layout,
    Navigation,
    ObjectFacts,
    Record,
    choice,
    integer,
    link,
    names,
    percent,
    tags,
    text,
)

KINDS: Final = (
    Option("open", "Open", "blue"),
    Option("won", "Won", "green"),
    Option("lost", "Lost", "gray"),
)
COLORS: Final = tuple(
    Option(name, name.capitalize(), name)
    for name in (
        *("gray", "blue", "indigo", "violet", "pink", "red"),
        *("orange", "amber", "green", "teal", "cyan"),
    )
)
FORECAST_CATEGORIES: Final = (
    Option("pipeline", "In pipeline", "blue"),
    Option("best_case", "Best case", "violet"),
    Option("commit", "Commit", "amber"),
    Option("closed", "Closed", "green"),
    Option("omitted", "Omitted", "gray"),
)


class Pipeline(Record):
    """A way of selling with its own stages; the one with the lowest order is taken when none is
    named.
    """

    __tablename__ = "pipeline"
    object = ObjectFacts(
        path="pipelines",
        label="Pipeline",
        label_plural="Pipelines",
        icon="columns",
        module="sales",
        names="names",
        open_to_all=True,
        configuration=Configuration(key=("name",)),
        navigation=Navigation(group="admin", order=10),
        check=check_pipelines,
        layout=Layout(
            list=("name", "order"),
            facts=("order",),
            sections=(("details", "Details", ("name", "order")),),
            quick_create=("name", "order"),
            related=(("stage", "pipeline"), ("opportunity", "pipeline")),
            default_sort="order",
        ),
    )

    order: Mapped[int] = integer("Sequence", required=True, default=0, indexed=True, summed=False)
    names: Mapped[Any] = names()


class Stage(Record):
    """A step of a pipeline; `key` names it within its pipeline and may stand for its id.

    `allowed_moves` holds ids of stages one may go to from here (empty: to any), `required_fields`
    keys of fields of the opportunity that must be filled to come here.
    """

    __tablename__ = "stage"
    object = ObjectFacts(
        path="stages",
        label="Stage",
        label_plural="Stages",
        icon="flag",
        module="sales",
        names="names",
        natural_key="key",
        open_to_all=True,
        configuration=Configuration(key=("pipeline", "key"), subject="opportunity"),
        navigation=Navigation(group="admin", order=20),
        prepare=prepare_stages,
        check=check_stages,
        indexes=(("pipeline", "order"),),
        layout=Layout(
            list=("name", "pipeline", "order", "kind", "probability", "rotting_days"),
            facts=("pipeline", "kind", "probability", "forecast_category", "order"),
            sections=(
                ("details", "Details", ("name", "key", "pipeline", "order", "color")),
                ("rules", "Rules", ("kind", "probability", "forecast_category", "rotting_days")),
                ("moves", "Moves", ("required_fields", "allowed_moves")),
            ),
            quick_create=("name", "key", "pipeline", "order", "kind", "probability"),
            default_sort="order",
        ),
    )

    key: Mapped[str] = text("Key", required=True, max_length=60)
    pipeline: Mapped[str] = link("pipeline", "Pipeline", required=True)
    order: Mapped[int] = integer("Sequence", required=True, default=0, indexed=True, summed=False)
    kind: Mapped[str] = choice("Kind", KINDS, required=True, default="open")
    probability: Mapped[Any] = percent("Probability", summed=False)
    forecast_category: Mapped[str | None] = choice("Forecast category", FORECAST_CATEGORIES)
    color: Mapped[str | None] = choice("Colour", COLORS, default="blue")
    required_fields: Mapped[list[str] | None] = tags("Required fields")
    allowed_moves: Mapped[list[str] | None] = tags("Allowed moves")
    rotting_days: Mapped[int | None] = integer("Days until it rots", min=1, summed=False)
    names: Mapped[Any] = names()
