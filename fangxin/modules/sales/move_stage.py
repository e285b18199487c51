"""How an opportunity comes to its stage and moves on: defaults, gates, and what a stage implies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from fangxin.kernel.clock import day_start, today
from fangxin.kernel.errors import FieldProblem, Invalid
from fangxin.kernel.ids import is_id
from fangxin.modules.sales.stages import StageRow, Stages, read_stages
from fangxin.objects.declare import Change

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx

# What these bring has happened already, so no gate may refuse it.
RECORDED: Final = frozenset({"import", "demo", "undo"})


async def place_opportunities(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Find pipeline and stage of new opportunities, and resolve keys of stages within the
    pipeline.
    """
    touched = [c for c in changes if c.before is None or {"stage", "pipeline"} & c.values.keys()]
    if not touched:
        return
    stages = await read_stages(ctx, tx)
    for change in touched:
        if change.verb in {"create", "update"}:
            _place(ctx, change, stages)
            if change.before is None:
                _enter(ctx, change, stages)


def _place(ctx: Ctx, change: Change, stages: Stages) -> None:
    if change.before is not None and "stage" not in change.values:
        return _check_pipeline(ctx, change, stages)
    wanted = change.get("stage")
    # a key is looked up in the pipeline that is named, or in the one where the record is
    if isinstance(wanted, str) and not is_id(wanted):
        found = stages.named(wanted, change.get("pipeline"))
        change.values["stage"] = wanted = found.id if found else wanted
    if wanted is None and change.before is None:
        found = stages.first(change.get("pipeline"))
        change.values["stage"] = wanted = found.id if found else None
    stage = stages.rows.get(wanted or "")
    if stage is not None and (change.before is not None or not change.get("pipeline")):
        change.values.setdefault("pipeline", stage.pipeline)
    return _check_pipeline(ctx, change, stages)


def _check_pipeline(ctx: Ctx, change: Change, stages: Stages) -> None:
    stage = stages.rows.get(change.get("stage") or "")
    pipeline = change.get("pipeline")
    if (
        stage is not None
        and pipeline is not None
        and is_id(pipeline)
        and stage.pipeline != pipeline
    ):
        message = "The stage {stage} belongs to another pipeline."
        problem = FieldProblem(
            "/stage", "stage_of_other_pipeline", message, {"stage": stage.shown(ctx.locale)}
        )
        raise Invalid(errors=[problem])


async def move_stage(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Let a stage change happen, or refuse: moves not allowed, fields that the stage asks for."""
    moved = [c for c in changes if c.before is not None and c.changes("stage")]
    if not moved:
        return
    stages = await read_stages(ctx, tx)
    for change in moved:
        source = stages.rows.get((change.before or {}).get("stage") or "")
        target = stages.rows.get(change.values["stage"])
        if target is None:
            continue  # no such stage: validation says so
        if source is not None and ctx.source not in RECORDED:
            _check_move(ctx.locale, source, target)
        _enter(ctx, change, stages)


def _check_move(locale: str, source: StageRow, target: StageRow) -> None:
    closed = {"won", "lost"}
    if source.allowed_moves:
        allowed = target.id in source.allowed_moves
    else:
        # closed to closed would hide that the deal was open again: reopen it first
        allowed = not (source.kind in closed and target.kind in closed)
    if not allowed:
        values = {"source": source.shown(locale), "target": target.shown(locale)}
        message = "From {source} one cannot move to {target}."
        problem = FieldProblem("/stage", "transition_not_allowed", message, values)
        raise Invalid(message, code="transition_not_allowed", values=values, errors=[problem])


def _enter(ctx: Ctx, change: Change, stages: Stages) -> None:
    """Fill what the stage implies, then see that what it asks for is there."""
    stage = stages.rows.get(change.get("stage") or "")
    if stage is None:
        return
    for key, value in (
        ("probability", stage.probability),
        ("forecast_category", stage.forecast_category),
    ):
        if change.values.get(key) is None:
            change.values[key] = value
    _note_entry(ctx, change, stage)
    if stage.kind == "open":
        if change.before is not None:
            change.values |= {"closed_on": None, "lost_reason": None}
    elif change.values.get("closed_on") is None:
        change.values["closed_on"] = today(ctx.timezone, ctx.clock())
    if ctx.source not in RECORDED:
        _check_requirements(ctx, change, stage)


def _note_entry(ctx: Ctx, change: Change, stage: StageRow) -> None:
    """Keep since when the record is in its stage: now, but for what brings its own history.

    An import knows the days; what is undone brings the moment itself.
    """
    if change.values.get("stage_entered_at") is not None:
        return
    entered = ctx.clock()
    if change.before is None and ctx.source == "import":
        day = change.get("engaged_on") if stage.kind == "open" else change.get("closed_on")
        known = day_start(day, ctx.timezone) if day else change.get("created_at")
        entered = min(known or entered, entered)
    change.values["stage_entered_at"] = entered


def _check_requirements(ctx: Ctx, change: Change, stage: StageRow) -> None:
    needed = [*stage.required_fields, *(["lost_reason"] if stage.kind == "lost" else [])]
    fields = ctx.registry["opportunity"].fields
    missing = [key for key in dict.fromkeys(needed) if key in fields and change.get(key) is None]
    if missing:
        message = "The stage {stage} needs this field."
        name = stage.shown(ctx.locale)
        labels = [fields[key].spoken(ctx.locale) for key in missing]
        raise Invalid(
            "The stage {stage} needs more: {fields}.",
            code="stage_requirements",
            values={"stage": name, "fields": ", ".join(labels)},
            errors=[
                FieldProblem(f"/{key}", "stage_requirement", message, {"stage": name})
                for key in missing
            ],
        )
