"""Win and lose: moves to the stage of that kind in the opportunity's own pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fangxin.fields.base import Field
from fangxin.fields.dates import DateType
from fangxin.fields.text import Text
from fangxin.kernel.errors import Conflict
from fangxin.modules.sales.stages import read_stages
from fangxin.objects.declare import Action, Change
from fangxin.objects.registry import ObjectDef
from fangxin.records.engine import write_many

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx

OPEN: Final = {"field": "stage.kind", "op": "is", "value": "open"}


async def _close(
    ctx: Ctx,
    tx: Tx,
    definition: ObjectDef,
    record: dict[str, Any],
    kind: str,
    values: dict[str, Any],
) -> None:
    stages = await read_stages(ctx, tx)
    stage = stages.of_kind(kind, record["pipeline"])
    if stage is None:
        raise Conflict(
            "The pipeline has no stage of the kind {kind}. Add one in the settings first.",
            code="no_such_stage",
            values={"kind": kind},
        )
    change = Change(
        object=definition.name,
        id=record["id"],
        verb="update",
        values={"stage": stage.id, **values},
        version=record["version"],
    )
    await write_many(ctx, tx, definition.name, "update", [change])


async def win(
    ctx: Ctx, tx: Tx, definition: ObjectDef, record: dict[str, Any], params: dict[str, Any]
) -> None:
    """Move to the won stage; `closed_on` is today unless given."""
    await _close(ctx, tx, definition, record, "won", dict(params))


async def lose(
    ctx: Ctx, tx: Tx, definition: ObjectDef, record: dict[str, Any], params: dict[str, Any]
) -> None:
    """Move to the lost stage with the reason."""
    await _close(ctx, tx, definition, record, "lost", dict(params))


_CLOSED_ON: Final = Field(type=DateType(), key="closed_on", label="Closed on", default="today")
_LOST_REASON: Final = Field(type=Text(), key="lost_reason", label="Reason lost", required=True)

WIN: Final = Action(
    key="win", label="Win", icon="trophy", run=win, params=(_CLOSED_ON,), primary=True, when=OPEN
)
LOSE: Final = Action(
    key="lose", label="Lose", icon="x", run=lose, params=(_LOST_REASON, _CLOSED_ON), when=OPEN
)
