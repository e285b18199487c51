"""The pipeline that a new installation starts with; names are msgids and stored in its language."""

from __future__ import annotations

from typing import Any, Final

from fangxin.kernel.ids import named_id

PIPELINE: Final = named_id("pipeline", "default")


def stage_id(key: str) -> str:
    """Return the id of a stage of the first pipeline."""
    return named_id("stage", "default", key)


def _stage(key: str, name: str, order: int, color: str, **more: Any) -> tuple[str, dict[str, Any]]:
    body = {"key": key, "name": name, "pipeline": PIPELINE, "order": order, "color": color, **more}
    return "stage", {"id": stage_id(key), **body}


_OPEN: Final = ("prospecting", "engaging", "proposal", "negotiation")

FIRST_RECORDS: Final = (
    ("pipeline", {"id": PIPELINE, "name": "Sales pipeline", "order": 1}),
    _stage("prospecting", "Prospecting", 1, "gray", probability="10", rotting_days=30),
    _stage("engaging", "Engaging", 2, "blue", probability="25", rotting_days=21),
    _stage(
        "proposal",
        "Proposal",
        3,
        "violet",
        probability="50",
        rotting_days=14,
        forecast_category="best_case",
        required_fields=["amount"],
    ),
    _stage(
        "negotiation",
        "Negotiation",
        4,
        "amber",
        probability="75",
        rotting_days=14,
        forecast_category="commit",
        required_fields=["amount", "expected_close_date"],
    ),
    _stage(
        "won",
        "Won",
        5,
        "green",
        kind="won",
        required_fields=["amount"],
        # won is reopened where the last word was spoken
        allowed_moves=[stage_id("negotiation")],
    ),
    _stage("lost", "Lost", 6, "gray", kind="lost", allowed_moves=[stage_id(key) for key in _OPEN]),
)
