"""The stages of all pipelines as plain values, read inside the unit of work that needs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from fangxin.kernel.sql import Statement, compile_statement
from fangxin.objects.registry import ObjectDef

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage as its rules need it; `pipeline` is an id, `pipeline_order` the order among
    pipelines.
    """

    id: str
    key: str
    name: str
    pipeline: str
    pipeline_order: int
    order: int
    kind: str
    probability: Decimal | None
    forecast_category: str | None
    required_fields: tuple[str, ...]
    allowed_moves: tuple[str, ...]
    names: Mapping[str, str]

    def shown(self, locale: str) -> str:
        """Return its name for people of a language."""
        return self.names.get(locale, self.name)


@dataclass(frozen=True)
class Stages:
    """All stages by id, in order of pipelines and within them."""

    rows: Mapping[str, StageRow]

    def first(self, pipeline: str | None) -> StageRow | None:
        """Return where a new opportunity starts: the first stage of the pipeline, or of the first
        one.
        """
        return next((s for s in self.rows.values() if pipeline in {None, s.pipeline}), None)

    def named(self, key: str, pipeline: str | None) -> StageRow | None:
        """Return the stage with this key in the pipeline, or in the first pipeline that has it."""
        found = [s for s in self.rows.values() if s.key == key]
        return next((s for s in found if pipeline in {None, s.pipeline}), None)

    def of_kind(self, kind: str, pipeline: str) -> StageRow | None:
        """Return the first stage of a kind in the pipeline."""
        rows = self.rows.values()
        return next((s for s in rows if s.kind == kind and s.pipeline == pipeline), None)


_PLAIN: Final = ("id", "key", "name", "pipeline", "pipeline_order", "order", "kind")


@cache
def _statement(stage: ObjectDef, pipeline: ObjectDef, dialect: Any) -> Statement:
    s, p = stage.table.c, pipeline.table.c
    # skip one-door: the rules of selling bind everyone, and both objects are open to all
    query = sa.select(
        *(s.id, s.key, s.name, s.pipeline_id, p.order, s.order, s.kind, s.probability),
        *(s.forecast_category, s.required_fields, s.allowed_moves, s.names),
    ).join_from(stage.table, pipeline.table, p.id == s.pipeline_id)
    live = query.where(s.deleted_at.is_(None), p.deleted_at.is_(None))
    return compile_statement(live.order_by(p.order, p.id, s.order, s.id), dialect)


async def read_stages(ctx: Ctx, tx: Tx) -> Stages:
    """Read all stages that are not deleted, once in a unit of work."""
    known: Stages | None = tx.memory.get(Stages)
    if known is not None:
        return known
    registry = ctx.registry
    stage: ObjectDef = registry["stage"]
    percentage = stage.fields["probability"]
    rows = await tx.fetch(_statement(stage, registry["pipeline"], tx.dialect), {})
    made = (
        StageRow(
            **dict(zip(_PLAIN, row, strict=False)),
            probability=percentage.type.load(percentage, (row[7],)),
            forecast_category=row[8],
            required_fields=tuple(row[9] or ()),
            allowed_moves=tuple(row[10] or ()),
            names=row[11] or {},
        )
        for row in rows
    )
    found = tx.memory[Stages] = Stages({each.id: each for each in made})
    return found
