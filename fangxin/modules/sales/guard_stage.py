"""What keeps pipelines and stages whole: keys unique within a pipeline, nothing removed while in
use.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from fangxin.kernel.errors import Conflict, FieldProblem, Invalid
from fangxin.kernel.sql import Statement, compile_statement
from fangxin.modules.sales.stages import Stages, read_stages
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx


@cache
def _uses(definition: ObjectDef, link: str, dialect: Any) -> Statement:
    column = definition.table.c[definition.fields[link].column_names[0]]
    # skip one-door: a use counts whoever sees it
    query = sa.select(sa.func.count()).select_from(definition.table)
    live = definition.table.c.deleted_at.is_(None)
    return compile_statement(query.where(live, column == sa.bindparam("id")), dialect)


async def _count_uses(ctx: Ctx, tx: Tx, name: str, link: str, id: str) -> int:
    row = await tx.fetch_one(_uses(ctx.registry[name], link, tx.dialect), {"id": id})
    return int(row[0]) if row else 0


async def prepare_stages(_ctx: Ctx, _tx: Tx, changes: Sequence[Change]) -> None:
    """Give won and lost stages their certain probability and forecast category where none is
    named.
    """
    certain = {
        "won": (Decimal(100), "closed"),
        "lost": (Decimal(0), "omitted"),
        "open": (None, "pipeline"),
    }
    for change in changes:
        if change.before is None and change.get("kind") in certain:
            probability, category = certain[change.get("kind")]
            if change.get("probability") is None:
                change.values["probability"] = probability
            if change.get("forecast_category") is None:
                change.values["forecast_category"] = category


async def check_stages(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Refuse a stage that contradicts the others, and the removal or change of pipeline of one in
    use.
    """
    stages = await read_stages(ctx, tx)
    # they change in a moment, and the next change of this unit must see that
    tx.memory.pop(Stages, None)
    for change in changes:
        moved = change.before is not None and change.changes("pipeline")
        if change.verb == "delete" or moved:
            count = await _count_uses(ctx, tx, "opportunity", "stage", change.id)
            if count:
                raise Conflict(
                    "{count} opportunities are in this stage. Move them to another stage first.",
                    code="in_use",
                    values={"count": count},
                )
        if change.verb in {"create", "update", "restore"}:
            problems = [*_key_problems(change, stages), *_rule_problems(ctx, change, stages)]
            if problems:
                raise Invalid(errors=problems)


def _key_problems(change: Change, stages: Stages) -> list[FieldProblem]:
    key, pipeline = change.get("key"), change.get("pipeline")
    others = [s for s in stages.rows.values() if s.id != change.id and s.pipeline == pipeline]
    if any(stage.key == key for stage in others):
        message = "The pipeline has a stage with the key {key} already."
        return [FieldProblem("/key", "taken", message, {"key": key})]
    return []


def _rule_problems(ctx: Ctx, change: Change, stages: Stages) -> list[FieldProblem]:
    found = []
    fields = ctx.registry["opportunity"].fields
    for key in change.values.get("required_fields") or ():
        if key not in fields or fields[key].read_only:
            message = "{key} is not a field of an opportunity that one can fill."
            found.append(FieldProblem("/required_fields", "unknown_field", message, {"key": key}))
    for id_ in change.values.get("allowed_moves") or ():
        stage = stages.rows.get(id_)
        if stage is None or stage.pipeline != change.get("pipeline"):
            message = "{stage} is not a stage of this pipeline."
            name = stage.shown(ctx.locale) if stage else id_
            found.append(FieldProblem("/allowed_moves", "unknown_stage", message, {"stage": name}))
    return found


async def check_pipelines(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Refuse to remove a pipeline that opportunities or stages still belong to."""
    for change in changes:
        if change.verb != "delete":
            continue
        count = await _count_uses(ctx, tx, "opportunity", "pipeline", change.id)
        if count:
            raise Conflict(
                "{count} opportunities are in this pipeline. Move them to another one first.",
                code="in_use",
                values={"count": count},
            )
        if stages := await _count_uses(ctx, tx, "stage", "pipeline", change.id):
            raise Conflict(
                "The pipeline still has {count} stages. Delete those first.",
                code="in_use",
                values={"count": stages},
            )
